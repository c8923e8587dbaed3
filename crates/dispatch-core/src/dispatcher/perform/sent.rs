//! What a call sent.

use serde_json::Value;

use crate::catalog::Operation;
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
    /// What is sent, but for the contents of files.
    pub(super) fn of(operation: &Operation, arguments: &Arguments) -> Self {
        let mut body: Option<Value> = arguments.body.as_ref().and_then(|body| {
            let text = request::body::json(body);
            serde_json::from_slice(&text).ok()
        });
        for name in operation.body.iter().flat_map(|body| &body.files) {
            let value = body.as_mut().and_then(|body| body.get_mut(name));
            if let Some(value) = value.filter(|value| value.is_object()) {
                *value = value.get("filename").cloned().unwrap_or_else(|| Value::from("a file"));
            }
        }
        Self { id: arguments.id().map(str::to_owned), body }
    }

    pub(super) fn as_sent(&self) -> Sent<'_> {
        Sent { id: self.id.as_deref(), body: self.body.as_ref(), ..Sent::default() }
    }
}
