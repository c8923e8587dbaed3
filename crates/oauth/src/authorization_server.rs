//! The authorization server: it asks a person, and issues tokens (OAuth 2.1).
//!
//! An MCP client that was sent away with 401 looks for the metadata of the authorization server,
//! says who it is, and sends its user here. [`AuthorizationServer`] is that server, as a
//! `tower::Service`. It is meant to stand beside the endpoint that it protects, in the same process
//! and under the same host; its tokens are checked with [`AuthorizationServer::verifier`], behind
//! the [`AccessLayer`](crate::resource_server::AccessLayer).
//!
//! Nothing in it does I/O, tells the time or rolls dice by itself. Where things are kept is a
//! [`Store`]; who a person is, a [`ResourceOwner`]; how a client's document is fetched, a
//! [`Resolver`] and a [`Fetcher`]; and time and randomness are a [`Clock`] and an [`Entropy`].
//!
//! ```
//! # use std::sync::Arc;
//! # use bytes::Bytes;
//! # use http::{Request, StatusCode};
//! # use http_body_util::{BodyExt as _, Full};
//! # use tower::{Layer as _, ServiceExt as _};
//! use oauth::authorization_server::{AuthorizationServer, Options, UnregisteredClients};
//! use oauth::resource_owner::AutoApprove;
//! use oauth::resource_server::{AccessLayer, ResourceMetadata};
//! use oauth::store::MemoryStore;
//! use oauth::{StaticTokenRules, StaticTokens, Verifiers};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//! let (issuer, resource) = ("http://127.0.0.1:8080", "http://127.0.0.1:8080/mcp");
//! // On a laptop nobody is asked; elsewhere, this would be refused.
//! let everyone = AutoApprove::on_loopback("127.0.0.1".parse()?, ["write"])?;
//! let options = Options::new(issuer, resource)
//!     .with_service_name("Example")
//!     .with_scope_text("read", "read everything you can see")
//!     .with_scope_text("write", "also create, change and delete things")
//!     // Clients that run here may come by themselves.
//!     .with_unregistered_clients(
//!         UnregisteredClients::new(["loopback"], ["write"])
//!             .with_dynamic_registration(Default::default()),
//!     );
//! let server = AuthorizationServer::new(options, everyone, Arc::new(MemoryStore::new()))?;
//!
//! # let endpoint = tower::service_fn(|_: Request<Full<Bytes>>| async {
//! #     Ok::<_, std::convert::Infallible>(http::Response::new(Full::<Bytes>::default()))
//! # });
//! let static_tokens = StaticTokens::new(StaticTokenRules::default());
//! let tokens = Verifiers::new().then(server.verifier(resource)?).then(static_tokens);
//! let metadata = ResourceMetadata::new(resource)?.with_authorization_server(server.issuer());
//! let protected = AccessLayer::new(tokens, metadata).layer(endpoint);
//! // One service: the paths of the authorization server, and the endpoint behind its layer.
//! let service = server.beside(protected);
//!
//! let path = "/.well-known/oauth-authorization-server";
//! let request = Request::get(path).body(Full::<Bytes>::default())?;
//! let answer = service.oneshot(request).await?;
//! assert_eq!(answer.status(), StatusCode::OK);
//! # let body = answer.into_body().collect().await?.to_bytes();
//! # let metadata: serde_json::Value = serde_json::from_slice(&body)?;
//! assert_eq!(metadata["issuer"], "http://127.0.0.1:8080");
//! # Ok(())
//! # }
//! ```
//!
//! # Endpoints
//!
//! | path, below that of the issuer | what it is |
//! |---|---|
//! | `/.well-known/oauth-authorization-server` and `/.well-known/openid-configuration`, with the issuer's path inserted | metadata (RFC 8414) |
//! | `/oauth/authorize` | a client asks for a code (RFC 6749, RFC 7636, RFC 8707, RFC 9207) |
//! | `/oauth/sign-in`, `/oauth/consent` | the pages that the person sees |
//! | `/oauth/callback` | where a person comes back to who signed in elsewhere |
//! | `/oauth/grants`, `/oauth/sign-out` | what a person granted, to be taken back |
//! | `/oauth/token` | codes, refresh tokens and clients become tokens |
//! | `/oauth/revoke`, `/oauth/introspect` | RFC 7009, RFC 7662 |
//! | `/oauth/register` | RFC 7591, where it is opened |
//!
//! # Clients
//!
//! A client is registered by the operator ([`Options::with_client`], or
//! [`Store::put_client`]), or it is one that nobody registered, and
//! then [`UnregisteredClients`] says where its answers may go and how much it can be granted:
//!
//! - Its name is the address of a document that describes it. The document is fetched from the
//!   public internet and from nowhere else: `https` on the usual port, no redirect, every address
//!   of the host public, and the connection goes to the address that was checked.
//! - It registered itself. That gives it a name, and nothing without a person.
//! - It has any other name, where [`UnregisteredClients::with_any_name`] says so.
//!
//! # What holds
//!
//! - Nobody gets a code without having signed in, and no client gets more than a person granted it,
//!   than the client may have, and than the person may grant: each is asked again whenever a token
//!   is used, so that lowering one narrows tokens that are already issued. The operator lowers either
//!   with [`Store::put_limit`], however the client or the person is known.
//! - A code is good for one minute and one use, by the client it was issued to, with the verifier
//!   of its challenge (S256 and no other), for the redirect URI and the resource it was issued for.
//!   Whoever comes with it again revokes what it minted.
//! - A refresh token is good once. One that comes again after the time of grace revokes its family.
//! - A confidential client proves who it is on every request. A public client is one of the
//!   operator's, or can do nothing without a person.
//! - A token is for one resource, and refused at every other.
//! - Answers go to addresses that the client registered, to the letter but for the port on
//!   loopback.
//!   What is wrong before that is known is shown, and nobody is sent anywhere.
//! - A request belongs to the browser that made it, a form to our page in that browser, and a
//!   session to the cookie that was made at sign-in.
//! - No header changes the issuer, unless a proxy is trusted. Pages run no script, load nothing and stand in no frame.
//! - Of codes, tokens, secrets and cookies the store has the SHA-256, of passwords the argon2id
//!   hash.
//! - Where the store, the people or the randomness fail, the answer is 503, with the reason in the
//!   response's extensions as [`Unavailable`], and nothing is let through.
//!
//! # Behind a proxy
//!
//! The issuer is what the options say. Where a proxy or a tunnel gives the server another name, a
//! layer in front puts the [`PublicOrigin`](crate::PublicOrigin) of a request into its extensions
//! (see [`TrustedProxies`](crate::TrustedProxies)), and the addresses of the answer follow.
//!
//! # Housekeeping
//!
//! What is over is purged from the store in the course of requests, at most every ten minutes by
//! each process. Nothing has to be spawned, and nothing runs where nobody comes. Where credentials
//! of people are kept ([`ApiAccounts`](crate::resource_owner)), those of people who take their access
//! away go at once; [`AuthorizationServer::keep_house`], called every few minutes, lets go of those
//! of people whose access ended in other ways.
//!
//! # What is left to whoever runs it
//!
//! - TLS, the time a request may take, and bounds for each peer: what is bounded here (sign-ins,
//!   registrations, documents) is bounded for all peers together and for each user name.
//! - Logging [`Unavailable`].

use std::fmt;
use std::sync::Arc;

mod answer;
#[cfg(feature = "private-key-jwt")]
mod assertion;
mod authorize;
mod beside;
mod browser;
mod client_authentication;
mod clients;
mod consent;
mod core;
mod grants;
mod housekeeping;
#[cfg(feature = "http-client")]
mod http_client;
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

pub use self::beside::Beside;
use self::clients::Documents;
pub use self::clients::{DocumentRequest, DocumentResponse, FetchError, Fetcher, Resolver};
use self::core::Core;
#[cfg(feature = "http-client")]
pub use self::http_client::{HttpFetcher, SystemResolver};
pub use self::options::{DynamicRegistration, Lifetimes, Options, UnregisteredClients};
use self::redirect_uri::RedirectUri;
use self::service::Endpoint;
pub use self::verifier::IssuedTokens;
use crate::entropy::{Entropy, OsEntropy};
use crate::error::Error;
use crate::resource_owner::ResourceOwner;
use crate::store::Store;
use crate::time::{Clock, SystemClock};
pub use crate::unavailable::Unavailable;

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
        let documents = Documents::new(Arc::new(resolver), Arc::new(fetcher));
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

    /// Whether it answers at this path.
    #[must_use]
    pub fn answers(&self, path: &str) -> bool {
        self.core.endpoint(path).is_some()
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

    /// Purges the store, and has the resource owner let go of people who hold nothing any more: no
    /// session, and no token that is good. It is for a program to call every few minutes.
    ///
    /// # Errors
    ///
    /// Fails if the store does, or if something of a person is left elsewhere; the text says what.
    pub async fn keep_house(&self) -> Result<(), Unavailable> {
        self.core.keep_house().await
    }

    fn core(&self) -> &Core {
        &self.core
    }

    fn set(mut self, change: impl FnOnce(&mut Core)) -> Self {
        change(Arc::make_mut(&mut self.core));
        self
    }
}

/// Passes an address that answers may be sent to: `https`, or `http` on loopback.
///
/// # Errors
///
/// Fails for any other, and for one that could be read in two ways.
pub fn check_redirect_uri(uri: &str) -> Result<(), Error> {
    RedirectUri::parse(uri).map(drop).map_err(|why| Error::server(format!("{uri:?}: {why}")))
}

impl fmt::Debug for AuthorizationServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationServer")
            .field("issuer", &self.issuer())
            .finish_non_exhaustive()
    }
}
