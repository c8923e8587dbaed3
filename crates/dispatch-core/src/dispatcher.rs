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

use arc_swap::ArcSwap;
use async_trait::async_trait;
use mcp_protocol::auth::{AuthInfo, ScopeChallenge};
use mcp_protocol::tool::{
    CallToolResult, Implementation, ProtocolError, RequestContext, ToolCall, ToolList, ToolReply,
    ToolServer,
};

use crate::access::Access;
use crate::backend::Backend;
use crate::catalog::Catalog;
use crate::execute::execute;
use crate::help::help_with;
use crate::plan::Plan;
use crate::request::Caller;
use crate::shape::Text;
use crate::surface::Route;

mod answer;
mod batch;
mod ensure;
mod explain;
mod find;
mod named;
mod note;
mod options;
mod perform;
mod recent;
mod refusal;
mod snapshot;
mod understand;

use batch::UnderstoodBatch;
pub use options::DispatcherOptions;
use perform::{Context, Performance};
use recent::Recent;
use refusal::Refused;
use snapshot::Snapshot;
use understand::{Asked, Understood, is_batch};

/// Serves the tools of a catalog, whose calls go to a backend.
pub struct Dispatcher<B> {
    current: ArcSwap<Snapshot>,
    backend: B,
    options: DispatcherOptions,
    info: Implementation,
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
            info,
        }
    }

    /// Sets the options.
    #[must_use]
    pub fn with_options(mut self, options: DispatcherOptions) -> Self {
        self.options = options;
        self
    }

    /// Sets what the server is called.
    #[must_use]
    pub fn with_info(mut self, info: Implementation) -> Self {
        self.info = info;
        self
    }

    /// Serves another catalog from now on. Calls under way keep the one they began with.
    pub fn replace_catalog(&self, catalog: impl Into<Arc<Catalog>>) {
        self.current.store(Arc::new(Snapshot::new(catalog.into())));
    }

    /// The catalog that is served.
    #[must_use]
    pub fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.current.load().catalog)
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

    async fn execute<P: Plan>(&self, plan: &mut P, cx: &RequestContext) -> P::Output {
        execute(plan, &self.backend, self.options.limits, &cx.cancel).await
    }

    async fn dispatch(&self, call: ToolCall, cx: &RequestContext) -> Result<Text, ProtocolError> {
        self.has_access(cx)?;
        let snapshot = self.current.load_full();
        let catalog = &*snapshot.catalog;
        let access = self.access(catalog, cx.auth.as_ref());
        let asked = Asked { catalog, access, auth: cx.auth.as_ref() };
        let surface = &self.options.surface;
        let route = match Route::of(catalog, access, surface, &call.name) {
            None => return Err(ProtocolError::unknown_tool(&call.name)),
            Some(route) if is_batch(route, &call.arguments) => {
                return Ok(self.run_batch(asked, &snapshot, route, &call.arguments, cx).await);
            }
            Some(route) => route,
        };
        if let Some(words) = find::words(&asked, route, &call.arguments) {
            let index = snapshot.index(access);
            return Ok(match words {
                Ok(words) => Text::ok(crate::find::answer(catalog, access, index, &words, surface)),
                Err(refused) => refuse(&asked, &refused),
            });
        }
        Ok(match asked.understand(route, surface, &call.arguments) {
            Ok(Understood::Help(request)) => {
                let help = help_with(catalog, access, snapshot.common(access), &request);
                Text { text: help.text, is_error: help.is_error }
            }
            Ok(Understood::Call(understood)) => {
                let resolved = understood.resolved;
                let caller = Self::caller(&asked, cx);
                let recent = resolved.operation.method.is_safe();
                let recent = recent.then(|| self.recent(&snapshot, &asked));
                let settings = &self.options;
                let context = Context { asked, caller: &caller, settings, recent };
                let mut performance = Performance::new(context, *understood);
                let outcome = self.execute(&mut performance, cx).await;
                let text = performance.shape(outcome);
                if recent.is_none() {
                    snapshot.recent.forget();
                }
                tracing::info!(
                    subject = asked.subject(),
                    resource = resolved.resource.name,
                    action = resolved.action.name,
                    is_error = text.is_error,
                    "called",
                );
                text
            }
            Err(refused) => refuse(&asked, &refused),
        })
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
        let mut run = batch::Run::new(context, batch);
        let mut limits = self.options.limits;
        limits.n_rounds = run.n_rounds(limits.n_rounds);
        let text = execute(&mut run, &self.backend, limits, &cx.cancel).await;
        if recent.is_none() {
            snapshot.recent.forget();
        }
        tracing::info!(subject = asked.subject(), is_error = text.is_error, "ran a batch");
        text
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

    fn instructions(&self, cx: &RequestContext) -> Option<Arc<str>> {
        let snapshot = self.current.load();
        let access = self.access(&snapshot.catalog, cx.auth.as_ref());
        let surface = snapshot.surface(access, &self.options.surface);
        (!surface.instructions.is_empty()).then(|| Arc::clone(&surface.instructions))
    }

    fn tools(&self, cx: &RequestContext) -> Result<ToolList, ProtocolError> {
        self.has_access(cx)?;
        let snapshot = self.current.load();
        let access = self.access(&snapshot.catalog, cx.auth.as_ref());
        let surface = snapshot.surface(access, &self.options.surface);
        Ok(ToolList::new(surface.tools.clone()).with_ttl(self.options.list_ttl))
    }

    fn authorize(&self, call: &ToolCall, cx: &RequestContext) -> Result<(), ScopeChallenge> {
        let Some(auth) = cx.auth.as_ref() else { return Ok(()) };
        let snapshot = self.current.load();
        let catalog = &*snapshot.catalog;
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
        let Text { text, is_error } = self.dispatch(call, &cx).await?;
        let result =
            if is_error { CallToolResult::error(text) } else { CallToolResult::text(text) };
        Ok(result.into())
    }
}

impl<B> fmt::Debug for Dispatcher<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dispatcher").field("options", &self.options).finish_non_exhaustive()
    }
}
