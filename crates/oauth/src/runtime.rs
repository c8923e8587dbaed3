//! What a running server does beside answering, on tokio.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "local-users")]
use async_trait::async_trait;
#[cfg(feature = "local-users")]
use tokio::sync::Semaphore;

#[cfg(feature = "local-users")]
use crate::authorization_server::Unavailable;
#[cfg(feature = "local-users")]
use crate::resource_owner::Offload;
use crate::store::{Store, StoreError};
use crate::time::Clock;

/// Checks passwords on the threads that tokio keeps for blocking work, a few at a time: each takes
/// a core and about 20 MB.
#[cfg(feature = "local-users")]
#[derive(Clone, Debug)]
pub struct BlockingThreads {
    at_once: Arc<Semaphore>,
}

#[cfg(feature = "local-users")]
impl BlockingThreads {
    /// Uses this many threads at once, and at least one.
    #[must_use]
    pub fn new(at_once: usize) -> Self {
        Self { at_once: Arc::new(Semaphore::new(at_once.clamp(1, Semaphore::MAX_PERMITS))) }
    }
}

#[cfg(feature = "local-users")]
#[async_trait]
impl Offload for BlockingThreads {
    async fn run(&self, work: Box<dyn FnOnce() -> bool + Send>) -> Result<bool, Unavailable> {
        let failed = || Unavailable::new("check a password on another thread");
        let permit = Arc::clone(&self.at_once).acquire_owned().await.map_err(|_| failed())?;
        let work = tokio::task::spawn_blocking(move || {
            // Kept until the work is done, also if nobody waits for it any more.
            let _permit = permit;
            work()
        });
        work.await.map_err(|_| failed())
    }
}

/// Purges a store again and again, for as long as it is polled. What comes of each time is told to
/// `report`, for the log.
pub async fn purge_every(
    period: Duration,
    store: Arc<dyn Store>,
    clock: impl Clock,
    mut report: impl FnMut(Result<u64, StoreError>),
) -> Infallible {
    loop {
        tokio::time::sleep(period).await;
        report(store.purge(clock.now()).await);
    }
}
