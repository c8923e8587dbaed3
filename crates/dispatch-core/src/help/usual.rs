//! What an action takes in most resources that have it, said once.
//!
//! In the help of a resource, `usual` stands in front of the names of such actions; the help of a
//! group says what they take.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::common::Common;
use super::resource::{Page, together};
use super::{Access, Catalog, GroupId};
use crate::resolve;
use crate::signature::Notation;

/// What actions take as a rule, by their names.
#[derive(Clone, Debug, Default)]
pub(super) struct Usual(IndexMap<String, String>);

impl Usual {
    /// Finds what most resources have alike, among the actions that the caller may see.
    pub(super) fn of(catalog: &Catalog, access: Access, common: &Common) -> Self {
        let mut counted: IndexMap<String, BTreeMap<String, usize>> = IndexMap::new();
        let groups = (0..).map(GroupId).zip(catalog.groups());
        let ids = groups.flat_map(|(group, _)| resolve::resources(catalog, access, group));
        for id in ids {
            let page = Page::new(Notation::brief(catalog, access), common, id);
            for (name, arguments) in page.by_name() {
                *counted.entry(name).or_default().entry(arguments).or_default() += 1;
            }
        }
        let rule = |(name, by_arguments): (String, BTreeMap<String, usize>)| {
            let n_all: usize = by_arguments.values().sum();
            let (arguments, n) = by_arguments.into_iter().max_by_key(|(_, n)| *n)?;
            (n >= MANY_RESOURCES && n * 2 > n_all).then_some((name, arguments))
        };
        Self(counted.into_iter().filter_map(rule).collect())
    }

    /// Whether an action takes what it takes as a rule.
    pub(super) fn is(&self, name: &str, arguments: &str) -> bool {
        self.0.get(name).is_some_and(|usual| usual == arguments)
    }

    /// Writes names of actions, as `bulk_*` where every usual bulk form is among them.
    pub(super) fn names(&self, names: &[&str]) -> String {
        let is_bulk = |name: &&str| name.starts_with("bulk_");
        let (bulk, single): (Vec<&str>, Vec<&str>) = names.iter().partition(|name| is_bulk(name));
        let n_usual = self.0.keys().filter(|name| is_bulk(&name.as_str())).count();
        let bulk = match bulk.len() {
            0 => None,
            n if n == n_usual && n > 1 => Some("bulk_*".to_owned()),
            _ => Some(together(&bulk)),
        };
        single.into_iter().map(str::to_owned).chain(bulk).collect::<Vec<_>>().join(" ")
    }

    /// What actions take as a rule, those together that take the same.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut by_arguments: IndexMap<&str, Vec<&str>> = IndexMap::new();
        for (name, arguments) in &self.0 {
            by_arguments.entry(arguments).or_default().push(name);
        }
        let line = |(arguments, names): (&&str, &Vec<&str>)| {
            format!(" {}: {arguments}", together(names)).trim_end().to_owned()
        };
        by_arguments.iter().map(line).collect()
    }
}

/// What fewer resources have alike is not worth a word of its own.
const MANY_RESOURCES: usize = 6;
