//! The way to the API: a `tower` service from request to response, both whole in memory.
//!
//! [`InProcess`] reaches an API in this very process, [`HttpBackend`] one over HTTP. Anything that
//! must know more (credentials, rate limits, metrics) is a layer around one of them and finds the
//! caller, the operation and the trace in the request's extensions.
//!
//! A backend that fails says what is known of the effect, because that is what an agent has to know
//! before it tries again.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use tower::Service;

#[cfg(feature = "http-client")]
mod http_client;
mod in_process;

#[cfg(feature = "http-client")]
pub use http_client::{HttpBackend, HttpBackendError, HttpBackendOptions};
pub use in_process::InProcess;

/// A service that answers requests to the API.
///
/// It is implemented for every `tower` service of this shape. The URI of a request holds path and
/// query only.
pub trait Backend:
    Service<
        http::Request<Bytes>,
        Response = http::Response<Bytes>,
        Error = BackendError,
        Future: Future<Output = Result<http::Response<Bytes>, BackendError>> + Send + 'static,
    > + Clone
    + Send
    + Sync
    + 'static
{
}

impl<S> Backend for S where
    S: Service<
            http::Request<Bytes>,
            Response = http::Response<Bytes>,
            Error = BackendError,
            Future: Future<Output = Result<http::Response<Bytes>, BackendError>> + Send + 'static,
        > + Clone
        + Send
        + Sync
        + 'static
{
}

/// How long one exchange may take, in the extensions of its request: it goes before what the backend
/// itself is set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExchangeTimeout(pub Duration);

/// Why a request got no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackendError {
    kind: BackendErrorKind,
    message: String,
}

/// What is known of a request that got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BackendErrorKind {
    /// It was not sent: the API did nothing.
    NotSent,
    /// It was sent, at least in part: what the API did is not known.
    EffectUnknown,
    /// There was no answer in time.
    Timeout {
        /// Whether the request was sent, so that its effect is not known.
        sent: bool,
    },
    /// The API answered more than is read. What was asked for was done.
    TooLarge,
    /// The API cannot be used yet: it is starting, or a credential is missing. Nothing was sent.
    NotReady,
}

impl BackendError {
    /// Makes an error. The message reaches agents and logs: it names no credential, and no address
    /// that carries one.
    #[must_use]
    pub fn new(kind: BackendErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// What is known of the request.
    #[must_use]
    pub const fn kind(&self) -> BackendErrorKind {
        self.kind
    }

    /// What happened.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether it is certain that the API did nothing.
    #[must_use]
    pub const fn is_without_effect(&self) -> bool {
        matches!(
            self.kind,
            BackendErrorKind::NotSent
                | BackendErrorKind::NotReady
                | BackendErrorKind::Timeout { sent: false }
        )
    }
}

impl fmt::Display for BackendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for BackendError {}

/// How many bytes of an answer are read unless it is said otherwise.
pub(crate) const DEFAULT_MAX_ANSWER_BYTES: usize = 32 * 1024 * 1024;
