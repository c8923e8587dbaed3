//! The layer: its configuration, and what it makes of a service.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
#[cfg(feature = "runtime-tokio")]
use std::time::Duration;

use mcp_protocol::auth::{AuthInfo, ScopeSet};
use tower::Layer;

use super::foreign::ForeignCredential;
use super::metadata::ResourceMetadata;
use super::service::AccessService;
use crate::time::{Clock, SystemClock};
use crate::verifier::Verifier;

/// Lets requests with a valid token through, and answers all others: see the [module](super).
///
/// Unless it is told otherwise, nothing behind it is open: no path, and to no anonymous caller.
#[derive(Clone)]
pub struct AccessLayer {
    access: Arc<Access>,
}

/// What the layer and its services share.
#[derive(Clone)]
pub(super) struct Access {
    pub(super) verifier: Arc<dyn Verifier>,
    pub(super) metadata: ResourceMetadata,
    pub(super) challenge_scopes: ScopeSet,
    pub(super) scope_names: BTreeMap<String, String>,
    pub(super) anonymous: Option<AuthInfo>,
    pub(super) foreign: Vec<ForeignCredential>,
    pub(super) open_paths: Vec<String>,
    pub(super) clock: Arc<dyn Clock>,
    #[cfg(feature = "runtime-tokio")]
    pub(super) deadline: Option<Duration>,
}

impl AccessLayer {
    /// Takes the tokens that `verifier` accepts, for the resource of this metadata.
    pub fn new(verifier: impl Verifier + 'static, metadata: ResourceMetadata) -> Self {
        Self {
            access: Arc::new(Access {
                verifier: Arc::new(verifier),
                metadata,
                challenge_scopes: ScopeSet::new(),
                scope_names: BTreeMap::new(),
                anonymous: None,
                foreign: Vec::new(),
                open_paths: Vec::new(),
                clock: Arc::new(SystemClock),
                #[cfg(feature = "runtime-tokio")]
                deadline: None,
            }),
        }
    }

    /// Names, in the challenge, the scopes that a caller without a token should ask for.
    #[must_use]
    pub fn with_challenge_scopes(self, scopes: &ScopeSet) -> Self {
        self.set(|access| access.challenge_scopes = scopes.clone())
    }

    /// Opens the endpoint: a request without any credential is let in with these scopes, which are
    /// already expanded, and may obtain the others by signing in. A credential that is not valid
    /// is refused all the same.
    #[must_use]
    pub fn with_anonymous(self, scopes: ScopeSet, obtainable: ScopeSet) -> Self {
        let anonymous = AuthInfo::anonymous().with_scopes(scopes).with_obtainable(obtainable);
        self.set(|access| access.anonymous = Some(anonymous))
    }

    /// Says what clients ask the authorization server for to get scopes that have other names there:
    /// challenges for callers without a token name them so. Tokens of an external issuer bring the
    /// names of theirs.
    #[must_use]
    pub fn with_scope_names(self, names: BTreeMap<String, String>) -> Self {
        self.set(|access| access.scope_names = names)
    }

    /// Tells callers who present a credential of another system what they did.
    #[must_use]
    pub fn with_foreign_credentials(
        self,
        foreign: impl IntoIterator<Item = ForeignCredential>,
    ) -> Self {
        self.set(|access| access.foreign.extend(foreign))
    }

    /// Opens one path to everyone, to the letter: a health check, the endpoints of an authorization
    /// server behind this layer. Requests to it arrive as they were sent, with no `AuthInfo`.
    #[must_use]
    pub fn with_open_path(self, path: impl Into<String>) -> Self {
        self.set(|access| access.open_paths.push(path.into()))
    }

    /// Tells the time by this clock.
    #[must_use]
    pub fn with_clock(self, clock: impl Clock + 'static) -> Self {
        self.set(|access| access.clock = Arc::new(clock))
    }

    /// Waits so long for the body of a refused request to arrive, so that its client keeps the
    /// connection. It runs on tokio; without it, only what is already there is read.
    #[cfg(feature = "runtime-tokio")]
    #[must_use]
    pub fn with_deadline(self, deadline: Duration) -> Self {
        self.set(|access| access.deadline = Some(deadline))
    }

    fn set(mut self, change: impl FnOnce(&mut Access)) -> Self {
        change(Arc::make_mut(&mut self.access));
        self
    }
}

impl<S> Layer<S> for AccessLayer {
    type Service = AccessService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        AccessService::new(inner, Arc::clone(&self.access))
    }
}

impl fmt::Debug for AccessLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.access.fmt(f)
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            verifier: _,
            metadata,
            challenge_scopes,
            scope_names,
            anonymous,
            foreign,
            open_paths,
            clock: _,
            #[cfg(feature = "runtime-tokio")]
                deadline: _,
        } = self;
        f.debug_struct("AccessLayer")
            .field("metadata", metadata)
            .field("challenge_scopes", challenge_scopes)
            .field("scope_names", scope_names)
            .field("anonymous", anonymous)
            .field("foreign", foreign)
            .field("open_paths", open_paths)
            .finish_non_exhaustive()
    }
}
