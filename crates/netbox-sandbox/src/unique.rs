//! Uniqueness, in NetBox's words.

use serde_json::Value;

use crate::{
    problem::{Problems, WHOLE},
    state::{Object, State},
    table::{Field, Resource, Unique},
};

/// The complaint about a value that another object has, if one does.
pub(crate) fn field_taken(
    state: &State,
    resource: &Resource,
    field: &Field,
    value: &Value,
    own_id: u64,
) -> Option<String> {
    if value.is_null() {
        return None;
    }
    let taken =
        state.all(resource.path).any(|other| other.id != own_id && other.get(field.name) == value);
    let label = label(field);
    taken.then(|| format!("{} with this {label} already exists.", resource.verbose))
}

fn label(field: &Field) -> String {
    field.label.map_or_else(|| field.name.replace('_', " "), str::to_owned)
}

/// Checks the constraints over several fields.
pub(crate) fn check(state: &State, resource: &Resource, object: &Object, problems: &mut Problems) {
    for constraint in resource.unique {
        // As in Django, a field that is already complained about is not looked at again.
        let complained = constraint.fields.iter().any(|field| problems.has(field));
        if !complained
            && applies(constraint, object)
            && is_taken(state, resource, constraint, object)
        {
            problems.add(WHOLE, words(resource, constraint));
        }
    }
}

fn applies(constraint: &Unique, object: &Object) -> bool {
    let null = |name: &&str| object.get(name).is_null();
    let set = constraint.when_set.is_none_or(|name| {
        let value = object.get(name);
        !value.is_null() && value != ""
    });
    set && constraint.when_null.is_none_or(|name| object.get(name).is_null())
        && (constraint.nulls_equal || !constraint.fields.iter().any(null))
}

fn is_taken(state: &State, resource: &Resource, constraint: &Unique, object: &Object) -> bool {
    let equal = |left: &Value, right: &Value| match (left, right) {
        (Value::String(left), Value::String(right)) if constraint.ignore_case => {
            left.to_lowercase() == right.to_lowercase()
        }
        (left, right) => left == right,
    };
    state.all(resource.path).any(|other| {
        other.id != object.id
            && applies(constraint, other)
            && constraint.fields.iter().all(|name| equal(other.get(name), object.get(name)))
    })
}

fn words(resource: &Resource, constraint: &Unique) -> String {
    if let Some(message) = constraint.message {
        return message.to_owned();
    }
    let capital = |text: &str| {
        let mut chars = text.chars();
        chars.next().map(|first| first.to_uppercase().collect::<String>() + chars.as_str())
    };
    let labels: Vec<_> = constraint
        .fields
        .iter()
        .filter_map(|name| capital(&label(resource.field(name)?)))
        .collect();
    let labels = match labels.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        all => all.concat(),
    };
    let verbose = capital(resource.verbose).unwrap_or_default();
    format!("{verbose} with this {labels} already exists.")
}
