//! The resource server: the layer that asks every request for a token.
//!
//! [`AccessLayer`] wraps the service of an MCP endpoint. A request with a valid token goes on with
//! an [`AuthInfo`](mcp_protocol::auth::AuthInfo) in its extensions; every other is answered here,
//! with the challenge that sends an MCP client to sign in (MCP 2026-07-28, "Authorization";
//! RFC 6750, RFC 9728). A [`Standing`](mcp_protocol::auth::Standing) in the extensions tells while an
//! answer lasts whether the token would still be taken.
//!
//! ```
//! # use std::convert::Infallible;
//! # use bytes::Bytes;
//! # use http::{Request, Response, StatusCode};
//! # use http_body_util::Full;
//! # use oauth::resource_server::{AccessLayer, ResourceMetadata};
//! # use oauth::{NewToken, OsEntropy, StaticTokenRules, StaticTokens, UnixTime};
//! # use tower::{Layer, Service};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), oauth::Error> {
//! # let mut tokens = StaticTokens::new(StaticTokenRules::default());
//! # let new = NewToken::new("me", ["read"]);
//! # let (_, token) = tokens.issue(new, UnixTime::now(), &OsEntropy)?;
//! let endpoint = tower::service_fn(|request: Request<Full<Bytes>>| async move {
//!     let caller = request.extensions().get::<mcp_protocol::auth::AuthInfo>();
//!     let scopes = caller.map(|caller| caller.scopes.to_string()).unwrap_or_default();
//!     Ok::<_, Infallible>(Response::new(Full::<Bytes>::from(scopes)))
//! });
//! let metadata = ResourceMetadata::new("https://mcp.example.org/api/mcp")?;
//! let mut protected = AccessLayer::new(tokens, metadata).layer(endpoint);
//!
//! let request = Request::post("/api/mcp").body(Full::default()).unwrap();
//! let answer = protected.call(request).await.unwrap();
//! assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
//!
//! let request = Request::post("/api/mcp")
//!     .header("authorization", format!("Bearer {}", token.expose()))
//!     .body(Full::default())
//!     .unwrap();
//! assert_eq!(protected.call(request).await.unwrap().status(), StatusCode::OK);
//! # Ok(())
//! # }
//! ```

mod answer;
mod credential;
mod foreign;
mod layer;
mod metadata;
mod service;
mod standing;

pub use foreign::ForeignCredential;
pub use layer::AccessLayer;
pub use metadata::ResourceMetadata;
pub use service::{AccessBody, AccessService};
