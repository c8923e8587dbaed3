//! Secrets: fields whose values never reach an agent.

use std::collections::BTreeSet;

use crate::catalog::{Additional, AnswerKind, CatalogParts, Resource, Shape, TypeId, Types};
use crate::policy::optional;

use super::details::find;

/// Adds one secret, `resource.path.to.field`. It must be a field that the document knows, unless
/// the entry is optional: then it is masked all the same, since the API may answer what its document
/// does not tell.
pub(super) fn apply(parts: &mut CatalogParts, entry: &str, faults: &mut Vec<String>) {
    let (text, is_optional) = optional(entry);
    let Some((name, path)) = text.split_once('.') else {
        faults.push(format!("secrets: {entry:?} is no `resource.field`"));
        return;
    };
    let suffix = if is_optional { "?" } else { "" };
    let resources = find(parts, "secrets", &format!("{name}{suffix}"), faults);
    let keys: Vec<&str> = path.strip_suffix('@').unwrap_or(path).split('.').collect();
    let mut is_used = resources.is_empty() || is_optional;
    for place in resources {
        if is_optional || may_hold(parts, &parts.resources[place], &keys) {
            is_used = true;
            parts.resources[place].secrets.push(path.to_owned());
        }
    }
    if !is_used {
        faults.push(format!("secrets: no answer of {name} has a field {path:?} ({text})"));
    }
}

/// Whether what is sent to or answered by a resource may have a field, or says nothing of it.
fn may_hold(parts: &CatalogParts, resource: &Resource, keys: &[&str]) -> bool {
    may_be(parts, resource, keys, |_| true)
}

/// Whether what is sent to or answered by a resource may have a field of such a shape, or says
/// nothing of it.
pub(super) fn may_be(
    parts: &CatalogParts,
    resource: &Resource,
    keys: &[&str],
    fits: impl Fn(&Shape) -> bool,
) -> bool {
    let operations =
        resource.actions.iter().filter_map(|a| parts.operations.get(a.operation.0 as usize));
    let mut steps = Vec::new();
    for operation in operations {
        match operation.answer.kind {
            AnswerKind::One { ty } | AnswerKind::List { item: ty, .. } => steps.push((ty, 0)),
            AnswerKind::Empty | AnswerKind::Other { .. } => {}
        }
        let body = operation.body.iter().flat_map(|body| body.one.into_iter().chain(body.many));
        steps.extend(body.map(|ty| (ty, 0)));
    }
    reaches(&parts.types, steps, keys, fits)
}

/// Whether the keys lead to a value that fits from one of these types, each with how many keys lead
/// to it.
fn reaches(
    types: &Types,
    mut steps: Vec<(TypeId, usize)>,
    keys: &[&str],
    fits: impl Fn(&Shape) -> bool,
) -> bool {
    let mut seen = BTreeSet::new();
    while let Some((ty, n_keys)) = steps.pop() {
        if !seen.insert((ty, n_keys)) {
            continue;
        }
        let Some(key) = keys.get(n_keys) else {
            if fits(&types.get(ty).shape) {
                return true;
            }
            continue;
        };
        match &types.get(ty).shape {
            Shape::Any => return true,
            Shape::Array { items, .. } => steps.push((*items, n_keys)),
            Shape::Union(variants) => steps.extend(variants.iter().map(|ty| (*ty, n_keys))),
            Shape::Object(_) | Shape::Map(_) | Shape::Reference(_) if *key == "**" => return true,
            Shape::Map(values) => steps.push((*values, n_keys + 1)),
            Shape::Object(object) => {
                let fields = object.fields.iter().filter(|field| *key == "*" || field.name == *key);
                steps.extend(fields.map(|field| (field.ty, n_keys + 1)));
                if let Additional::Allowed(values) = object.additional {
                    steps.push((values, n_keys + 1));
                }
            }
            Shape::Reference(reference) => {
                steps.extend(reference.attributes.map(|attributes| (attributes, n_keys)));
            }
            Shape::Boolean
            | Shape::Integer(_)
            | Shape::Number(_)
            | Shape::String(_)
            | Shape::Enum(_) => {}
        }
    }
    false
}
