//! Custom fields: defined by objects of `extras/custom-fields`, held by all others.

use std::{cmp::Ordering, sync::Arc};

use serde_json::{Value, json};

use crate::{
    clock::{date_time, is_date},
    order::natural,
    problem::{Problems, WHOLE},
    python, reference,
    render::View,
    state::{Object, State},
    table::{self, Resource},
};

const DEFINITIONS: &str = "extras/custom-fields";

/// The custom fields of a resource, in the order in which they are shown.
pub(crate) fn of(state: &State, resource: &Resource) -> Vec<Arc<Object>> {
    let mut found: Vec<_> = state
        .all(DEFINITIONS)
        .filter(|definition| {
            let types = definition.get("object_types").as_array();
            types.is_some_and(|types| types.iter().any(|model| model == resource.model))
        })
        .cloned()
        .collect();
    found.sort_by(|left, right| {
        let weight = |field: &Object| field.get("weight").as_i64().unwrap_or_default();
        natural(left.text("group_name"), right.text("group_name"))
            .then(weight(left).cmp(&weight(right)))
            .then_with(|| natural(left.text("name"), right.text("name")))
    });
    found
}

/// `custom_fields` as it is shown.
pub(crate) fn show(view: &View<'_>, resource: &Resource, object: &Object) -> Value {
    let members = of(view.state, resource).into_iter().map(|definition| {
        let stored = &object.get("custom_fields")[definition.text("name")];
        (definition.text("name").to_owned(), show_one(view, &definition, stored))
    });
    Value::Object(members.collect())
}

fn show_one(view: &View<'_>, definition: &Object, stored: &Value) -> Value {
    let target = || table::by_model(definition.text("related_object_type"));
    match (definition.text("type"), stored) {
        (_, Value::Null) => Value::Null,
        ("object", id) => {
            target().map_or(Value::Null, |target| view.nested(target.path, id.as_u64(), None))
        }
        ("multiobject", Value::Array(ids)) => target().map_or(Value::Null, |target| {
            ids.iter().map(|id| view.nested(target.path, id.as_u64(), None)).collect()
        }),
        ("select", value) => labelled(view.state, definition, value),
        ("multiselect", Value::Array(values)) => {
            values.iter().map(|value| labelled(view.state, definition, value)).collect()
        }
        (_, value) => value.clone(),
    }
}

fn labelled(state: &State, definition: &Object, value: &Value) -> Value {
    let choices = choices(state, definition);
    let label = choices.iter().find(|(choice, _)| choice == value).map(|(_, label)| label.clone());
    json!({"value": value, "label": label.unwrap_or_else(|| value.clone())})
}

fn choices(state: &State, definition: &Object) -> Vec<(Value, Value)> {
    let set = definition
        .id_of("choice_set")
        .and_then(|id| state.get("extras/custom-field-choice-sets", id));
    let pairs = set.and_then(|set| set.get("extra_choices").as_array());
    pairs.into_iter().flatten().map(|pair| (pair[0].clone(), pair[1].clone())).collect()
}

/// The values of a new object that names none.
pub(crate) fn presets(state: &State, resource: &Resource) -> Value {
    let members = of(state, resource)
        .into_iter()
        .map(|definition| (definition.text("name").to_owned(), definition.get("default").clone()));
    Value::Object(members.collect())
}

/// Reads `custom_fields` of a request.
///
/// # Errors
///
/// A complaint by custom field, or a list of one.
pub(crate) fn read(
    state: &State,
    resource: &Resource,
    value: &Value,
    before: Option<&Object>,
) -> Result<Value, Value> {
    let Value::Object(given) = value else {
        return Err(json!([
            "Invalid data format. Custom field data must be passed as a dictionary mapping field \
             names to their values."
        ]));
    };
    let known = of(state, resource);
    let mut unknown: Vec<_> = given
        .keys()
        .filter(|name| !known.iter().any(|definition| definition.text("name") == *name))
        .collect();
    unknown.sort();
    if !unknown.is_empty() {
        let complaints = unknown.into_iter().map(|name| {
            (
                name.clone(),
                json!(format!("Custom field '{name}' does not exist for this object type.")),
            )
        });
        return Err(Value::Object(complaints.collect()));
    }
    let mut read = before
        .and_then(|before| before.get("custom_fields").as_object().cloned())
        .unwrap_or_default();
    for definition in &known {
        let name = definition.text("name");
        let Some(value) = given.get(name) else { continue };
        read.insert(name.to_owned(), resolved(state, definition, value)?);
    }
    Ok(Value::Object(read))
}

/// References in a value become ids.
fn resolved(state: &State, definition: &Object, value: &Value) -> Result<Value, Value> {
    let target = table::by_model(definition.text("related_object_type"));
    let one = |value: &Value| {
        let target = target.map_or("", |target| target.path);
        reference::resolve(state, target, value).map(Value::from)
    };
    let unknown = |_| json!([format!("Unknown related object(s): {}", python::repr(value))]);
    match (definition.text("type"), value) {
        (_, Value::Null) => Ok(Value::Null),
        ("object", value) => one(value).map_err(unknown),
        ("multiobject", Value::Array(values)) => {
            values.iter().map(one).collect::<Result<Vec<_>, _>>().map(Value::Array).map_err(unknown)
        }
        (_, value) => Ok(value.clone()),
    }
}

/// NetBox's validation of custom field values.
pub(crate) fn clean(state: &State, resource: &Resource, object: &Object, problems: &mut Problems) {
    for definition in of(state, resource) {
        let name = definition.text("name");
        let value = &object.get("custom_fields")[name];
        let empty = value.is_null() || value == "";
        if empty && definition.is_true("required") {
            problems.add(WHOLE, format!("Missing required custom field '{name}'."));
        } else if !empty && let Err(reason) = check(state, &definition, value) {
            problems.add(WHOLE, format!("Invalid value for custom field '{name}': {reason}"));
        }
    }
}

fn check(state: &State, definition: &Object, value: &Value) -> Result<(), String> {
    let limit = |name: &str| definition.get(name).as_f64();
    let within = |number: f64| match (limit("validation_minimum"), limit("validation_maximum")) {
        (Some(min), _) if number < min => Err(format!("Value must be at least {min}")),
        (_, Some(max)) if number > max => Err(format!("Value must not exceed {max}")),
        _ => Ok(()),
    };
    match definition.text("type") {
        "text" | "longtext" | "url" if !value.is_string() => {
            Err("Value must be a string.".to_owned())
        }
        "integer" => match value.as_i64() {
            Some(number) => within(number as f64),
            None => Err("Value must be an integer.".to_owned()),
        },
        "decimal" => match value.as_f64() {
            Some(number) => within(number),
            None => Err("Value must be a decimal.".to_owned()),
        },
        "boolean" if !value.is_boolean() => Err("Value must be true or false.".to_owned()),
        "date" if !value.as_str().is_some_and(is_date) => {
            Err("Date values must be in ISO 8601 format (YYYY-MM-DD).".to_owned())
        }
        "datetime" if value.as_str().and_then(date_time).is_none() => {
            Err("Date and time values must be in ISO 8601 format (YYYY-MM-DD HH:MM:SS).".to_owned())
        }
        "select" if !is_choice(state, definition, value) => {
            let set = definition.id_of("choice_set");
            let set = set.and_then(|id| state.get("extras/custom-field-choice-sets", id));
            let set = set.map(|set| set.text("name").to_owned()).unwrap_or_default();
            Err(format!("Invalid choice ({}) for choice set {set}.", python::str(value)))
        }
        "multiselect" => {
            let values = value.as_array().into_iter().flatten();
            if value.is_array() && values.into_iter().all(|one| is_choice(state, definition, one)) {
                Ok(())
            } else {
                Err(format!("Invalid choice(s) ({}).", python::str(value)))
            }
        }
        _ => Ok(()),
    }
}

fn is_choice(state: &State, definition: &Object, value: &Value) -> bool {
    choices(state, definition).iter().any(|(choice, _)| choice == value)
}

/// Whether a stored custom field value equals the text of a `cf_` filter.
pub(crate) fn equals(stored: &Value, text: &str) -> bool {
    match stored {
        Value::Array(values) => values.iter().any(|value| equals(value, text)),
        Value::Bool(value) => text.eq_ignore_ascii_case(if *value { "true" } else { "false" }),
        Value::Number(number) => match (number.as_f64(), text.parse::<f64>()) {
            (Some(left), Ok(right)) => left.total_cmp(&right) == Ordering::Equal,
            _ => false,
        },
        Value::String(value) => value.eq_ignore_ascii_case(text),
        _ => false,
    }
}
