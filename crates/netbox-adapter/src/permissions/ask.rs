//! Asking NetBox with the credential of the caller.

use std::time::Duration;

use bytes::Bytes;
use dispatch_core::Backend;
use dispatch_core::permissions::NoAnswer;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{Method, Request, Response};
use mcp_protocol::auth::AuthInfo;
use serde::de::DeserializeOwned;
use tower::ServiceExt as _;

pub(super) async fn get<B: Backend>(
    backend: &B,
    auth: &AuthInfo,
    target: &str,
) -> Result<Response<Bytes>, NoAnswer> {
    send(backend, auth, Method::GET, target).await
}

pub(super) async fn send<B: Backend>(
    backend: &B,
    auth: &AuthInfo,
    method: Method,
    target: &str,
) -> Result<Response<Bytes>, NoAnswer> {
    let failed = |why: &dyn std::fmt::Display| {
        let path = path_of(target);
        NoAnswer(format!("ask NetBox for {path}, and so what the user may do: {why}"))
    };
    let request = Request::builder().method(method).uri(target).header(ACCEPT, "application/json");
    let mut request = request.body(Bytes::new()).map_err(|error| failed(&error))?;
    request.extensions_mut().insert(auth.clone());
    let answer = tokio::time::timeout(PATIENCE, backend.clone().oneshot(request)).await;
    let answer = answer.map_err(|_| failed(&format_args!("no answer in {PATIENCE:?}")))?;
    answer.map_err(|error| failed(&error))
}

/// Reads an answer of NetBox's.
pub(super) fn read<T: DeserializeOwned>(
    answer: &Response<Bytes>,
    target: &str,
) -> Result<T, NoAnswer> {
    serde_json::from_slice(answer.body()).map_err(|_| unexpected(answer, target))
}

/// An answer that does not say what was asked.
pub(super) fn unexpected(answer: &Response<Bytes>, target: &str) -> NoAnswer {
    let (path, status) = (path_of(target), answer.status());
    NoAnswer(format!("ask NetBox for {path}, and so what the user may do: it answered {status}"))
}

pub(super) fn is_json(answer: &Response<Bytes>) -> bool {
    let value = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| value.starts_with("application/json"))
}

fn path_of(target: &str) -> &str {
    target.split('?').next().unwrap_or_default()
}

/// How long NetBox may take. People wait for this before they see any tools.
const PATIENCE: Duration = Duration::from_secs(15);
