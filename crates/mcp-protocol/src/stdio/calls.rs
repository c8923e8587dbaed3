use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::value::RawValue;
use tokio_util::sync::CancellationToken;

/// Holds the calls that run, by the id of their request.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls(Arc<Mutex<BTreeMap<String, CancellationToken>>>);

/// Takes a call out of [`Calls`] when it is dropped.
#[derive(Debug)]
pub(super) struct Registration {
    calls: Calls,
    id: String,
}

impl Calls {
    /// Adds a call; `None` if its id is taken.
    pub(super) fn register(
        &self,
        id: &RawValue,
        cancel: CancellationToken,
    ) -> Option<Registration> {
        let mut calls = self.lock();
        if calls.contains_key(id.get()) {
            return None;
        }
        calls.insert(id.get().to_owned(), cancel);
        Some(Registration { calls: self.clone(), id: id.get().to_owned() })
    }

    /// Cancels the call with that id, if it still runs.
    pub(super) fn cancel(&self, id: &RawValue) {
        if let Some(cancel) = self.lock().get(id.get()) {
            cancel.cancel();
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, CancellationToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.calls.lock().remove(&self.id);
    }
}
