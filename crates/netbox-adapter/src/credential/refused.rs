//! NetBox's refusals of a token, which it answers like missing permissions: with 403 and a sentence.

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{Response, StatusCode};
use serde::Deserialize;
use serde_json::json;

/// NetBox's words, if it is the token that an answer refuses, and not what the token may do.
pub(crate) fn refused_token(answer: &Response<Bytes>) -> Option<String> {
    if !matches!(answer.status(), StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED) {
        return None;
    }
    detail(answer.body()).filter(|detail| WORDS.iter().any(|words| detail.starts_with(words)))
}

/// NetBox's own words in an answer that refuses.
pub(crate) fn detail(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Refusal {
        detail: String,
    }
    serde_json::from_slice(body).ok().map(|refusal: Refusal| refusal.detail)
}

/// The same answer, which also says what to do.
pub(super) fn with_advice(answer: Response<Bytes>, advice: &str) -> Response<Bytes> {
    let Some(words) = refused_token(&answer) else { return answer };
    let (mut head, _) = answer.into_parts();
    head.headers.remove(CONTENT_LENGTH);
    let stop = if words.ends_with('.') { "" } else { "." };
    let body = json!({ "detail": format!("{words}{stop} {advice}") });
    Response::from_parts(head, Bytes::from(body.to_string()))
}

/// What NetBox 4.3 to 4.7 say where it is the token that they refuse.
const WORDS: [&str; 9] = [
    "Invalid token",
    "Invalid v1 token",
    "Invalid v2 token",
    "Invalid authorization header",
    "Token disabled",
    "Token expired",
    "User inactive",
    "Source IP ",
    "Client IP address could not be determined",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: StatusCode, body: &'static str) -> Response<Bytes> {
        let mut answer = Response::new(Bytes::from_static(body.as_bytes()));
        *answer.status_mut() = status;
        answer
    }

    #[track_caller]
    fn check(status: StatusCode, body: &'static str, is_token: bool) {
        assert_eq!(refused_token(&answer(status, body)).is_some(), is_token, "{body}");
    }

    #[test]
    fn a_token_is_told_from_a_permission() {
        check(StatusCode::FORBIDDEN, r#"{"detail":"Invalid v2 token"}"#, true);
        check(StatusCode::FORBIDDEN, r#"{"detail":"Token expired"}"#, true);
        let denied = r#"{"detail":"You do not have permission to perform this action."}"#;
        check(StatusCode::FORBIDDEN, denied, false);
        check(StatusCode::NOT_FOUND, r#"{"detail":"Invalid v2 token"}"#, false);
        check(StatusCode::FORBIDDEN, "<html>Token expired", false);
    }

    #[test]
    fn advice_follows_the_words_of_netbox() {
        let refused = answer(StatusCode::FORBIDDEN, r#"{"detail":"Invalid v2 token"}"#);
        let told = with_advice(refused, "Ask.");
        assert_eq!(told.body().as_ref(), br#"{"detail":"Invalid v2 token. Ask."}"#);
    }
}
