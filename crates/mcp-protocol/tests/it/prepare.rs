//! What a server has to wait for is waited for before it is asked.

use mcp_protocol::http::McpService;
use serde_json::{Value, json};

use crate::toy::Toy;
use crate::wire::{HANDSHAKE, block_on, handshake, send, stateless};

#[track_caller]
fn check(method: &str, params: &Value, asked: &[&str]) {
    let requests = match method {
        "initialize" => vec![handshake(HANDSHAKE, method, params.clone())],
        "server/discover" => vec![stateless(method, params.clone())],
        _ => vec![stateless(method, params.clone()), handshake(HANDSHAKE, method, params.clone())],
    };
    for request in requests {
        let toy = Toy::new();
        let answer = block_on(send(&McpService::new(toy.clone()), request));
        assert_eq!(*toy.asked.lock().unwrap(), asked, "{method}: {}", answer.text);
    }
}

#[test]
fn a_server_prepares_before_it_is_asked() {
    let hello = json!({"protocolVersion": HANDSHAKE, "capabilities": {}, "clientInfo": {}});
    check("initialize", &hello, &["prepare", "instructions"]);
    check("server/discover", &json!({}), &["prepare", "instructions"]);
    check("tools/list", &json!({}), &["prepare", "tools"]);
    let write = json!({"name": "write"});
    check("tools/call", &write, &["prepare write", "authorize write"]);
    check("ping", &json!({}), &[]);
    check("tools/call", &json!({"arguments": {}}), &[]);
    check("tools/call", &json!({"name": "panic_in_prepare"}), &["authorize panic_in_prepare"]);
}
