//! What becomes of the body of a request that is refused.

use std::convert::Infallible;
use std::future::pending;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use oauth::resource_server::AccessLayer;
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::endpoint;

/// A body of this many bytes, of which some never arrive.
struct Arriving {
    n_bytes: u64,
    n_missing: u64,
    n_read: Arc<AtomicU64>,
}

impl Body for Arriving {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let n_read = self.n_read.load(Ordering::Relaxed);
        if n_read == self.n_bytes - self.n_missing {
            return if self.n_missing == 0 { Poll::Ready(None) } else { Poll::Pending };
        }
        self.n_read.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"x")))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.n_bytes)
    }
}

/// Sends a body without a token, and returns how much of it was read.
async fn refused(n_bytes: u64, n_missing: u64) -> u64 {
    refused_by(endpoint().layer.with_deadline(Duration::from_millis(20)), n_bytes, n_missing).await
}

async fn refused_by(layer: AccessLayer, n_bytes: u64, n_missing: u64) -> u64 {
    let n_read = Arc::new(AtomicU64::new(0));
    let body = Arriving { n_bytes, n_missing, n_read: Arc::clone(&n_read) };
    let inner = service_fn(|_: Request<Arriving>| pending::<Result<Response<Bytes>, Infallible>>());
    let request = Request::post("https://mcp.example.org/api/mcp").body(body).unwrap();
    let answer = layer.layer(inner).oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    n_read.load(Ordering::Relaxed)
}

#[tokio::test]
async fn it_is_read_so_that_the_connection_stays() {
    assert_eq!(refused(300, 0).await, 300);
}

#[tokio::test]
async fn one_that_does_not_arrive_is_not_waited_for() {
    assert_eq!(refused(300, 1).await, 299);
}

#[tokio::test]
async fn without_a_deadline_what_has_arrived_is_read_and_no_more() {
    assert_eq!(refused_by(endpoint().layer, 300, 0).await, 300);
    assert_eq!(refused_by(endpoint().layer, 300, 1).await, 299);
}

#[tokio::test]
async fn a_long_one_is_not_read() {
    assert_eq!(refused(10_000_000, 0).await, 0);
}
