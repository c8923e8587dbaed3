//! An API over HTTP.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use tower::Service;

use super::{BackendError, BackendErrorKind, DEFAULT_MAX_ANSWER_BYTES, ExchangeTimeout};

/// Reaches an API over HTTP/1.1 or HTTP/2.
///
/// Redirects are not followed (a redirected write would be sent twice, and a credential might reach
/// another host), cookies are not kept, and proxies are not taken from the environment.
#[derive(Clone, Debug)]
pub struct HttpBackend {
    client: Client,
    base: Url,
    max_answer_bytes: usize,
}

/// How an [`HttpBackend`] behaves.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HttpBackendOptions {
    /// How long it may take to connect: 10 s unless it is set.
    pub connect_timeout: Duration,
    /// How long a whole exchange may take: 300 s unless it is set, as bulk writes are slow. A
    /// request with an [`ExchangeTimeout`] has its own.
    pub timeout: Duration,
    /// How long a connection is kept for the next request: 1 s unless it is set. It has to be shorter
    /// than the server keeps it, which is 2 s with gunicorn: what is sent on a connection that is
    /// being closed may have had its effect or not.
    pub keep_alive: Duration,
    /// How many bytes of an answer are read: 32 MiB unless it is set.
    pub max_answer_bytes: usize,
    /// The `User-Agent` of requests.
    pub user_agent: String,
}

impl Default for HttpBackendOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(300),
            keep_alive: Duration::from_secs(1),
            max_answer_bytes: DEFAULT_MAX_ANSWER_BYTES,
            user_agent: concat!("mcp-dispatch/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// Why no [`HttpBackend`] could be made; the text completes "failed to ...".
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpBackendError {
    /// The base URL is none.
    #[error("read the URL of the API: {0}")]
    Url(String),
    /// The client could not be made.
    #[error("set up the HTTP client: {0}")]
    Client(#[source] reqwest::Error),
}

impl HttpBackend {
    /// Makes a backend for the API at a base URL, whose path, if it has one, comes before the paths
    /// of the catalog.
    ///
    /// # Errors
    ///
    /// Fails if the URL is none of HTTP, or holds a credential, a query or a fragment.
    pub fn new(base: &str, options: HttpBackendOptions) -> Result<Self, HttpBackendError> {
        let refuse = |problem: &str| Err(HttpBackendError::Url(problem.to_owned()));
        let mut base =
            Url::parse(base).map_err(|error| HttpBackendError::Url(error.to_string()))?;
        if !matches!(base.scheme(), "http" | "https") {
            return refuse("it must begin with http:// or https://");
        }
        if !base.username().is_empty() || base.password().is_some() {
            return refuse("it must hold no user name or password");
        }
        if base.query().is_some() || base.fragment().is_some() {
            return refuse("it must hold no query or fragment");
        }
        let path = base.path().trim_end_matches('/').to_owned();
        base.set_path(&path);
        let client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(options.connect_timeout)
            .timeout(options.timeout)
            .pool_idle_timeout(options.keep_alive)
            .user_agent(options.user_agent)
            .build()
            .map_err(HttpBackendError::Client)?;
        Ok(Self { client, base, max_answer_bytes: options.max_answer_bytes })
    }

    /// The full URL of a request. The path is appended as it stands, so that what was encoded stays
    /// encoded.
    fn url(&self, request: &Request<Bytes>) -> Result<Url, BackendError> {
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        let base = self.base.as_str().trim_end_matches('/');
        Url::parse(&format!("{base}{target}")).map_err(|error| {
            let message = format!("the URL of the request is none: {error}");
            BackendError::new(BackendErrorKind::NotSent, message)
        })
    }
}

impl Service<Request<Bytes>> for HttpBackend {
    type Response = Response<Bytes>;
    type Error = BackendError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, BackendError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BackendError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let url = self.url(&request);
        let client = self.client.clone();
        let max_answer_bytes = self.max_answer_bytes;
        Box::pin(async move {
            let url = url?;
            let (parts, body) = request.into_parts();
            let mut sending = client.request(parts.method, url).headers(parts.headers).body(body);
            if let Some(ExchangeTimeout(timeout)) = parts.extensions.get() {
                sending = sending.timeout(*timeout);
            }
            let response = sending.send().await.map_err(|error| not_answered(&error))?;
            read(response, max_answer_bytes).await
        })
    }
}

/// Reads an answer, of which a bounded part is kept in memory.
async fn read(
    mut response: reqwest::Response,
    max_answer_bytes: usize,
) -> Result<Response<Bytes>, BackendError> {
    let too_large = || {
        let message = format!("the API answered more than {max_answer_bytes} bytes");
        BackendError::new(BackendErrorKind::TooLarge, message)
    };
    let announced = response.content_length().unwrap_or_default();
    if announced > max_answer_bytes as u64 {
        return Err(too_large());
    }
    let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| broken_off(&error))? {
        if body.len() + chunk.len() > max_answer_bytes {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    let mut answer = Response::new(body.freeze());
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    Ok(answer)
}

/// What is known of a request that got no answer. Nothing is sent before a connection stands.
fn not_answered(error: &reqwest::Error) -> BackendError {
    let sent = !error.is_connect() && !error.is_builder();
    let cause = cause(error);
    match (error.is_timeout(), sent) {
        (true, true) => {
            BackendError::new(BackendErrorKind::Timeout { sent }, "the API did not answer in time")
        }
        (true, false) => BackendError::new(
            BackendErrorKind::Timeout { sent },
            "the API could not be connected to in time",
        ),
        (false, true) => BackendError::new(
            BackendErrorKind::EffectUnknown,
            format!("the connection to the API broke ({cause})"),
        ),
        (false, false) => BackendError::new(
            BackendErrorKind::NotSent,
            format!("the API could not be connected to ({cause})"),
        ),
    }
}

fn broken_off(error: &reqwest::Error) -> BackendError {
    if error.is_timeout() {
        return BackendError::new(
            BackendErrorKind::Timeout { sent: true },
            "the answer of the API did not come to its end in time",
        );
    }
    BackendError::new(
        BackendErrorKind::EffectUnknown,
        format!("the answer of the API broke off ({})", cause(error)),
    )
}

/// The innermost cause of an error. The outer ones name the URL, which is not for everyone's eyes.
fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    if std::ptr::addr_eq(cause, error) { "no cause known".to_owned() } else { cause.to_string() }
}
