//! Schema-driven MCP dispatchers: an OpenAPI document becomes a few MCP tools.
//!
//! This crate re-exports the workspace's crates under features; [`dispatch_core`] and
//! [`mcp_protocol`] are always there.
//!
//! A document and a [policy](dispatch_core::policy) become a [catalog](dispatch_core::catalog):
//!
//! ```
//! use mcp_dispatch::dispatch_core::Document;
//! use mcp_dispatch::dispatch_core::compile::compile;
//! use mcp_dispatch::dispatch_core::policy::Policy;
//!
//! let document = Document::parse(br#"{
//!     "openapi": "3.1.0",
//!     "info": { "title": "Books", "version": "1.0.0" },
//!     "paths": {
//!         "/books": { "get": { "responses": { "200": { "description": "Books.", "content": {
//!             "application/json": { "schema": { "type": "array", "items": {} } }
//!         } } } } },
//!         "/books/{id}": { "delete": {
//!             "parameters": [
//!                 { "in": "path", "name": "id", "required": true, "schema": { "type": "integer" } }
//!             ],
//!             "responses": { "204": { "description": "It is gone." } }
//!         } }
//!     }
//! }"#)?;
//! let catalog = compile(&document, &Policy::default())?.catalog;
//! assert_eq!(
//!     catalog.listing(),
//!     "books book list\tread\tGET /books\n\
//!      books book delete\twrite\tDELETE /books/{id}\n",
//! );
//! # Ok::<(), mcp_dispatch::dispatch_core::Error>(())
//! ```
//!
//! A [`Dispatcher`](dispatch_core::Dispatcher) serves a catalog over a
//! [backend](dispatch_core::backend): any `tower` service, such as the very router whose document
//! was compiled, or an API over HTTP. It is a
//! [`ToolServer`](mcp_protocol::tool::ToolServer), which `mcp_protocol` serves over Streamable HTTP
//! (feature `http`; `runtime-tokio` brings the runtime) or stdio (feature `stdio`). The example
//! `axum_embed` is the whole of it in an axum server.
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `http` (default) | Streamable HTTP as a `tower` service |
//! | `runtime-tokio` | its runtime on tokio |
//! | `stdio` | the stdio transport |
//! | `yaml` | documents in YAML |
//! | `http-client` | a backend over HTTP |
//! | `oauth` | tokens, scopes, and the layer that answers 401 |
//! | `authorization-server` | people sign in, and clients get tokens by themselves: [`access`] |
//! | `sqlite`, `postgres` | where the authorization server remembers |
//! | `netbox` | the reference integration |

pub use dispatch_core;
pub use mcp_protocol;
#[cfg(feature = "netbox")]
pub use netbox_adapter;
#[cfg(feature = "oauth")]
pub use oauth;

#[cfg(feature = "authorization-server")]
#[doc = include_str!("../docs/embedding-access.md")]
pub mod access {}
