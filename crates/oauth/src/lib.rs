//! Access to an MCP endpoint: tokens, scopes, and the layer that answers 401.
//!
//! The crate protects any `tower` service over HTTP, and knows nothing of what it serves: it
//! establishes who is calling and puts one [`AuthInfo`](mcp_protocol::auth::AuthInfo) into the
//! request's extensions. What a scope allows is the business of the service behind it.
//!
//! # A guide
//!
//! Tokens are made from randomness that is passed in, checked at a time that is passed in, and kept
//! as SHA-256 hashes; the token itself is seen once, by the one it is issued to.
//!
//! ```
//! use std::time::Duration;
//!
//! use oauth::resource_server::{AccessLayer, ResourceMetadata};
//! use oauth::{NewToken, OsEntropy, StaticTokenRules, StaticTokens, UnixTime};
//! use tower::Layer;
//! # use bytes::Bytes;
//! # use http::{Request, Response};
//! # use http_body_util::Full;
//! # let service = tower::service_fn(|_: Request<Full<Bytes>>| async {
//! #     Ok::<_, std::convert::Infallible>(Response::new(Full::<Bytes>::default()))
//! # });
//!
//! let mut tokens = StaticTokens::new(StaticTokenRules::default());
//! let now = UnixTime::now();
//! let new = NewToken::new("laptop", ["write"]).with_expiry(now + Duration::from_secs(30 * 86_400));
//! let (id, token) = tokens.issue(new, now, &OsEntropy)?;
//! println!("token {id}, shown this once: {}", token.expose());
//!
//! let metadata = ResourceMetadata::new("https://mcp.example.org/api/mcp")?
//!     .with_scopes_supported(["read", "write"])
//!     .with_resource_name("Example");
//! let protected = AccessLayer::new(tokens, metadata).layer(service);
//! # drop(protected);
//! # Ok::<(), oauth::Error>(())
//! ```
//!
//! [`StaticTokens::to_json`] and [`StaticTokens::from_json`] keep the tokens between runs; those of
//! a store, `StoredStaticTokens`, are changed by commands while a server runs. Where
//! tokens of several kinds are taken, [`Verifiers`] asks one after the other: the first that
//! recognises a token's form owns it.
//!
//! Tokens of an authorization server that others run are checked by `external` (feature
//! `external-issuers`): by their signature, or by asking.
//!
//! With the feature `authorization-server`, clients get tokens by themselves, when a person says
//! so: `authorization_server` is the server, `resource_owner` the people, and `store` what is
//! remembered. The feature `local-users` adds people with passwords, `private-key-jwt` clients with
//! keys, `http-client` what documents are fetched with, `sealing` credentials that are encrypted at
//! rest, `sqlite` a store in one file, `postgres` one for several replicas, and `conformance` the
//! suite that every store is held to.
//!
//! # What holds
//!
//! - A token that is presented and not valid is always answered with 401, even where anonymous
//!   callers are let in.
//! - No token, and no part of one, is in an error, in a log or in a `Debug` text.
//! - The `Authorization` header goes no further than this layer.

#[cfg(feature = "authorization-server")]
pub mod authorization_server;
#[cfg(feature = "configuration")]
pub mod configuration;
mod entropy;
mod error;
#[cfg(feature = "external-issuers")]
pub mod external;
#[cfg(any(feature = "external-issuers", feature = "private-key-jwt"))]
mod jws;
mod public_origin;
#[cfg(feature = "authorization-server")]
pub mod resource_owner;
pub mod resource_server;
#[cfg(all(feature = "runtime-tokio", feature = "local-users"))]
pub mod runtime;
mod scope;
#[cfg(feature = "sealing")]
pub mod sealing;
#[cfg(any(feature = "authorization-server", feature = "external-issuers"))]
mod secret;
mod static_tokens;
#[cfg(feature = "authorization-server")]
pub mod store;
mod time;
mod token;
mod unavailable;
mod verifier;

pub use entropy::{Entropy, EntropyUnavailable, OsEntropy};
pub use error::{Error, Fault};
pub use public_origin::{BehindProxies, PublicOrigin, TrustedProxies};
pub use scope::ScopeLadder;
#[cfg(any(feature = "authorization-server", feature = "external-issuers"))]
pub use secret::Secret;
#[cfg(feature = "authorization-server")]
pub use static_tokens::StoredStaticTokens;
pub use static_tokens::{NewToken, StaticToken, StaticTokenRules, StaticTokens, TokenChange};
pub use time::{Clock, SystemClock, UnixTime};
pub use token::{AccessToken, Form, TokenFormat, TokenHash};
pub use unavailable::Unavailable;
pub use verifier::{Refusal, Verdict, Verifier, Verifiers};
