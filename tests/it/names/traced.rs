//! A sandbox behind a dispatcher, in this process, that writes down what it was sent.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http::{Method, Request, Response};
use mcp_dispatch::dispatch_core::access::Access;
use mcp_dispatch::dispatch_core::{BackendError, Dispatcher, DispatcherOptions, Tier};
use mcp_dispatch::mcp_protocol::auth::AuthInfo;
use mcp_dispatch::mcp_protocol::revision::Revision;
use mcp_dispatch::mcp_protocol::tool::{Content, RequestContext, ToolCall, ToolReply, ToolServer};
use netbox_sandbox::{Sandbox, seed};
use serde_json::Value;
use tower::Service;

/// The small network of the sandbox, and what was asked of it.
pub(crate) struct Traced {
    dispatcher: Dispatcher<Recording>,
    sent: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone)]
struct Recording {
    sandbox: Sandbox,
    sent: Arc<Mutex<Vec<String>>>,
    has_rival: bool,
}

impl Traced {
    pub(crate) fn small() -> Self {
        let sandbox = Sandbox::new();
        seed::small(&sandbox).unwrap();
        Self::new(sandbox)
    }

    /// The network of some size.
    pub(crate) fn campus() -> Self {
        let sandbox = Sandbox::new();
        seed::campus(&sandbox).unwrap();
        Self::new(sandbox)
    }

    /// The small network, with somebody who creates what is created, and is always faster.
    pub(crate) fn with_rival() -> Self {
        let sandbox = Sandbox::new();
        seed::small(&sandbox).unwrap();
        Self::of(sandbox, true)
    }

    pub(crate) fn new(sandbox: Sandbox) -> Self {
        Self::of(sandbox, false)
    }

    fn of(sandbox: Sandbox, has_rival: bool) -> Self {
        let sent = Arc::default();
        let backend = Recording { sandbox, sent: Arc::clone(&sent), has_rival };
        let catalog = netbox_adapter::bundled_catalog().unwrap();
        let options =
            DispatcherOptions::default().with_access_without_auth(Access::up_to(Tier::Admin));
        Self { dispatcher: Dispatcher::new(catalog, backend).with_options(options), sent }
    }

    /// Tells ages by another clock.
    pub(crate) fn with_clock(self, clock: fn() -> Instant) -> Self {
        let mut options =
            DispatcherOptions::default().with_access_without_auth(Access::up_to(Tier::Admin));
        options.clock = clock;
        Self { dispatcher: self.dispatcher.with_options(options), ..self }
    }

    /// Calls a tool; the text, and whether it is an error.
    pub(crate) fn call(&self, tool: &str, arguments: &Value) -> (String, bool) {
        self.call_as(None, tool, arguments)
    }

    /// Calls a tool as somebody.
    pub(crate) fn call_as(
        &self,
        auth: Option<AuthInfo>,
        tool: &str,
        arguments: &Value,
    ) -> (String, bool) {
        let call = ToolCall::new(tool).with_arguments(arguments.to_string());
        let mut cx = RequestContext::new(Revision::LATEST_HANDSHAKE);
        cx.auth = auth;
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let reply = runtime.block_on(self.dispatcher.call(call, cx)).unwrap();
        let ToolReply::Complete(result) = reply else { panic!("a stream") };
        let [Content::Text { text, .. }] = result.content.as_slice() else { panic!("no text") };
        (text.to_string(), result.is_error)
    }

    /// What was sent since the last time, one `METHOD target body` each.
    pub(crate) fn sent(&self) -> Vec<String> {
        std::mem::take(&mut *self.sent.lock().unwrap())
    }
}

impl Service<Request<Bytes>> for Recording {
    type Response = Response<Bytes>;
    type Error = BackendError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, BackendError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BackendError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let body = String::from_utf8_lossy(request.body());
        let line = format!("{} {} {body}", request.method(), request.uri());
        self.sent.lock().unwrap().push(line.trim_end().to_owned());
        let mut sandbox = self.sandbox.clone();
        if self.has_rival && *request.method() == Method::POST {
            let _ = sandbox.handle(request.clone());
        }
        let answer = Service::<Request<Bytes>>::call(&mut sandbox, request);
        Box::pin(async { answer.await.map_err(|never| match never {}) })
    }
}
