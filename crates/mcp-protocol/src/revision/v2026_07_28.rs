//! [2026-07-28](https://modelcontextprotocol.io/specification/2026-07-28/changelog): no handshake
//! and no sessions; every request says in its `_meta` what the client speaks, every result says
//! how it ended and how long it may be kept.

use super::features::{Features, StructuredContent};
use super::v2025_11_25;

pub(crate) const FEATURES: Features =
    Features { structured_content: StructuredContent::Any, ..v2025_11_25::FEATURES };

/// The members of a request's `_meta` (Overview, "`_meta`").
pub(crate) mod meta {
    pub(crate) const PROTOCOL_VERSION: &str = "io.modelcontextprotocol/protocolVersion";
    pub(crate) const CLIENT_INFO: &str = "io.modelcontextprotocol/clientInfo";
    pub(crate) const CLIENT_CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";
    pub(crate) const LOG_LEVEL: &str = "io.modelcontextprotocol/logLevel";
    pub(crate) const SUBSCRIPTION_ID: &str = "io.modelcontextprotocol/subscriptionId";
    pub(crate) const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";
}
