//! What the sandbox covers, for documentation.

use crate::{
    rules::action::ACTIONS,
    table::{self, Verbs},
};

/// A resource and what the sandbox can do with it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Coverage {
    /// The path under `/api/`, such as `dcim/devices`.
    pub path: &'static str,
    /// Whether it can be listed and retrieved.
    pub reads: bool,
    /// Whether it can be created, changed and deleted, one by one and in bulk.
    pub writes: bool,
    /// The actions on one of its objects that have a rule, such as `trace`.
    pub actions: Vec<&'static str>,
}

/// Every resource in the sandbox's table. What is neither read nor written answers 501.
#[must_use]
pub fn covered() -> Vec<Coverage> {
    let coverage = table::all().map(|resource| {
        let own = ACTIONS.iter().filter(|(path, _, has_rule)| *path == resource.path && *has_rule);
        Coverage {
            path: resource.path,
            reads: resource.verbs != Verbs::Unruled,
            writes: resource.verbs == Verbs::All,
            actions: own.map(|(_, action, _)| *action).collect(),
        }
    });
    coverage.collect()
}
