//! The results of the handshake era.

use bytes::Bytes;
use serde_json::value::RawValue;

use super::{Revision, content};
use crate::jsonrpc::write;
use crate::tool::{CallToolResult, Implementation, ToolList};

/// Is what a revision of this era writes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Encoder<'a> {
    pub(crate) revision: Revision,
    pub(crate) info: &'a Implementation,
}

impl Encoder<'_> {
    /// Writes the answer to `initialize` (2025-11-25, Lifecycle, "Initialization").
    pub(crate) fn initialize(
        &self,
        id: &RawValue,
        instructions: Option<&str>,
        list_changes: bool,
    ) -> Bytes {
        let mut out = write::begin_result(id, 256 + instructions.map_or(0, str::len));
        out.extend_from_slice(b"{\"protocolVersion\":");
        write::value(&mut out, self.revision.as_str());
        out.extend_from_slice(b",\"capabilities\":");
        out.extend_from_slice(content::capabilities(list_changes));
        out.extend_from_slice(b",\"serverInfo\":");
        content::implementation(&mut out, self.revision.features(), self.info);
        if let Some(instructions) = instructions {
            out.extend_from_slice(b",\"instructions\":");
            write::value(&mut out, instructions);
        }
        out.push(b'}');
        write::end(out)
    }

    /// Writes the answer to `ping` (2025-11-25, Ping).
    pub(crate) fn ping(&self, id: &RawValue) -> Bytes {
        let mut out = write::begin_result(id, 0);
        out.extend_from_slice(b"{}");
        write::end(out)
    }

    /// Writes the answer to `tools/list` (2025-11-25, Tools, "Listing Tools").
    pub(crate) fn tools(&self, id: &RawValue, list: &ToolList) -> Bytes {
        let mut out = write::begin_result(id, list.tools.len());
        out.extend_from_slice(b"{\"tools\":");
        out.extend_from_slice(&list.tools);
        out.push(b'}');
        write::end(out)
    }

    /// Writes the answer to `tools/call` (2025-11-25, Tools, "Calling Tools").
    pub(crate) fn call(&self, id: &RawValue, result: &CallToolResult) -> Bytes {
        let mut out = write::begin_result(id, content::size_hint(result));
        out.push(b'{');
        content::members(&mut out, self.revision.features(), result);
        out.push(b'}');
        write::end(out)
    }
}
