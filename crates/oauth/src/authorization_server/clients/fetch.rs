//! How documents of clients are fetched: by what is passed in, under rules that are ours.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

/// Looks up the addresses of a host.
#[async_trait]
pub trait Resolver: Send + Sync {
    /// All addresses of this host.
    ///
    /// # Errors
    ///
    /// Fails if there is none, or it cannot be told.
    async fn resolve(&self, host: &str) -> Result<Vec<IpAddr>, FetchError>;
}

/// Fetches one document over TLS.
///
/// It connects to the address of the request and no other, whatever the host resolves to by then;
/// verifies the certificate for the host; follows no redirect; uses no proxy that the environment
/// names; and gives up at the bounds of the request.
#[async_trait]
pub trait Fetcher: Send + Sync {
    /// Fetches the document.
    ///
    /// # Errors
    ///
    /// Fails if no answer comes within the bounds.
    async fn fetch(&self, request: &DocumentRequest) -> Result<DocumentResponse, FetchError>;
}

/// What to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DocumentRequest {
    /// The address of the document: `https`.
    pub url: String,
    /// The host of the address, for TLS and the header `host`.
    pub host: String,
    /// Where to connect to.
    pub address: SocketAddr,
    /// Give up when the body is longer.
    pub max_bytes: usize,
    /// Give up when it takes longer, all in all.
    pub timeout: Duration,
}

impl DocumentRequest {
    /// A request for the document at `url`, of the host `host`, which is at `address`.
    pub fn new(
        url: impl Into<String>,
        host: impl Into<String>,
        address: SocketAddr,
        max_bytes: usize,
        timeout: Duration,
    ) -> Self {
        Self { url: url.into(), host: host.into(), address, max_bytes, timeout }
    }
}

/// What was answered.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DocumentResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, whole.
    pub body: Bytes,
}

impl DocumentResponse {
    /// An answer.
    #[must_use]
    pub const fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self { status, headers, body }
    }
}

/// Why there is no document; the text completes "failed to ...".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchError(String);

impl FetchError {
    /// Says why.
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FetchError {}
