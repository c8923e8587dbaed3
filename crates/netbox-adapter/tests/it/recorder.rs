//! A backend that reaches no API: it records every request and answers as if all went well.

use std::future::{Ready, ready};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use bytes::Bytes;
use dispatch_core::BackendError;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use tower::Service;

/// Records requests; clones record to the same place.
#[derive(Clone, Debug, Default)]
pub(crate) struct RecordingBackend {
    requests: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl RecordingBackend {
    /// Takes what was recorded so far.
    pub(crate) fn take(&self) -> Vec<Request<Bytes>> {
        std::mem::take(&mut self.requests.lock().expect("no test panics in here"))
    }
}

impl Service<Request<Bytes>> for RecordingBackend {
    type Response = Response<Bytes>;
    type Error = BackendError;
    type Future = Ready<Result<Response<Bytes>, BackendError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BackendError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let (status, body) = match *request.method() {
            Method::GET => {
                (StatusCode::OK, r#"{"count":0,"next":null,"previous":null,"results":[]}"#)
            }
            Method::DELETE => (StatusCode::NO_CONTENT, ""),
            Method::POST => (StatusCode::CREATED, r#"{"id":1,"display":"one"}"#),
            _ => (StatusCode::OK, r#"{"id":1,"display":"one"}"#),
        };
        self.requests.lock().expect("no test panics in here").push(request);
        let mut response = Response::new(Bytes::from_static(body.as_bytes()));
        *response.status_mut() = status;
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        ready(Ok(response))
    }
}
