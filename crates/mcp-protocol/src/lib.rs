//! The MCP wire: revisions, JSON-RPC, the tool-server trait, Streamable HTTP and stdio.
//!
//! Implement [`ToolServer`](tool::ToolServer), and the transports do the rest: they serve it in
//! every [`Revision`](revision::Revision) at once, on one endpoint, without a session.
//!
//! ```
//! use async_trait::async_trait;
//! use mcp_protocol::tool::{
//!     CallToolResult, Implementation, ProtocolError, RequestContext, ToolCall, ToolList, ToolReply,
//!     ToolServer,
//! };
//!
//! struct Dice {
//!     info: Implementation,
//! }
//!
//! #[async_trait]
//! impl ToolServer for Dice {
//!     fn info(&self) -> &Implementation {
//!         &self.info
//!     }
//!
//!     fn tools(&self, _: &RequestContext) -> Result<ToolList, ProtocolError> {
//!         Ok(ToolList::new(
//!             r#"[{"name":"roll","description":"Rolls a die.","inputSchema":{"type":"object"}},
//!                 {"name":"count","description":"Counts dice.","inputSchema":{"type":"object"}}]"#,
//!         ))
//!     }
//!
//!     async fn call(&self, call: ToolCall, _: RequestContext) -> Result<ToolReply, ProtocolError> {
//!         match call.name.as_str() {
//!             "roll" => Ok(CallToolResult::text("4").into()),
//!             "count" => Ok(CallToolResult::error("there are too many to count").into()),
//!             name => Err(ProtocolError::unknown_tool(name)),
//!         }
//!     }
//! }
//!
//! # #[cfg(feature = "runtime-tokio")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use axum::Router;
//! use axum::body::Body;
//! use http::Request;
//! use http_body_util::BodyExt;
//! use mcp_protocol::http::McpService;
//! use tower::ServiceExt;
//!
//! let dice = Dice { info: Implementation::new("dice", "1.0.0") };
//! let app: Router = Router::new().route_service("/mcp", McpService::new(dice));
//!
//! let request = Request::post("/mcp")
//!     .header("content-type", "application/json")
//!     .body(Body::from(
//!         r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"roll"}}"#,
//!     ))?;
//! let answer = app.oneshot(request).await?.into_body().collect().await?.to_bytes();
//! assert_eq!(
//!     answer,
//!     r#"{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"4"}],"isError":false}}"#
//! );
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "runtime-tokio"))]
//! # fn main() {}
//! ```
//!
//! # What is in which module
//!
//! - [`tool`]: the trait, and the values it exchanges with the transports;
//!   [`Composition`](tool::Composition) makes one server of several, each under a prefix.
//! - [`auth`]: who is calling, as an access layer in front establishes it.
//! - [`revision`]: the revisions that are served, and what each puts on the wire.
//! - [`jsonrpc`]: messages over borrowed bytes, and their errors.
//! - `http` (feature `http`): Streamable HTTP as a tower service. The runtime is an argument;
//!   feature `runtime-tokio` brings tokio's.
//! - `stdio` (feature `stdio`): one message a line.
//!
//! # What is not served
//!
//! Tools are: `initialize`, `ping`, `server/discover`, `tools/list`, `tools/call`, progress,
//! cancellation, and telling of changes to the list: by `subscriptions/listen`, before 2026-07-28
//! by the stream of a `GET`, on stdio unasked. Prompts, resources, completions, logging, sampling,
//! elicitation and JSON-RPC batches are not, and not advertised either; sessions are not needed.

#![cfg_attr(
    not(any(feature = "http", feature = "stdio")),
    expect(dead_code, unused_imports, reason = "the encoders serve the transports")
)]

pub mod auth;
pub mod jsonrpc;
pub mod revision;
pub mod tool;

#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "stdio")]
pub mod stdio;

#[cfg(any(feature = "http", feature = "stdio"))]
mod dispatch;
#[cfg(any(feature = "http", feature = "stdio"))]
mod request;
