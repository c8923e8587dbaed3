use std::time::Duration;

use bytes::Bytes;

/// Is the list of tools that one caller sees.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolList {
    /// The tools as a serialized JSON array; it is sent as it is.
    pub tools: Bytes,
    /// How long a client may keep the list.
    pub ttl: Duration,
    /// Who may share the list.
    pub scope: CacheScope,
}

impl ToolList {
    /// Creates a list that may be kept for an hour by the caller alone.
    pub fn new(tools: impl Into<Bytes>) -> Self {
        Self { tools: tools.into(), ttl: Duration::from_secs(3600), scope: CacheScope::Private }
    }

    /// Sets how long a client may keep the list.
    #[must_use]
    pub fn with_ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl;
        self
    }

    /// Sets who may share the list.
    #[must_use]
    pub fn with_scope(mut self, scope: CacheScope) -> Self {
        self.scope = scope;
        self
    }
}

/// Says who may share a cached answer (2026-07-28, Caching).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CacheScope {
    /// Every caller sees the same.
    Public,
    /// It depends on the caller.
    #[default]
    Private,
}

impl CacheScope {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}
