//! What the API itself lets a caller do.
//!
//! Scopes say what a caller may do here; an API with accounts of its own lets each of them do less.
//! [`Permissions`] asks the API; a [`Dispatcher`](crate::Dispatcher) keeps what it answered for a
//! short time, and what the API does not allow answers like what does not exist, as what is above a
//! caller's scopes does: it is not listed, not explained, and not called.
//!
//! It decides what is *offered*. What is *allowed* stays the API's to decide, with every call.
//!
//! An API may answer at once for everything, or for one resource only; the second is asked when it
//! is needed: when help is asked of a resource, and before a call of something is refused, or, with
//! [`Unanswered::Hide`], made.

use std::fmt;

use async_trait::async_trait;
use mcp_protocol::auth::AuthInfo;

use crate::catalog::{Catalog, OperationId, OperationSet, ResourceId};

mod options;

pub use options::{PermissionOptions, Unanswered};

/// Asks an API what it lets a caller do.
#[async_trait]
pub trait Permissions: Send + Sync + 'static {
    /// Whether the API decides by who this caller is. It is not asked about anybody else.
    fn is_about(&self, auth: &AuthInfo) -> bool;

    /// What the API says at once of what a caller may do with everything. What it does not speak of
    /// is asked by [`of_resource`](Self::of_resource).
    ///
    /// # Errors
    ///
    /// Says why the API did not answer, for the log.
    async fn of_caller(&self, catalog: &Catalog, auth: &AuthInfo) -> Result<Permitted, NoAnswer>;

    /// What the API says of what a caller may do with one resource; it goes before what was said
    /// with everything.
    ///
    /// # Errors
    ///
    /// Says why the API did not answer, for the log.
    async fn of_resource(
        &self,
        catalog: &Catalog,
        auth: &AuthInfo,
        resource: ResourceId,
    ) -> Result<Permitted, NoAnswer>;
}

/// Why an API did not say what a caller may do; it completes "failed to ...".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoAnswer(pub String);

/// What an API said that a caller may do, and may not. It need not speak of every operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permitted {
    allowed: OperationSet,
    denied: OperationSet,
}

impl Permitted {
    /// Notes whether an operation is allowed.
    pub fn note(&mut self, id: OperationId, is_allowed: bool) {
        let (to, from) = match is_allowed {
            true => (&mut self.allowed, &mut self.denied),
            false => (&mut self.denied, &mut self.allowed),
        };
        to.insert(id);
        from.remove(id);
    }

    /// Whether an operation is allowed, where that was said.
    #[must_use]
    pub fn is_allowed(&self, id: OperationId) -> Option<bool> {
        match (self.allowed.contains(id), self.denied.contains(id)) {
            (true, _) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
        }
    }

    /// Notes what another answer says of these operations, which goes before what this one says.
    pub(crate) fn overlay(&mut self, other: &Self, ids: impl IntoIterator<Item = OperationId>) {
        for id in ids {
            if let Some(is_allowed) = other.is_allowed(id) {
                self.note(id, is_allowed);
            }
        }
    }

    /// The operations that were said to be denied.
    pub(crate) const fn denied(&self) -> &OperationSet {
        &self.denied
    }
}

impl fmt::Debug for dyn Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permissions").finish_non_exhaustive()
    }
}
