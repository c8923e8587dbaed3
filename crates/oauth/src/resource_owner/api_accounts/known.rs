//! What is remembered for a short time of people who use what they granted.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Account;
use super::kept::Kept;
use crate::store::Subject;
use crate::time::UnixTime;

/// What is kept of a person, and what the API said of the account.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) kept: Kept,
    pub(super) account: Account,
    pub(super) asked: UnixTime,
}

/// People who were asked about, by name.
#[derive(Debug, Default)]
pub(super) struct Recall(Mutex<BTreeMap<Subject, Arc<Known>>>);

impl Recall {
    /// What was asked no longer ago than this.
    pub(super) fn of(&self, subject: &Subject, now: UnixTime, age: Duration) -> Option<Arc<Known>> {
        self.people().get(subject).filter(|known| now < known.asked + age).cloned()
    }

    /// Remembers a person, and forgets whoever was asked about longer ago than this.
    pub(super) fn keep(&self, subject: &Subject, known: Known, age: Duration) -> Arc<Known> {
        let known = Arc::new(known);
        let mut people = self.people();
        people.retain(|_, other| known.asked < other.asked + age);
        if people.len() >= MOST {
            let oldest = people.iter().min_by_key(|(_, known)| known.asked);
            if let Some(oldest) = oldest.map(|(subject, _)| subject.clone()) {
                people.remove(&oldest);
            }
        }
        people.insert(subject.clone(), Arc::clone(&known));
        known
    }

    pub(super) fn forget(&self, subject: &Subject) {
        self.people().remove(subject);
    }

    fn people(&self) -> MutexGuard<'_, BTreeMap<Subject, Arc<Known>>> {
        // No method panics between two changes.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many people are remembered.
const MOST: usize = 1000;
