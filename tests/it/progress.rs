//! How far a long write is, told to a client that asks.

use axum::body::{Body, to_bytes};
use http::Request;
use mcp_dispatch::mcp_protocol::http::McpService;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::names::traced::Traced;

/// Calls a tool over HTTP; the messages that come back, the answer last.
async fn call(tool: &str, arguments: Value, meta: Value) -> Vec<Value> {
    let params = json!({"name": tool, "arguments": arguments, "_meta": meta});
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
    let request = Request::post("/mcp")
        .header("host", "localhost")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .header("mcp-protocol-version", "2025-11-25")
        .body(Body::from(body.to_string()))
        .unwrap();
    let service = McpService::new(Traced::small().into_server());
    let answer = service.oneshot(request).await.unwrap();
    let bytes = to_bytes(Body::new(answer.into_body()), usize::MAX).await.unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let messages = text.lines().map(|line| line.strip_prefix("data: ").unwrap_or(line));
    let messages = messages.filter(|line| line.starts_with('{'));
    messages.map(|message| serde_json::from_str(message).unwrap()).collect()
}

/// Creates 450 tags, by a bulk call and by a batch; compares what a client is told on the way.
async fn check(meta: Value, told: &[(u64, u64)]) {
    let tags: Vec<Value> =
        (0..450).map(|n| json!({"name": format!("t{n}"), "slug": format!("t{n}")})).collect();
    let bulk = json!({"resource": "tag", "action": "bulk_create", "params": {"items": tags}});
    let steps = json!({"steps": [{"resource": "tag", "action": "create", "each": tags}]});
    for (tool, arguments) in [("extras", bulk), ("batch", steps)] {
        let messages = call(tool, arguments, meta.clone()).await;
        let [notes @ .., answer] = messages.as_slice() else { panic!("no answer") };
        let text =
            answer["result"]["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{answer}"));
        assert!(text.contains("created 450 tags: "), "{text}");
        let progress = |note: &Value| {
            let params = &note["params"];
            (params["progress"].as_u64().unwrap(), params["total"].as_u64().unwrap())
        };
        assert_eq!(notes.iter().map(progress).collect::<Vec<_>>(), told);
    }
}

#[tokio::test]
async fn a_client_that_asks_is_told_how_far_a_long_write_is() {
    check(json!({"progressToken": "p"}), &[(200, 450), (400, 450)]).await;
    check(json!({}), &[]).await;
}
