//! What a call means to its caller: help, or an action that the caller may call.

use mcp_protocol::auth::AuthInfo;

use super::DispatcherOptions;
use super::batch::UnderstoodBatch;
use super::refusal::Refused;
use crate::access::{Access, Standing};
use crate::call::{Call, Members, Options, is_blank};
use crate::catalog::{Catalog, GroupId, normalize};
use crate::check;
use crate::cursor::{Cursor, InvalidCursor, encode_params};
use crate::help::HelpRequest;
use crate::plan::Position;
use crate::resolve::{self, Resolved};
use crate::surface::{Route, SurfaceOptions};
use crate::tier::Tier;

/// A catalog, and who asks for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) access: Access,
    pub(super) auth: Option<&'a AuthInfo>,
}

/// What a call means.
#[derive(Debug)]
pub(super) enum Understood<'a> {
    Help(HelpRequest),
    Call(Box<UnderstoodCall<'a>>),
}

/// A call of an action that the caller may call; its parameters are not checked yet.
#[derive(Clone, Debug)]
pub(super) struct UnderstoodCall<'a> {
    pub(super) resolved: Resolved<'a>,
    pub(super) params: Members,
    pub(super) options: Options,
    /// Where to go on, if the call came with a cursor.
    pub(super) from: Option<Position>,
}

impl<'a> Asked<'a> {
    /// What cursors are bound to: the caller, and the server that it has them of where that is one of
    /// several.
    pub(super) fn holder(&self) -> String {
        self.catalog.tool_prefix().full(self.subject())
    }

    /// Who asks.
    pub(super) fn subject(&self) -> &'a str {
        self.auth.map_or("", |auth| auth.subject.as_str())
    }

    /// Finds out what a call of a tool means, and whether its caller may make it.
    pub(super) fn understand(
        &self,
        route: Route,
        surface: &SurfaceOptions,
        arguments: &[u8],
    ) -> Result<Understood<'a>, Refused> {
        let mut call = Call::parse(arguments)?;
        if route.group().is_none() {
            call.drop_blank(&["steps", "on_error"]);
        }
        let understood = self.understand_call(route.group(), call)?;
        if let (true, Understood::Call(call)) = (surface.split, &understood) {
            let right = Route::of_resolved(&call.resolved, surface);
            self.through(right == route, right, &call.resolved)?;
        }
        Ok(understood)
    }

    /// Finds out what the steps of a batch through a tool mean, and whether their caller may run
    /// all of them.
    pub(super) fn understand_steps(
        &self,
        route: Route,
        options: &DispatcherOptions,
        arguments: &[u8],
    ) -> Result<UnderstoodBatch<'a>, Refused> {
        let batch = self.understand_batch(arguments, options.batch)?;
        if options.surface.split {
            for resolved in batch.resolved() {
                let right = Route::of_resolved(resolved, &options.surface);
                self.through(route.takes_step_of(right), right, resolved)?;
            }
        }
        Ok(batch)
    }

    /// Refuses an action that another tool is for, where writing is split from reading.
    fn through(&self, fits: bool, right: Route, resolved: &Resolved<'_>) -> Result<(), Refused> {
        if fits {
            return Ok(());
        }
        let Resolved { resource, action, .. } = resolved;
        let action = format!("{}.{}", resource.name, action.name);
        Err(Refused::OtherTool { action, tool: right.name(self.catalog) })
    }

    /// Finds out what a call means that came through a group's tool, or through none.
    pub(super) fn understand_call(
        &self,
        group: Option<GroupId>,
        call: Call,
    ) -> Result<Understood<'a>, Refused> {
        match call.cursor()?.map(|cursor| Cursor::decode(&cursor, &self.holder())) {
            Some(Ok(cursor)) => return self.go_on(group, call, cursor),
            // It may be the operation's own parameter, which is known when the action is.
            Some(Err(error)) if call.action.is_none() => return Err(error.into()),
            Some(Err(_)) | None => {}
        }
        let Some(action) = call.action.as_deref().filter(|action| normalize(action) != "help")
        else {
            return Ok(Understood::Help(help_request(group, &call)));
        };
        let resource = match call.resources.as_slice() {
            [resource] => resource,
            [] => {
                return Err(Refused::NoResource { hint: self.hint(group) });
            }
            _ => return Err(Refused::SeveralResources),
        };
        let resolved = self.resolve(group, resource, action)?;
        let (operation, form) = (resolved.operation, resolved.action.form);
        let (params, options) =
            call.settle(|name, value| check::takes(self.catalog, operation, form, name, value))?;
        if options.cursor.is_some() {
            return Err(InvalidCursor.into());
        }
        let call = UnderstoodCall { resolved, params, options, from: None };
        Ok(Understood::Call(Box::new(call)))
    }

    /// Understands a call with a cursor: the cursor says everything, and is trusted in nothing.
    fn go_on(
        &self,
        group: Option<GroupId>,
        call: Call,
        cursor: Cursor,
    ) -> Result<Understood<'a>, Refused> {
        let resolved = self.resolve(group, &cursor.resource, &cursor.action)?;
        let (operation, form) = (resolved.operation, resolved.action.form);
        let (params, mut options) = call.settle(|_, _| false)?;
        let written = |params: &Members| {
            encode_params(params, |name| check::is_text(self.catalog, operation, form, name))
        };
        if !params.is_empty() && written(&params) != written(&cursor.params) {
            return Err(Refused::CursorAndParams);
        }
        options.limit = options.limit.or(cursor.limit);
        options.fields = options.fields.or(cursor.fields);
        if options.format == Default::default() {
            options.format = cursor.format;
        }
        Ok(Understood::Call(Box::new(UnderstoodCall {
            resolved,
            params: cursor.params,
            options,
            from: Some(cursor.position),
        })))
    }

    /// Resolves names to an action that the caller may call.
    fn resolve(
        &self,
        group: Option<GroupId>,
        resource: &str,
        action: &str,
    ) -> Result<Resolved<'a>, Refused> {
        let id = resolve::resource(self.catalog, self.access, group, resource)?;
        let resolved = resolve::action(self.catalog, self.access, id, action)?;
        match resolved.standing {
            Standing::Granted => Ok(resolved),
            Standing::Obtainable | Standing::Hidden => Err(self.needs_scope(&resolved)),
        }
    }

    /// Refuses an action that the caller may see and not call.
    pub(super) fn needs_scope(&self, resolved: &Resolved<'_>) -> Refused {
        Refused::NeedsScope {
            action: format!("{}.{}", resolved.resource.name, resolved.action.name),
            scope: self.scope_for(resolved.operation.tier),
            tier: resolved.operation.tier.as_str(),
        }
    }

    /// The least scope that grants a tier and that the caller can obtain.
    fn scope_for(&self, tier: Tier) -> Option<String> {
        let scopes = self.catalog.parts().scopes.iter();
        let obtainable = |scope: &str| self.auth.is_none_or(|auth| auth.obtainable.contains(scope));
        scopes
            .filter(|(scope, grants)| **grants >= tier && obtainable(scope))
            .min_by_key(|(scope, grants)| (**grants, *scope))
            .map(|(scope, _)| scope.clone())
    }

    /// How a call goes on that names no resource.
    fn hint(&self, group: Option<GroupId>) -> String {
        let Some(group) = group else { return "every call names one".to_owned() };
        let ids = resolve::resources(self.catalog, self.access, group);
        let names: Vec<&str> = ids.map(|id| self.catalog.resource(id).name.as_str()).collect();
        format!("{} has {}", self.catalog.tool_of(group), names.join(" "))
    }
}

/// Whether a call of a tool is a batch: the tool is for batches, or takes steps beside calls.
pub(super) fn is_batch(route: Route, arguments: &[u8]) -> bool {
    let has_steps = || {
        let has_steps = |call: &Call| call.member("steps").is_some_and(|steps| !is_blank(steps));
        Call::parse(arguments).is_ok_and(|call| call.resources.is_empty() && has_steps(&call))
    };
    match route {
        Route::Batch => true,
        Route::One | Route::Write | Route::Delete => has_steps(),
        Route::Group(_) | Route::Find => false,
    }
}

/// Reads what help is asked for; its details may stand anywhere.
fn help_request(group: Option<GroupId>, call: &Call) -> HelpRequest {
    let text = |name: &str| {
        let value: Option<String> = serde_json::from_str(call.member(name)?.get()).ok()?;
        value.filter(|value| !value.is_empty())
    };
    HelpRequest {
        group,
        resources: call.resources.clone(),
        action: text("action"),
        field: text("field"),
    }
}
