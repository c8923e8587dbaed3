//! Responses.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, Response, StatusCode};

use super::ResponseBody;
use super::call::EventStream;
use crate::auth::ScopeChallenge;
use crate::dispatch::{PreparedCall, Reply};
use crate::jsonrpc::{ErrorCode, ProtocolError, write};

/// Answers without a body.
pub(super) fn empty(status: StatusCode) -> Response<ResponseBody> {
    with_status(status, ResponseBody::empty())
}

/// Answers with JSON.
pub(super) fn json(status: StatusCode, body: Bytes) -> Response<ResponseBody> {
    let mut response = with_status(status, ResponseBody::full(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Answers with what a method answered.
pub(super) fn reply(reply: Reply) -> Response<ResponseBody> {
    let mut response = json(reply.status, reply.body);
    if let Some(seconds) = reply.retry_after_seconds {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Refuses a request that was not read, with the reason as an error that answers to no id.
pub(super) fn refusal(status: StatusCode, message: &str) -> Response<ResponseBody> {
    json(status, write::error(None, &ProtocolError::invalid_request(message)))
}

/// Answers with an event stream.
pub(super) fn events(events: EventStream) -> Response<ResponseBody> {
    let mut response = with_status(StatusCode::OK, ResponseBody::events(events));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    // Proxies of the nginx kind would else hold the events back.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// Sends the caller to sign in, or to sign in for more (2026-07-28, Authorization, "Scope
/// Challenge Handling"; RFC 6750 §3).
pub(super) fn challenge(
    challenge: &ScopeChallenge,
    refused: &PreparedCall,
    resource_metadata: Option<&str>,
) -> Response<ResponseBody> {
    let auth = refused.cx.auth.as_ref();
    let signed_in = auth.is_some_and(|auth| !auth.anonymous);
    let code = if signed_in { ErrorCode::INSUFFICIENT_SCOPE } else { ErrorCode::SIGN_IN_REQUIRED };
    let required = challenge.required.iter().map(String::as_str);
    let required: Vec<&str> =
        required.map(|scope| auth.map_or(scope, |auth| auth.name_of_scope(scope))).collect();
    let error = ProtocolError::new(code, challenge.description.as_str())
        .with_data(&serde_json::json!({ "requiredScopes": required }));
    let mut response = reply(Reply::error(Some(&refused.id), &error, refused.cx.revision.era()));
    let scope = required.join(" ");
    let parameters = [
        ("error", signed_in.then_some("insufficient_scope")),
        ("scope", Some(scope.as_str())),
        ("resource_metadata", resource_metadata),
        ("error_description", signed_in.then_some(challenge.description.as_str())),
    ];
    let parameters: Vec<String> = parameters
        .iter()
        .filter_map(|(name, value)| value.map(|value| format!("{name}=\"{}\"", quotable(value))))
        .collect();
    let value = HeaderValue::try_from(format!("Bearer {}", parameters.join(", ")));
    // INVARIANT: `quotable` leaves printable ASCII only.
    response
        .headers_mut()
        .insert(WWW_AUTHENTICATE, value.expect("the challenge is printable ASCII"));
    response
}

/// Keeps the characters that may stand in any attribute (RFC 6750 §3: `%x20-21 / %x23-5B /
/// %x5D-7E`).
fn quotable(text: &str) -> String {
    text.chars().filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\')).collect()
}

fn with_status(status: StatusCode, body: ResponseBody) -> Response<ResponseBody> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}
