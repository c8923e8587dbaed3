//! Paths to resources: which operations work on one thing, and in which place of it.
//!
//! A path without the parameters at its end is a *collection*: `/dcim/devices/` of both
//! `/dcim/devices/` and `/dcim/devices/{id}/`. A collection is a resource of its own, unless it only
//! hangs below another one: then it is an action there. `/devices/{id}/trace/` has nothing below it
//! and `/devices/{id}/` exists, so `trace` is an action of devices; `/scripts/upload/{id}/` exists,
//! so `/scripts/upload/` is a resource.

use std::collections::{BTreeMap, BTreeSet};

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

/// A path with every parameter as `{}`, as its parts.
fn shape(path: &str) -> Vec<&str> {
    let part = |part: &'_ str| part.contains('{');
    path.split('/').filter(|p| !p.is_empty()).map(|p| if part(p) { "{}" } else { p }).collect()
}

struct Tree {
    paths: BTreeSet<String>,
    /// How many paths have a parameter right after this collection.
    with_items: BTreeMap<String, usize>,
}

impl Tree {
    fn new<'a>(paths: impl Iterator<Item = &'a str>) -> Self {
        let mut tree = Self { paths: BTreeSet::new(), with_items: BTreeMap::new() };
        for path in paths {
            let parts = shape(path);
            tree.paths.insert(joined(&parts));
            let items = trailing_parameters(&parts);
            if items > 0 {
                let collection = joined(&parts[..parts.len() - items]);
                *tree.with_items.entry(collection).or_default() += 1;
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
        if self.with_items.contains_key(&collection) {
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
        !parts.is_empty() && (self.paths.contains(&path) || self.with_items.contains_key(&path))
    }
}

fn trailing_parameters(parts: &[&str]) -> usize {
    parts.iter().rev().take_while(|part| **part == "{}").count()
}

fn joined(parts: &[&str]) -> String {
    parts.iter().fold(String::new(), |path, part| path + "/" + part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(paths: &[&str], expected: &[(&str, &str)]) {
        let seen: Vec<_> = places(paths.iter().copied())
            .into_iter()
            .map(|place| {
                let spot = match place.spot {
                    Spot::Collection => "collection".to_owned(),
                    Spot::Item => "item".to_owned(),
                    Spot::Below(name) => format!("below {name}"),
                };
                (place.collection, spot)
            })
            .collect();
        let expected: Vec<_> =
            expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        assert_eq!(seen, expected);
    }

    #[test]
    fn a_collection_and_its_items_are_one_resource() {
        check(&["/a/b/", "/a/b/{id}/"], &[("/a/b", "collection"), ("/a/b", "item")]);
    }

    #[test]
    fn what_hangs_below_an_item_is_an_action() {
        check(
            &["/b/{id}/", "/b/{id}/trace/", "/b/{id}/trace/svg/"],
            &[("/b", "item"), ("/b", "below trace"), ("/b", "below trace-svg")],
        );
    }

    #[test]
    fn what_has_items_of_its_own_is_a_resource() {
        check(
            &["/s/", "/s/{id}/", "/s/upload/", "/s/upload/{id}/"],
            &[
                ("/s", "collection"),
                ("/s", "item"),
                ("/s/upload", "collection"),
                ("/s/upload", "item"),
            ],
        );
    }

    #[test]
    fn a_literal_below_a_collection_is_an_action_of_it() {
        check(
            &["/tokens/", "/tokens/{id}/", "/tokens/provision/"],
            &[("/tokens", "collection"), ("/tokens", "item"), ("/tokens", "below provision")],
        );
    }

    #[test]
    fn what_hangs_below_nothing_is_a_resource() {
        check(
            &["/users/config/", "/status/"],
            &[("/users/config", "collection"), ("/status", "collection")],
        );
    }

    #[test]
    fn nested_collections_keep_their_parents_parameters() {
        check(
            &[
                "/r/{owner}/{repo}",
                "/r/{o}/{r}/issues",
                "/r/{o}/{r}/issues/{n}",
                "/r/{o}/{r}/topics",
            ],
            &[
                ("/r", "item"),
                ("/r/{}/{}/issues", "collection"),
                ("/r/{}/{}/issues", "item"),
                ("/r", "below topics"),
            ],
        );
    }

    #[test]
    fn the_root_is_a_resource() {
        check(&["/"], &[("", "collection")]);
    }
}
