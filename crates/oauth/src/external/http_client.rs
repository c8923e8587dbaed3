//! How an issuer is asked: by what is passed in.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};

/// Sends requests to an issuer.
///
/// It verifies the certificate of the host, follows no redirect, and gives up at the bounds. Where
/// an issuer is, is the operator's to say, and may well be a private network.
#[async_trait]
pub trait IssuerClient: Send + Sync {
    /// Sends a request and gives the whole answer, whatever its status.
    ///
    /// # Errors
    ///
    /// Fails if no answer comes within the bounds.
    async fn send(
        &self,
        request: Request<Bytes>,
        bounds: Bounds,
    ) -> Result<Response<Bytes>, Unreachable>;
}

#[async_trait]
impl<C: IssuerClient + ?Sized> IssuerClient for Arc<C> {
    async fn send(
        &self,
        request: Request<Bytes>,
        bounds: Bounds,
    ) -> Result<Response<Bytes>, Unreachable> {
        (**self).send(request, bounds).await
    }
}

/// When to give up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bounds {
    /// When the body is longer.
    pub max_bytes: usize,
    /// When it takes longer, all in all.
    pub timeout: Duration,
}

/// The bounds of every request.
pub(crate) const BOUNDS: Bounds = Bounds { max_bytes: 256 * 1024, timeout: Duration::from_secs(5) };

/// Why an issuer could not be asked; the text completes "failed to ...". It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreachable(String);

impl Unreachable {
    /// Says why.
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreachable {}
