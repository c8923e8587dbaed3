//! Forgetting what is over.

use std::sync::atomic::Ordering;
use std::sync::{MutexGuard, PoisonError};

use super::Unavailable;
use super::core::Core;
use crate::store::{SealedCredential, Subject};

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
    /// tokens ended, or somebody else took them away. Where something of it is left, it is tried
    /// again the next time, and the others are done all the same.
    pub(super) async fn keep_house(&self) -> Result<(), Unavailable> {
        let now = self.now();
        self.store.purge(now).await?;
        let mut outcome = Ok(());
        let mut last = self.last_let_go().take();
        for _ in 0..MAX_PEOPLE {
            // One by one: each may sign in again while the others are let go of.
            let idle = self.store.idle_person(last.as_ref(), now).await?;
            let Some((subject, kept)) = idle else {
                return outcome;
            };
            outcome = outcome.and(self.let_go(&subject, &kept).await);
            last = Some(subject);
        }
        *self.last_let_go() = last;
        outcome
    }

    /// Lets go of what is kept for a person, unless something else is kept by then. What was
    /// kept by an owner of before, who is asked no more, goes too.
    pub(super) async fn let_go(
        &self,
        subject: &Subject,
        kept: &SealedCredential,
    ) -> Result<(), Unavailable> {
        // In this order: if the process is killed in between, it is done again.
        self.owner.released(subject, kept).await?;
        self.store.remove_credential(subject, kept).await?;
        Ok(())
    }

    fn last_let_go(&self) -> MutexGuard<'_, Option<Subject>> {
        // It is replaced as a whole.
        self.let_go_until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const INTERVAL_SECS: u64 = 600;

/// How many people are let go of at once: something may have to be asked for each.
const MAX_PEOPLE: usize = 100;
