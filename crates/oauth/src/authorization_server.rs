//! The authorization server: it knows who a person is, asks them, and issues tokens.
//!
//! TODO guide
use std::fmt;
use std::sync::Arc;

mod answer;
#[cfg(feature = "private-key-jwt")]
mod assertion;
mod authorize;
mod browser;
mod client_authentication;
mod clients;
mod consent;
mod core;
mod grants;
mod introspect;
mod issuer;
mod metadata;
mod options;
mod page;
mod parameters;
mod redirect_uri;
mod refusal;
mod register;
mod revoke;
mod service;
mod sign_in;
mod token;
mod verifier;

use self::clients::Documents;
pub use self::clients::{DocumentRequest, DocumentResponse, FetchError, Fetcher, Resolver};
use self::core::Core;
pub use self::options::{DynamicRegistration, Lifetimes, Options, UnregisteredClients};
pub use self::refusal::Unavailable;
use self::service::Endpoint;
pub use self::verifier::IssuedTokens;
use crate::entropy::{Entropy, OsEntropy};
use crate::error::Error;
use crate::resource_owner::ResourceOwner;
use crate::store::Store;
use crate::time::{Clock, SystemClock};

/// An OAuth 2.1 authorization server, as a `tower::Service` (see the [module](self)).
#[derive(Clone)]
pub struct AuthorizationServer {
    core: Arc<Core>,
}

impl AuthorizationServer {
    /// An authorization server that asks these people, and remembers in this store.
    ///
    /// # Errors
    ///
    /// Fails if the options contradict each other, or would open what they do not say they open.
    pub fn new(
        options: Options,
        owner: impl ResourceOwner + 'static,
        store: Arc<dyn Store>,
    ) -> Result<Self, Error> {
        let clock = Arc::new(SystemClock);
        let core = Core::new(options, Arc::new(owner), store, clock, Arc::new(OsEntropy))?;
        Ok(Self { core: Arc::new(core) })
    }

    /// Tells the time by this clock.
    #[must_use]
    pub fn with_clock(self, clock: impl Clock + 'static) -> Self {
        self.set(|core| core.clock = Arc::new(clock))
    }

    /// Takes its randomness from here.
    #[must_use]
    pub fn with_entropy(self, entropy: impl Entropy + 'static) -> Self {
        self.set(|core| core.entropy = Arc::new(entropy))
    }

    /// Fetches documents of clients, and keys, with these; without them, none are read.
    #[must_use]
    pub fn with_documents(
        self,
        resolver: impl Resolver + 'static,
        fetcher: impl Fetcher + 'static,
    ) -> Self {
        let documents = Documents { resolver: Arc::new(resolver), fetcher: Arc::new(fetcher) };
        self.set(|core| core.documents = Some(documents))
    }

    /// The issuer, to the letter.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.core.issuer.as_str()
    }

    /// The paths that it answers, to be routed to it, and opened in an access layer around it.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        let mut paths = self.core.issuer.metadata_paths();
        paths.extend(Endpoint::PATHS.map(|(path, _)| self.core.issuer.path_of(path)));
        paths
    }

    /// Checks the tokens that it issues for this resource, which is one of its options, to the
    /// letter.
    ///
    /// # Errors
    ///
    /// Fails if it issues no tokens for that resource.
    pub fn verifier(&self, resource: &str) -> Result<IssuedTokens, Error> {
        if !self.core.options.resources.iter().any(|known| known == resource) {
            return Err(Error::resource(
                resource,
                "the authorization server issues no tokens for it",
            ));
        }
        Ok(IssuedTokens::new(self.clone(), resource.to_owned()))
    }

    fn core(&self) -> &Core {
        &self.core
    }

    fn set(mut self, change: impl FnOnce(&mut Core)) -> Self {
        change(Arc::make_mut(&mut self.core));
        self
    }
}

impl fmt::Debug for AuthorizationServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationServer")
            .field("issuer", &self.issuer())
            .finish_non_exhaustive()
    }
}
