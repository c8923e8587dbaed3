//! Requests as bytes, and answers as text.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Body;
use http::{Method, Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use mcp_protocol::http::{McpService, ResponseBody};
use mcp_protocol::tool::ToolServer;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

use crate::toy::Toy;

pub(crate) const STATELESS: &str = "2026-07-28";
pub(crate) const HANDSHAKE: &str = "2025-11-25";

/// Serves a toy without further settings.
pub(crate) fn service() -> McpService<Arc<Toy>> {
    McpService::new(Toy::new())
}

/// Builds a `POST` that every client could send, with further headers.
pub(crate) fn post(body: impl Into<Body>, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri("/mcp")
        .header("host", "localhost:8080")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body.into()).expect("a request")
}

/// Builds a request of the stateless era, with every header it must have.
pub(crate) fn stateless(method: &str, params: Value) -> Request<Body> {
    let name = params["name"].as_str().map(str::to_owned);
    let body = stateless_body(1.into(), method, params);
    let mut headers = vec![("mcp-protocol-version", STATELESS), ("mcp-method", method)];
    headers.extend(name.as_deref().map(|name| ("mcp-name", name)));
    post(body.to_string(), &headers)
}

/// Builds the body of a request of the stateless era.
pub(crate) fn stateless_body(id: Value, method: &str, mut params: Value) -> Value {
    let envelope = json!({
        "io.modelcontextprotocol/protocolVersion": STATELESS,
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    match params["_meta"].as_object_mut() {
        Some(meta) => meta.extend(envelope.as_object().expect("an object").clone()),
        None => params["_meta"] = envelope,
    }
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
}

/// Builds a request of the handshake era.
pub(crate) fn handshake(revision: &str, method: &str, params: Value) -> Request<Body> {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    post(body.to_string(), &[("mcp-protocol-version", revision)])
}

/// Is an answer that was read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: http::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) async fn of(response: Response<ResponseBody>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body cannot fail").to_bytes();
        let text = String::from_utf8(bytes.into()).expect("answers are UTF-8");
        Self { status: parts.status, headers: parts.headers, text }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|error| panic!("{error}: {} {:?}", self.status, self.text))
    }

    /// Returns the code of the error, 0 for none.
    pub(crate) fn code(&self) -> i64 {
        self.json()["error"]["code"].as_i64().unwrap_or(0)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("printable"))
    }

    /// Returns the messages of an event stream.
    pub(crate) fn events(&self) -> Vec<Value> {
        assert_eq!(self.header("content-type"), Some("text/event-stream"));
        self.text
            .split("\n\n")
            .filter(|event| !event.is_empty() && !event.starts_with(':'))
            .map(|event| event.strip_prefix("data: ").expect("one data line"))
            .map(|event| serde_json::from_str(event).expect("JSON"))
            .collect()
    }
}

/// Sends one request and reads the answer.
pub(crate) async fn send<S: ToolServer>(service: &McpService<S>, request: Request<Body>) -> Answer {
    let Ok(response) = service.clone().oneshot(request).await;
    Answer::of(response).await
}

/// Sends one request to a fresh server.
pub(crate) async fn ask(request: Request<Body>) -> Answer {
    send(&service(), request).await
}

/// Checks the status and the code of the error that answers `request`, 0 for none.
#[track_caller]
pub(crate) fn check(what: &str, request: Request<Body>, status: u16, code: i64) -> Answer {
    let answer = block_on(ask(request));
    let found = if answer.text.is_empty() { 0 } else { answer.code() };
    assert_eq!((answer.status.as_u16(), found), (status, code), "{what}: {}", answer.text);
    answer
}

/// Runs a test on a runtime of its own.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}

/// Sends raw bytes through a real HTTP server and returns its raw answers, without dates.
pub(crate) async fn exchange(service: McpService<Arc<Toy>>, bytes: &[u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let app = axum::Router::new().fallback_service(service);
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(bytes).await.expect("the server reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("the server answers");
    server.abort();
    let answer = String::from_utf8(answer).expect("answers are UTF-8");
    let mut text = String::new();
    for line in answer.lines().filter(|line| !line.starts_with("date: ")) {
        writeln!(text, "{line}").expect("memory does not fail");
    }
    text
}

/// Shares a toy between a service and the test.
pub(crate) fn shared() -> (Arc<Toy>, McpService<Arc<Toy>>) {
    let toy = Toy::new();
    (toy.clone(), McpService::new(toy))
}
