//! The executor: drives a plan over a backend.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, StreamExt as _};
use http::Request;
use tokio_util::sync::CancellationToken;

use crate::backend::{Backend, BackendError, BackendErrorKind, DEFAULT_MAX_ANSWER_BYTES};
use crate::plan::{After, Arrived, Plan, Step};
use crate::request::UpstreamContext;
use crate::tier::Tier;

/// How much one call may do at a time, and how it waits.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// How many requests are under way at once.
    pub n_parallel: usize,
    /// How many rounds of requests one plan may take.
    pub n_rounds: usize,
    /// How many bytes of one answer are kept.
    pub max_answer_bytes: usize,
    /// Waits: tokio's timer, unless a server runs on another.
    pub sleep: Sleep,
}

/// Waits for so long.
pub type Sleep = fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;

impl Default for Limits {
    fn default() -> Self {
        Self {
            n_parallel: 4,
            n_rounds: 100,
            max_answer_bytes: DEFAULT_MAX_ANSWER_BYTES,
            sleep: |wait| Box::pin(tokio::time::sleep(wait)),
        }
    }
}

/// Drives a plan to its end.
///
/// A write is sent at most once. A read is sent a second time if the first could not be sent, or the
/// connection broke.
///
/// # Cancel safety
///
/// Once `cancel` fires, reads are dropped where they are and nothing more is sent; a write that was
/// sent is waited for, so that its effect can be told. The future itself should be driven to its
/// end: dropping it drops a write half way.
pub async fn execute<P: Plan, B: Backend>(
    plan: &mut P,
    backend: &B,
    limits: Limits,
    cancel: &CancellationToken,
) -> P::Output {
    let mut arrived = Vec::new();
    for _ in 0..limits.n_rounds {
        let requests = match plan.next(arrived) {
            Step::Send(requests) => requests,
            Step::Done(output) => return output,
        };
        let answers =
            requests.into_iter().map(|request| exchange(backend, request, limits, cancel));
        arrived = stream::iter(answers).buffered(limits.n_parallel.max(1)).collect().await;
    }
    plan.give_up(BackendError::new(
        BackendErrorKind::EffectUnknown,
        "the call took more requests than one call may; ask for less",
    ))
}

async fn exchange<B: Backend>(
    backend: &B,
    request: Request<Bytes>,
    limits: Limits,
    cancel: &CancellationToken,
) -> Arrived {
    if let Some(After(wait)) = request.extensions().get() {
        // Whether it was cancelled is asked next.
        let _ = cancel.run_until_cancelled((limits.sleep)(*wait)).await;
    }
    if cancel.is_cancelled() {
        return Err(cancelled());
    }
    let answer = if is_read(&request) {
        let again = request.clone();
        let reading = async {
            match send(backend, request).await {
                Err(error) if is_broken(&error) => send(backend, again).await,
                answer => answer,
            }
        };
        cancel.run_until_cancelled(reading).await.unwrap_or_else(|| Err(cancelled()))
    } else {
        send(backend, request).await
    };
    answer.and_then(|answer| {
        if answer.body().len() <= limits.max_answer_bytes {
            return Ok(answer);
        }
        let message = format!("the API answered more than {} bytes", limits.max_answer_bytes);
        Err(BackendError::new(BackendErrorKind::TooLarge, message))
    })
}

async fn send<B: Backend>(backend: &B, request: Request<Bytes>) -> Arrived {
    let mut backend = backend.clone();
    poll_fn(|cx| backend.poll_ready(cx)).await?;
    backend.call(request).await
}

/// Whether a request failed on its way, so that another may reach the API: one that restarted closes
/// the connections that were kept.
fn is_broken(error: &BackendError) -> bool {
    matches!(error.kind(), BackendErrorKind::NotSent | BackendErrorKind::EffectUnknown)
}

/// Whether a request changes nothing, by its method or because the policy says so.
fn is_read(request: &Request<Bytes>) -> bool {
    let context = request.extensions().get::<UpstreamContext>();
    request.method().is_safe() || context.is_some_and(|context| context.tier == Tier::Read)
}

fn cancelled() -> BackendError {
    BackendError::new(BackendErrorKind::NotSent, "the call was cancelled")
}
