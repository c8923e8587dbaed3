//! The revisions of the protocol that are served, and what each puts on the wire.
//!
//! There is one module per revision, which says how its results differ from its neighbour's, and
//! one encoder per [`Era`].

mod content;
pub(crate) mod features;

pub(crate) mod v2025_03_26;
pub(crate) mod v2025_06_18;
pub(crate) mod v2025_11_25;
pub(crate) mod v2026_07_28;

pub(crate) mod handshake;
pub(crate) mod stateless;

use std::fmt::{self, Display, Formatter};

/// Names a revision of the protocol.
///
/// The order is that of publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Revision {
    /// [2025-03-26](https://modelcontextprotocol.io/specification/2025-03-26).
    V2025_03_26,
    /// [2025-06-18](https://modelcontextprotocol.io/specification/2025-06-18).
    V2025_06_18,
    /// [2025-11-25](https://modelcontextprotocol.io/specification/2025-11-25).
    V2025_11_25,
    /// [2026-07-28](https://modelcontextprotocol.io/specification/2026-07-28).
    V2026_07_28,
}

/// Tells how a revision learns what the client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Era {
    /// Up to 2025-11-25: an `initialize` handshake ("legacy" in the specification).
    Handshake,
    /// Since 2026-07-28: every request says it in its `_meta` ("modern").
    Stateless,
}

impl Revision {
    /// All revisions, newest first: the order in which a server prefers them.
    pub const ALL: [Self; 4] =
        [Self::V2026_07_28, Self::V2025_11_25, Self::V2025_06_18, Self::V2025_03_26];

    /// The newest revision that is negotiated by `initialize`.
    pub const LATEST_HANDSHAKE: Self = Self::V2025_11_25;

    /// The revision of a handshake-era request that names none (2025-11-25, Transports,
    /// "Protocol Version Header").
    pub const ASSUMED: Self = Self::V2025_03_26;

    /// Returns the name on the wire, a date.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V2025_03_26 => "2025-03-26",
            Self::V2025_06_18 => "2025-06-18",
            Self::V2025_11_25 => "2025-11-25",
            Self::V2026_07_28 => "2026-07-28",
        }
    }

    /// Finds the revision of that name, if it is served.
    pub fn from_wire(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|revision| revision.as_str() == name)
    }

    /// Returns the era the revision belongs to.
    pub fn era(self) -> Era {
        match self {
            Self::V2025_03_26 | Self::V2025_06_18 | Self::V2025_11_25 => Era::Handshake,
            Self::V2026_07_28 => Era::Stateless,
        }
    }
}

impl Display for Revision {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
