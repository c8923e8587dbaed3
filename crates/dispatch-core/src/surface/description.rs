//! The descriptions of the tools.

use std::collections::BTreeMap;

use super::signatures::Signatures;
use super::{Level, Route, SurfaceOptions, Tools, instructions, one};
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
            (Level::Bare | Level::Names, 0) => (BTreeMap::new(), String::new()),
            (level, budget) => Signatures::new(catalog, access).chosen(level, budget),
        };
        Self { catalog, access, options, signatures, legend }
    }

    /// The description of the first tool, which begins with the grammar: whole where it is the one
    /// tool, else in one line, for clients that drop the instructions of a server.
    pub(super) fn first(&self, route: Route) -> String {
        let Self { catalog, access, options, legend, .. } = self;
        let grammar = match route {
            Route::One => one::grammar(catalog, *access, options),
            _ => instructions::line(catalog, *access, options.split),
        };
        let resources = format!("Resources{legend}.special actions:\n");
        match (options.level, route) {
            (Level::Bare, Route::One) => grammar,
            (Level::Bare, _) => format!("{grammar}\n{}", self.of(route)),
            (_, Route::One) => format!("{grammar}\n{resources}{}", self.of(route)),
            _ => format!("{grammar} {resources}{}", self.of(route)),
        }
    }

    /// The description of a tool: of a group's, its resources with what is said of them.
    pub(super) fn of(&self, route: Route) -> String {
        let others = instructions::others(self.catalog, self.access, self.options, route).join(" ");
        let batch = match self.options.tools {
            Tools::Groups => Route::Batch.name(self.catalog),
            Tools::One => Route::One.name(self.catalog),
        };
        match route {
            Route::Group(group) => self.resources(&[group]),
            Route::One => {
                let groups = (0..).map(GroupId).take(self.catalog.groups().len());
                self.resources(&groups.collect::<Vec<_>>())
            }
            Route::Find => FIND.to_owned(),
            Route::Batch => BATCH.to_owned(),
            Route::Write => {
                format!("Any resource: {others} and other changes. Or steps, as {batch}")
            }
            Route::Delete => format!("Any resource: {others}. Or steps that delete, as {batch}"),
        }
    }

    /// Names the resources of groups with what is said of them, or says how many there are.
    fn resources(&self, groups: &[GroupId]) -> String {
        let (catalog, access) = (self.catalog, self.access);
        let ids = groups.iter().flat_map(|group| resolve::resources(catalog, access, *group));
        match self.options.level {
            Level::Bare => format!("{} resources", ids.count()),
            _ => ids.map(|id| self.resource(id)).collect::<Vec<_>>().join(" "),
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
