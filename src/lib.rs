//! Schema-driven MCP dispatchers: an OpenAPI document becomes a few MCP tools.

pub use dispatch_core;
pub use mcp_protocol;
#[cfg(feature = "netbox")]
pub use netbox_adapter;
#[cfg(feature = "oauth")]
pub use oauth;
