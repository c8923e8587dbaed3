//! How many may do something at once, so that nobody keeps the others from it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::auth::AuthInfo;

/// Counts those who do something, all together and of each caller.
#[derive(Debug)]
pub(super) struct Places {
    most: usize,
    most_of_one: usize,
    counts: Mutex<Counts>,
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
        Arc::new(Self { most, most_of_one, counts: Mutex::default() })
    }

    /// Takes a place for this caller, if there is one.
    pub(super) fn take(self: &Arc<Self>, caller: Option<&AuthInfo>) -> Option<Place> {
        let mut counts = self.counts();
        if counts.all >= self.most {
            return None;
        }
        let caller = caller.map(|caller| match caller.anonymous {
            true => Caller::Anonymous,
            false => Caller::Subject(caller.subject.clone()),
        });
        if let Some(caller) = &caller {
            let most = match caller {
                Caller::Anonymous => half(self.most),
                Caller::Subject(_) => self.most_of_one,
            };
            let theirs = counts.of_caller.entry(caller.clone()).or_default();
            if *theirs >= most {
                return None;
            }
            *theirs += 1;
        }
        counts.all += 1;
        Some(Place { places: Arc::clone(self), caller })
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        // Nothing panics between two changes.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.places.counts();
        counts.all -= 1;
        if let Some(caller) = &self.caller
            && let Some(theirs) = counts.of_caller.get_mut(caller)
        {
            *theirs -= 1;
            if *theirs == 0 {
                counts.of_caller.remove(caller);
            }
        }
    }
}

/// Half of so many, and one at least.
pub(super) const fn half(most: usize) -> usize {
    if most < 2 { most } else { most / 2 }
}
