//! Example calls: each is one that would be sent.

use serde_json::Value;

use super::details::find;
use super::fit::hint;
use crate::access::Access;
use crate::catalog::{Catalog, CatalogParts, ResourceId};
use crate::help::example;
use crate::policy::optional;
use crate::resolve;
use crate::tier::Tier;

/// Gives the policy's example to the action that it is for.
pub(super) fn apply(
    parts: &mut CatalogParts,
    entry: &str,
    params: &Value,
    faults: &mut Vec<String>,
) {
    let (entry, is_optional) = optional(entry);
    let Some((resource, action)) = entry.rsplit_once('.') else {
        faults.push(format!("examples: {entry:?} is no resource.action"));
        return;
    };
    let resource = if is_optional { format!("{resource}?") } else { resource.to_owned() };
    for place in find(parts, "examples", &resource, faults) {
        let resource = &mut parts.resources[place];
        if resource.action(action).is_some() {
            resource.examples.insert(action.to_owned(), params.clone());
        } else if !is_optional {
            let hint = hint(action, resource.actions.iter().map(|it| it.name.as_str()));
            faults.push(format!("examples: {} has no action {action:?}{hint}", resource.name));
        }
    }
}

/// What is wrong with the examples of a catalog.
pub(super) fn faults(catalog: &Catalog) -> Vec<String> {
    let mut faults = Vec::new();
    for (id, resource) in (0..).map(ResourceId).zip(catalog.resources()) {
        for resolved in resolve::actions(catalog, Access::up_to(Tier::Admin), id) {
            let action = &resolved.action.name;
            if let Some(params) = resource.examples.get(action)
                && let Err(wrong) = example::is_right(catalog, &resolved, params)
            {
                faults.push(format!("examples: {}.{action}: {wrong}", resource.name));
            }
        }
    }
    faults
}
