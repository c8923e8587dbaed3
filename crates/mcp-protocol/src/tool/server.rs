use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::{
    Implementation, ListChanges, MirroredArgument, RequestContext, ToolCall, ToolList, ToolReply,
};
use crate::auth::ScopeChallenge;
use crate::jsonrpc::ProtocolError;

/// Serves tools, over any transport and in every revision.
///
/// One value serves all requests at once; no request may rely on an earlier one, since two
/// replicas behind a load balancer see every other one.
#[async_trait]
pub trait ToolServer: Send + Sync + 'static {
    /// Says what this server is called.
    fn info(&self) -> &Implementation;

    /// Explains to the model how to use the tools.
    fn instructions(&self, cx: &RequestContext) -> Option<Arc<str>> {
        let _ = cx;
        None
    }

    /// Tells whether tools can be listed and called.
    ///
    /// # Errors
    ///
    /// [`NotReady`] while they cannot. The handshake, `ping` and `server/discover` are answered
    /// meanwhile; over HTTP the rest gets 503 with `Retry-After`.
    fn ready(&self) -> Result<(), NotReady> {
        Ok(())
    }

    /// Learns what the answer to this caller depends on and has to be waited for, such as what the
    /// caller may do elsewhere.
    ///
    /// Transports wait for it before they ask for [`instructions`](Self::instructions) or
    /// [`tools`](Self::tools), and, with the call, before [`authorize`](Self::authorize). It may be
    /// dropped before its end.
    async fn prepare(&self, call: Option<&ToolCall>, cx: &RequestContext) {
        let _ = (call, cx);
    }

    /// Says what is not as it should be while the server serves all the same. Everyone who can
    /// reach the health path reads it.
    fn degraded(&self) -> Option<Arc<str>> {
        None
    }

    /// Tells clients that the list of tools changed; a server whose list does not change has none,
    /// and then offers none to listen to.
    fn list_changes(&self) -> Option<&ListChanges> {
        None
    }

    /// Lists the tools that this caller sees, in an order that does not change.
    ///
    /// # Errors
    ///
    /// A [`ProtocolError`] where they cannot be listed.
    fn tools(&self, cx: &RequestContext) -> Result<ToolList, ProtocolError>;

    /// Names the arguments of `tool` whose schema has `x-mcp-header`.
    ///
    /// A call over HTTP whose headers do not repeat them is refused, from 2026-07-28 on.
    fn mirrored_arguments(&self, tool: &str) -> &[MirroredArgument] {
        let _ = tool;
        &[]
    }

    /// Decides whether the caller has the scopes that `call` needs.
    ///
    /// It is asked before [`call`](Self::call) and before any byte of the answer is written.
    ///
    /// # Errors
    ///
    /// [`ScopeChallenge`] where scopes are missing that the caller can obtain. What the caller can
    /// never obtain is not refused here: `call` answers it like something unknown.
    fn authorize(&self, call: &ToolCall, cx: &RequestContext) -> Result<(), ScopeChallenge> {
        let _ = (call, cx);
        Ok(())
    }

    /// Calls a tool.
    ///
    /// The future is driven to its end even if the client goes away, so that no write breaks off
    /// half way; `cx.cancel` says when nobody waits for the answer any more.
    ///
    /// # Errors
    ///
    /// A [`ProtocolError`] where there is no such tool or the server failed. A tool that ran and
    /// failed, or does not accept its arguments, is a result with `is_error`.
    async fn call(&self, call: ToolCall, cx: RequestContext) -> Result<ToolReply, ProtocolError>;
}

/// Lets a server be shared, or be chosen at run time.
#[async_trait]
impl<S: ToolServer + ?Sized> ToolServer for Arc<S> {
    fn info(&self) -> &Implementation {
        (**self).info()
    }

    fn instructions(&self, cx: &RequestContext) -> Option<Arc<str>> {
        (**self).instructions(cx)
    }

    fn ready(&self) -> Result<(), NotReady> {
        (**self).ready()
    }

    async fn prepare(&self, call: Option<&ToolCall>, cx: &RequestContext) {
        (**self).prepare(call, cx).await;
    }

    fn degraded(&self) -> Option<Arc<str>> {
        (**self).degraded()
    }

    fn list_changes(&self) -> Option<&ListChanges> {
        (**self).list_changes()
    }

    fn tools(&self, cx: &RequestContext) -> Result<ToolList, ProtocolError> {
        (**self).tools(cx)
    }

    fn mirrored_arguments(&self, tool: &str) -> &[MirroredArgument] {
        (**self).mirrored_arguments(tool)
    }

    fn authorize(&self, call: &ToolCall, cx: &RequestContext) -> Result<(), ScopeChallenge> {
        (**self).authorize(call, cx)
    }

    async fn call(&self, call: ToolCall, cx: RequestContext) -> Result<ToolReply, ProtocolError> {
        (**self).call(call, cx).await
    }
}

/// Says that the server is still starting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
#[non_exhaustive]
pub struct NotReady {
    /// How long to wait before asking again.
    pub retry_after: Duration,
    /// What the server waits for.
    pub message: String,
}

impl NotReady {
    /// Creates the answer of a server that expects to be ready after `retry_after`.
    pub fn new(retry_after: Duration, message: impl Into<String>) -> Self {
        Self { retry_after, message: message.into() }
    }

    /// Returns the waiting time in whole seconds, at least one.
    pub(crate) fn retry_after_seconds(&self) -> u64 {
        self.retry_after.as_millis().div_ceil(1000).clamp(1, u128::from(u64::MAX)) as u64
    }
}
