//! [2025-03-26](https://modelcontextprotocol.io/specification/2025-03-26): Streamable HTTP, tool
//! annotations, audio, and JSON-RPC batches, which are the one part that is not served.

use super::features::{Features, StructuredContent};

pub(crate) const FEATURES: Features = Features {
    implementation_title: false,
    implementation_details: false,
    resource_link: false,
    structured_content: StructuredContent::Absent,
};
