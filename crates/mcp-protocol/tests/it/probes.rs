//! What other servers get wrong and the conformance suite does not look at, a probe a test.

use axum::body::Body;
use http::{Method, Request};
use serde_json::{Value, json};

use crate::wire::{
    Answer, HANDSHAKE, STATELESS, check, handshake, post, stateless, stateless_body,
};

/// Builds a message of the handshake era whose id is written as it is.
fn with_id(id: &str) -> Request<Body> {
    post(format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#), &[])
}

/// Changes one header of a request that is fine otherwise.
fn with_header(name: &'static str, value: &str) -> Request<Body> {
    let mut request = handshake(HANDSHAKE, "tools/list", json!({}));
    request.headers_mut().insert(name, value.parse().expect("a value"));
    request
}

fn result(answer: &Answer) -> Value {
    answer.json()["result"].clone()
}

#[test]
fn an_evil_origin_on_a_good_host() {
    check("origin", with_header("origin", "http://evil.example"), 403, -32600);
}

#[test]
fn invalid_json() {
    check("json", post("{nope", &[]), 400, -32700);
}

#[test]
fn batches_full_and_empty() {
    check("batch", post(r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, &[]), 400, -32600);
    check("batch", post("[]", &[]), 400, -32600);
    let headers = [("mcp-protocol-version", "2025-03-26")];
    check("batch", post(r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, &headers), 400, -32600);
}

#[test]
fn a_call_that_names_no_tool() {
    check("stateless", stateless("tools/call", json!({})), 200, -32602);
    check("handshake", handshake(HANDSHAKE, "tools/call", json!({})), 200, -32602);
}

#[test]
fn ids_that_are_null_or_floats() {
    check("null", with_id("null"), 400, -32600);
    let answer = check("float", with_id("1.0"), 200, 0);
    assert_eq!(answer.text, r#"{"jsonrpc":"2.0","id":1.0,"result":{}}"#);
}

#[test]
fn a_bad_cursor_and_a_bad_log_level() {
    check("cursor", stateless("tools/list", json!({ "cursor": "x" })), 200, -32602);
    check("cursor", handshake(HANDSHAKE, "tools/list", json!({ "cursor": "x" })), 200, -32602);
    let level = json!({ "_meta": { "io.modelcontextprotocol/logLevel": "loud" } });
    check("level", stateless("tools/list", level), 400, -32602);
}

#[test]
fn accept_without_event_streams() {
    for accept in ["application/json", "*/*"] {
        let answer = check(accept, with_header("accept", accept), 200, 0);
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
}

#[test]
fn a_list_without_a_session() {
    let answer = check("list", handshake("2025-06-18", "tools/list", json!({})), 200, 0);
    assert!(result(&answer)["tools"].is_array());
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
    check("no header at all", post(body, &[]), 200, 0);
    check("a session of another server", post(body, &[("mcp-session-id", "x")]), 200, 0);
}

#[test]
fn an_unknown_version_and_nothing_in_the_body() {
    check("version", handshake("1999-01-01", "tools/list", json!({})), 400, -32022);
}

#[test]
fn capabilities_that_are_not_declared() {
    for method in ["prompts/list", "resources/list", "completion/complete", "logging/setLevel"] {
        check(method, stateless(method, json!({})), 404, -32601);
        check(method, handshake(HANDSHAKE, method, json!({})), 200, -32601);
    }
}

#[test]
fn a_single_result_is_json() {
    let answer = check("call", stateless("tools/call", json!({ "name": "echo" })), 200, 0);
    assert_eq!(answer.header("content-type"), Some("application/json"));
}

#[test]
fn a_handshake_that_asks_for_the_stateless_era() {
    let params = json!({ "protocolVersion": STATELESS, "capabilities": {}, "clientInfo": {} });
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params });
    let answer = check("initialize", post(body.to_string(), &[]), 200, 0);
    assert_eq!(result(&answer)["protocolVersion"], "2025-11-25");
}

#[test]
fn a_preflight() {
    let request = Request::builder()
        .method(Method::OPTIONS)
        .uri("/mcp")
        .header("host", "localhost")
        .header("origin", "http://localhost:6274")
        .header("access-control-request-method", "POST");
    check("preflight", request.body(Body::empty()).expect("a request"), 204, 0);
}

#[test]
fn notifications_that_nobody_defined() {
    let mut body = stateless_body(1.into(), "notifications/whatever", json!({}));
    body.as_object_mut().expect("an object").remove("id");
    check("notification", post(body.to_string(), &[("mcp-protocol-version", STATELESS)]), 202, 0);
}
