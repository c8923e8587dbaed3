//! The parts of results that differ by [`Features`] only.

use super::features::{Features, StructuredContent};
use crate::jsonrpc::write;
use crate::tool::{CallToolResult, Content, Implementation, ResourceLink};

/// Writes `content`, `structuredContent` and `isError`.
pub(super) fn members(out: &mut Vec<u8>, features: &Features, result: &CallToolResult) {
    out.extend_from_slice(b"\"content\":[");
    for (i, block) in result.content.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        match block {
            Content::ResourceLink(link) if !features.resource_link => {
                write::value(out, &link_in_words(link));
            }
            block => write::value(out, block),
        }
    }
    out.push(b']');
    let structured =
        result.structured.as_deref().filter(|value| match features.structured_content {
            StructuredContent::Absent => false,
            StructuredContent::Object => value.get().starts_with('{'),
            StructuredContent::Any => true,
        });
    if let Some(structured) = structured {
        out.extend_from_slice(b",\"structuredContent\":");
        out.extend_from_slice(structured.get().as_bytes());
    }
    out.extend_from_slice(b",\"isError\":");
    write::value(out, &result.is_error);
}

/// The capabilities of a server, by whether it tells of changes to its tools.
pub(super) const fn capabilities(list_changes: bool) -> &'static [u8] {
    if list_changes { br#"{"tools":{"listChanged":true}}"# } else { br#"{"tools":{}}"# }
}

/// Writes an `Implementation`.
pub(super) fn implementation(out: &mut Vec<u8>, features: &Features, info: &Implementation) {
    if features.implementation_details {
        return write::value(out, info);
    }
    let mut known = Implementation::new(&info.name, &info.version);
    known.title = info.title.clone().filter(|_| features.implementation_title);
    write::value(out, &known);
}

/// Estimates the bytes that `result` takes, so that the answer is allocated once.
pub(super) fn size_hint(result: &CallToolResult) -> usize {
    let content: usize = result.content.iter().map(Content::size_hint).sum();
    content + result.structured.as_ref().map_or(0, |value| value.get().len()) + 64
}

fn link_in_words(link: &ResourceLink) -> Content {
    Content::text(format!("{}: {}", link.name, link.uri))
}
