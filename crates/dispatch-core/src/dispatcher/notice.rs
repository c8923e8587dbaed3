//! Notices that the API refuses a caller what it was thought to allow.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use tower::Service;

use crate::backend::{Backend, BackendError};

/// A backend that notices whether any answer is 403.
#[derive(Clone, Debug)]
pub(super) struct Noticing<B> {
    inner: B,
    is_refused: Arc<AtomicBool>,
}

impl<B> Noticing<B> {
    pub(super) fn new(inner: B) -> Self {
        Self { inner, is_refused: Arc::default() }
    }

    /// Whether the API refused anything.
    pub(super) fn is_refused(&self) -> bool {
        self.is_refused.load(Ordering::Relaxed)
    }
}

impl<B: Backend> Service<Request<Bytes>> for Noticing<B> {
    type Response = Response<Bytes>;
    type Error = BackendError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, BackendError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BackendError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let is_refused = Arc::clone(&self.is_refused);
        let answer = self.inner.call(request);
        Box::pin(async move {
            let answer = answer.await;
            if answer.as_ref().is_ok_and(|it| it.status() == StatusCode::FORBIDDEN) {
                is_refused.store(true, Ordering::Relaxed);
            }
            answer
        })
    }
}
