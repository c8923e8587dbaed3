//! The API that every peer is pointed at: a sandbox on loopback that is replaced before each run.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use benches::sandbox::{Fresh, token};
use dispatch_core::Tier;
use http::{HeaderValue, StatusCode, header};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A URL of loopback with a sandbox behind it, so that a peer need not start anew for each run.
#[derive(Debug)]
pub(super) struct Api {
    current: Current,
    address: SocketAddr,
    serving: JoinHandle<()>,
}

/// The sandbox of the run, and the tier it is called at.
type Current = Arc<Mutex<Option<(Fresh, Tier)>>>;

impl Api {
    /// Listens on a port of loopback.
    pub(super) async fn serve(port: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .with_context(|| format!("failed to listen on port {port} of loopback"))?;
        let address = listener.local_addr()?;
        let current = Current::default();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&current));
        let serving = tokio::spawn(async move {
            // It ends when the task is aborted; an error before that shows in the peer.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { current, address, serving })
    }

    /// The URL, without a slash at the end.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Puts a sandbox there, called with the token of a tier whatever token a peer sends.
    pub(super) fn put(&self, fresh: Fresh, tier: Tier) {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Some((fresh, tier));
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(State(current): State<Current>, request: Request) -> Response {
    let current = current.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let (mut head, body) = request.into_parts();
    let (Some((fresh, tier)), Ok(body)) = (current, to_bytes(body, LIMIT_BYTES).await) else {
        let mut refusal = Response::new(Body::empty());
        *refusal.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        return refusal;
    };
    if let Ok(token) = HeaderValue::try_from(format!("Token {}", token(tier))) {
        head.headers.insert(header::AUTHORIZATION, token);
    }
    fresh.handle(http::Request::from_parts(head, body)).map(Body::from)
}

const LIMIT_BYTES: usize = 16 << 20;
