//! A server that is still starting, and what tools get to know.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use crate::wire::{HANDSHAKE, block_on, check, handshake, post, send, shared, stateless};

#[test]
fn a_server_that_starts_says_when_to_come_back() {
    let (toy, service) = shared();
    toy.starting.store(true, Ordering::Relaxed);
    block_on(async {
        for request in [
            stateless("tools/list", json!({})),
            stateless("tools/call", json!({ "name": "echo" })),
            handshake(HANDSHAKE, "tools/list", json!({})),
            handshake(HANDSHAKE, "tools/call", json!({ "name": "echo" })),
        ] {
            let answer = send(&service, request).await;
            assert_eq!(answer.status, 503);
            assert_eq!(answer.header("retry-after"), Some("2"));
            assert_eq!(
                answer.json()["error"],
                json!({
                    "code": -31503,
                    "message": "the document is being read",
                    "data": { "retryAfterSeconds": 2 },
                })
            );
        }
        let hello = json!({ "protocolVersion": HANDSHAKE, "capabilities": {}, "clientInfo": {} });
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello });
        assert_eq!(send(&service, post(body.to_string(), &[])).await.status, 200);
        assert_eq!(send(&service, stateless("server/discover", json!({}))).await.status, 200);
        assert_eq!(send(&service, handshake(HANDSHAKE, "ping", json!({}))).await.status, 200);
        toy.starting.store(false, Ordering::Relaxed);
        assert_eq!(send(&service, stateless("tools/list", json!({}))).await.status, 200);
    });
}

#[test]
fn a_capability_that_the_client_lacks_is_named() {
    let answer = check("sample", stateless("tools/call", json!({ "name": "sample" })), 400, -32021);
    let expected = json!({ "requiredCapabilities": { "sampling": {} } });
    assert_eq!(answer.json()["error"]["data"], expected);
}

#[test]
fn tools_know_who_asks_and_in_which_trace() {
    let meta = json!({
        "io.modelcontextprotocol/clientInfo": { "name": "me", "version": "1" },
        "traceparent": "00-1-2-01",
    });
    let request = stateless("tools/call", json!({ "name": "who", "_meta": meta }));
    let answer = check("who", request, 200, 0).json();
    let text = answer["result"]["content"][0]["text"].as_str().expect("a text");
    assert!(text.starts_with("None Some(RawValue({\"name\":\"me\",\"version\":\"1\"}))"), "{text}");
    assert!(text.ends_with("Some(\"00-1-2-01\")"), "{text}");
}

#[test]
fn results_say_what_their_revision_knows() {
    let result = |answer: Value| answer["result"].as_object().expect("a result").clone();
    let call = |name: &str| json!({ "name": name });
    for revision in ["2025-03-26", "2025-06-18", "2025-11-25"] {
        let list =
            result(check("list", handshake(revision, "tools/list", json!({})), 200, 0).json());
        assert_eq!(list.keys().collect::<Vec<_>>(), ["tools"]);
        let request = handshake(revision, "tools/call", call("value"));
        let value = result(check("value", request, 200, 0).json());
        assert_eq!(value.keys().collect::<Vec<_>>(), ["content", "isError"]);
        let request = handshake(revision, "tools/call", call("object"));
        let object = result(check("object", request, 200, 0).json());
        assert_eq!(object.contains_key("structuredContent"), revision != "2025-03-26");
        let request = handshake(revision, "tools/call", call("link"));
        let link = result(check("link", request, 200, 0).json());
        let expected = if revision == "2025-03-26" { "text" } else { "resource_link" };
        assert_eq!(link["content"][0]["type"], expected);
    }
    let list = result(check("list", stateless("tools/list", json!({})), 200, 0).json());
    assert_eq!(
        list.keys().collect::<Vec<_>>(),
        ["resultType", "tools", "ttlMs", "cacheScope", "_meta"]
    );
    let value = result(check("value", stateless("tools/call", call("value")), 200, 0).json());
    assert_eq!(value["structuredContent"], json!([1]));
    assert_eq!(value["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "toy");
}
