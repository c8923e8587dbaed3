//! The answers of the layer itself.

use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER,
    WWW_AUTHENTICATE,
};
use http::{HeaderValue, Method, Response, StatusCode};
use http_body_util::Full;
use serde_json::json;

use super::metadata::ResourceMetadata;
use crate::unavailable::Unavailable;

/// Why a request is sent to sign in.
#[derive(Clone, Copy, Debug)]
pub(super) enum Challenge<'a> {
    /// It presented nothing (RFC 6750, section 3.1: no error code then).
    NoToken,
    /// It presented something that is not valid, for this reason.
    Invalid(&'a str),
}

/// 401, and how to get a token.
pub(super) fn unauthorized(
    challenge: Challenge<'_>,
    metadata: &ResourceMetadata,
    scope: &str,
) -> Response<Full<Bytes>> {
    let url = metadata.url();
    let mut parameters = vec![("resource_metadata", url.as_str())];
    if !scope.is_empty() {
        parameters.push(("scope", scope));
    }
    let (error, description) = match challenge {
        Challenge::NoToken => ("unauthorized", "this endpoint asks for a bearer token"),
        Challenge::Invalid(description) => {
            parameters.push(("error", "invalid_token"));
            parameters.push(("error_description", description));
            ("invalid_token", description)
        }
    };
    let body = json!({ "error": error, "error_description": description });
    with_challenge(refusal(StatusCode::UNAUTHORIZED, &body), &parameters)
}

/// 400, for what is no credential (RFC 6750, section 3.1).
pub(super) fn malformed(description: &str) -> Response<Full<Bytes>> {
    let body = json!({ "error": "invalid_request", "error_description": description });
    let parameters = [("error", "invalid_request"), ("error_description", description)];
    with_challenge(refusal(StatusCode::BAD_REQUEST, &body), &parameters)
}

/// 503, while it cannot be said whether a token is valid. What failed is in the extensions.
pub(super) fn unavailable(cause: Unavailable) -> Response<Full<Bytes>> {
    let description = "tokens cannot be checked now; try again";
    let body = json!({ "error": "temporarily_unavailable", "error_description": description });
    let mut response = refusal(StatusCode::SERVICE_UNAVAILABLE, &body);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    response.extensions_mut().insert(cause);
    response
}

/// 404, as JSON, for what clients look for and is not there: some take a web page for a document.
pub(super) fn not_found() -> Response<Full<Bytes>> {
    let body =
        json!({ "error": "not_found", "error_description": "this server has no such document" });
    refusal(StatusCode::NOT_FOUND, &body)
}

/// The metadata document. Anyone may read it, from any page.
pub(super) fn document(method: &Method, metadata: &ResourceMetadata) -> Response<Full<Bytes>> {
    let mut response = match *method {
        Method::GET => Response::new(Full::new(metadata.to_json())),
        Method::HEAD => Response::default(),
        Method::OPTIONS => {
            let mut response = Response::default();
            *response.status_mut() = StatusCode::NO_CONTENT;
            let headers = response.headers_mut();
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET"));
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*"));
            response
        }
        _ => {
            let body = json!({ "error": "method_not_allowed" });
            let mut response = refusal(StatusCode::METHOD_NOT_ALLOWED, &body);
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD, OPTIONS"));
            return response;
        }
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// A refusal, whose body holds no more than the caller may know, so that any page may read it: a
/// client in a browser must see the challenge.
fn refusal(status: StatusCode, body: &serde_json::Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("www-authenticate, retry-after"),
    );
    response
}

fn with_challenge(
    mut response: Response<Full<Bytes>>,
    parameters: &[(&str, &str)],
) -> Response<Full<Bytes>> {
    let parameters: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{name}=\"{}\"", quotable(value))).collect();
    let challenge = HeaderValue::try_from(format!("Bearer {}", parameters.join(", ")));
    // INVARIANT: `quotable` leaves printable ASCII only.
    response.headers_mut().insert(WWW_AUTHENTICATE, challenge.expect("printable ASCII"));
    response
}

/// Keeps the characters that may stand in any attribute (RFC 6750, section 3: `%x20-21 / %x23-5B /
/// %x5D-7E`).
fn quotable(text: &str) -> String {
    text.chars().filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\')).collect()
}
