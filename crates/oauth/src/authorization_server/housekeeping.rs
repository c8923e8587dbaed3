//! Forgetting what is over.

use std::sync::atomic::Ordering;

use super::core::Core;

impl Core {
    /// Purges the store, unless this process did so a short while ago. It is called where rows are
    /// made, so that none pile up where nobody thinks of it, and nothing has to run beside the
    /// requests.
    pub(super) async fn keep_house(&self) {
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
}

const INTERVAL_SECS: u64 = 600;
