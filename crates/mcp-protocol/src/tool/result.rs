use serde_json::value::RawValue;

use super::Content;

/// Is what a tool answered (2026-07-28, Tools, "Tool Result").
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CallToolResult {
    /// What the model reads.
    pub content: Vec<Content>,
    /// The result as a value, for programs.
    ///
    /// It is not sent before 2025-06-18, and before 2026-07-28 only if it is an object.
    pub structured: Option<Box<RawValue>>,
    /// Whether the tool failed; the content then says why, in words the model can act on.
    pub is_error: bool,
}

impl CallToolResult {
    /// Creates a result of the given blocks.
    pub fn new(content: Vec<Content>) -> Self {
        Self { content, structured: None, is_error: false }
    }

    /// Creates a result of one text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(vec![Content::text(text)])
    }

    /// Creates the result of a tool that failed, with the reason as its text.
    pub fn error(text: impl Into<String>) -> Self {
        Self { is_error: true, ..Self::text(text) }
    }

    /// Sets the result as a value.
    #[must_use]
    pub fn with_structured(mut self, structured: Box<RawValue>) -> Self {
        self.structured = Some(structured);
        self
    }
}
