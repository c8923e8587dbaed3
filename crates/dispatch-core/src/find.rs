//! `find`: which resources and actions an agent's words mean.
//!
//! It searches resources and their special actions, not operations: there are few of them, and a
//! verb such as "create" tells nothing apart. What is known of a resource is its name, the policy's
//! synonyms, the names of its fields and of their choices, and what the document says of its
//! operations. An [`Index`] is computed once for a catalog and an [`Access`]; what the access hides
//! is not in it.

use crate::access::{Access, Standing};
use crate::catalog::{Catalog, ResourceId};
use crate::resolve;
use crate::surface::{Level, Route, SurfaceOptions, Tools};

mod index;
mod rank;
pub(crate) mod words;

pub use index::Index;

/// What was found: a resource, and the actions of it that the words single out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The resource.
    pub resource: ResourceId,
    /// The names of its actions, the likeliest first; none where the words are about no action.
    pub actions: Vec<String>,
}

impl Index {
    /// Finds what words mean, the likeliest first.
    #[must_use]
    pub fn find(&self, words: &str) -> Vec<Hit> {
        rank::hits(self, words)
    }
}

/// Answers `find` in words for an agent: a line for each hit, `resource (tool): actions`, and no tool
/// where there is only one.
#[must_use]
pub fn answer(
    catalog: &Catalog,
    access: Access,
    index: &Index,
    words: &str,
    options: &SurfaceOptions,
) -> String {
    let hits = index.find(words);
    if hits.is_empty() {
        return match options.level {
            Level::Bare => "nothing found; help without a resource names them all".to_owned(),
            _ => "nothing found; the tools name every resource".to_owned(),
        };
    }
    let lines: Vec<String> = hits.iter().map(|hit| line(catalog, access, hit, options)).collect();
    lines.join("\n")
}

fn line(catalog: &Catalog, access: Access, hit: &Hit, options: &SurfaceOptions) -> String {
    let resource = catalog.resource(hit.resource);
    let found = hit.actions.iter().filter_map(|name| {
        resolve::actions(catalog, access, hit.resource).find(|it| it.action.name == *name)
    });
    let SurfaceOptions { split, tools, .. } = *options;
    let mut tool = match tools {
        Tools::Groups => Route::Group(resource.group),
        Tools::One => Route::One,
    };
    let mut actions = String::new();
    for (place, resolved) in found.enumerate() {
        let right = Route::of_resolved(&resolved, options);
        match place {
            0 if split => tool = right,
            // A line names one tool.
            _ if split && tool != right => continue,
            _ => {}
        }
        actions.push_str(if actions.is_empty() { ": " } else { " " });
        actions.push_str(&resolved.action.name);
        if resolved.standing == Standing::Obtainable {
            actions.push_str(&format!(" (needs {})", resolved.operation.tier));
        }
    }
    match tool {
        Route::One => format!("{}{actions}", resource.name),
        tool => format!("{} ({}){actions}", resource.name, tool.name(catalog)),
    }
}
