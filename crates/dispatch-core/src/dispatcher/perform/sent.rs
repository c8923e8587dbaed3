//! What a call sent.

use serde_json::Value;

use crate::check::Arguments;
use crate::request;
use crate::shape::Sent;

/// What was sent, which answers are shaped by.
#[derive(Debug, Default)]
pub(super) struct SentValues {
    pub(super) id: Option<String>,
    pub(super) body: Option<Value>,
}

impl SentValues {
    pub(super) fn of(arguments: &Arguments) -> Self {
        let body = arguments.body.as_ref().and_then(|body| {
            let text = request::body::json(body);
            serde_json::from_slice(&text).ok()
        });
        Self { id: arguments.id().map(str::to_owned), body }
    }

    pub(super) fn as_sent(&self) -> Sent<'_> {
        Sent { id: self.id.as_deref(), body: self.body.as_ref(), ..Sent::default() }
    }
}
