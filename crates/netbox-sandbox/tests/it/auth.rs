//! Tokens.

use bytes::Bytes;
use http::Request;
use netbox_sandbox::{Sandbox, Token, seed};
use serde_json::json;

use crate::client::{call, send};

fn guarded() -> Sandbox {
    Sandbox::builder()
        .with_tokens([
            Token::v1("ann", "0123456789abcdef0123456789abcdef01234567"),
            Token::v2("ben", "keykeykeykey", "secret"),
            Token::v2("eve", "readonlykey1", "secret").read_only(),
        ])
        .build()
}

#[track_caller]
fn check(header: &str, method: &str, status: u16, detail: &str) {
    let request = Request::builder()
        .method(method)
        .uri("/api/dcim/sites/")
        .header("authorization", header)
        .header("content-type", "application/json")
        .body(Bytes::from_static(b"[]"))
        .unwrap();
    let answer = send(&guarded(), request);
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
    if !detail.is_empty() {
        assert_eq!(answer.json(), json!({"detail": detail}));
    }
}

#[test]
fn tokens_are_checked_in_both_forms() {
    const DENIED: &str = "You do not have permission to perform this action.";
    const NONE: &str = "Authentication credentials were not provided.";
    check("Token 0123456789abcdef0123456789abcdef01234567", "GET", 200, "");
    check("Bearer 0123456789abcdef0123456789abcdef01234567", "GET", 200, "");
    check("Bearer nbt_keykeykeykey.secret", "POST", 201, "");
    check("bearer nbt_keykeykeykey.secret", "GET", 200, "");
    check("Token nbt_readonlykey1.secret", "GET", 200, "");
    check("Token nbt_readonlykey1.secret", "POST", 403, DENIED);
    check("Bearer nbt_keykeykeykey.wrong", "GET", 403, "Invalid v2 token");
    check("Token wrong", "GET", 403, "Invalid v1 token");
    check("", "GET", 403, NONE);
    check("Basic YTpi", "GET", 403, NONE);
}

#[test]
fn the_asking_user_is_told() {
    let request = Request::get("/api/authentication-check/")
        .header("authorization", "Bearer nbt_keykeykeykey.secret")
        .body(Bytes::new())
        .unwrap();
    assert_eq!(send(&guarded(), request).json()["username"], "ben");
    let open = Sandbox::new();
    let answer = call(&open, &http::Method::GET, "/api/authentication-check/", &json!(null));
    assert_eq!(answer.json()["username"], "sandbox");
}

#[test]
fn a_guarded_sandbox_can_be_seeded_with_its_own_token() {
    assert!(seed::small(&guarded()).is_ok());
    let read_only =
        Sandbox::builder().with_tokens([Token::v2("eve", "k", "s").read_only()]).build();
    let error = seed::small(&read_only).unwrap_err().to_string();
    assert!(error.starts_with("failed to seed the sandbox: extras/tags answered 403"), "{error}");
}

#[test]
fn secrets_do_not_show() {
    assert!(!format!("{:?}", guarded()).contains("secret"));
}
