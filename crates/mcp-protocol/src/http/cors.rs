//! What browsers need to be told (WHATWG Fetch, "CORS protocol").

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, VARY,
};
use http::{HeaderMap, HeaderValue, Response};

use super::ResponseBody;

/// Lets pages of `origin`, which was found to be allowed, read the answer.
pub(super) fn expose(response: &mut Response<ResponseBody>, origin: &HeaderValue) {
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    headers.append(VARY, HeaderValue::from_static("origin"));
}

/// Says in an answer to a preflight what a page may send.
pub(super) fn allow(
    response: &mut Response<ResponseBody>,
    request: &HeaderMap,
    methods: &'static str,
) {
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(methods));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
    let mut allowed = ALLOWED.join(", ");
    let asked = request.get_all(ACCESS_CONTROL_REQUEST_HEADERS).iter();
    for name in asked.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')) {
        let name = name.trim().to_ascii_lowercase();
        if name.starts_with("mcp-param-") {
            allowed.push_str(", ");
            allowed.push_str(&name);
        }
    }
    if let Ok(allowed) = HeaderValue::try_from(allowed) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, allowed);
    }
}

const EXPOSED: &str = "www-authenticate, retry-after, mcp-session-id";

/// Beside these, headers that mirror an argument are allowed, `Mcp-Param-*`.
const ALLOWED: [&str; 8] = [
    "content-type",
    "authorization",
    "accept",
    "mcp-protocol-version",
    "mcp-method",
    "mcp-name",
    "mcp-session-id",
    "last-event-id",
];
