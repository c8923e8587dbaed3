//! Names that were looked up a moment ago, for the reads that use them again.
//!
//! *Invariant:* only reads use them, and nobody uses what another caller's credential found: a name
//! that a write goes by is always looked up anew, so that an object renamed in between can only ever
//! be read.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::catalog::ResourceId;
use crate::names::{Found, Wanted};
use crate::tier::Tier;

/// What names stood for, of one catalog.
#[derive(Debug, Default)]
pub(super) struct RecentNames {
    kept: Mutex<BTreeMap<Key, Kept>>,
}

/// Whose credential found a name, which resource it is of, and the name.
type Key = (String, Option<Tier>, ResourceId, String);

#[derive(Debug)]
struct Kept {
    found: Found,
    since: Instant,
}

/// The names of one caller at one moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recent<'a> {
    pub(super) names: &'a RecentNames,
    pub(super) subject: &'a str,
    pub(super) granted: Option<Tier>,
    pub(super) now: Instant,
    pub(super) max_age: Duration,
}

impl Recent<'_> {
    /// What a name stood for, if that was found lately.
    pub(super) fn get(&self, wanted: &Wanted) -> Option<Found> {
        let kept = self.names.lock();
        let kept = kept.get(&self.key(wanted)).filter(|kept| self.is_fresh(kept))?;
        Some(kept.found.clone())
    }

    /// Keeps what names were found to stand for.
    pub(super) fn keep(&self, wanted: &[Wanted], found: &[Found]) {
        let mut kept = self.names.lock();
        if kept.len() + wanted.len() > MAX_KEPT {
            kept.retain(|_, kept| self.is_fresh(kept));
        }
        for (wanted, found) in wanted.iter().zip(found) {
            if !self.max_age.is_zero() && kept.len() < MAX_KEPT {
                let _ =
                    kept.insert(self.key(wanted), Kept { found: found.clone(), since: self.now });
            }
        }
    }

    fn is_fresh(&self, kept: &Kept) -> bool {
        self.now.saturating_duration_since(kept.since) < self.max_age
    }

    fn key(&self, wanted: &Wanted) -> Key {
        (self.subject.to_owned(), self.granted, wanted.resource, wanted.value.to_string())
    }
}

impl RecentNames {
    /// Forgets all names: something was written, and may now be called otherwise.
    pub(super) fn forget(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Key, Kept>> {
        // A map of finished entries is whole whatever another thread panicked over.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// So many names are kept; each comes with its row.
const MAX_KEPT: usize = 1024;
