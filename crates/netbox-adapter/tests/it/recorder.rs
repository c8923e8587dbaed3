//! A backend that reaches no API: it records every request and answers as if all went well.

use std::future::{Ready, ready};
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context, Poll};

use bytes::Bytes;
use dispatch_core::BackendError;
use dispatch_core::catalog::Resource;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use serde_json::{Value, json};
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
        if is_custom_field_lookup(&request) {
            return ready(Ok(answer(Bytes::from_static(custom_fields().as_bytes()))));
        }
        let (status, body) = match *request.method() {
            Method::GET => {
                (StatusCode::OK, r#"{"count":0,"next":null,"previous":null,"results":[]}"#)
            }
            Method::DELETE => (StatusCode::NO_CONTENT, ""),
            Method::POST => (StatusCode::CREATED, r#"{"id":1,"display":"one"}"#),
            _ => (StatusCode::OK, r#"{"id":1,"display":"one"}"#),
        };
        self.requests.lock().expect("no test panics in here").push(request);
        let mut response = answer(Bytes::from_static(body.as_bytes()));
        *response.status_mut() = status;
        ready(Ok(response))
    }
}

fn answer(body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

/// Whether it is asked for the custom fields of these tests, before a list is filtered by them.
fn is_custom_field_lookup(request: &Request<Bytes>) -> bool {
    request.uri().path() == "/api/extras/custom-fields/"
        && request.uri().query().is_some_and(|query| query.contains("name=owner"))
}

/// The custom fields of these tests, which all objects have.
fn custom_fields() -> &'static str {
    static FIELDS: OnceLock<String> = OnceLock::new();
    FIELDS.get_or_init(|| {
        let catalog = netbox_adapter::bundled_catalog().expect("a test reads it");
        let kind = |it: &Resource| format!("{}.{}", catalog.group(it.group).name, it.name);
        let kinds: Vec<String> = catalog.resources().iter().map(kind).collect();
        let field = |(id, name)| json!({"id": id, "name": name, "object_types": kinds});
        let rows: Vec<Value> = [(1, "owner"), (2, "port")].map(field).into();
        json!({"count": 2, "next": null, "previous": null, "results": rows}).to_string()
    })
}
