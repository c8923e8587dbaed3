use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use serde_json::value::RawValue;
use tokio::sync::mpsc;

use crate::jsonrpc::write;

/// Says how far a call is (2026-07-28, Progress).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// How much is done; it must grow with every notification.
    pub progress: f64,
    /// How much there is to do, where it is known.
    pub total: Option<f64>,
    /// What is going on.
    pub message: Option<String>,
}

impl Progress {
    /// Creates a notification without a total.
    pub fn new(progress: f64) -> Self {
        Self { progress, total: None, message: None }
    }

    /// Sets how much there is to do.
    #[must_use]
    pub fn with_total(mut self, total: f64) -> Self {
        self.total = Some(total);
        self
    }

    /// Sets what is going on.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }
}

/// Sends progress to the client, if the client asked for it.
///
/// Over HTTP the first notification turns the answer into an event stream. A client that reads
/// too slowly misses notifications; it never holds up the call.
#[derive(Clone, Debug, Default)]
pub struct ProgressSink(Option<Arc<Listener>>);

#[derive(Debug)]
struct Listener {
    token: Box<RawValue>,
    messages: mpsc::Sender<Bytes>,
    last: Mutex<f64>,
}

impl ProgressSink {
    /// Creates a sink for a client that did not ask.
    pub fn closed() -> Self {
        Self(None)
    }

    /// Creates a sink that sends whole JSON-RPC notifications.
    pub(crate) fn open(token: Box<RawValue>, messages: mpsc::Sender<Bytes>) -> Self {
        let last = Mutex::new(f64::NEG_INFINITY);
        Self(Some(Arc::new(Listener { token, messages, last })))
    }

    /// Tells whether the client asked for progress.
    pub fn is_wanted(&self) -> bool {
        self.0.is_some()
    }

    /// Sends one notification.
    ///
    /// One that is not ahead of the one before is left out, as the specification demands.
    pub fn report(&self, progress: &Progress) {
        let Some(listener) = &self.0 else { return };
        let mut last = listener.last.lock().unwrap_or_else(PoisonError::into_inner);
        if !progress.progress.is_finite() || progress.progress <= *last {
            return;
        }
        let message = write::progress(&listener.token, progress);
        if listener.messages.try_send(message).is_ok() {
            *last = progress.progress;
        }
    }
}
