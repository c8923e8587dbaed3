//! A fresh sandbox for each run: seeded, at a fixed time, in process or on loopback, with its
//! requests counted.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::future::{Ready, ready};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use dispatch_core::{BackendError, Tier};
use http::{HeaderValue, header};
use netbox_sandbox::{Sandbox, Token, seed};
use serde::Deserialize;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tower::Service;

/// What a fresh sandbox holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Seed {
    /// Nothing.
    Empty,
    /// Three sites with 84 devices, their addresses, circuits and machines.
    Campus,
    /// The two networks of the walkthrough.
    Walkthrough,
}

impl Seed {
    fn sandbox(self) -> Result<Sandbox> {
        let sandbox = Sandbox::builder()
            .fixed_time(SystemTime::UNIX_EPOCH + Duration::from_secs(NOW))
            .with_tokens([Token::v1("admin", WRITER), Token::v1("reader", READER).read_only()])
            .build();
        match self {
            Self::Empty => Ok(()),
            Self::Campus => seed::campus(&sandbox),
            Self::Walkthrough => seed::walkthrough(&sandbox),
        }
        .context("failed to seed the sandbox")?;
        Ok(sandbox)
    }
}

/// A sandbox that nothing has touched but its seed.
#[derive(Clone, Debug)]
pub struct Fresh {
    sandbox: Sandbox,
    n_requests: Arc<AtomicUsize>,
}

impl Fresh {
    /// Makes one. Its ids, times and tokens are the same each time.
    ///
    /// # Errors
    ///
    /// Where the seed is refused.
    pub fn new(what: Seed) -> Result<Self> {
        static SEEDED: Mutex<BTreeMap<Seed, Sandbox>> = Mutex::new(BTreeMap::new());
        let mut seeded = SEEDED.lock().unwrap_or_else(PoisonError::into_inner);
        let sandbox = match seeded.entry(what) {
            Entry::Occupied(seeded) => seeded.get().fork(),
            Entry::Vacant(place) => place.insert(what.sandbox()?).fork(),
        };
        Ok(Self { sandbox, n_requests: Arc::default() })
    }

    /// How many requests of the system under test it has answered.
    #[must_use]
    pub fn n_requests(&self) -> usize {
        self.n_requests.load(Ordering::Relaxed)
    }

    /// Counts from nothing again, such as after a system has started.
    pub fn forget_requests(&self) {
        self.n_requests.store(0, Ordering::Relaxed);
    }

    /// Answers a GET, for the checks: as an administrator, and not counted.
    ///
    /// # Errors
    ///
    /// Where the answer is no success or no JSON.
    pub fn get(&self, path: &str) -> Result<Value> {
        let context = || format!("failed to get {path}");
        let request = http::Request::get(path)
            .header(header::AUTHORIZATION, format!("Token {WRITER}"))
            .body(Bytes::new())
            .with_context(context)?;
        let response = self.sandbox.handle(request);
        let body = String::from_utf8_lossy(response.body()).into_owned();
        anyhow::ensure!(response.status().is_success(), "{}: {body}", context());
        serde_json::from_str(&body).with_context(context)
    }

    /// The sandbox as a backend in process, called with the token of a tier.
    #[must_use]
    pub fn backend(&self, tier: Tier) -> Counted {
        Counted { fresh: self.clone(), token: token(tier) }
    }

    /// The sandbox on loopback, until the result is dropped.
    ///
    /// # Errors
    ///
    /// Where no port can be had.
    pub async fn serve(&self) -> Result<Loopback> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("failed to listen")?;
        let url = format!("http://{}", listener.local_addr()?);
        let fresh = self.clone();
        let app = Router::new().fallback(move |request: Request| {
            let fresh = fresh.clone();
            async move { fresh.answer(request).await }
        });
        let serving = tokio::spawn(async move {
            // It ends when the task is aborted; an error before that shows in the client.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Loopback { url, serving })
    }

    async fn answer(&self, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        self.handle(http::Request::from_parts(parts, body)).map(Body::from)
    }

    /// Answers a request of the system under test.
    #[must_use]
    pub fn handle(&self, request: http::Request<Bytes>) -> http::Response<Bytes> {
        self.n_requests.fetch_add(1, Ordering::Relaxed);
        self.sandbox.handle(request)
    }
}

/// The API token for connections of a tier: below write, the API itself refuses writes.
#[must_use]
pub fn token(tier: Tier) -> &'static str {
    if tier < Tier::Write { READER } else { WRITER }
}

/// A sandbox on loopback.
#[derive(Debug)]
pub struct Loopback {
    /// Its URL, without a slash at the end.
    pub url: String,
    serving: JoinHandle<()>,
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// A sandbox in process whose requests carry a token and are counted.
#[derive(Clone, Debug)]
pub struct Counted {
    fresh: Fresh,
    token: &'static str,
}

impl Service<http::Request<Bytes>> for Counted {
    type Response = http::Response<Bytes>;
    type Error = BackendError;
    type Future = Ready<Result<Self::Response, BackendError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BackendError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: http::Request<Bytes>) -> Self::Future {
        if let Ok(value) = HeaderValue::try_from(format!("Token {}", self.token)) {
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
        ready(Ok(self.fresh.handle(request)))
    }
}

/// 2026-11-22T12:00:00Z.
const NOW: u64 = 1_795_348_800;

/// The sandbox's tokens. They are known to everyone and open nothing but a sandbox.
const WRITER: &str = "0123456789abcdef0123456789abcdef01234567";
const READER: &str = "89abcdef0123456789abcdef0123456789abcdef";
