//! Asking an issuer over HTTP, with reqwest.

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder};

use super::http_client::{Bounds, IssuerClient, Unreachable};
use crate::error::Error;

/// Asks issuers with reqwest, and uses no proxy that the environment names. Connections are kept.
#[derive(Clone, Debug)]
pub struct HttpIssuerClient {
    client: Client,
}

impl HttpIssuerClient {
    /// Trusts the authorities that the system trusts.
    ///
    /// # Errors
    ///
    /// Fails if TLS cannot be set up.
    pub fn new() -> Result<Self, Error> {
        Self::build(Client::builder())
    }

    /// Trusts these authorities and no others.
    ///
    /// # Errors
    ///
    /// Fails if TLS cannot be set up with them.
    pub fn with_roots(roots: impl IntoIterator<Item = Certificate>) -> Result<Self, Error> {
        Self::build(Client::builder().tls_certs_only(roots))
    }

    fn build(builder: ClientBuilder) -> Result<Self, Error> {
        let client = builder
            .no_proxy()
            .redirect(Policy::none())
            .user_agent(concat!("mcp-dispatch/", env!("CARGO_PKG_VERSION")))
            .build();
        let client = client.map_err(|_| Error::server("TLS cannot be set up"))?;
        Ok(Self { client })
    }
}

#[async_trait]
impl IssuerClient for HttpIssuerClient {
    async fn send(
        &self,
        request: Request<Bytes>,
        bounds: Bounds,
    ) -> Result<Response<Bytes>, Unreachable> {
        let host = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        let unreached = |error: reqwest::Error| {
            let why = if error.is_timeout() { "it took too long" } else { "it does not answer" };
            Unreachable::new(format!("ask {host}: {why}"))
        };
        let (parts, body) = request.into_parts();
        let request = self
            .client
            .request(parts.method, parts.uri.to_string())
            .headers(parts.headers)
            .timeout(bounds.timeout)
            .body(body);
        let mut answer = request.send().await.map_err(unreached)?;
        let mut body = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(unreached)? {
            if body.len() + chunk.len() > bounds.max_bytes {
                return Err(Unreachable::new(format!("ask {host}: its answer is too long")));
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = Response::new(body.freeze());
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        Ok(response)
    }
}
