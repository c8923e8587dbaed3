//! The lists of several servers as one.

use bytes::Bytes;
use serde_json::value::RawValue;

use crate::jsonrpc::{ProtocolError, members, string};
use crate::tool::ToolList;

/// Joins lists, with a prefix before the names of the tools of each. What else is said of a tool
/// stays as it is, byte for byte.
pub(super) fn join(lists: &[(&str, ToolList)]) -> Result<Bytes, ProtocolError> {
    let mut joined = String::from("[");
    for (prefix, list) in lists {
        let unreadable = || {
            ProtocolError::internal(format!("the tools that begin with {prefix} cannot be listed"))
        };
        let tools: Vec<&RawValue> =
            serde_json::from_slice(&list.tools).map_err(|_| unreadable())?;
        for tool in tools {
            let tool = tool.get();
            let Ok([Some(name)]) = members(tool, &["name"]) else { return Err(unreadable()) };
            let bare = string(name).ok_or_else(unreadable)?;
            if prefix.len() + bare.len() > LONGEST_NAME {
                tracing::warn!("{prefix}{bare} is too long a name of a tool, and is left out");
                continue;
            }
            // The name is a slice of the tool, and begins with a quote.
            let place = name.get().as_ptr().addr() - tool.as_ptr().addr() + 1;
            if joined.len() > 1 {
                joined.push(',');
            }
            joined.extend([&tool[..place], prefix, &tool[place..]]);
        }
    }
    joined.push(']');
    Ok(joined.into())
}

/// The APIs of models refuse a whole request for one tool with a longer name.
const LONGEST_NAME: usize = 64;
