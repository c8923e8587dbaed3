//! A group: its resources with their actions, and what all of them share.

use indexmap::IndexMap;

use super::common::Common;
use super::{Access, Catalog, options};
use crate::access::Standing;
use crate::catalog::{GroupId, ResourceId};
use crate::resolve::{self, Resolved};
use crate::signature::Notation;

/// Describes a group: the resources that have the same actions together, then what they share.
pub(super) fn describe(
    catalog: &Catalog,
    access: Access,
    common: &Common,
    group: GroupId,
) -> String {
    let mut lines = resources(catalog, access, group);
    if lines.is_empty() {
        return String::new();
    }
    lines.insert(0, format!("{}: actions of its resources", catalog.tool_of(group)));
    lines.extend(shared(catalog, access, common));
    lines.extend(options::of_group(catalog, access, group));
    lines.join("\n")
}

/// Describes every group that the caller may see anything of.
pub(super) fn describe_all(catalog: &Catalog, access: Access, common: &Common) -> String {
    let mut lines = Vec::new();
    for group in (0..).map(GroupId).take(catalog.groups().len()) {
        let names: Vec<&str> = resolve::resources(catalog, access, group)
            .map(|id| catalog.resource(id).name.as_str())
            .collect();
        if !names.is_empty() {
            lines.push(format!("{}: {}", catalog.tool_of(group), names.join(" ")));
        }
    }
    if !lines.is_empty() {
        lines.extend(shared(catalog, access, common));
    }
    lines.join("\n")
}

fn resources(catalog: &Catalog, access: Access, group: GroupId) -> Vec<String> {
    let mut by_actions: IndexMap<String, Vec<&str>> = IndexMap::new();
    for id in resolve::resources(catalog, access, group) {
        let name = catalog.resource(id).name.as_str();
        by_actions.entry(actions(catalog, access, id)).or_default().push(name);
    }
    let line = |(actions, names): (&String, &Vec<&str>)| format!("{}: {actions}", names.join(" "));
    by_actions.iter().map(line).collect()
}

/// The actions of a resource, those the caller has yet to be granted a tier for in parentheses.
fn actions(catalog: &Catalog, access: Access, id: ResourceId) -> String {
    let mut by_need: IndexMap<Option<&str>, Vec<&str>> = IndexMap::new();
    for Resolved { action, operation, standing, .. } in resolve::actions(catalog, access, id) {
        let need = (standing == Standing::Obtainable).then(|| operation.tier.as_str());
        by_need.entry(need).or_default().push(&action.name);
    }
    let text = |(need, names): (&Option<&str>, &Vec<&str>)| match need {
        None => names.join(" "),
        Some(tier) => format!("(needs {tier}: {})", names.join(" ")),
    };
    let texts: Vec<String> = by_need.iter().map(text).collect();
    texts.join(" ")
}

fn shared(catalog: &Catalog, access: Access, common: &Common) -> Vec<String> {
    common.lines(Notation::brief(catalog, access))
}
