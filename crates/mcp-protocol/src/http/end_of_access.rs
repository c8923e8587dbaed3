//! For how long a client may listen.

use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, select};
use http::Extensions;

use super::Runtime;
use crate::auth::{AuthInfo, Standing};

/// Waits until the caller of this request would not be let in any more: for ever, if nothing can say
/// so. What can is asked `every` so often.
pub(super) fn end_of_access(
    extensions: &Extensions,
    runtime: Arc<dyn Runtime>,
    every: Duration,
) -> BoxFuture<'static, ()> {
    let Some(caller) = extensions.get::<AuthInfo>().cloned() else { return Box::pin(pending()) };
    let end_of_token = match caller.expires_at {
        None => Box::pin(pending()),
        Some(ends) => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            runtime.sleep(Duration::from_secs(ends).saturating_sub(now))
        }
    };
    let Some(standing) = extensions.get::<Standing>().cloned() else { return end_of_token };
    let end_of_standing = Box::pin(async move {
        loop {
            runtime.sleep(every).await;
            if !standing.holds(&caller).await {
                return;
            }
        }
    });
    Box::pin(select(end_of_token, end_of_standing).map(drop))
}
