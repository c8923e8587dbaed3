//! Documents over HTTP, with reqwest, and names by the resolver of the system.

use std::fmt;
use std::net::IpAddr;

use async_trait::async_trait;
use bytes::BytesMut;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client};

use super::clients::{DocumentRequest, DocumentResponse, FetchError, Fetcher, Resolver};

/// Asks the resolver of the system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolver for SystemResolver {
    async fn resolve(&self, host: &str) -> Result<Vec<IpAddr>, FetchError> {
        let found = tokio::net::lookup_host((host, 443)).await;
        let found = found.map_err(|_| FetchError::new("find the address of its host"))?;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// Fetches documents with reqwest; every fetch is a connection of its own.
#[derive(Clone, Default)]
pub struct HttpFetcher {
    roots: Option<Vec<Certificate>>,
}

impl HttpFetcher {
    /// Trusts the authorities that the system trusts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts these authorities and no others.
    #[must_use]
    pub fn with_roots(roots: impl IntoIterator<Item = Certificate>) -> Self {
        Self { roots: Some(roots.into_iter().collect()) }
    }
}

#[async_trait]
impl Fetcher for HttpFetcher {
    async fn fetch(&self, request: &DocumentRequest) -> Result<DocumentResponse, FetchError> {
        let builder = Client::builder()
            .https_only(true)
            .no_proxy()
            .redirect(Policy::none())
            .resolve(&request.host, request.address)
            .timeout(request.timeout)
            .user_agent(concat!("mcp-dispatch/", env!("CARGO_PKG_VERSION")));
        let builder = match &self.roots {
            Some(roots) => builder.tls_certs_only(roots.iter().cloned()),
            None => builder,
        };
        let client = builder.build().map_err(|_| FetchError::new("set up TLS"))?;
        let sent = client.get(&request.url).header("accept", "application/json").send().await;
        let mut response = sent.map_err(|error| unreached(&error))?;
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| unreached(&error))? {
            if body.len() + chunk.len() > request.max_bytes {
                return Err(FetchError::new("fetch it: it is too long"));
            }
            body.extend_from_slice(&chunk);
        }
        let (status, headers) = (response.status(), response.headers().clone());
        Ok(DocumentResponse::new(status, headers, body.freeze()))
    }
}

/// Why nothing came. What the network said stays here: it may tell of what only we can see.
fn unreached(error: &reqwest::Error) -> FetchError {
    FetchError::new(if error.is_timeout() {
        "fetch it: its host took too long"
    } else {
        "fetch it: its host does not answer over TLS as it should"
    })
}

impl fmt::Debug for HttpFetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n_roots = self.roots.as_ref().map(Vec::len);
        f.debug_struct("HttpFetcher").field("n_roots", &n_roots).finish()
    }
}
