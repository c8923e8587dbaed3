//! What a revision's results may hold.

use super::{Revision, v2025_03_26, v2025_06_18, v2025_11_25, v2026_07_28};

/// Says which parts of our values a revision knows.
///
/// The rest is left out or, where that would lose something, put into words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Features {
    /// `Implementation.title`.
    pub(crate) implementation_title: bool,
    /// `Implementation.description`, `websiteUrl` and `icons`.
    pub(crate) implementation_details: bool,
    /// Content of type `resource_link`.
    pub(crate) resource_link: bool,
    /// `CallToolResult.structuredContent`.
    pub(crate) structured_content: StructuredContent,
}

/// Says what `structuredContent` may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StructuredContent {
    /// Not known.
    Absent,
    /// An object.
    Object,
    /// Any JSON value.
    Any,
}

impl Revision {
    pub(crate) fn features(self) -> &'static Features {
        match self {
            Self::V2025_03_26 => &v2025_03_26::FEATURES,
            Self::V2025_06_18 => &v2025_06_18::FEATURES,
            Self::V2025_11_25 => &v2025_11_25::FEATURES,
            Self::V2026_07_28 => &v2026_07_28::FEATURES,
        }
    }
}
