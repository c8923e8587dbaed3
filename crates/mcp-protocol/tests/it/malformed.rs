//! Input that is wrong in every way we know.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use http::{Method, Request};
use serde_json::json;

use crate::wire::{
    HANDSHAKE, STATELESS, ask, block_on, check, exchange, handshake, post, send, service, stateless,
};

#[track_caller]
fn body(bytes: impl Into<Body>, status: u16, code: i64) {
    let answer = check("body", post(bytes, &[]), status, code);
    assert!(!answer.text.contains("\"id\":null"), "{}", answer.text);
}

#[test]
fn what_is_no_json_is_a_parse_error() {
    body("", 400, -32700);
    body("{", 400, -32700);
    body(r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"#, 400, -32700);
    body("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}}", 400, -32700);
    body("hello", 400, -32700);
    body("{'jsonrpc':'2.0'}", 400, -32700);
    body(Bytes::from_static(b"\xef\xbb\xbf{}"), 400, -32700);
    body(Bytes::from_static(b"\"\xff\""), 400, -32700);
    body(Bytes::from_static(b"\0"), 400, -32700);
}

#[test]
fn what_is_no_request_is_invalid() {
    body("[]", 400, -32600);
    body(r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, 400, -32600);
    body("7", 400, -32600);
    body("{}", 400, -32600);
    body(r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, 400, -32600);
    body(r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, 400, -32600);
    body(r#"{"jsonrpc":"2.0","id":true,"method":"ping"}"#, 400, -32600);
    body(r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, 400, -32600);
    body(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#, 400, -32600);
    body(r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}"#, 400, -32600);
    body(r#"{"jsonrpc":"2.0","id":1,"id":1,"method":"ping"}"#, 400, -32600);
    body(
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","name":"b"}}"#,
        400,
        -32600,
    );
    body(
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"progressToken":1,"progressToken":2}}}"#,
        400,
        -32600,
    );
}

#[test]
fn ids_come_back_as_they_were() {
    for id in ["1", "1.0", "-3", "1e2", "123456789012345678901234567890", r#""a\u0000\"b""#, "\"\""]
    {
        let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#);
        let answer = check(id, post(body, &[]), 200, 0);
        assert_eq!(answer.text, format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{}}}}"#));
    }
}

#[test]
fn depth_is_bounded() {
    let deep = |n: usize| {
        let arrays = format!("{}{}", "[".repeat(n), "]".repeat(n));
        let params = format!(r#"{{"name":"echo","arguments":{{"a":{arrays}}}}}"#);
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{params}}}"#)
    };
    body(deep(100), 200, 0);
    body(deep(200), 400, -32600);
    body(deep(1_000_000), 400, -32600);
}

#[test]
fn size_is_bounded_whether_it_is_declared_or_not() {
    let small = service().with_max_body_bytes(100);
    block_on(async {
        let declared = send(&small, post("x".repeat(101), &[])).await;
        assert_eq!((declared.status.as_u16(), declared.code()), (413, -32600));
        let chunks = (0..1000).map(|_| Ok::<_, Infallible>(Bytes::from_static(b"0123456789")));
        let streamed = send(&small, post(Body::from_stream(stream::iter(chunks)), &[])).await;
        assert_eq!(streamed.status, 413);
        let fits = send(&small, post("x".repeat(100), &[])).await;
        assert_eq!(fits.code(), -32700);
        let huge = ask(post(" ".repeat(50_000_000), &[])).await;
        assert_eq!(huge.status, 413);
    });
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for() {
    let impatient = service().with_body_deadline(Duration::from_millis(20));
    let answer = block_on(async {
        let never = Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
        send(&impatient, post(never, &[])).await
    });
    assert_eq!((answer.status.as_u16(), answer.code()), (408, -32600));
}

#[test]
fn a_body_that_breaks_off_is_refused() {
    let broken = stream::iter([Ok(Bytes::from_static(b"{")), Err(std::io::Error::other("gone"))]);
    check("broken", post(Body::from_stream(broken), &[]), 400, -32600);
}

#[test]
fn a_body_in_pieces_is_one_body() {
    let text = br#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    let bytes = text.iter().map(|byte| Ok::<_, Infallible>(Bytes::copy_from_slice(&[*byte])));
    check("pieces", post(Body::from_stream(stream::iter(bytes)), &[]), 200, 0);
}

#[test]
fn only_json_is_read() {
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "", "é"] {
        let mut request = post(r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#, &[]);
        let value = http::HeaderValue::from_bytes(content_type.as_bytes()).expect("a value");
        request.headers_mut().insert("content-type", value);
        check(content_type, request, 415, -32600);
    }
}

#[test]
fn nothing_is_unpacked() {
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    check("gzip", post(body, &[("content-encoding", "gzip")]), 415, -32600);
    check("identity", post(body, &[("content-encoding", "identity")]), 200, 0);
}

#[test]
fn accept_is_taken_as_a_wish() {
    for accept in [None, Some("*/*"), Some("application/json"), Some("text/html"), Some(";;q=,")] {
        let mut request = handshake(HANDSHAKE, "tools/call", json!({ "name": "echo" }));
        request.headers_mut().remove("accept");
        if let Some(accept) = accept {
            request.headers_mut().insert("accept", accept.parse().expect("a value"));
        }
        let answer = check("accept", request, 200, 0);
        assert_eq!(answer.header("content-type"), Some("application/json"), "{accept:?}");
    }
    let mut request = handshake(HANDSHAKE, "tools/call", json!({ "name": "echo" }));
    request.headers_mut().insert("accept", "text/event-stream".parse().expect("a value"));
    let answer = block_on(ask(request));
    assert_eq!(answer.events()[0]["result"]["isError"], false);
}

#[test]
fn wrong_parameters_are_told_in_band() {
    for params in [
        json!({}),
        json!({ "name": null }),
        json!({ "name": 7 }),
        json!({ "name": ["echo"] }),
        json!({ "name": "nothing" }),
        json!({ "name": "echo", "arguments": [] }),
        json!({ "name": "echo", "arguments": "{}" }),
        json!({ "name": "echo", "arguments": 1 }),
    ] {
        let what = params.to_string();
        check(&what, handshake(HANDSHAKE, "tools/call", params.clone()), 200, -32602);
        check(&what, stateless("tools/call", params), 200, -32602);
    }
    for cursor in [json!("x"), json!(""), json!(1), json!({})] {
        let params = json!({ "cursor": cursor });
        check("cursor", handshake(HANDSHAKE, "tools/list", params.clone()), 200, -32602);
        check("cursor", stateless("tools/list", params), 200, -32602);
    }
    let token = json!({ "name": "echo", "_meta": { "progressToken": [] } });
    check("token", handshake(HANDSHAKE, "tools/call", token), 200, -32602);
}

#[test]
fn arguments_reach_the_tool_as_they_were_written() {
    let echo = |arguments: &str| {
        let params = format!(r#"{{"arguments":{arguments},"name":"echo"}}"#);
        let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{params}}}"#);
        let answer = check(arguments, post(body, &[]), 200, 0).json();
        answer["result"]["content"][0]["text"].as_str().expect("a text").to_owned()
    };
    for arguments in ["{}", r#"{ "a" : 1.10, "a":2 }"#, r#"{"lone":"\ud800"}"#, r#"{"é":"\u0000"}"#]
    {
        assert_eq!(echo(arguments), arguments);
    }
    assert_eq!(echo("null"), "{}");
    let absent = check("absent", stateless("tools/call", json!({ "name": "echo" })), 200, 0);
    assert_eq!(absent.json()["result"]["content"][0]["text"], "{}");
}

#[test]
fn a_panic_is_an_answer() {
    for name in ["panic", "panic_in_authorize", "stream_without_result"] {
        let answer = check(name, stateless("tools/call", json!({ "name": name })), 200, -32603);
        assert!(!answer.text.contains("secret"), "{}", answer.text);
    }
}

#[test]
fn what_is_no_http_does_not_end_the_server() {
    block_on(async {
        let answer = exchange(service(), b"GARBAGE\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 400 Bad Request"), "{answer}");
        let body = r#"{"jsonrpc":"2.0","id":"x","method":"tools/list"}"#;
        let version = format!("mcp-protocol-version: {STATELESS}\r\n");
        let request = format!(
            "POST /mcp HTTP/1.1\r\nhost: localhost\r\n{version}{version}\
             content-type: application/json\r\ncontent-length: {}\r\n\
             connection: close\r\n\r\n{body}",
            body.len()
        );
        let answer = exchange(service(), request.as_bytes()).await;
        assert!(answer.contains("400 Bad Request") && answer.contains("-32020"), "{answer}");
    });
}

#[test]
fn only_post_is_answered() {
    for method in [Method::GET, Method::DELETE, Method::PUT, Method::HEAD] {
        let request = Request::builder().method(&method).uri("/mcp").body(Body::empty());
        let answer = check(method.as_str(), request.expect("a request"), 405, -32600);
        assert_eq!(answer.header("allow"), Some("POST, OPTIONS"));
    }
}
