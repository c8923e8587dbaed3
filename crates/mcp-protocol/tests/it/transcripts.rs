//! Whole conversations as bytes, one for each revision, compared with reviewed ones.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::wire::{block_on, exchange, service, stateless_body};

/// Sends `messages` one after another over HTTP and writes down what went over the wire.
fn transcript(messages: &[(Vec<(&str, &str)>, Value)]) -> String {
    let mut text = String::new();
    for (headers, message) in messages {
        let body = message.to_string();
        let mut request =
            "POST /mcp HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n".to_owned();
        request +=
            "content-type: application/json\r\naccept: application/json, text/event-stream\r\n";
        for (name, value) in headers {
            write!(request, "{name}: {value}\r\n").expect("memory does not fail");
        }
        write!(request, "content-length: {}\r\n\r\n{body}", body.len()).expect("memory");
        let answer = block_on(exchange(service(), request.as_bytes()));
        for (name, value) in headers {
            writeln!(text, "> {name}: {value}").expect("memory does not fail");
        }
        writeln!(text, "> {body}\n{answer}").expect("memory does not fail");
    }
    text
}

fn handshake_conversation(revision: &str) -> String {
    let version = || vec![("mcp-protocol-version", revision)];
    let call = |id: u32, name: &str| {
        let params = json!({ "name": name, "arguments": { "é": [1, null] } });
        (version(), request(id, "tools/call", params))
    };
    let hello = json!({
        "protocolVersion": revision,
        "capabilities": {},
        "clientInfo": { "name": "test", "version": "0" },
    });
    transcript(&[
        (vec![], request(0, "initialize", hello)),
        (version(), json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })),
        (version(), json!({ "jsonrpc": "2.0", "id": "p", "method": "ping" })),
        (version(), json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" })),
        call(3, "echo"),
        call(4, "fail"),
        call(5, "value"),
        call(6, "object"),
        call(7, "link"),
        call(8, "nothing"),
        (version(), request(9, "prompts/list", json!({}))),
    ])
}

fn request(id: u32, method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
}

#[test]
fn v2025_03_26() {
    insta::assert_snapshot!(handshake_conversation("2025-03-26"));
}

#[test]
fn v2025_06_18() {
    insta::assert_snapshot!(handshake_conversation("2025-06-18"));
}

#[test]
fn v2025_11_25() {
    insta::assert_snapshot!(handshake_conversation("2025-11-25"));
}

#[test]
fn v2026_07_28() {
    let message = |id: u32, method: &'static str, params: Value| {
        let headers = vec![("mcp-protocol-version", "2026-07-28"), ("mcp-method", method)];
        (headers, stateless_body(id.into(), method, params))
    };
    let call = |id: u32, name: &'static str| {
        let params = json!({ "name": name, "arguments": { "é": [1, null] } });
        let (mut headers, body) = message(id, "tools/call", params);
        headers.push(("mcp-name", name));
        (headers, body)
    };
    insta::assert_snapshot!(transcript(&[
        message(1, "server/discover", json!({})),
        message(2, "tools/list", json!({})),
        call(3, "echo"),
        call(4, "fail"),
        call(5, "value"),
        call(6, "object"),
        call(7, "link"),
        call(8, "nothing"),
        message(9, "prompts/list", json!({})),
        message(10, "initialize", json!({})),
    ]));
}
