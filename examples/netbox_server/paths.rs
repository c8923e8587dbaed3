//! Several endpoints behind one address, each at its path.

use std::convert::Infallible;
use std::future::ready;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use mcp_protocol::http::ResponseBody;
use mcp_protocol::tool::ToolServer;
use oauth::resource_server::{AccessBody, ResourceMetadata};
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceExt as _};

use crate::HEALTH_PATH;

/// An endpoint behind its access layer.
pub(crate) type Guarded =
    BoxCloneSyncService<Request<Incoming>, Response<AccessBody<ResponseBody>>, Infallible>;

/// Gives each request to the endpoint whose path, or whose metadata's path, it names.
#[derive(Clone)]
pub(crate) struct Paths {
    endpoints: Arc<[(String, Guarded)]>,
    servers: Arc<[Arc<dyn ToolServer>]>,
}

impl Paths {
    /// Serves these endpoints, each with its path.
    pub(crate) fn new(
        endpoints: Vec<(String, Guarded)>,
        servers: Vec<Arc<dyn ToolServer>>,
    ) -> Self {
        Self { endpoints: endpoints.into(), servers: servers.into() }
    }

    fn endpoint(&self, path: &str) -> Option<Guarded> {
        if let [(_, only)] = &*self.endpoints {
            return Some(only.clone());
        }
        let path =
            path.strip_prefix(ResourceMetadata::WELL_KNOWN).unwrap_or(path).trim_end_matches('/');
        let mut endpoints = self.endpoints.iter();
        endpoints.find(|(served, _)| served == path).map(|(_, endpoint)| endpoint.clone())
    }

    /// How the servers are: one that is not there yet does not take the others out of service.
    fn health(&self) -> (StatusCode, &'static str) {
        if self.servers.iter().all(|server| server.ready().is_err()) {
            return (StatusCode::SERVICE_UNAVAILABLE, "starting");
        }
        let is_well =
            |server: &Arc<dyn ToolServer>| server.ready().is_ok() && server.degraded().is_none();
        (StatusCode::OK, if self.servers.iter().all(is_well) { "ok" } else { "degraded" })
    }
}

impl Service<Request<Incoming>> for Paths {
    type Response = Response<AccessBody<ResponseBody>>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        let path = request.uri().path();
        if let Some(endpoint) = self.endpoint(path) {
            return Box::pin(endpoint.oneshot(request));
        }
        let is_health = path.trim_end_matches('/') == HEALTH_PATH
            && matches!(*request.method(), Method::GET | Method::HEAD);
        let (status, body) = if is_health {
            let (status, text) = self.health();
            (status, format!("{{\"status\":\"{text}\"}}"))
        } else {
            let text = "{\"error\":\"not_found\",\"error_description\":\"there is no endpoint at \
                        this path\"}";
            (StatusCode::NOT_FOUND, text.to_owned())
        };
        let mut response = Response::new(Either::Left(Full::new(Bytes::from(body))));
        *response.status_mut() = status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Box::pin(ready(Ok(response)))
    }
}
