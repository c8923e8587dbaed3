use std::fmt::{self, Debug, Formatter};

use bytes::Bytes;
use futures_util::stream::BoxStream;

use super::{CallToolResult, Progress};

/// Is a call of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolCall {
    /// The name of the tool.
    pub name: String,
    /// The arguments, a JSON object as the client wrote it; `{}` where it sent none.
    ///
    /// They are a slice of the request's body, and nest no deeper than
    /// [`MAX_DEPTH`](crate::jsonrpc::MAX_DEPTH). Members may occur twice.
    pub arguments: Bytes,
}

impl ToolCall {
    /// Creates a call without arguments.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), arguments: Bytes::from_static(b"{}") }
    }

    /// Sets the arguments, a JSON object.
    #[must_use]
    pub fn with_arguments(mut self, arguments: impl Into<Bytes>) -> Self {
        self.arguments = arguments.into();
        self
    }
}

/// Is the answer to a call.
#[non_exhaustive]
pub enum ToolReply {
    /// Everything at once.
    Complete(CallToolResult),
    /// Progress first, the result last.
    Stream(ToolStream),
}

/// Yields progress, and ends with the result.
pub type ToolStream = BoxStream<'static, ToolEvent>;

/// Is one item of a [`ToolStream`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ToolEvent {
    /// How far the call is.
    Progress(Progress),
    /// What came of it; nothing after it is read.
    Result(CallToolResult),
}

impl Debug for ToolReply {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Complete(result) => f.debug_tuple("Complete").field(result).finish(),
            Self::Stream(_) => f.write_str("Stream(..)"),
        }
    }
}

impl From<CallToolResult> for ToolReply {
    fn from(result: CallToolResult) -> Self {
        Self::Complete(result)
    }
}
