//! Answers, with the headers that each kind must have.

use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW,
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, PRAGMA, REFERRER_POLICY,
    RETRY_AFTER, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderValue, Response, StatusCode};
use http_body_util::Full;
use maud::Markup;
use serde::Serialize;
use serde_json::json;

use super::page;
use super::refusal::{OAuthError, Refusal};
use crate::unavailable::Unavailable;

/// An answer of the authorization server.
pub(super) type Answer = Response<Full<Bytes>>;

/// JSON that nobody may keep (RFC 6749, section 5.1). It says nothing that the one who asks could
/// not ask for anywhere, so that a client in a browser may read it.
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Answer {
    // INVARIANT: every body of this crate is plain data, which always serializes.
    let body = serde_json::to_vec(body).expect("plain data serializes");
    let mut answer = with_status(status, Bytes::from(body));
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}

/// The same answer, with what is left to do for a person put where the log finds it: whatever that
/// is, what was asked for is done.
pub(super) fn with_left(mut answer: Answer, done: Result<(), Unavailable>) -> Answer {
    if let Err(left) = done {
        answer.extensions_mut().insert(left);
    }
    answer
}

/// JSON that says what is wrong.
pub(super) fn oauth_error(error: &OAuthError) -> Answer {
    let body = json!({ "error": error.code, "error_description": ascii(&error.description) });
    let mut answer = json(error.status, &body);
    if error.status == StatusCode::UNAUTHORIZED {
        // RFC 6749, section 5.2: a challenge of the scheme that clients authenticate with.
        let challenge = HeaderValue::from_static("Basic realm=\"oauth\", charset=\"UTF-8\"");
        answer.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    answer
}

/// A page (see the module [`page`]); answers to its forms may lead to `form_action`.
pub(super) fn html(status: StatusCode, markup: Markup, form_action: &str) -> Answer {
    let mut answer = with_status(status, Bytes::from(markup.into_string()));
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    let policy = format!(
        "default-src 'none'; style-src '{}'; form-action 'self'{}{form_action}; \
         frame-ancestors 'none'; base-uri 'none'",
        page::style_hash(),
        if form_action.is_empty() { "" } else { " " },
    );
    // INVARIANT: sources are schemes and origins as `url` writes them, which are ASCII.
    let policy = HeaderValue::try_from(policy).expect("a policy is ASCII");
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    answer
}

/// 408: the body did not arrive in time, or what is asked for the answer takes too long.
#[cfg(feature = "runtime-tokio")]
pub(super) fn took_too_long() -> Answer {
    let description = "the request took too long";
    json(
        StatusCode::REQUEST_TIMEOUT,
        &json!({ "error": "temporarily_unavailable", "error_description": description }),
    )
}

/// Sends the browser on, with GET.
pub(super) fn see_other(to: &str) -> Answer {
    let mut answer = with_status(StatusCode::SEE_OTHER, Bytes::new());
    let headers = answer.headers_mut();
    // INVARIANT: an address is checked or written by us, and is graphic ASCII.
    headers.insert(LOCATION, HeaderValue::try_from(to).expect("an address is ASCII"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    answer
}

/// The answer to a browser that asks whether a page elsewhere may ask.
pub(super) fn preflight(methods: &'static str) -> Answer {
    let mut answer = with_status(StatusCode::NO_CONTENT, Bytes::new());
    let headers = answer.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(methods));
    let allowed = HeaderValue::from_static("authorization, content-type, mcp-protocol-version");
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, allowed);
    answer
}

/// 405.
pub(super) fn method_not_allowed(methods: &'static str) -> Answer {
    let body =
        json!({ "error": "method_not_allowed", "error_description": "see the header allow" });
    let mut answer = json(StatusCode::METHOD_NOT_ALLOWED, &body);
    answer.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
    answer
}

/// A refusal, as JSON.
pub(super) fn refused(refusal: &Refusal) -> Answer {
    let (code, description) = match refusal {
        Refusal::Client(error) => return oauth_error(error),
        Refusal::Person(error) => {
            let body =
                json!({ "error": "invalid_request", "error_description": ascii(&error.text) });
            return json(error.status, &body);
        }
        Refusal::TooMany(_) => ("temporarily_unavailable", "too many requests: try again later"),
        Refusal::Unavailable(_) => {
            ("temporarily_unavailable", "this cannot be done now: try again")
        }
    };
    let body = json!({ "error": code, "error_description": description });
    with_cause(json(status_of(refusal), &body), refusal)
}

/// A refusal, as a page.
pub(super) fn refused_page(refusal: &Refusal, service: &str) -> Answer {
    let (title, text) = match refusal {
        Refusal::Person(error) => (error.title, error.text.as_ref()),
        Refusal::Client(error) => ("The application made a mistake", error.description.as_ref()),
        Refusal::TooMany(_) => ("Too many attempts", "Wait a few minutes, then try again."),
        Refusal::Unavailable(_) => {
            ("Not available now", "This cannot be done at the moment. Try again in a minute.")
        }
    };
    let page = page::message(service, title, text);
    with_cause(html(status_of(refusal), page, ""), refusal)
}

fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Client(error) => error.status,
        Refusal::Person(error) => error.status,
        Refusal::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        Refusal::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn with_cause(mut answer: Answer, refusal: &Refusal) -> Answer {
    match refusal {
        Refusal::TooMany(secs) => {
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*secs));
        }
        Refusal::Unavailable(cause) => {
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
            answer.extensions_mut().insert(cause.clone());
        }
        Refusal::Client(_) | Refusal::Person(_) => {}
    }
    answer
}

fn with_status(status: StatusCode, body: Bytes) -> Answer {
    let mut answer = Response::new(Full::new(body));
    *answer.status_mut() = status;
    answer
}

/// Keeps what may stand in a description (RFC 6749, section 5.2: `%x20-21 / %x23-5B / %x5D-7E`).
pub(super) fn ascii(text: &str) -> String {
    text.chars().filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\')).collect()
}
