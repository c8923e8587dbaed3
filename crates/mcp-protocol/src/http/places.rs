//! How many may do something at once, so that nobody keeps the others from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::watch;

use crate::auth::AuthInfo;

/// Counts those who do something, all together and of each caller.
#[derive(Debug)]
pub(super) struct Places {
    most: usize,
    most_of_one: usize,
    counts: watch::Sender<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    all: usize,
    of_caller: BTreeMap<Caller, usize>,
}

/// Is whose places are counted by themselves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Caller {
    /// All who did not sign in.
    Anonymous,
    /// One who did.
    Subject(String),
}

/// Is one place, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    caller: Option<Caller>,
}

impl Places {
    /// Makes so many, of which a caller who signed in has `most_of_one`, and those who did not have
    /// half. Where no access layer tells callers apart, all are for all.
    pub(super) fn new(most: usize, most_of_one: usize) -> Arc<Self> {
        Arc::new(Self { most, most_of_one, counts: watch::Sender::default() })
    }

    /// Takes a place for this caller, if there is one.
    pub(super) fn take(self: &Arc<Self>, caller: Option<&AuthInfo>) -> Option<Place> {
        let caller = caller.map(|caller| match caller.anonymous {
            true => Caller::Anonymous,
            false => Caller::Subject(caller.subject.clone()),
        });
        let most_of_caller = match caller {
            None => self.most,
            Some(Caller::Anonymous) => half(self.most),
            Some(Caller::Subject(_)) => self.most_of_one,
        };
        let taken = self.counts.send_if_modified(|counts| {
            let theirs = caller.as_ref().and_then(|caller| counts.of_caller.get(caller));
            if counts.all >= self.most || theirs.is_some_and(|theirs| *theirs >= most_of_caller) {
                return false;
            }
            counts.all += 1;
            if let Some(caller) = &caller {
                *counts.of_caller.entry(caller.clone()).or_default() += 1;
            }
            true
        });
        taken.then(|| Place { places: Arc::clone(self), caller })
    }

    /// Waits until all places are free.
    pub(super) async fn all_free(&self) {
        // The sender is here, so that it cannot be gone.
        let _ = self.counts.subscribe().wait_for(|counts| counts.all == 0).await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.counts.send_modify(|counts| {
            counts.all -= 1;
            if let Some(caller) = &self.caller
                && let Some(theirs) = counts.of_caller.get_mut(caller)
            {
                *theirs -= 1;
                if *theirs == 0 {
                    counts.of_caller.remove(caller);
                }
            }
        });
    }
}

/// Half of so many, and one at least.
pub(super) const fn half(most: usize) -> usize {
    if most < 2 { most } else { most / 2 }
}
