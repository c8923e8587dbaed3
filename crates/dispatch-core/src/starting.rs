//! A server whose catalog is not there yet.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use mcp_protocol::auth::ScopeChallenge;
use mcp_protocol::tool::{
    Implementation, ListChanges, NotReady, ProtocolError, RequestContext, ToolCall, ToolList,
    ToolReply, ToolServer,
};

/// A tool server that is told its tools later, since compiling them takes a while: until then
/// clients get a clear "not ready" with the time to come back, and not a hang.
pub struct Starting<S> {
    info: Implementation,
    not_ready: Mutex<NotReady>,
    list_changes: Option<ListChanges>,
    server: OnceLock<S>,
}

impl<S> Starting<S> {
    /// Answers "not ready" with this message, and how long to wait, until there is a server.
    #[must_use]
    pub fn new(info: Implementation, retry_after: Duration, message: impl Into<String>) -> Self {
        let not_ready = Mutex::new(NotReady::new(retry_after, message));
        Self { info, not_ready, list_changes: None, server: OnceLock::new() }
    }

    /// Says from now on that it waits for something else.
    pub fn wait_for(&self, message: impl Into<String>) {
        self.not_ready.lock().unwrap_or_else(PoisonError::into_inner).message = message.into();
    }

    /// Tells clients that listen once there is a server; the server itself tells with the same.
    #[must_use]
    pub fn with_list_changes(mut self, changes: ListChanges) -> Self {
        self.list_changes = Some(changes);
        self
    }

    /// Serves this from now on; a second server is not taken and given back.
    ///
    /// # Errors
    ///
    /// Gives the server back if there is one already.
    pub fn start(&self, server: S) -> Result<(), S> {
        self.server.set(server)?;
        if let Some(changes) = &self.list_changes {
            changes.notify();
        }
        Ok(())
    }

    /// The server, once there is one.
    #[must_use]
    pub fn server(&self) -> Option<&S> {
        self.server.get()
    }

    fn running(&self) -> Result<&S, ProtocolError> {
        self.server.get().ok_or_else(|| ProtocolError::internal(self.not_ready().message))
    }

    fn not_ready(&self) -> NotReady {
        self.not_ready.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<S> fmt::Debug for Starting<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let started = self.server.get().is_some();
        f.debug_struct("Starting").field("started", &started).finish_non_exhaustive()
    }
}

#[async_trait]
impl<S: ToolServer> ToolServer for Starting<S> {
    fn info(&self) -> &Implementation {
        &self.info
    }

    fn instructions(&self, cx: &RequestContext) -> Option<Arc<str>> {
        self.server.get().and_then(|server| server.instructions(cx))
    }

    fn ready(&self) -> Result<(), NotReady> {
        self.server.get().map_or_else(|| Err(self.not_ready()), ToolServer::ready)
    }

    async fn prepare(&self, call: Option<&ToolCall>, cx: &RequestContext) {
        if let Some(server) = self.server.get() {
            server.prepare(call, cx).await;
        }
    }

    fn degraded(&self) -> Option<Arc<str>> {
        self.server.get().and_then(ToolServer::degraded)
    }

    fn list_changes(&self) -> Option<&ListChanges> {
        self.list_changes.as_ref()
    }

    fn tools(&self, cx: &RequestContext) -> Result<ToolList, ProtocolError> {
        self.running()?.tools(cx)
    }

    fn authorize(&self, call: &ToolCall, cx: &RequestContext) -> Result<(), ScopeChallenge> {
        self.server.get().map_or(Ok(()), |server| server.authorize(call, cx))
    }

    async fn call(&self, call: ToolCall, cx: RequestContext) -> Result<ToolReply, ProtocolError> {
        self.running()?.call(call, cx).await
    }
}
