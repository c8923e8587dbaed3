//! Clients that listen for changes to the list of tools, by the means of each revision.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use axum::body::Body;
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use mcp_protocol::auth::{AuthInfo, Recheck, Standing};
use mcp_protocol::http::{McpService, ResponseBody};
use mcp_protocol::stdio::StdioServer;
use mcp_protocol::tool::ListChanges;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, duplex};
use tokio::time::timeout;
use tower::ServiceExt as _;

use crate::toy::Toy;
use crate::wire::{Answer, HANDSHAKE, block_on, check, handshake, send, stateless, stateless_body};

const ID: &str = "io.modelcontextprotocol/subscriptionId";

fn changing() -> (ListChanges, McpService<Arc<Toy>>) {
    let toy = Toy::changing();
    let changes = toy.changes.clone().expect("it tells of changes");
    (changes, McpService::new(toy))
}

fn get(revision: Option<&str>, accept: &str) -> Request<Body> {
    let mut request = Request::builder().method(Method::GET).uri("/mcp").header("accept", accept);
    if let Some(revision) = revision {
        request = request.header("mcp-protocol-version", revision);
    }
    request.header("host", "localhost:8080").body(Body::empty()).expect("a request")
}

fn listen(notifications: Value) -> Request<Body> {
    stateless("subscriptions/listen", json!({ "notifications": notifications }))
}

fn by(caller: &AuthInfo, mut request: Request<Body>) -> Request<Body> {
    request.extensions_mut().insert(caller.clone());
    request
}

/// The next message of an event stream as it is written; none at its end.
async fn message(body: &mut ResponseBody) -> Option<String> {
    let frame = timeout(Duration::from_secs(5), body.frame()).await.expect("a message in time")?;
    let frame = frame.expect("a body cannot fail").into_data().expect("data");
    Some(String::from_utf8(frame.into()).expect("UTF-8"))
}

/// The next message of an event stream; none at its end.
async fn next(body: &mut ResponseBody) -> Option<Value> {
    let text = message(body).await?;
    Some(serde_json::from_str(text.strip_prefix("data: ").expect("an event")).expect("JSON"))
}

#[test]
fn a_listener_is_acknowledged_then_told_then_answered() {
    block_on(async {
        let (changes, service) = changing();
        let Ok(response) = service.oneshot(listen(json!({ "toolsListChanged": true }))).await;
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut body = response.into_body();
        let first = next(&mut body).await.expect("a message");
        assert_eq!(first["method"], "notifications/subscriptions/acknowledged");
        assert_eq!(first["params"]["notifications"], json!({ "toolsListChanged": true }));
        assert_eq!(first["params"]["_meta"][ID], 1);
        for _ in 0..2 {
            changes.notify();
            let told = next(&mut body).await.expect("a message");
            assert_eq!(told["method"], "notifications/tools/list_changed");
            assert_eq!(told["params"]["_meta"][ID], 1);
        }
        changes.end();
        let last = next(&mut body).await.expect("a message");
        assert_eq!((&last["id"], &last["result"]["resultType"]), (&json!(1), &json!("complete")));
        assert_eq!(last["result"]["_meta"][ID], 1);
        assert_eq!(next(&mut body).await, None);
    });
}

/// The SDKs for Python and Rust listen only with a session id.
#[test]
fn a_handshake_gives_an_id_that_stands_for_nothing() {
    let hello = || {
        let params = json!({ "protocolVersion": HANDSHAKE, "capabilities": {}, "clientInfo": {} });
        handshake(HANDSHAKE, "initialize", params)
    };
    block_on(async {
        let (changes, service) = changing();
        let one = send(&service, hello()).await;
        let other = send(&service, hello()).await;
        let id = one.header("mcp-session-id").expect("an id").to_owned();
        assert_ne!(Some(id.as_str()), other.header("mcp-session-id"));
        // Another replica takes it, and so does the stream.
        let (_, replica) = changing();
        let with_id = |mut request: Request<Body>| {
            let id = http::HeaderValue::from_str(&id).expect("visible ASCII");
            request.headers_mut().insert("mcp-session-id", id);
            request
        };
        let listed = with_id(handshake(HANDSHAKE, "tools/list", json!({})));
        assert_eq!(send(&replica, listed).await.status, 200);
        let listening = with_id(get(Some(HANDSHAKE), "text/event-stream"));
        let Ok(response) = service.clone().oneshot(listening).await;
        changes.notify();
        let told = next(&mut response.into_body()).await.expect("a message");
        assert_eq!(told["method"], "notifications/tools/list_changed");
        // There is nothing to end, which clients are told as the specification has it.
        let mut delete = with_id(get(Some(HANDSHAKE), "application/json"));
        *delete.method_mut() = Method::DELETE;
        assert_eq!(send(&service, delete).await.status, 405);

        // Without changes to tell there is no stream, and no id.
        let plain = McpService::new(Toy::new());
        assert_eq!(send(&plain, hello()).await.header("mcp-session-id"), None);
        let discovered = send(&service, stateless("server/discover", json!({}))).await;
        assert_eq!(discovered.header("mcp-session-id"), None);
    });
}

#[test]
fn what_was_not_asked_for_is_not_sent() {
    block_on(async {
        let (changes, service) = changing();
        let request = listen(json!({ "promptsListChanged": true, "toolsListChanged": false }));
        let Ok(response) = service.oneshot(request).await;
        let mut body = response.into_body();
        let first = next(&mut body).await.expect("a message");
        assert_eq!(first["params"]["notifications"], json!({}));
        changes.notify();
        changes.end();
        assert!(next(&mut body).await.expect("the result")["result"].is_object());
    });
}

#[test]
fn a_handshake_era_client_listens_with_get() {
    block_on(async {
        for revision in [None, Some("2025-03-26"), Some("2025-06-18"), Some(HANDSHAKE)] {
            let (changes, service) = changing();
            let Ok(response) = service.oneshot(get(revision, "text/event-stream")).await;
            assert_eq!(response.status(), StatusCode::OK, "{revision:?}");
            let mut body = response.into_body();
            changes.notify();
            let told = next(&mut body).await.expect("a message");
            let expected = json!({
                "jsonrpc": "2.0", "method": "notifications/tools/list_changed",
            });
            assert_eq!(told, expected);
            changes.end();
            assert_eq!(next(&mut body).await, None);
        }
    });
}

#[test]
fn nobody_else_listens_with_get() {
    block_on(async {
        let (_, service) = changing();
        for request in [
            get(Some("2026-07-28"), "text/event-stream"),
            get(Some("v9"), "text/event-stream"),
            get(None, "text/html, */*"),
        ] {
            let answer = send(&service, request).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
            assert_eq!(answer.header("allow"), Some("GET, POST, OPTIONS"));
        }
        let still = McpService::new(Toy::new());
        let answer = send(&still, get(None, "text/event-stream")).await;
        assert_eq!(answer.header("allow"), Some("POST, OPTIONS"));
        for method in [Method::PUT, Method::HEAD, Method::DELETE, Method::OPTIONS] {
            for (service, expected) in [(&service, "GET, POST, OPTIONS"), (&still, "POST, OPTIONS")]
            {
                let mut request = get(None, "text/event-stream");
                *request.method_mut() = method.clone();
                let answer = send(service, request).await;
                assert_eq!(answer.header("allow"), Some(expected), "{method}");
                assert!(answer.text.is_empty() || answer.text.contains(expected), "{method}");
            }
        }
    });
}

#[test]
fn nobody_listens_longer_than_their_token_lasts() {
    block_on(async {
        let (_changes, service) = changing();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later").as_secs();
        let caller = AuthInfo::new("ada").with_expires_at(now + 1);
        // Whoever asked for it is answered.
        for (request, expected) in [
            (listen(json!({ "toolsListChanged": true })), &["acknowledged", "complete"][..]),
            (get(Some(HANDSHAKE), "text/event-stream"), &[]),
        ] {
            let answer =
                timeout(Duration::from_secs(5), send(&service, by(&caller, request))).await;
            let events = answer.expect("it ends").events();
            assert_eq!(events.len(), expected.len(), "{events:?}");
            for (event, expected) in events.iter().zip(expected) {
                assert!(event.to_string().contains(expected), "{event}");
            }
        }
    });
}

/// Is an access layer that lets `ada` in, or nobody any more.
struct Door(Arc<AtomicBool>);

#[async_trait]
impl Recheck for Door {
    async fn still_makes(&self, caller: &AuthInfo) -> bool {
        assert_eq!(caller.subject, "ada");
        self.0.load(Ordering::Relaxed)
    }
}

#[test]
fn nobody_listens_longer_than_they_would_be_let_in() {
    block_on(async {
        let (changes, service) = changing();
        let service = service.with_keep_alive(Duration::from_millis(10));
        let open = Arc::new(AtomicBool::new(true));
        let standing = Standing::new(Door(open.clone()));
        let mut bodies = Vec::new();
        for request in
            [listen(json!({ "toolsListChanged": true })), get(Some(HANDSHAKE), "text/event-stream")]
        {
            let mut request = by(&AuthInfo::new("ada"), request);
            request.extensions_mut().insert(standing.clone());
            let Ok(response) = service.clone().oneshot(request).await;
            bodies.push(response.into_body());
        }
        // Both outlast some checks, and hear of a change all the same.
        tokio::time::sleep(Duration::from_millis(50)).await;
        changes.notify();
        for body in &mut bodies {
            while !message(body).await.expect("it goes on").contains("list_changed") {}
        }
        open.store(false, Ordering::Relaxed);
        let mut last = Vec::new();
        for body in &mut bodies {
            while let Some(message) = message(body).await {
                last.push(message);
            }
        }
        // Whoever asked for it is answered.
        last.retain(|message| message != ":\n\n");
        assert!(matches!(&last[..], [only] if only.contains("\"complete\"")), "{last:?}");
    });
}

#[test]
fn one_caller_does_not_keep_the_others_from_listening() {
    block_on(async {
        let (_changes, service) = changing();
        let (ada, bob) = (AuthInfo::new("ada"), AuthInfo::new("bob"));
        let ask = async |caller: &AuthInfo, with_get: bool| {
            let request = match with_get {
                true => get(Some(HANDSHAKE), "text/event-stream"),
                false => listen(json!({ "toolsListChanged": true })),
            };
            let Ok(response) = service.clone().oneshot(by(caller, request)).await;
            response
        };
        let mut held = Vec::new();
        for n in 0..32 {
            let response = ask(&ada, n % 2 == 0).await;
            assert_eq!(response.status(), StatusCode::OK);
            held.push(response);
        }
        for with_get in [true, false] {
            let refused = ask(&ada, with_get).await;
            assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert!(refused.headers().contains_key("retry-after"));
            assert_eq!(ask(&bob, with_get).await.status(), StatusCode::OK);
        }
        // Nobody knows how many these are; together they have half of all places.
        for _ in 0..512 {
            held.push(ask(&AuthInfo::anonymous(), true).await);
        }
        assert!(held.iter().all(|response| response.status() == StatusCode::OK));
        let refused = ask(&AuthInfo::anonymous(), true).await;
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        let answer = Answer::of(refused).await;
        assert_eq!(answer.code(), -31503, "{}", answer.text);
        assert_eq!(ask(&bob, true).await.status(), StatusCode::OK);
        held.clear();
        assert_eq!(ask(&ada, true).await.status(), StatusCode::OK, "a place is free again");
    });
}

#[test]
fn only_who_tells_of_changes_says_so() {
    block_on(async {
        let (_, changing) = changing();
        let still = McpService::new(Toy::new());
        let hello = json!({ "protocolVersion": HANDSHAKE, "capabilities": {}, "clientInfo": {} });
        for (service, expected) in [(changing, json!({ "listChanged": true })), (still, json!({}))]
        {
            for request in [
                handshake(HANDSHAKE, "initialize", hello.clone()),
                stateless("server/discover", json!({})),
            ] {
                let answer = send(&service, request).await.json();
                assert_eq!(answer["result"]["capabilities"]["tools"], expected);
            }
        }
    });
}

#[test]
fn a_listener_says_what_it_wants() {
    block_on(async {
        let (_, service) = changing();
        for wrong in [json!({}), json!({ "notifications": [] }), json!({ "notifications": true })] {
            let answer = send(&service, stateless("subscriptions/listen", wrong)).await;
            assert_eq!(answer.code(), -32602, "{}", answer.text);
        }
        let mut request = listen(json!({ "toolsListChanged": true }));
        request.headers_mut().insert("accept", "application/json".parse().expect("a value"));
        assert_eq!(send(&service, request).await.status, StatusCode::NOT_ACCEPTABLE);
    });
    check("still", listen(json!({ "toolsListChanged": true })), 404, -32601);
}

#[test]
fn a_server_that_lacks_something_is_well_and_says_so() {
    let service = McpService::new(Toy::degraded("it is old")).with_health_path("/healthz");
    let request = Request::get("/healthz").body(Body::empty()).expect("a request");
    let answer: Answer = block_on(send(&service, request));
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json(), json!({ "status": "degraded", "why": "it is old" }));
}

#[test]
fn a_client_on_a_stream_is_told_too() {
    block_on(async {
        let toy = Toy::changing();
        let changes = toy.changes.clone().expect("it tells of changes");
        let (mut input, server_input) = duplex(4096);
        let (server_output, output) = duplex(4096);
        let server = tokio::spawn(StdioServer::new(toy).serve(server_input, server_output));
        let mut lines = BufReader::new(output).lines();
        let mut receive = async || -> Value {
            let line = timeout(Duration::from_secs(5), lines.next_line()).await;
            let line = line.expect("in time").expect("the stream is open").expect("a line");
            serde_json::from_str(&line).expect("JSON")
        };
        let hello = json!({ "protocolVersion": HANDSHAKE, "capabilities": {}, "clientInfo": {} });
        let listen = json!({ "notifications": { "toolsListChanged": true } });
        let cancel = json!({ "requestId": "l" });
        for message in [
            json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello }),
            stateless_body("l".into(), "subscriptions/listen", listen),
        ] {
            input.write_all(format!("{message}\n").as_bytes()).await.expect("the server reads");
        }
        let begun = [receive().await, receive().await];
        assert_eq!(begun.iter().filter(|it| it["id"] == 1).count(), 1);
        assert_eq!(begun.iter().filter(|it| it["params"]["_meta"][ID] == "l").count(), 1);
        changes.notify();
        let told = [receive().await, receive().await];
        assert!(told.iter().all(|it| it["method"] == "notifications/tools/list_changed"));
        assert_eq!(told.iter().filter(|it| it["params"]["_meta"][ID] == "l").count(), 1);
        let cancelled = "notifications/cancelled";
        for message in [
            json!({ "jsonrpc": "2.0", "method": cancelled, "params": cancel }),
            json!({ "jsonrpc": "2.0", "id": 2, "method": "ping" }),
        ] {
            input.write_all(format!("{message}\n").as_bytes()).await.expect("the server reads");
        }
        assert_eq!(receive().await["id"], 2);
        changes.notify();
        assert!(receive().await.get("params").is_none());
        // One process has so many subscriptions, and no more.
        for n in 0..33 {
            let listen = json!({ "notifications": { "toolsListChanged": true } });
            let message = stateless_body(n.into(), "subscriptions/listen", listen);
            input.write_all(format!("{message}\n").as_bytes()).await.expect("the server reads");
            let answer = receive().await;
            assert_eq!(answer["error"]["code"] == -31503, n == 32, "{n}: {answer}");
        }
        input.shutdown().await.expect("the stream is open");
        let ended = timeout(Duration::from_secs(5), server).await.expect("the server ends");
        ended.expect("no panic").expect("no error");
    });
}
