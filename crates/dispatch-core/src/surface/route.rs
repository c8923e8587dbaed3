//! Which tool there is, and what may be called through it.

use super::{Level, SurfaceOptions, Tools};
use crate::access::{Access, Standing};
use crate::catalog::{Action, Catalog, GroupId, Method, Operation};
use crate::resolve::{self, Resolved};
use crate::tier::Tier;

/// A tool of a surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// The tool of a group.
    Group(GroupId),
    /// The tool for everything, where groups have none.
    One,
    /// Looks for words among resources and actions.
    Find,
    /// Several calls in one.
    Batch,
    /// What changes the API and deletes nothing, where groups only read.
    Write,
    /// What deletes, where groups only read.
    Delete,
}

impl Route {
    /// The tools that are no group's, in the order of the surface.
    pub(super) const OWN: [Self; 5] =
        [Self::One, Self::Find, Self::Batch, Self::Write, Self::Delete];

    /// The tool that a call names, if the caller has it.
    pub(crate) fn of(
        catalog: &Catalog,
        access: Access,
        options: &SurfaceOptions,
        tool: &str,
    ) -> Option<Self> {
        let group = catalog.group_named(tool).map(Self::Group);
        let mut routes = group.into_iter().chain(Self::OWN);
        routes.find(|it| it.bare_name(catalog) == tool && it.is_offered(catalog, access, options))
    }

    /// The tool through which a resolved action is called where writing is split from reading.
    pub(crate) fn of_resolved(resolved: &Resolved<'_>, options: &SurfaceOptions) -> Self {
        let Resolved { resource, action, operation, .. } = resolved;
        if is_reading(operation) {
            match options.tools {
                Tools::Groups => Self::Group(resource.group),
                Tools::One => Self::One,
            }
        } else if is_deleting(action, operation) {
            Self::Delete
        } else {
            Self::Write
        }
    }

    /// Whether a batch through this tool may have a step that would be called through another: one
    /// that reads may stand among writes, and anything among deletes.
    pub(crate) const fn takes_step_of(self, other: Self) -> bool {
        self.rank() >= other.rank()
    }

    const fn rank(self) -> u8 {
        match self {
            Self::Group(_) | Self::One | Self::Find | Self::Batch => 0,
            Self::Write => 1,
            Self::Delete => 2,
        }
    }

    /// The name of the tool, as clients see it.
    pub(crate) fn name(self, catalog: &Catalog) -> String {
        catalog.tool_prefix().full(&self.bare_name(catalog))
    }

    /// The name of the tool in lists and calls, which differs from every other's.
    pub(super) fn bare_name(self, catalog: &Catalog) -> String {
        match self {
            Self::Group(group) => catalog.group(group).name.clone(),
            own => own.own_name(catalog),
        }
    }

    /// The group whose resources come first; none where every resource does.
    pub(crate) const fn group(self) -> Option<GroupId> {
        match self {
            Self::Group(group) => Some(group),
            _ => None,
        }
    }

    /// The name of a tool that is no group's, which differs from every group's.
    fn own_name(self, catalog: &Catalog) -> String {
        let mut name = match self {
            Self::One => return ONE.to_owned(),
            Self::Find | Self::Group(_) => "find",
            Self::Batch => "batch",
            Self::Write => "write",
            Self::Delete => "delete",
        }
        .to_owned();
        while catalog.group_named(&name).is_some() {
            name.push_str("_any");
        }
        name
    }

    /// Whether a caller has a tool that is no group's.
    pub(super) fn is_offered(
        self,
        catalog: &Catalog,
        access: Access,
        options: &SurfaceOptions,
    ) -> bool {
        let may = |is_meant: &dyn Fn(&Action, &Operation) -> bool| {
            catalog.resources().iter().flat_map(|resource| &resource.actions).any(|action| {
                let operation = catalog.operation(action.operation);
                access.standing(operation.tier) != Standing::Hidden && is_meant(action, operation)
            })
        };
        let has_groups = options.tools == Tools::Groups;
        match self {
            Self::Group(group) => {
                has_groups && resolve::resources(catalog, access, group).next().is_some()
            }
            Self::One => !has_groups && may(&|_, _| true),
            Self::Find if options.level == Level::Bare => has_groups && may(&|_, _| true),
            Self::Find => {
                let groups = (0..).map(GroupId).zip(catalog.groups());
                let visible = groups.map(|(id, _)| resolve::resources(catalog, access, id).count());
                has_groups && visible.sum::<usize>() >= MANY_RESOURCES
            }
            Self::Batch => has_groups && may(&|_, _| true),
            Self::Write => {
                options.split && may(&|action, it| !is_reading(it) && !is_deleting(action, it))
            }
            Self::Delete => options.split && may(&is_deleting),
        }
    }
}

/// Whether an operation leaves the API unchanged: what is safe in HTTP's sense, and what the policy
/// calls a read.
pub(crate) fn is_reading(operation: &Operation) -> bool {
    operation.method.is_safe() || operation.tier == Tier::Read
}

fn is_deleting(action: &Action, operation: &Operation) -> bool {
    let is_named = matches!(action.name.as_str(), "delete" | "bulk_delete");
    !is_reading(operation) && (operation.method == Method::Delete || is_named)
}

/// The name of the tool for everything.
const ONE: &str = "api";

/// With fewer resources than this, reading their names is as cheap as looking for one.
const MANY_RESOURCES: usize = 20;
