//! A client for tests: one call, one answer.

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use netbox_sandbox::Sandbox;
use serde_json::Value;
use tower::ServiceExt;

/// An answer, with its body read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }
}

/// Sends a request through the service, as a user of the crate would.
pub(crate) fn send(sandbox: &Sandbox, request: Request<Bytes>) -> Answer {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let response: Response<Bytes> = runtime.block_on(sandbox.clone().oneshot(request)).unwrap();
    let (parts, body) = response.into_parts();
    Answer {
        status: parts.status,
        headers: parts.headers,
        text: String::from_utf8(body.to_vec()).unwrap(),
    }
}

/// Sends JSON.
pub(crate) fn call(sandbox: &Sandbox, method: &Method, path: &str, body: &Value) -> Answer {
    let builder = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "netbox.test")
        .header("content-type", "application/json");
    let body = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
    send(sandbox, builder.body(body).unwrap())
}
