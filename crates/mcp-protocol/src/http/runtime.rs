use std::fmt::Debug;
use std::time::Duration;

use futures_util::future::BoxFuture;

/// Is what the service needs of an asynchronous runtime.
pub trait Runtime: Debug + Send + Sync + 'static {
    /// Runs `task` to its end in the background.
    fn spawn(&self, task: BoxFuture<'static, ()>);

    /// Waits for `duration`.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// Runs on the tokio runtime that the service is called on.
#[cfg(feature = "runtime-tokio")]
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioRuntime;

#[cfg(feature = "runtime-tokio")]
impl Runtime for TokioRuntime {
    fn spawn(&self, task: BoxFuture<'static, ()>) {
        tokio::spawn(task);
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}
