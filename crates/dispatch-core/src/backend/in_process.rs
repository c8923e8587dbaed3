//! An API in this process.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::FutureExt as _;
use http::header::HOST;
use http::{HeaderValue, Request, Response};
use http_body::Body;
use http_body_util::{BodyExt as _, Full, Limited};
use tower::{Service, ServiceExt as _};

use super::{BackendError, BackendErrorKind, DEFAULT_MAX_ANSWER_BYTES};

/// Reaches an API that is a `tower` service in this process, such as an `axum::Router`: no socket,
/// no second copy of the data.
///
/// Requests arrive with the `Host` of [`InProcess::with_host`], `localhost` unless it is set. A
/// service that panics is an answer that never came, not the end of the caller.
#[derive(Clone)]
pub struct InProcess<S> {
    service: S,
    host: HeaderValue,
    max_answer_bytes: usize,
}

impl<S> InProcess<S> {
    /// Wraps a service.
    #[must_use]
    pub fn new(service: S) -> Self {
        Self {
            service,
            host: HeaderValue::from_static("localhost"),
            max_answer_bytes: DEFAULT_MAX_ANSWER_BYTES,
        }
    }

    /// Sets the host that requests are addressed to.
    #[must_use]
    pub fn with_host(mut self, host: HeaderValue) -> Self {
        self.host = host;
        self
    }

    /// Sets how many bytes of an answer are read.
    #[must_use]
    pub const fn with_max_answer_bytes(mut self, max_answer_bytes: usize) -> Self {
        self.max_answer_bytes = max_answer_bytes;
        self
    }
}

impl<S, B> Service<Request<Bytes>> for InProcess<S>
where
    S: Service<Request<Full<Bytes>>, Response = Response<B>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Response = Response<Bytes>;
    type Error = BackendError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, BackendError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BackendError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let mut request = request.map(Full::new);
        request.headers_mut().entry(HOST).or_insert(self.host.clone());
        let answered = answer(self.service.clone(), request, self.max_answer_bytes);
        let answered = AssertUnwindSafe(answered).catch_unwind();
        Box::pin(async {
            answered.await.unwrap_or_else(|_| {
                Err(BackendError::new(BackendErrorKind::EffectUnknown, "the API panicked"))
            })
        })
    }
}

async fn answer<S, B>(
    service: S,
    request: Request<Full<Bytes>>,
    max_answer_bytes: usize,
) -> Result<Response<Bytes>, BackendError>
where
    S: Service<Request<Full<Bytes>>, Response = Response<B>, Error = Infallible>,
    B: Body,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let Ok(response) = service.oneshot(request).await;
    let (parts, body) = response.into_parts();
    match Limited::new(body, max_answer_bytes).collect().await {
        Ok(body) => Ok(Response::from_parts(parts, body.to_bytes())),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(BackendError::new(
            BackendErrorKind::TooLarge,
            format!("the API answered more than {max_answer_bytes} bytes"),
        )),
        Err(_) => Err(BackendError::new(
            BackendErrorKind::EffectUnknown,
            "the answer of the API broke off",
        )),
    }
}

impl<S> fmt::Debug for InProcess<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InProcess").field("host", &self.host).finish_non_exhaustive()
    }
}
