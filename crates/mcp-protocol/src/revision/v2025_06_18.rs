//! [2025-06-18](https://modelcontextprotocol.io/specification/2025-06-18/changelog): structured
//! content, resource links, titles, and the `MCP-Protocol-Version` header.

use super::features::{Features, StructuredContent};
use super::v2025_03_26;

pub(crate) const FEATURES: Features = Features {
    implementation_title: true,
    resource_link: true,
    structured_content: StructuredContent::Object,
    ..v2025_03_26::FEATURES
};
