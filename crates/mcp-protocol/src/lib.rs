//! The MCP wire: revisions, JSON-RPC, the tool-server trait, Streamable HTTP and stdio.

#![cfg_attr(
    not(any(feature = "http", feature = "stdio")),
    expect(dead_code, reason = "the ladder and the encoders serve the transports")
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
