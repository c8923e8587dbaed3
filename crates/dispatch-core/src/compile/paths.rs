//! Paths to resources: which operations work on one thing, and in which place of it.
//!
//! A path without the parameters at its end is a *collection*: `/dcim/devices/` of both
//! `/dcim/devices/` and `/dcim/devices/{id}/`. A collection is a resource of its own, unless it only
//! hangs below another one: then it is an action there. `/devices/{id}/trace/` has nothing below it
//! and `/devices/{id}/` exists, so `trace` is an action of devices; `/scripts/upload/{id}/` exists,
//! so `/scripts/upload/` is a resource.

use std::collections::BTreeSet;

use crate::policy::optional;

#[cfg(test)]
mod tests;

/// Where an operation's path stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The collection of its resource, with every parameter as `{}` and no slash at the end.
    pub(super) collection: String,
    /// In which place of the resource it is.
    pub(super) spot: Spot,
}

/// In which place of a resource a path is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    /// The collection itself.
    Collection,
    /// One object of it.
    Item,
    /// Something below either, by the literal parts that lead there.
    Below(String),
}

/// Finds the place of every path.
pub(super) fn places<'a>(paths: impl Iterator<Item = &'a str> + Clone) -> Vec<Place> {
    let tree = Tree::new(paths.clone());
    paths.map(|path| tree.place(&shape(path))).collect()
}

/// The parts of a path; slashes at its ends do not count.
pub(super) fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

/// The parts of a path below a base path; all of them where it does not start with it.
pub(super) fn below<'a>(path: &'a str, base: &str) -> Vec<&'a str> {
    let all: Vec<&str> = parts(path).collect();
    let n_base = parts(base).count();
    if all.iter().copied().take(n_base).eq(parts(base)) { all[n_base..].to_vec() } else { all }
}

/// Whether a part of a path is a parameter, or holds one.
pub(super) fn is_parameter(part: &str) -> bool {
    part.contains('{')
}

/// Whether two path templates are the same but for slashes at their ends, names of parameters, and
/// the `?` of an optional entry.
pub(super) fn same(a: &str, b: &str) -> bool {
    shape(optional(a).0) == shape(optional(b).0)
}

/// A path with every parameter as `{}`, as its parts.
fn shape(path: &str) -> Vec<&str> {
    parts(path).map(|part| if is_parameter(part) { "{}" } else { part }).collect()
}

struct Tree {
    paths: BTreeSet<String>,
    /// The collections that have a parameter right after them.
    with_items: BTreeSet<String>,
}

impl Tree {
    fn new<'a>(paths: impl Iterator<Item = &'a str>) -> Self {
        let mut tree = Self { paths: BTreeSet::new(), with_items: BTreeSet::new() };
        for path in paths {
            let parts = shape(path);
            tree.paths.insert(joined(&parts));
            let items = trailing_parameters(&parts);
            if items > 0 {
                tree.with_items.insert(joined(&parts[..parts.len() - items]));
            }
        }
        tree
    }

    fn place(&self, parts: &[&str]) -> Place {
        let items = trailing_parameters(parts);
        let collection = joined(&parts[..parts.len() - items]);
        if items > 0 {
            return Place { collection, spot: Spot::Item };
        }
        if self.with_items.contains(&collection) {
            return Place { collection, spot: Spot::Collection };
        }
        let Some((last, parent)) = parts.split_last() else {
            return Place { collection, spot: Spot::Collection };
        };
        if !self.is_known(parent) {
            return Place { collection, spot: Spot::Collection };
        }
        let above = self.place(parent);
        let below = match above.spot {
            Spot::Below(names) => format!("{names}-{last}"),
            Spot::Collection | Spot::Item => (*last).to_owned(),
        };
        Place { collection: above.collection, spot: Spot::Below(below) }
    }

    /// Whether something stands at this path, or objects of it do.
    fn is_known(&self, parts: &[&str]) -> bool {
        let path = joined(parts);
        !parts.is_empty() && (self.paths.contains(&path) || self.with_items.contains(&path))
    }
}

fn trailing_parameters(parts: &[&str]) -> usize {
    parts.iter().rev().take_while(|part| **part == "{}").count()
}

fn joined(parts: &[&str]) -> String {
    parts.iter().fold(String::new(), |path, part| path + "/" + part)
}
