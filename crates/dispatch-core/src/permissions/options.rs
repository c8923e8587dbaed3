//! How long what an API said is kept, and what is offered where it says nothing.

use std::time::Duration;

/// What becomes of an operation of which an API does not say whether a caller may call it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unanswered {
    /// It is offered, and the API refuses it if it is not allowed.
    #[default]
    Offer,
    /// It is hidden, once the API was asked.
    Hide,
}

/// How a dispatcher uses [`Permissions`](super::Permissions).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PermissionOptions {
    /// What becomes of what the API does not answer.
    pub unanswered: Unanswered,
    /// How long an answer is kept. A call that the API refuses to a caller ends it at once, but not
    /// more often than every 20 s.
    pub ttl: Duration,
    /// Of how many callers answers are kept.
    pub n_callers: usize,
    /// For how many different answers the tools are kept.
    pub n_views: usize,
}

impl Default for PermissionOptions {
    fn default() -> Self {
        Self {
            unanswered: Unanswered::Offer,
            ttl: Duration::from_secs(60),
            n_callers: 10_000,
            n_views: 64,
        }
    }
}

impl PermissionOptions {
    /// Sets what becomes of what the API does not answer.
    #[must_use]
    pub const fn with_unanswered(mut self, unanswered: Unanswered) -> Self {
        self.unanswered = unanswered;
        self
    }

    /// Sets how long an answer is kept.
    #[must_use]
    pub const fn with_ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl;
        self
    }

    /// Sets for how many different answers the tools are kept.
    #[must_use]
    pub const fn with_n_views(mut self, n_views: usize) -> Self {
        self.n_views = n_views;
        self
    }
}
