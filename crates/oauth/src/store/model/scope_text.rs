//! A set of scopes, kept as OAuth writes it: separated by spaces.

use mcp_protocol::auth::ScopeSet;
use serde::{Deserialize, Deserializer, Serializer};

pub(super) fn serialize<S: Serializer>(
    scopes: &ScopeSet,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(scopes)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<ScopeSet, D::Error> {
    Ok(String::deserialize(deserializer)?.split_ascii_whitespace().collect())
}
