//! The results of the stateless era.

use std::time::Duration;

use bytes::Bytes;
use serde_json::value::RawValue;

use super::{Revision, content, v2026_07_28};
use crate::jsonrpc::write;
use crate::tool::{CacheScope, CallToolResult, Implementation, ToolList};

/// Is what a revision of this era writes into every result.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Encoder<'a> {
    pub(crate) revision: Revision,
    pub(crate) info: &'a Implementation,
}

impl Encoder<'_> {
    /// Writes the answer to `server/discover` (2026-07-28, Discovery).
    pub(crate) fn discover(
        &self,
        id: &RawValue,
        instructions: Option<&str>,
        list_changes: bool,
    ) -> Bytes {
        let mut out = begin(id, instructions.map_or(0, str::len));
        out.extend_from_slice(b"\"supportedVersions\":");
        write::value(&mut out, &Revision::ALL.map(Revision::as_str));
        out.extend_from_slice(b",\"capabilities\":");
        out.extend_from_slice(content::capabilities(list_changes));
        if let Some(instructions) = instructions {
            out.extend_from_slice(b",\"instructions\":");
            write::value(&mut out, instructions);
        }
        cacheable(&mut out, DISCOVER_TTL, CacheScope::Private);
        self.finish(out)
    }

    /// Writes the answer to `tools/list` (2026-07-28, Tools, "Listing Tools").
    pub(crate) fn tools(&self, id: &RawValue, list: &ToolList) -> Bytes {
        let mut out = begin(id, list.tools.len());
        out.extend_from_slice(b"\"tools\":");
        out.extend_from_slice(&list.tools);
        cacheable(&mut out, list.ttl, list.scope);
        self.finish(out)
    }

    /// Writes the answer to `tools/call` (2026-07-28, Tools, "Calling Tools").
    pub(crate) fn call(&self, id: &RawValue, result: &CallToolResult) -> Bytes {
        let mut out = begin(id, content::size_hint(result));
        content::members(&mut out, self.revision.features(), result);
        self.finish(out)
    }

    /// Writes the answer to `subscriptions/listen`, which ends it (2026-07-28, Subscriptions).
    pub(crate) fn listened(&self, id: &RawValue) -> Bytes {
        let mut out = write::begin_result(id, 256);
        out.extend_from_slice(b"{\"resultType\":\"complete\"");
        self.finish_with(out, Some(id))
    }

    /// Ends a result with `_meta.serverInfo` (2026-07-28, Overview, "Server Info").
    fn finish(&self, out: Vec<u8>) -> Bytes {
        self.finish_with(out, None)
    }

    fn finish_with(&self, mut out: Vec<u8>, subscription: Option<&RawValue>) -> Bytes {
        out.extend_from_slice(b",\"_meta\":{");
        if let Some(id) = subscription {
            write::value(&mut out, v2026_07_28::meta::SUBSCRIPTION_ID);
            out.push(b':');
            out.extend_from_slice(id.get().as_bytes());
            out.push(b',');
        }
        write::value(&mut out, v2026_07_28::meta::SERVER_INFO);
        out.push(b':');
        content::implementation(&mut out, self.revision.features(), self.info);
        out.extend_from_slice(b"}}");
        write::end(out)
    }
}

fn begin(id: &RawValue, capacity: usize) -> Vec<u8> {
    let mut out = write::begin_result(id, capacity + 256);
    out.extend_from_slice(b"{\"resultType\":\"complete\",");
    out
}

/// Writes how long and by whom a result may be kept (2026-07-28, Caching).
fn cacheable(out: &mut Vec<u8>, ttl: Duration, scope: CacheScope) {
    out.extend_from_slice(b",\"ttlMs\":");
    write::value(out, &u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX));
    out.extend_from_slice(b",\"cacheScope\":");
    write::value(out, scope.as_str());
}

/// The instructions may name what this caller sees, so that discovery is kept by the caller alone.
const DISCOVER_TTL: Duration = Duration::from_secs(3600);
