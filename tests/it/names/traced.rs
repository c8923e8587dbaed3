//! A sandbox behind a dispatcher, in this process, that writes down what it was sent.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, Response};
use mcp_dispatch::dispatch_core::access::Access;
use mcp_dispatch::dispatch_core::{BackendError, Dispatcher, DispatcherOptions, Tier};
use mcp_dispatch::mcp_protocol::auth::AuthInfo;
use mcp_dispatch::mcp_protocol::revision::Revision;
use mcp_dispatch::mcp_protocol::tool::{Content, RequestContext, ToolCall, ToolReply, ToolServer};
use netbox_sandbox::{Sandbox, seed};
use serde_json::{Value, json};
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
    rival: Rival,
}

/// Somebody else who works on the same network.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rival {
    None,
    /// Creates what is created, and is always faster.
    Creates,
    /// Changes what is changed, just before.
    Changes,
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
        Self::of(sandbox, Rival::Creates, DispatcherOptions::default())
    }

    /// The small network, with somebody who describes what is changed, just before.
    pub(crate) fn with_editor() -> Self {
        let sandbox = Sandbox::new();
        seed::small(&sandbox).unwrap();
        Self::of(sandbox, Rival::Changes, DispatcherOptions::default())
    }

    /// The small network, whose change log is told of clients and reasons.
    pub(crate) fn noting() -> Self {
        let sandbox = Sandbox::new();
        seed::small(&sandbox).unwrap();
        let options = DispatcherOptions::default().with_notes_of_changes(true);
        Self::of(sandbox, Rival::None, options)
    }

    pub(crate) fn new(sandbox: Sandbox) -> Self {
        Self::of(sandbox, Rival::None, DispatcherOptions::default())
    }

    fn of(sandbox: Sandbox, rival: Rival, options: DispatcherOptions) -> Self {
        let sent = Arc::default();
        let backend = Recording { sandbox, sent: Arc::clone(&sent), rival };
        let catalog = netbox_adapter::bundled_catalog().unwrap();
        let options = options.with_access_without_auth(Access::up_to(Tier::Admin));
        Self { dispatcher: Dispatcher::new(catalog, backend).with_options(options), sent }
    }

    /// Tells ages by another clock.
    pub(crate) fn with_clock(self, clock: fn() -> Instant) -> Self {
        let mut options =
            DispatcherOptions::default().with_access_without_auth(Access::up_to(Tier::Admin));
        options.clock = clock;
        Self { dispatcher: self.dispatcher.with_options(options), ..self }
    }

    /// The tools, to be served.
    pub(crate) fn into_server(self) -> impl ToolServer {
        self.dispatcher
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
        let mut cx = RequestContext::new(Revision::LATEST_HANDSHAKE);
        cx.auth = auth;
        self.call_in(cx, tool, arguments)
    }

    /// Calls a tool in a context of its own.
    pub(crate) fn call_in(
        &self,
        cx: RequestContext,
        tool: &str,
        arguments: &Value,
    ) -> (String, bool) {
        let call = ToolCall::new(tool).with_arguments(arguments.to_string());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let reply = runtime.block_on(self.dispatcher.call(call, cx)).unwrap();
        let ToolReply::Complete(result) = reply else { panic!("a stream") };
        let [Content::Text { text, .. }] = result.content.as_slice() else { panic!("no text") };
        (text.to_string(), result.is_error)
    }

    /// The names of sixty devices, as the tools list them.
    #[track_caller]
    pub(crate) fn sixty_devices(&self) -> Vec<String> {
        let list = json!({"resource": "device", "action": "list",
            "options": {"limit": 60, "fields": ["name"], "format": "json"}});
        let (text, _) = self.call("dcim", &list);
        let (_, rows) = text.split_once('\n').unwrap();
        let rows: Vec<Value> = serde_json::from_str(rows).unwrap();
        let names: Vec<String> =
            rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect();
        assert_eq!(names.len(), 60);
        self.sent();
        names
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
        if self.rival == Rival::Creates && *request.method() == Method::POST {
            let _ = sandbox.handle(request.clone());
        }
        if self.rival == Rival::Changes && *request.method() == Method::PATCH {
            let body = Bytes::from_static(br#"{"description":"by somebody else"}"#);
            let mut other = Request::new(body);
            *other.method_mut() = Method::PATCH;
            *other.uri_mut() = request.uri().clone();
            let json = HeaderValue::from_static("application/json");
            other.headers_mut().insert(CONTENT_TYPE, json);
            let _ = sandbox.handle(other);
        }
        let answer = Service::<Request<Bytes>>::call(&mut sandbox, request);
        Box::pin(async { answer.await.map_err(|never| match never {}) })
    }
}
