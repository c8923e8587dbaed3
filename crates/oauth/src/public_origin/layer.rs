//! The layer that notes under which origin a request came.

use std::sync::Arc;
use std::task::{Context, Poll};

use http::Request;
use tower::{Layer, Service};

use super::{PublicOrigin, TrustedProxies};

/// A service that is told the [`PublicOrigin`] of each request, where a trusted proxy gives one.
#[derive(Clone, Debug)]
pub struct BehindProxies<S> {
    inner: S,
    proxies: Arc<TrustedProxies>,
}

impl<S> Layer<S> for TrustedProxies {
    type Service = BehindProxies<S>;

    fn layer(&self, inner: S) -> Self::Service {
        BehindProxies { inner, proxies: Arc::new(self.clone()) }
    }
}

impl<S: Service<Request<B>>, B> Service<Request<B>> for BehindProxies<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let origin = self.proxies.public_origin(request.headers());
        let extensions = request.extensions_mut();
        extensions.remove::<PublicOrigin>();
        if let Some(origin) = origin {
            extensions.insert(origin);
        }
        self.inner.call(request)
    }
}
