//! The dispatcher: a tool server over a catalog and a backend.
//!
//! Every call takes one snapshot of the catalog and goes through the same stages: it is understood
//! (resolved, and its caller's standing found), checked, planned, executed and shaped. A call is
//! refused in one place and always in the same order; `authorize` and `call` go through it alike,
//! so that neither can be got around.
//!
//! What is logged of a call is who made it and what it was, never its arguments.
//!
//! *Invariant:* what is hidden from a caller answers as what does not exist, and no request leaves
//! for an operation above the caller's granted tier.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::{ArcSwap, ArcSwapOption};
use async_trait::async_trait;
use bytes::Bytes;
use http::{Response, StatusCode};
use mcp_protocol::auth::{AuthInfo, ScopeChallenge};
use mcp_protocol::tool::{
    CallToolResult, Content, Implementation, ListChanges, ProtocolError, RequestContext, ToolCall,
    ToolList, ToolReply, ToolServer,
};
use tower::ServiceExt as _;

use crate::access::Access;
use crate::backend::Backend;
use crate::catalog::Catalog;
use crate::execute::{Limits, execute};
use crate::help::help_with;
use crate::permissions::{PermissionOptions, Permissions, Permitted};
use crate::picture::Picture;
use crate::plan::Plan;
use crate::request::Caller;
use crate::shape::Text;
use crate::surface::Route;

mod answer;
mod batch;
mod ensure;
mod explain;
mod find;
mod jobs;
mod mention;
mod named;
mod note;
mod options;
mod people;
mod perform;
mod progress;
mod recent;
mod refusal;
mod snapshot;
mod understand;
mod vocabulary;

use batch::UnderstoodBatch;
use mention::Mention;
pub use options::DispatcherOptions;
use people::Asking;
use perform::{Context, Performance};
use progress::Told;
use recent::Recent;
use refusal::Refused;
use snapshot::{Snapshot, View};
use understand::{Asked, Understood, UnderstoodCall, is_batch};
use vocabulary::Words;

/// Serves the tools of a catalog, whose calls go to a backend.
pub struct Dispatcher<B> {
    current: ArcSwap<Snapshot>,
    backend: B,
    options: DispatcherOptions,
    permissions: Option<(Arc<dyn Permissions>, PermissionOptions)>,
    info: Implementation,
    list_changes: Option<ListChanges>,
    degraded: ArcSwapOption<Arc<str>>,
}

impl<B: Backend> Dispatcher<B> {
    /// Serves a catalog over a backend, with the default options.
    #[must_use]
    pub fn new(catalog: impl Into<Arc<Catalog>>, backend: B) -> Self {
        let catalog = catalog.into();
        let info = Implementation::new("mcp-dispatch", env!("CARGO_PKG_VERSION"));
        let info = info.with_title(catalog.title());
        Self {
            current: ArcSwap::from_pointee(Snapshot::new(catalog)),
            backend,
            options: DispatcherOptions::default(),
            permissions: None,
            info,
            list_changes: None,
            degraded: ArcSwapOption::empty(),
        }
    }

    /// Sets the options.
    #[must_use]
    pub fn with_options(mut self, options: DispatcherOptions) -> Self {
        self.options = options;
        self
    }

    /// Offers each caller only what the API lets that caller do: see
    /// [`permissions`](crate::permissions).
    #[must_use]
    pub fn with_permissions(
        mut self,
        permissions: impl Permissions,
        options: PermissionOptions,
    ) -> Self {
        self.permissions = Some((Arc::new(permissions), options));
        self
    }

    /// Sets what the server is called.
    #[must_use]
    pub fn with_info(mut self, info: Implementation) -> Self {
        self.info = info;
        self
    }

    /// Tells clients that listen when the catalog is replaced.
    #[must_use]
    pub fn with_list_changes(mut self, changes: ListChanges) -> Self {
        self.list_changes = Some(changes);
        self
    }

    /// Serves another catalog from now on. Calls under way keep the one they began with.
    pub fn replace_catalog(&self, catalog: impl Into<Arc<Catalog>>) {
        self.current.store(Arc::new(Snapshot::new(catalog.into())));
        if let Some(changes) = &self.list_changes {
            changes.notify();
        }
    }

    /// Says what is not as it should be while the catalog is served all the same, such as that it
    /// is an old one. Whoever reaches the health path reads it.
    pub fn set_degraded(&self, why: Option<Arc<str>>) {
        self.degraded.store(why.map(Arc::new));
    }

    /// The catalog that is served.
    #[must_use]
    pub fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.current.load().whole().catalog)
    }

    /// How the API is asked what a caller may do, if it is about that caller.
    fn permissions_of<'a>(
        &self,
        auth: Option<&'a AuthInfo>,
    ) -> Option<(&dyn Permissions, PermissionOptions, &'a AuthInfo)> {
        let ((permissions, options), auth) = (self.permissions.as_ref()?, auth?);
        permissions.is_about(auth).then_some((&**permissions, *options, auth))
    }

    /// The catalog as it is now, with the names of tools that clients see.
    fn snapshot(&self, cx: &RequestContext) -> Arc<Snapshot> {
        let snapshot = self.current.load_full();
        match cx.tool_prefix.as_str() {
            "" => snapshot,
            _ => snapshot.under(&cx.tool_prefix),
        }
    }

    /// What there is for a caller.
    fn view(&self, snapshot: &Snapshot, auth: Option<&AuthInfo>) -> Arc<View> {
        match self.permissions_of(auth) {
            Some((_, options, auth)) => {
                snapshot.view_of(&auth.subject, options.unanswered, options.n_views)
            }
            None => Arc::clone(snapshot.whole()),
        }
    }

    /// What a caller may do with a catalog.
    fn access(&self, catalog: &Catalog, auth: Option<&AuthInfo>) -> Access {
        let access = match auth {
            Some(auth) => Access::of(auth, &catalog.parts().scopes),
            None => self.options.without_auth,
        };
        access.at_most(self.options.highest_tier)
    }

    /// Who calls, as requests to the API say it.
    fn caller(asked: &Asked<'_>, cx: &RequestContext) -> Caller {
        Caller {
            auth: cx.auth.clone(),
            granted: asked.access.granted,
            trace: cx.meta.trace.clone(),
            client: note::client(cx),
        }
    }

    /// Refuses requests that came through no access layer, where the server has no rule for them.
    fn has_access(&self, cx: &RequestContext) -> Result<(), ProtocolError> {
        if cx.auth.is_some() || self.options.without_auth != Access::none() {
            return Ok(());
        }
        Err(ProtocolError::invalid_params(
            "this server gives no access without sign-in, and no sign-in is set up; \
             its operator has to configure one",
        ))
    }

    /// The names that a caller looked up lately.
    fn recent<'a>(&self, snapshot: &'a Snapshot, asked: &Asked<'a>) -> Recent<'a> {
        let (subject, granted) = (asked.subject(), asked.access.granted);
        let (now, max_age) = ((self.options.clock)(), self.options.names_kept);
        Recent { names: &snapshot.recent, subject, granted, now, max_age }
    }

    async fn execute<P: Plan>(
        &self,
        plan: &mut P,
        limits: Limits,
        snapshot: &Snapshot,
        cx: &RequestContext,
    ) -> P::Output {
        let Some((_, _, auth)) = self.permissions_of(cx.auth.as_ref()) else {
            return execute(plan, &self.backend, limits, &cx.cancel).await;
        };
        let is_refused = Arc::new(AtomicBool::new(false));
        let noticed = Arc::clone(&is_refused);
        let backend = self.backend.clone().map_response(move |answer: Response<Bytes>| {
            noticed.fetch_or(answer.status() == StatusCode::FORBIDDEN, Ordering::Relaxed);
            answer
        });
        let output = execute(plan, &backend, limits, &cx.cancel).await;
        if is_refused.load(Ordering::Relaxed) {
            snapshot.people.ask_again(&auth.subject, (self.options.clock)());
        }
        output
    }

    async fn dispatch(&self, call: ToolCall, cx: &RequestContext) -> Result<Reply, ProtocolError> {
        self.has_access(cx)?;
        let snapshot = self.snapshot(cx);
        let view = self.view(&snapshot, cx.auth.as_ref());
        let catalog = &*view.catalog;
        let access = self.access(catalog, cx.auth.as_ref());
        let asked = Asked { catalog, access, auth: cx.auth.as_ref() };
        let surface = &self.options.surface;
        let route = match Route::of(catalog, access, surface, &call.name) {
            None => return Err(ProtocolError::unknown_tool(&cx.tool_prefix.full(&call.name))),
            Some(route) if is_batch(route, &call.arguments) => {
                return Ok(self
                    .run_batch(asked, &snapshot, route, &call.arguments, cx)
                    .await
                    .into());
            }
            Some(route) => route,
        };
        if let Some(words) = find::words(&asked, route, &call.arguments) {
            let index = view.index(access);
            return Ok(match words {
                Ok(words) => Text::ok(crate::find::answer(catalog, access, index, &words, surface)),
                Err(refused) => refuse(&asked, &refused),
            }
            .into());
        }
        let words = Words { dispatcher: self, asked, snapshot: &snapshot, cx };
        Ok(match asked.understand(route, surface, &call.arguments) {
            Ok(Understood::Help(request)) => {
                let mut help = help_with(catalog, access, view.common(access), &request);
                if let Some(told) = words.in_help(&request).await {
                    help.text = format!("{}\n{told}", help.text);
                }
                Text { text: help.text, is_error: help.is_error }.into()
            }
            Ok(Understood::Call(understood)) => {
                let resolved = understood.resolved;
                let caller = Self::caller(&asked, cx);
                let recent = resolved.operation.method.is_safe();
                let recent = recent.then(|| self.recent(&snapshot, &asked));
                let settings = &self.options;
                let context = Context { asked, caller: &caller, settings, recent };
                let reply = match batch::parts(context, &understood) {
                    Some(parts) => self.run(context, parts, &snapshot, cx).await.into(),
                    None => self.perform(context, *understood, &words).await,
                };
                if recent.is_none() {
                    snapshot.recent.forget();
                }
                tracing::info!(
                    subject = asked.subject(),
                    resource = resolved.resource.name,
                    action = resolved.action.name,
                    is_error = reply.text.is_error,
                    "called",
                );
                reply
            }
            Err(refused) => refuse(&asked, &refused).into(),
        })
    }

    /// Makes one call of the API, and says of what it refused which words there are.
    async fn perform(
        &self,
        context: Context<'_>,
        call: UnderstoodCall<'_>,
        words: &Words<'_, B>,
    ) -> Reply {
        let resolved = call.resolved;
        let mut performance = Performance::new(context, call);
        let limits = self.options.limits;
        let outcome = self.execute(&mut performance, limits, words.snapshot, words.cx).await;
        if let Some(reply) = self.show(performance.picture(&outcome)).await {
            return reply;
        }
        let text = performance.shape(outcome);
        words.in_refusal(&resolved, text).await.into()
    }

    /// Shows a picture, where there is one and somebody can draw it.
    async fn show(&self, picture: Option<Picture>) -> Option<Reply> {
        match picture?.content(self.options.rasterizer.as_deref()).await {
            Ok(content) => {
                let text = Text::ok("the picture:");
                content.map(|content| Reply { text, picture: Some(content) })
            }
            Err(why) => Some(
                Text::error(format!(
                    "the API drew a picture that cannot be shown: {why}; options.format=\"raw\" \
                     gives what it answered"
                ))
                .into(),
            ),
        }
    }

    async fn run_batch(
        &self,
        asked: Asked<'_>,
        snapshot: &Snapshot,
        route: Route,
        arguments: &[u8],
        cx: &RequestContext,
    ) -> Text {
        let caller = Self::caller(&asked, cx);
        let understood = asked.understand_steps(route, &self.options, arguments);
        let reads = |batch: &UnderstoodBatch<'_>| {
            batch.resolved().all(|resolved| resolved.operation.method.is_safe())
        };
        let recent = understood.as_ref().is_ok_and(reads).then(|| self.recent(snapshot, &asked));
        let context = Context { asked, caller: &caller, settings: &self.options, recent };
        let batch = match understood.and_then(|batch| batch.check(context).map(|()| batch)) {
            Ok(batch) => batch,
            Err(refused) => return refuse(&asked, &refused),
        };
        let text = self.run(context, batch, snapshot, cx).await;
        if recent.is_none() {
            snapshot.recent.forget();
        }
        tracing::info!(subject = asked.subject(), is_error = text.is_error, "ran a batch");
        text
    }

    /// Runs the steps of a batch, and tells a client that asked how far it is.
    async fn run(
        &self,
        context: Context<'_>,
        batch: UnderstoodBatch<'_>,
        snapshot: &Snapshot,
        cx: &RequestContext,
    ) -> Text {
        let run = batch::Run::new(context, batch);
        let mut limits = self.options.limits;
        limits.n_rounds = run.n_rounds(limits.n_rounds);
        let mut told = Told::new(run, &cx.progress);
        self.execute(&mut told, limits, snapshot, cx).await
    }
}

/// What a call is answered with.
struct Reply {
    text: Text,
    picture: Option<Content>,
}

impl From<Text> for Reply {
    fn from(text: Text) -> Self {
        Self { text, picture: None }
    }
}

/// Says why a call is refused. What it lacked is logged.
fn refuse(asked: &Asked<'_>, refused: &Refused) -> Text {
    match refused {
        Refused::NeedsScope { action, tier, .. } => {
            tracing::info!(subject = asked.subject(), action, tier, "refused");
        }
        Refused::NeedsScopes { actions, scopes, .. } => {
            tracing::info!(subject = asked.subject(), actions, ?scopes, "refused");
        }
        _ => {}
    }
    Text::error(refused.to_string())
}

#[async_trait]
impl<B: Backend> ToolServer for Dispatcher<B> {
    fn info(&self) -> &Implementation {
        &self.info
    }

    async fn prepare(&self, call: Option<&ToolCall>, cx: &RequestContext) {
        let Some((permissions, options, auth)) = self.permissions_of(cx.auth.as_ref()) else {
            return;
        };
        let snapshot = self.snapshot(cx);
        let catalog = &*snapshot.whole().catalog;
        let mentions = call.map(|call| Mention::of_call(catalog, call, &self.options));
        let mentions = mentions.unwrap_or_default();
        let to_be_asked = |permitted: &Permitted| {
            let ask = |it: &Mention| it.to_be_asked(catalog, permitted, options.unanswered);
            mentions.iter().filter_map(ask).collect()
        };
        let clock = self.options.clock;
        let asking = Asking { permissions, options, clock, catalog, auth };
        snapshot.people.learn(asking, to_be_asked).await;
    }

    fn instructions(&self, cx: &RequestContext) -> Option<Arc<str>> {
        let snapshot = self.snapshot(cx);
        let view = self.view(&snapshot, cx.auth.as_ref());
        let access = self.access(&view.catalog, cx.auth.as_ref());
        let surface = view.surface(access, &self.options.surface);
        (!surface.instructions.is_empty()).then(|| Arc::clone(&surface.instructions))
    }

    fn degraded(&self) -> Option<Arc<str>> {
        self.degraded.load().as_deref().cloned()
    }

    fn list_changes(&self) -> Option<&ListChanges> {
        self.list_changes.as_ref()
    }

    fn tools(&self, cx: &RequestContext) -> Result<ToolList, ProtocolError> {
        self.has_access(cx)?;
        let snapshot = self.snapshot(cx);
        let view = self.view(&snapshot, cx.auth.as_ref());
        let access = self.access(&view.catalog, cx.auth.as_ref());
        let surface = view.surface(access, &self.options.surface);
        let permissions = self.permissions_of(cx.auth.as_ref());
        let ttl = permissions.map_or(self.options.list_ttl, |(_, options, _)| {
            self.options.list_ttl.min(options.ttl)
        });
        Ok(ToolList::new(surface.tools.clone()).with_ttl(ttl))
    }

    fn authorize(&self, call: &ToolCall, cx: &RequestContext) -> Result<(), ScopeChallenge> {
        let Some(auth) = cx.auth.as_ref() else { return Ok(()) };
        let snapshot = self.snapshot(cx);
        let view = self.view(&snapshot, Some(auth));
        let catalog = &*view.catalog;
        let access = self.access(catalog, Some(auth));
        let asked = Asked { catalog, access, auth: Some(auth) };
        let surface = &self.options.surface;
        let refused = match Route::of(catalog, access, surface, &call.name) {
            None => None,
            Some(route) if is_batch(route, &call.arguments) => {
                asked.understand_steps(route, &self.options, &call.arguments).err()
            }
            Some(route) if find::words(&asked, route, &call.arguments).is_some() => None,
            Some(route) => asked.understand(route, surface, &call.arguments).err(),
        };
        refused.and_then(Refused::challenge).map_or(Ok(()), Err)
    }

    async fn call(&self, call: ToolCall, cx: RequestContext) -> Result<ToolReply, ProtocolError> {
        let Reply { text: Text { text, is_error }, picture } = self.dispatch(call, &cx).await?;
        let mut result =
            if is_error { CallToolResult::error(text) } else { CallToolResult::text(text) };
        result.content.extend(picture);
        Ok(result.into())
    }
}

impl<B> fmt::Debug for Dispatcher<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dispatcher").field("options", &self.options).finish_non_exhaustive()
    }
}
