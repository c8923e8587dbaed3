//! Forgetting what is over.

use std::sync::atomic::Ordering;

use super::Unavailable;
use super::core::Core;

impl Core {
    /// Purges the store, unless this process did so a short while ago. It is called where rows are
    /// made, so that none pile up where nobody thinks of it.
    pub(super) async fn purge_at_times(&self) {
        let now = self.now();
        let due = self.purge_due.load(Ordering::Relaxed);
        if now.as_secs() < due {
            return;
        }
        let next = now.as_secs().saturating_add(INTERVAL_SECS);
        let order = Ordering::Relaxed;
        if self.purge_due.compare_exchange(due, next, order, order).is_ok() {
            // A store that fails here fails the request, too, and is asked again next time.
            let _ = self.store.purge(now).await;
        }
    }

    /// Purges the store, and lets go of what is kept for people who hold nothing any more: their
    /// tokens ended, or somebody else took them away. Where something of it is left, the others are
    /// done all the same.
    pub(super) async fn keep_house(&self) -> Result<(), Unavailable> {
        let unavailable = |error: crate::store::StoreError| Unavailable::new(&error.to_string());
        let now = self.now();
        self.store.purge(now).await.map_err(unavailable)?;
        let mut outcome = Ok(());
        for _ in 0..MAX_PEOPLE {
            // One by one: each may sign in again while the others are let go of.
            let Some(subject) = self.store.idle_person(now).await.map_err(unavailable)? else {
                break;
            };
            outcome = outcome.and(self.owner.released(&subject).await);
            // Also what was kept by an owner of before, who is asked no more.
            self.store.remove_credential(&subject).await.map_err(unavailable)?;
        }
        outcome
    }
}

const INTERVAL_SECS: u64 = 600;

/// How many people are let go of at once: something may have to be asked for each.
const MAX_PEOPLE: usize = 100;
