use http::Extensions;
use serde_json::value::RawValue;
use tokio_util::sync::CancellationToken;

use super::{ProgressSink, ToolPrefix};
use crate::auth::AuthInfo;
use crate::jsonrpc::members;
use crate::revision::Revision;

/// Is what a tool server knows about a request beside the request itself.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RequestContext {
    /// The revision the request is served under.
    pub revision: Revision,
    /// The caller; `None` where no access layer stands in front.
    pub auth: Option<AuthInfo>,
    /// Whatever the embedder put into the extensions of the HTTP request.
    pub extensions: Extensions,
    /// What the request says about itself.
    pub meta: RequestMeta,
    /// Fires when nobody waits for the answer any more.
    pub cancel: CancellationToken,
    /// Sends progress while the call runs.
    pub progress: ProgressSink,
    /// What clients see before the names of this server's tools.
    pub tool_prefix: ToolPrefix,
}

impl RequestContext {
    /// Creates the context of a request about which nothing else is known.
    pub fn new(revision: Revision) -> Self {
        Self {
            revision,
            auth: None,
            extensions: Extensions::new(),
            meta: RequestMeta::default(),
            cancel: CancellationToken::new(),
            progress: ProgressSink::closed(),
            tool_prefix: ToolPrefix::default(),
        }
    }

    /// Sets the caller.
    #[must_use]
    pub fn with_auth(mut self, auth: AuthInfo) -> Self {
        self.auth = Some(auth);
        self
    }

    /// Sets the extensions.
    #[must_use]
    pub fn with_extensions(mut self, extensions: Extensions) -> Self {
        self.extensions = extensions;
        self
    }

    /// Sets what the request says about itself.
    #[must_use]
    pub fn with_meta(mut self, meta: RequestMeta) -> Self {
        self.meta = meta;
        self
    }

    /// Sets what clients see before the names of the server's tools.
    #[must_use]
    pub fn with_tool_prefix(mut self, prefix: ToolPrefix) -> Self {
        self.tool_prefix = prefix;
        self
    }

    /// Sets the token that fires when nobody waits any more.
    #[must_use]
    pub fn with_cancel(mut self, cancel: CancellationToken) -> Self {
        self.cancel = cancel;
        self
    }
}

/// Is what a request says about itself in its `_meta` (2026-07-28, Overview, "`_meta`").
///
/// In the handshake era the client and its capabilities are only known on a connection that
/// remembers them, which is stdio.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct RequestMeta {
    /// The trace the request belongs to.
    pub trace: TraceContext,
    /// The token the client wants progress under, a string or a number.
    pub progress_token: Option<Box<RawValue>>,
    /// The client, an `Implementation` object.
    pub client_info: Option<Box<RawValue>>,
    /// The capabilities of the client, an object.
    pub client_capabilities: Option<Box<RawValue>>,
}

impl RequestMeta {
    /// Tells whether the client declares the capability called `name`.
    pub fn declares(&self, name: &str) -> bool {
        self.client_capabilities
            .as_deref()
            .and_then(|capabilities| members(capabilities.get(), &[name]).ok())
            .is_some_and(|[capability]| capability.is_some())
    }
}

/// Is the trace a request belongs to, in the words of W3C Trace Context and Baggage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TraceContext {
    /// `traceparent`.
    pub traceparent: Option<String>,
    /// `tracestate`.
    pub tracestate: Option<String>,
    /// `baggage`.
    pub baggage: Option<String>,
}
