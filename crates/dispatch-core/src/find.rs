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

/// Answers `find` in words for an agent: a line for each hit, `resource (tool): actions`.
#[must_use]
pub fn answer(catalog: &Catalog, access: Access, index: &Index, words: &str) -> String {
    let hits = index.find(words);
    if hits.is_empty() {
        return "nothing found; the tools name every resource".to_owned();
    }
    let lines: Vec<String> = hits.iter().map(|hit| line(catalog, access, hit)).collect();
    lines.join("\n")
}

fn line(catalog: &Catalog, access: Access, hit: &Hit) -> String {
    let resource = catalog.resource(hit.resource);
    let mut text = format!("{} ({})", resource.name, catalog.group(resource.group).name);
    let found = hit.actions.iter().filter_map(|name| {
        resolve::actions(catalog, access, hit.resource).find(|it| it.action.name == *name)
    });
    for (place, resolved) in found.enumerate() {
        text.push_str(if place == 0 { ": " } else { " " });
        text.push_str(&resolved.action.name);
        if resolved.standing == Standing::Obtainable {
            text.push_str(&format!(" (needs {})", resolved.operation.tier));
        }
    }
    text
}
