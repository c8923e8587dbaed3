//! JSON-RPC in HTTP requests: over the network, or handed to a service in this process.

use std::convert::Infallible;
use std::fmt;

use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, header};
use http_body_util::{BodyExt as _, Full};
use mcp_protocol::auth::AuthInfo;
use mcp_protocol::http::{McpService, ResponseBody};
use mcp_protocol::tool::ToolServer;
use serde_json::Value;
use tower::util::BoxCloneSyncService;
use tower::{Service as _, ServiceExt as _};

use super::PROTOCOL_VERSION;

/// A server over Streamable HTTP.
#[derive(Debug)]
pub struct Http {
    client: reqwest::Client,
    url: String,
    headers: HeaderMap,
}

impl Http {
    /// Connects to a URL, with further headers such as a credential.
    ///
    /// # Errors
    ///
    /// Where no client can be made.
    pub fn new(url: impl Into<String>, headers: HeaderMap) -> Result<Self> {
        let client = reqwest::Client::builder().no_proxy().build().context("no HTTP client")?;
        Ok(Self { client, url: url.into(), headers })
    }

    /// Sends a message; nothing comes back for a notification.
    pub(super) async fn send(&mut self, message: &Value) -> Result<Value> {
        let request = self
            .client
            .post(&self.url)
            .headers(common_headers())
            .headers(self.headers.clone())
            .body(message.to_string());
        let response = request.send().await.context("failed to reach the server")?;
        if let Some(session) = response.headers().get(SESSION) {
            self.headers.insert(SESSION, session.clone());
        }
        let status = response.status();
        let body = response.bytes().await.context("failed to read the answer")?;
        if message["method"] == "initialize" {
            let version = HeaderValue::from_static(PROTOCOL_VERSION);
            self.headers.insert("mcp-protocol-version", version);
        }
        read(message, status, &body)
    }
}

/// An MCP service in this process.
pub struct InProcess {
    service: BoxCloneSyncService<Request<Full<Bytes>>, http::Response<ResponseBody>, Infallible>,
    auth: AuthInfo,
}

impl InProcess {
    /// Calls a service as this caller.
    pub fn new<S: ToolServer>(service: McpService<S>, auth: AuthInfo) -> Self {
        Self { service: BoxCloneSyncService::new(service), auth }
    }

    /// Sends a message; nothing comes back for a notification.
    pub(super) async fn send(&mut self, message: &Value) -> Result<Value> {
        let mut request = Request::post("/").body(Full::from(message.to_string()))?;
        *request.headers_mut() = common_headers();
        request.headers_mut().insert(header::HOST, HeaderValue::from_static("localhost"));
        request.extensions_mut().insert(self.auth.clone());
        let response = match self.service.ready().await {
            Ok(service) => service.call(request).await,
            Err(never) => match never {},
        };
        let response = match response {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let status = response.status();
        let body = match response.into_body().collect().await {
            Ok(body) => body.to_bytes(),
            Err(never) => match never {},
        };
        read(message, status, &body)
    }
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InProcess").field("auth", &self.auth).finish_non_exhaustive()
    }
}

fn common_headers() -> HeaderMap {
    HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::ACCEPT, HeaderValue::from_static("application/json, text/event-stream")),
    ])
}

/// Reads the reply to a message out of JSON or an event stream.
fn read(message: &Value, status: http::StatusCode, body: &[u8]) -> Result<Value> {
    let text = String::from_utf8_lossy(body);
    if message.get("id").is_none() {
        return Ok(Value::Null);
    }
    let is_reply = |value: &Value| value.get("id") == message.get("id");
    if let Some(reply) = serde_json::from_str(&text).ok().filter(is_reply) {
        return Ok(reply);
    }
    let events = text.lines().filter_map(|line| line.strip_prefix("data:"));
    let mut replies = events.filter_map(|data| serde_json::from_str(data).ok()).filter(is_reply);
    match replies.next() {
        Some(reply) => Ok(reply),
        None => bail!("the server answered {status}: {text}"),
    }
}

const SESSION: &str = "mcp-session-id";
