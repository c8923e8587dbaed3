//! What a resource carries beside its actions: natural keys, columns of its lists, secrets,
//! remarks, examples, spellings.

use crate::catalog::{CatalogParts, EntityTag, ObjectType, Shape, Types, normalize};
use crate::policy::{Policy, optional};

use super::fit::hint;
use super::{background, columns, examples, keys, kinds, refers, secrets, synonyms};

/// Fills in columns, secrets, remarks, examples and spellings from the policy, and default columns.
pub(super) fn apply(parts: &mut CatalogParts, policy: &Policy, faults: &mut Vec<String>) {
    generic(parts, policy, faults);
    columns::apply(parts, policy, faults);
    columns::runs(parts, policy, faults);
    keys::apply(parts, policy, faults);
    refers::apply(parts, policy, faults);
    entity_tag(parts, policy, faults);
    change_message(parts, policy, faults);
    background::apply(parts, policy, faults);
    for (entry, kinds) in &policy.kinds {
        kinds::apply(parts, entry, kinds, faults);
    }
    for (field, vocabulary) in &policy.vocabularies {
        let choices = vocabulary.choices.as_ref();
        for list in [Some(&vocabulary.list), choices.map(|it| &it.list)].into_iter().flatten() {
            find(parts, "vocabularies", list, faults);
        }
        parts.vocabularies.insert(field.clone(), vocabulary.clone());
    }
    for (entry, note) in &policy.notes {
        for resource in find(parts, "notes", entry, faults) {
            parts.resources[resource].note = Some(note.clone());
        }
    }
    synonyms::apply(parts, policy, faults);
    for (entry, weight) in &policy.weights {
        if *weight > 100 {
            faults.push(format!("weights: {entry:?} is from 0 to 100, not {weight}"));
        }
        for resource in find(parts, "weights", entry, faults) {
            parts.resources[resource].weight = *weight;
        }
    }
    for (entry, params) in &policy.examples {
        examples::apply(parts, entry, params, faults);
    }
    for (alias, entry) in &policy.spellings {
        spelling(parts, optional(alias).0, entry, faults);
    }
    for entry in &policy.secrets {
        secrets::apply(parts, entry, faults);
    }
}

/// The places of the resources that an entry names: one, or all for `*`.
pub(super) fn find(
    parts: &CatalogParts,
    what: &str,
    entry: &str,
    faults: &mut Vec<String>,
) -> Vec<usize> {
    let (name, optional) = optional(entry);
    if name == "*" {
        return (0..parts.resources.len()).collect();
    }
    let wanted = normalize(name);
    let found = parts.resources.iter().position(|r| normalize(&r.name) == wanted);
    if found.is_none() && !optional {
        let names = parts.resources.iter().map(|resource| resource.name.as_str());
        let hint = hint(name, names);
        faults.push(format!("{what}: {entry:?} matches no resource{hint}"));
    }
    found.into_iter().collect()
}

/// Adds one spelling, which must not be the name of another resource.
fn spelling(parts: &mut CatalogParts, alias: &str, entry: &str, faults: &mut Vec<String>) {
    let found = find(parts, "spellings", entry, faults);
    let [place] = *found.as_slice() else {
        if found.len() > 1 {
            faults.push(format!("spellings: {alias:?} means one resource, not {entry:?}"));
        }
        return;
    };
    let is_name = |name: &str| normalize(name) == normalize(alias);
    let other = parts.resources.iter().enumerate().find(|(at, r)| *at != place && is_name(&r.name));
    match other {
        Some((_, other)) => {
            faults.push(format!("spellings: {alias:?} is the name of {}", other.path));
        }
        None => parts.resources[place].spellings.push(alias.to_owned()),
    }
}

/// Takes over which fields hold ids of objects whose kind another field says.
fn generic(parts: &mut CatalogParts, policy: &Policy, faults: &mut Vec<String>) {
    let objects: Vec<&ObjectType> = objects(&parts.types).collect();
    for (id, kind) in &policy.generic {
        let (name, is_optional) = optional(id);
        if objects.iter().any(|it| it.field(name).is_some() && it.field(kind).is_some()) {
            parts.generic.insert(name.to_owned(), kind.clone());
        } else if !is_optional {
            faults.push(format!("generic: no object has the fields {name:?} and {kind:?}"));
        }
    }
}

/// Takes over what entity tags are made of.
fn entity_tag(parts: &mut CatalogParts, policy: &Policy, faults: &mut Vec<String>) {
    let Some(tag) = &policy.entity_tag else { return };
    let (name, is_optional) = optional(&tag.field);
    if !tag.tag.contains("{}") {
        faults.push(format!("entity_tag: {:?} has no {{}} for the value of {name}", tag.tag));
    }
    if objects(&parts.types).any(|it| it.field(name).is_some()) {
        parts.entity_tag = Some(EntityTag { field: name.to_owned(), ..tag.clone() });
    } else if !is_optional {
        faults.push(format!("entity_tag: no object has the field {name:?}"));
    }
}

/// Takes over which field says why a write is done.
fn change_message(parts: &mut CatalogParts, policy: &Policy, faults: &mut Vec<String>) {
    let Some(entry) = &policy.change_message else { return };
    let (name, is_optional) = optional(entry);
    if objects(&parts.types).any(|it| it.field(name).is_some()) {
        parts.change_message = Some(name.to_owned());
    } else if !is_optional {
        faults.push(format!("change_message: no object has the field {name:?}"));
    }
}

fn objects(types: &Types) -> impl Iterator<Item = &ObjectType> {
    types.0.iter().filter_map(|ty| match &ty.shape {
        Shape::Object(object) => Some(object),
        _ => None,
    })
}
