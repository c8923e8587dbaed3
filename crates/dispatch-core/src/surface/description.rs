//! The descriptions of the tools.

use std::collections::BTreeMap;

use super::signatures::Signatures;
use super::{Level, Route, SurfaceOptions, instructions};
use crate::access::Access;
use crate::catalog::{Catalog, Form, GroupId, ResourceId};
use crate::resolve;

/// Writes the descriptions of one surface.
pub(super) struct Descriptions<'a> {
    catalog: &'a Catalog,
    access: Access,
    options: &'a SurfaceOptions,
    signatures: BTreeMap<ResourceId, String>,
    /// What the signatures leave out or write in short.
    legend: String,
}

impl<'a> Descriptions<'a> {
    pub(super) fn new(catalog: &'a Catalog, access: Access, options: &'a SurfaceOptions) -> Self {
        let (signatures, legend) = match (options.level, options.budget) {
            (Level::Names, 0) => (BTreeMap::new(), String::new()),
            (level, budget) => Signatures::new(catalog, access).chosen(level, budget),
        };
        Self { catalog, access, options, signatures, legend }
    }

    /// The grammar in one line, for clients that drop the instructions of a server.
    pub(super) fn line(&self) -> String {
        let Self { catalog, access, options, legend, .. } = self;
        let actions = instructions::line(catalog, *access, options.split);
        format!("{actions} Resources{legend}.special actions:\n")
    }

    /// Names the resources of a group with what is said of them; none where nothing is visible.
    pub(super) fn group(&self, group: GroupId) -> Option<String> {
        let ids = resolve::resources(self.catalog, self.access, group);
        let names: Vec<String> = ids.map(|id| self.resource(id)).collect();
        (!names.is_empty()).then(|| names.join(" "))
    }

    /// The description of a tool that is no group's.
    pub(super) fn own(&self, route: Route) -> String {
        let others = instructions::others(self.catalog, self.access, route).join(" ");
        let batch = Route::Batch.own_name(self.catalog);
        match route {
            Route::Find => FIND.to_owned(),
            Route::Batch => BATCH.to_owned(),
            Route::Write => {
                format!("Any resource: {others} and other changes. Or steps, as {batch}")
            }
            Route::Delete | Route::Group(_) => {
                format!("Any resource: {others}. Or steps that delete, as {batch}")
            }
        }
    }

    /// A resource: its name, what `create` takes, its special actions.
    fn resource(&self, id: ResourceId) -> String {
        let mut text = self.catalog.resource(id).name.clone();
        text.extend(self.signatures.get(&id).map(String::as_str));
        for resolved in resolve::actions(self.catalog, self.access, id) {
            let (name, form) = (&resolved.action.name, resolved.action.form);
            // The bulk form of an action is found where that one is.
            let is_bulk = form == Form::Many && name.starts_with("bulk_");
            if !is_bulk && !instructions::is_usual(name) {
                text.push('.');
                text.push_str(name);
            }
        }
        text
    }
}

const FIND: &str = "Resources and actions for words";

const BATCH: &str = "\
Calls in order: {resource,action,params,options?,as?,each?}. $1.id or $as.id: of an earlier result, \
$1[*].id: of each row. each: [{..}] or [[\"name\"],[\"a\"]], merged into params. \
on_error: stop|continue|undo";
