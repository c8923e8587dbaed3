//! A small catalog, and a backend that records what it is sent.

use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context, Poll};

use bytes::Bytes;
use dispatch_core::catalog::CatalogParts;
use dispatch_core::{BackendError, BackendErrorKind, Catalog, Dispatcher};
use http::{Request, Response};
use mcp_protocol::auth::AuthInfo;
use mcp_protocol::revision::Revision;
use mcp_protocol::tool::{Content, RequestContext, ToolCall, ToolReply, ToolServer};
use serde_json::{Value, json};
use tower::Service;

/// A catalog with every kind of parameter, body and paging.
pub(crate) fn catalog() -> Arc<Catalog> {
    static CATALOG: OnceLock<Arc<Catalog>> = OnceLock::new();
    Arc::clone(CATALOG.get_or_init(|| Arc::new(read())))
}

fn read() -> Catalog {
    let mut fixture: Value = serde_json::from_str(include_str!("catalog.json")).unwrap();
    let types = fixture["types"].take();
    let types = types.as_object().unwrap();
    let names: Vec<&String> = types.keys().collect();
    fixture["types"] = types.values().cloned().collect();
    number(&mut fixture, &names);
    let parts: CatalogParts = serde_json::from_value(fixture).unwrap();
    Catalog::new(parts).unwrap_or_else(|error| panic!("failed to {error}"))
}

/// Replaces the names of types, `"#name"`, by their ids.
fn number(value: &mut Value, names: &[&String]) {
    match value {
        Value::String(text) => {
            if let Some(name) = text.strip_prefix('#') {
                let id = names.iter().position(|known| *known == name);
                *value = json!(id.unwrap_or_else(|| panic!("no type {name}")));
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| number(value, names)),
        Value::Object(members) => members.values_mut().for_each(|value| number(value, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What a recording backend answers: to a request, given how many came before.
type Script = dyn Fn(&Request<Bytes>, usize) -> Result<Response<Bytes>, BackendError> + Send + Sync;

/// Records what it is sent and answers by a script.
#[derive(Clone)]
pub(crate) struct Recorder {
    sent: Arc<Mutex<Vec<Request<Bytes>>>>,
    script: Arc<Script>,
}

impl Recorder {
    pub(crate) fn new(
        script: impl Fn(&Request<Bytes>, usize) -> Result<Response<Bytes>, BackendError>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self { sent: Arc::default(), script: Arc::new(script) }
    }

    /// Answers everything with this status and this JSON.
    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self::new(move |_, _| Ok(json_response(status, &body)))
    }

    /// Answers nothing, for this reason.
    pub(crate) fn failing(kind: BackendErrorKind) -> Self {
        Self::new(move |_, _| Err(BackendError::new(kind, "the connection to the API broke")))
    }

    pub(crate) fn sent(&self) -> Vec<Request<Bytes>> {
        self.sent.lock().unwrap().clone()
    }

    /// What was sent, one `METHOD target body` each.
    pub(crate) fn lines(&self) -> Vec<String> {
        let line = |request: &Request<Bytes>| {
            let body = String::from_utf8_lossy(request.body());
            format!("{} {} {body}", request.method(), request.uri()).trim_end().to_owned()
        };
        self.sent().iter().map(line).collect()
    }
}

impl Service<Request<Bytes>> for Recorder {
    type Response = Response<Bytes>;
    type Error = BackendError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, BackendError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BackendError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let mut sent = self.sent.lock().unwrap();
        let answer = (self.script)(&request, sent.len());
        sent.push(request);
        Box::pin(async { answer })
    }
}

pub(crate) fn json_response(status: u16, body: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status.try_into().unwrap();
    response.headers_mut().insert("content-type", "application/json".parse().unwrap());
    response
}

pub(crate) fn dispatcher(recorder: &Recorder) -> Dispatcher<Recorder> {
    Dispatcher::new(catalog(), recorder.clone())
}

/// A context whose caller holds the scopes up to one, and could obtain those up to another.
pub(crate) fn caller(granted: &[&str], obtainable: &[&str]) -> RequestContext {
    let auth = AuthInfo::new("alice")
        .with_scopes(granted.iter().copied().collect::<mcp_protocol::auth::ScopeSet>())
        .with_obtainable(obtainable.iter().copied().collect::<mcp_protocol::auth::ScopeSet>());
    RequestContext::new(Revision::LATEST_HANDSHAKE).with_auth(auth)
}

pub(crate) fn admin() -> RequestContext {
    caller(&["read", "write", "admin"], &["read", "write", "admin"])
}

/// Calls a tool and returns the text, and whether it is an error.
pub(crate) fn call_as(
    dispatcher: &Dispatcher<Recorder>,
    cx: RequestContext,
    tool: &str,
    arguments: &Value,
) -> (String, bool) {
    let call = ToolCall::new(tool).with_arguments(arguments.to_string());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let reply = runtime.block_on(dispatcher.call(call, cx)).unwrap();
    let ToolReply::Complete(result) = reply else { panic!("a stream") };
    let [Content::Text { text, .. }] = result.content.as_slice() else { panic!("no text") };
    (text.to_string(), result.is_error)
}

/// Calls the tool `inventory` as somebody who may do everything.
pub(crate) fn call(recorder: &Recorder, arguments: &Value) -> (String, bool) {
    call_as(&dispatcher(recorder), admin(), "inventory", arguments)
}
