//! Several tool servers as one.
//!
//! Each server is mounted under a prefix: `dcim` of the one mounted as `lab` is `lab_dcim` to
//! clients. The servers know nothing of each other. What they have to say alike is said once, and one
//! that is still starting, or fails, hides no other.

mod instructions;
mod listing;

use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use tracing::Instrument as _;

use super::{
    CacheScope, CallToolResult, Implementation, ListChanges, MirroredArgument, NotReady,
    RequestContext, ToolCall, ToolList, ToolReply, ToolServer,
};
use crate::auth::ScopeChallenge;
use crate::jsonrpc::ProtocolError;

/// Joins tool servers into one, each under a prefix.
///
/// A caller whose token is for some of them only ([`AuthInfo::audiences`](crate::auth::AuthInfo::audiences)) finds no others.
///
/// ```
/// # use mcp_protocol::tool::{Composition, Implementation, MountError, ToolServer};
/// # fn compose(search: impl ToolServer, orders: impl ToolServer) -> Result<Composition, MountError> {
/// let info = Implementation::new("shop", "1.0.0");
/// let both = Composition::new(info).mount("search", search)?.mount("orders", orders)?;
/// # Ok(both)
/// # }
/// ```
pub struct Composition {
    info: Implementation,
    mounted: Vec<Mounted>,
    list_changes: Option<ListChanges>,
}

/// Is a server and what its tools' names begin with.
struct Mounted {
    prefix: String,
    server: Arc<dyn ToolServer>,
}

/// Says why a server cannot be mounted under a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MountError {
    /// Clients would not take tools of such names.
    #[error(
        "{0:?} is no prefix for tools: 1 to {LONGEST_PREFIX} of A-Z, a-z, 0-9, - and _, and no _ at \
         its end"
    )]
    Name(String),
    /// A name of a tool could be of both.
    #[error("tools that begin with {0}_ and with {1}_ cannot be told apart")]
    Clash(String, String),
}

impl Composition {
    /// Creates a server without tools.
    #[must_use]
    pub const fn new(info: Implementation) -> Self {
        Self { info, mounted: Vec::new(), list_changes: None }
    }

    /// Adds the tools of a server, whose names from now on begin with `name` and `_`.
    ///
    /// # Errors
    ///
    /// [`MountError`] if clients would not take such names, or if one name begins with another and
    /// `_`, so that a tool could be of either server.
    pub fn mount(mut self, name: &str, server: impl ToolServer) -> Result<Self, MountError> {
        let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if !(1..=LONGEST_PREFIX).contains(&name.len())
            || !name.bytes().all(is_legal)
            || name.ends_with('_')
        {
            return Err(MountError::Name(name.to_owned()));
        }
        let prefix = format!("{name}_");
        let clashes = |other: &&Mounted| {
            other.prefix.starts_with(&prefix) || prefix.starts_with(&other.prefix)
        };
        if let Some(other) = self.mounted.iter().find(clashes) {
            return Err(MountError::Clash(other.name().to_owned(), name.to_owned()));
        }
        self.mounted.push(Mounted { prefix, server: Arc::new(server) });
        Ok(self)
    }

    /// Tells clients that listen of changes. Give the same to the servers whose tools change, so that
    /// each of them tells of its own.
    #[must_use]
    pub fn with_list_changes(mut self, changes: ListChanges) -> Self {
        self.list_changes = Some(changes);
        self
    }

    /// The servers that a caller's token is for.
    fn servers(&self, cx: &RequestContext) -> impl Iterator<Item = &Mounted> {
        self.mounted.iter().filter(|it| cx.auth.as_ref().is_none_or(|auth| auth.is_for(it.name())))
    }

    /// The server that a call is for, if the caller's token is for it, and the call and the request as that one is given them.
    fn passed_on(
        &self,
        call: &ToolCall,
        cx: &RequestContext,
    ) -> Option<(&Mounted, ToolCall, RequestContext)> {
        let mut servers = self.servers(cx);
        let (mounted, tool) = servers.find_map(|it| Some((it, it.own_name(&call.name)?)))?;
        let call = ToolCall { name: tool.to_owned(), ..call.clone() };
        Some((mounted, call, self.context(mounted, cx)))
    }

    /// The request as one of the servers is given it.
    fn context(&self, of: &Mounted, cx: &RequestContext) -> RequestContext {
        let others = self.servers(cx).filter(|it| it.prefix != of.prefix);
        let others: Vec<&str> = others.map(|it| it.prefix.as_str()).collect();
        let tool_prefix = cx.tool_prefix.within(&of.prefix, &others);
        RequestContext { tool_prefix, ..cx.clone() }
    }

    fn ready_ones(&self, cx: &RequestContext) -> impl Iterator<Item = &Mounted> {
        self.servers(cx).filter(|it| it.server.ready().is_ok())
    }
}

impl Mounted {
    fn name(&self) -> &str {
        self.prefix.trim_end_matches('_')
    }

    /// What one of its tools is called there.
    fn own_name<'t>(&self, tool: &'t str) -> Option<&'t str> {
        tool.strip_prefix(self.prefix.as_str())
    }

    /// What people call the server.
    fn title(&self) -> &str {
        let info = self.server.info();
        info.title.as_deref().unwrap_or(&info.name)
    }
}

#[async_trait]
impl ToolServer for Composition {
    fn info(&self) -> &Implementation {
        &self.info
    }

    fn instructions(&self, cx: &RequestContext) -> Option<Arc<str>> {
        let each = self.servers(cx).map(|it| instructions::Part {
            prefix: cx.tool_prefix.full(&it.prefix),
            title: it.title(),
            text: it.server.instructions(&self.context(it, cx)),
        });
        instructions::join(&each.collect::<Vec<_>>())
    }

    /// Ready as soon as one of the servers is.
    fn ready(&self) -> Result<(), NotReady> {
        let not_ready: Vec<NotReady> =
            self.mounted.iter().filter_map(|it| it.server.ready().err()).collect();
        if not_ready.len() < self.mounted.len() {
            return Ok(());
        }
        not_ready.into_iter().min_by_key(|why| why.retry_after).map_or(Ok(()), Err)
    }

    async fn prepare(&self, call: Option<&ToolCall>, cx: &RequestContext) {
        let Some(call) = call else {
            let each = self.ready_ones(cx).map(|it| async move {
                it.server.prepare(None, &self.context(it, cx)).await;
            });
            join_all(each).await;
            return;
        };
        if let Some((mounted, call, cx)) = self.passed_on(call, cx) {
            mounted.server.prepare(Some(&call), &cx).await;
        }
    }

    /// Says of each server that is not as it should be which it is.
    fn degraded(&self) -> Option<Arc<str>> {
        let each = self.mounted.iter().filter_map(|it| {
            let starting = || it.server.ready().err().map(|why| Arc::from(why.message));
            let why = starting().or_else(|| it.server.degraded())?;
            Some(format!("{}: {why}", it.name()))
        });
        let each: Vec<String> = each.collect();
        (!each.is_empty()).then(|| each.join("; ").into())
    }

    fn list_changes(&self) -> Option<&ListChanges> {
        self.list_changes.as_ref()
    }

    /// Lists the tools of those that are ready, in the order in which they were mounted. While one is
    /// not, the list is to be asked for again as soon as it may be.
    fn tools(&self, cx: &RequestContext) -> Result<ToolList, ProtocolError> {
        let listed = self.ready_ones(cx).map(|it| {
            let list = it.server.tools(&self.context(it, cx));
            list.inspect_err(|error| tracing::warn!(server = it.name(), %error, "no tools"))
                .map(|list| (it.prefix.as_str(), list))
        });
        let (lists, failures): (Vec<_>, Vec<_>) = listed.partition(Result::is_ok);
        let lists: Vec<(&str, ToolList)> = lists.into_iter().flatten().collect();
        if lists.is_empty()
            && let Some(Err(error)) = failures.into_iter().next()
        {
            return Err(error);
        }
        let starting = self.servers(cx).filter_map(|it| Some(it.server.ready().err()?.retry_after));
        let ttl = lists.iter().map(|(_, list)| list.ttl).chain(starting).min();
        let is_private = lists.iter().any(|(_, list)| list.scope == CacheScope::Private);
        let scope = if is_private { CacheScope::Private } else { CacheScope::Public };
        let tools = listing::join(&lists)?;
        Ok(ToolList::new(tools).with_ttl(ttl.unwrap_or(Duration::ZERO)).with_scope(scope))
    }

    fn mirrored_arguments(&self, tool: &str) -> &[MirroredArgument] {
        let mut mounted = self.mounted.iter();
        let found = mounted.find_map(|it| Some((it, it.own_name(tool)?)));
        found.map_or(&[], |(mounted, tool)| mounted.server.mirrored_arguments(tool))
    }

    fn authorize(&self, call: &ToolCall, cx: &RequestContext) -> Result<(), ScopeChallenge> {
        let Some((mounted, call, cx)) = self.passed_on(call, cx) else { return Ok(()) };
        mounted.server.authorize(&call, &cx)
    }

    async fn call(&self, call: ToolCall, cx: RequestContext) -> Result<ToolReply, ProtocolError> {
        let Some((mounted, call, cx)) = self.passed_on(&call, &cx) else {
            let each = self.servers(&cx).map(|it| format!("{}*", cx.tool_prefix.full(&it.prefix)));
            let known = each.collect::<Vec<_>>().join(", ");
            let name = cx.tool_prefix.full(&call.name);
            return Err(ProtocolError::invalid_params(format!(
                "unknown tool: {name}; the tools here are {known}"
            )));
        };
        if let Err(why) = mounted.server.ready() {
            let text = format!(
                "{}: {} (retry after {} s)",
                mounted.title(),
                why.message,
                why.retry_after_seconds()
            );
            return Ok(CallToolResult::error(text).into());
        }
        let span = tracing::info_span!("mounted", server = mounted.name());
        mounted.server.call(call, cx).instrument(span).await
    }
}

impl Debug for Composition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let prefixes: Vec<&str> = self.mounted.iter().map(|it| it.prefix.as_str()).collect();
        f.debug_struct("Composition").field("prefixes", &prefixes).finish_non_exhaustive()
    }
}

/// How long the name before the `_` may be: the APIs of models take names of at most 64 characters,
/// and some clients put a server's name before them too.
const LONGEST_PREFIX: usize = 32;
