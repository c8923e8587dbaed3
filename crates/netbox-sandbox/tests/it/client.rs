//! A client for tests: one call, one answer.

use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use netbox_sandbox::{Sandbox, seed};
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

/// A sandbox with the small network in it, and time standing still.
pub(crate) fn seeded() -> Sandbox {
    let sandbox = Sandbox::builder().fixed_time(UNIX_EPOCH + Duration::from_secs(86_400)).build();
    seed::small(&sandbox).unwrap();
    sandbox
}

/// Sends JSON and requires a status; the answer's JSON.
#[track_caller]
pub(crate) fn expect(
    sandbox: &Sandbox,
    status: u16,
    method: &Method,
    path: &str,
    body: &Value,
) -> Value {
    let answer = call(sandbox, method, path, body);
    assert_eq!(answer.status.as_u16(), status, "{method} {path} {body}: {}", answer.text);
    answer.json()
}

/// Gets JSON.
#[track_caller]
pub(crate) fn get(sandbox: &Sandbox, path: &str) -> Value {
    expect(sandbox, 200, &Method::GET, path, &Value::Null)
}

/// Creates an object, and returns it.
#[track_caller]
pub(crate) fn create(sandbox: &Sandbox, path: &str, body: &Value) -> Value {
    expect(sandbox, 201, &Method::POST, &format!("/api/{path}/"), body)
}

/// Requires a create to be refused with these complaints.
#[track_caller]
pub(crate) fn refuse(sandbox: &Sandbox, path: &str, body: &Value, complaints: &Value) {
    let answer = expect(sandbox, 400, &Method::POST, &format!("/api/{path}/"), body);
    assert_eq!(answer, *complaints);
}
