//! Authorization servers that others run: their tokens, taken here.
//!
//! An [`ExternalIssuer`] is known by its issuer identifier, and finds out the rest by itself: its
//! metadata (RFC 8414, or OpenID Connect Discovery), and its keys, which are read again when a
//! token is signed with one that is not known. Its tokens are checked by one of two:
//!
//! - [`JwtTokens`]: tokens that are signed (RFC 9068). Nothing is asked for each of them, so that
//!   one that is revoked is good until it expires.
//! - [`IntrospectedTokens`]: the issuer is asked (RFC 7662), each time or nearly so.
//!
//! Either stands in a chain of [`Verifiers`](crate::Verifiers) beside others. What the issuer calls
//! its scopes, a [`ScopeMap`] translates.
//!
//! ```
//! # use async_trait::async_trait;
//! # use bytes::Bytes;
//! # use http::{Request, Response};
//! use oauth::external::{Bounds, ExternalIssuer, IssuerClient, JwtTokens, ScopeMap, Unreachable};
//! use oauth::{ScopeLadder, Verifiers};
//!
//! # struct Client;
//! # #[async_trait]
//! # impl IssuerClient for Client {
//! #     async fn send(&self, _: Request<Bytes>, _: Bounds) -> Result<Response<Bytes>, Unreachable> {
//! #         Err(Unreachable::new("connect"))
//! #     }
//! # }
//! # let client = Client;
//! let issuer = ExternalIssuer::new("https://login.example.org/tenant", client)?;
//! let scopes = ScopeMap::new(ScopeLadder::default()).with("inventory.change", ["write"])?;
//! let tokens = JwtTokens::new(issuer, "https://mcp.example.org/mcp", scopes);
//! let chain = Verifiers::new().then(tokens);
//! # drop(chain);
//! # Ok::<(), oauth::Error>(())
//! ```
//!
//! # What holds
//!
//! - A token is taken only if the issuer says, in it or of it, that it is for this resource, of
//!   this issuer, for now, and not bound to a key that would have to be proved.
//! - While the issuer cannot be asked, the answer is 503: nobody is let in, and nobody is told that
//!   a good token is bad.
//! - The issuer is asked over TLS (but on loopback), follows no redirect, and is not asked more
//!   often because somebody sends bad tokens.
//! - Scopes that are not mapped count for nothing.
//!
//! Clients learn from a challenge which scopes to ask for: by the names that the issuer of their token
//! has for them, where a [`ScopeMap`] gives any. One that has no token yet is told those of
//! [`AccessLayer::with_scope_names`](crate::resource_server::AccessLayer::with_scope_names).

mod claims;
mod http_client;
#[cfg(feature = "http-client")]
mod http_issuer_client;
mod introspected;
mod issuer;
mod jwt;
mod keys;
mod metadata;
mod ourselves;
mod scope_map;

pub use http_client::{Bounds, IssuerClient, Unreachable};
#[cfg(feature = "http-client")]
pub use http_issuer_client::HttpIssuerClient;
pub use introspected::IntrospectedTokens;
pub use issuer::ExternalIssuer;
pub use jwt::JwtTokens;
pub use scope_map::ScopeMap;

#[cfg(feature = "authorization-server")]
pub(crate) use claims::Claims;
#[cfg(feature = "authorization-server")]
pub(crate) use metadata::Metadata;
#[cfg(feature = "authorization-server")]
pub(crate) use ourselves::Ourselves;
