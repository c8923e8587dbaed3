//! What needs a runtime, on tokio.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::Semaphore;

use crate::authorization_server::Unavailable;
use crate::resource_owner::Offload;

/// Checks passwords on the threads that tokio keeps for blocking work, a few at a time: each takes
/// a core and about 20 MB.
#[derive(Clone, Debug)]
pub struct BlockingThreads {
    at_once: Arc<Semaphore>,
}

impl BlockingThreads {
    /// Uses this many threads at once, and at least one.
    #[must_use]
    pub fn new(at_once: usize) -> Self {
        Self { at_once: Arc::new(Semaphore::new(at_once.clamp(1, Semaphore::MAX_PERMITS))) }
    }
}

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
