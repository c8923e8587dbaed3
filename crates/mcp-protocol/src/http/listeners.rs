//! How many clients listen at once, and for how long.

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, select};
use http::Extensions;

use super::Runtime;
use crate::auth::{AuthInfo, Standing};

/// Counts the clients that listen.
#[derive(Debug, Default)]
pub(super) struct Listeners(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    all: usize,
    /// Those of each caller who signed in.
    of_subject: BTreeMap<String, usize>,
}

/// Is the place of one client that listens, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    listeners: Arc<Listeners>,
    subject: Option<String>,
}

impl Listeners {
    /// Takes a place for this caller, if there is one.
    pub(super) fn take(self: &Arc<Self>, caller: Option<&AuthInfo>) -> Option<Place> {
        let subject = caller.filter(|caller| !caller.anonymous).map(|it| it.subject.clone());
        let mut counts = self.counts();
        if counts.all >= MOST {
            return None;
        }
        if let Some(subject) = &subject {
            let theirs = counts.of_subject.entry(subject.clone()).or_default();
            if *theirs >= MOST_OF_ONE {
                return None;
            }
            *theirs += 1;
        }
        counts.all += 1;
        Some(Place { listeners: Arc::clone(self), subject })
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        // Nothing panics between two changes.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.listeners.counts();
        counts.all -= 1;
        if let Some(subject) = &self.subject
            && let Some(theirs) = counts.of_subject.get_mut(subject)
        {
            *theirs -= 1;
            if *theirs == 0 {
                counts.of_subject.remove(subject);
            }
        }
    }
}

/// Waits until the caller of this request would not be let in any more: for ever, if nothing can say
/// so. What can is asked `every` so often.
pub(super) fn end_of_access(
    extensions: &Extensions,
    runtime: Arc<dyn Runtime>,
    every: Duration,
) -> BoxFuture<'static, ()> {
    let Some(caller) = extensions.get::<AuthInfo>().cloned() else { return Box::pin(pending()) };
    let end_of_token = match caller.expires_at {
        None => Box::pin(pending()),
        Some(ends) => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            runtime.sleep(Duration::from_secs(ends).saturating_sub(now))
        }
    };
    let Some(standing) = extensions.get::<Standing>().cloned() else { return end_of_token };
    let end_of_standing = Box::pin(async move {
        loop {
            runtime.sleep(every).await;
            if !standing.holds(&caller).await {
                return;
            }
        }
    });
    Box::pin(select(end_of_token, end_of_standing).map(drop))
}

/// How many clients listen at once.
const MOST: usize = 1024;

/// How many of them one caller has who signed in, so that nobody keeps the others from listening.
const MOST_OF_ONE: usize = 32;
