//! An axum server that mounts `/mcp` over its own REST API, in process: the backend is the server's
//! own router, with no socket between.
//!
//! `cargo run --example axum_embed`, then connect an MCP client to `http://127.0.0.1:8081/mcp`.
//! Everything about MCP is in [`mcp`]; the rest is an ordinary API with a generated document.

#[expect(unused_qualifications, reason = "utoipa's macros write them")]
mod books;

use std::error::Error;

use axum::Router;
use mcp_dispatch::dispatch_core::access::Access;
use mcp_dispatch::dispatch_core::compile::compile;
use mcp_dispatch::dispatch_core::policy::Policy;
use mcp_dispatch::dispatch_core::{Dispatcher, DispatcherOptions, Document, InProcess, Tier};
use mcp_dispatch::mcp_protocol::http::McpService;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (api, document) = books::api();
    let app = api.clone().nest_service("/mcp", mcp(api, &document)?);
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8081".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}/mcp", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

/// An MCP endpoint over an API and its OpenAPI document.
fn mcp(
    api: Router,
    document: &str,
) -> Result<McpService<Dispatcher<InProcess<Router>>>, Box<dyn Error>> {
    let policy = Policy::from_toml("base_path = \"/api\"")?;
    let catalog = compile(&Document::parse(document.as_bytes())?, &policy)?.catalog;
    // Whoever reaches this port may call every operation. A server with a login of its own inserts
    // an `AuthInfo` into the request's extensions instead.
    let options = DispatcherOptions::default().with_access_without_auth(Access::up_to(Tier::Admin));
    let dispatcher = Dispatcher::new(catalog, InProcess::new(api)).with_options(options);
    Ok(McpService::new(dispatcher))
}
