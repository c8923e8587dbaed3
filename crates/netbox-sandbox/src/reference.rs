//! References as NetBox takes them: by id, by a numeric string, or by attributes.

use serde_json::{Map, Value};

use crate::{
    python,
    state::{Object, State},
    table::{self, Kind, Resource},
};

/// Finds the object that a value refers to.
///
/// # Errors
///
/// NetBox's words for what is wrong with the reference.
pub(crate) fn resolve(state: &State, target: &str, value: &Value) -> Result<u64, String> {
    let Some(resource) = table::by_path(target) else {
        return Err(format!("netbox-sandbox has no table for {target}"));
    };
    if let Value::Object(attributes) = value {
        return by_attributes(state, resource, attributes);
    }
    let id = match value {
        Value::Number(number) => number.as_f64().map(f64::trunc),
        Value::Bool(value) => Some(f64::from(u8::from(*value))),
        Value::String(text) => text.trim().parse::<i64>().ok().map(|id| id as f64),
        _ => None,
    };
    let Some(id) = id else {
        return Err(format!(
            "Related objects must be referenced by numeric ID or by dictionary of attributes. \
             Received an unrecognized value: {}",
            python::str(value)
        ));
    };
    let found = state.get(target, if id < 0.0 { 0 } else { id as u64 });
    found
        .map(|object| object.id)
        .ok_or_else(|| format!("Related object not found using the provided numeric ID: {id}"))
}

fn by_attributes(
    state: &State,
    resource: &'static Resource,
    attributes: &Map<String, Value>,
) -> Result<u64, String> {
    let mut flat = Map::new();
    flatten("", attributes, &mut flat);
    for name in flat.keys() {
        check_name(resource, name)?;
    }
    let mut found = state.all(resource.path).filter(|object| {
        flat.iter().all(|(name, value)| matches(state, resource, object, name, value))
    });
    match (found.next(), found.next()) {
        (Some(object), None) => Ok(object.id),
        (None, _) => Err(format!(
            "Related object not found using the provided attributes: {}",
            python::repr(&Value::Object(flat))
        )),
        (Some(_), Some(_)) => Err(format!(
            "Multiple objects match the provided attributes: {}",
            python::repr(&Value::Object(flat))
        )),
    }
}

/// Turns `{"device": {"name": "x"}}` into `{"device__name": "x"}`.
fn flatten(prefix: &str, attributes: &Map<String, Value>, flat: &mut Map<String, Value>) {
    for (name, value) in attributes {
        match value {
            Value::Object(inner) => flatten(&format!("{prefix}{name}__"), inner, flat),
            value => {
                flat.insert(format!("{prefix}{name}"), value.clone());
            }
        }
    }
}

fn check_name(resource: &'static Resource, path: &str) -> Result<(), String> {
    let (name, rest) =
        path.split_once("__").map_or((path, None), |(name, rest)| (name, Some(rest)));
    let field = resource.field(name).filter(|field| {
        matches!(field.kind, Kind::Id) || (field.is_stored() && !matches!(field.kind, Kind::Tags))
    });
    let Some(field) = field else {
        let names = resource.fields.iter().filter(|field| field.is_stored() || field.name == "id");
        let mut names: Vec<_> = names.map(|field| field.name).collect();
        names.sort_unstable();
        return Err(format!(
            "Cannot resolve keyword '{name}' into field. Choices are: {}",
            names.join(", ")
        ));
    };
    match (rest, field.target().and_then(table::by_path)) {
        (Some(rest), Some(target)) => check_name(target, rest),
        (Some(rest), None) => Err(format!(
            "Unsupported lookup '{rest}' for field '{name}' or join on the field not permitted."
        )),
        (None, _) => Ok(()),
    }
}

fn matches(
    state: &State,
    resource: &'static Resource,
    object: &Object,
    path: &str,
    value: &Value,
) -> bool {
    let (name, rest) =
        path.split_once("__").map_or((path, None), |(name, rest)| (name, Some(rest)));
    if let Some(rest) = rest {
        let target = resource.field(name).and_then(|field| field.target()).and_then(table::by_path);
        return target.is_some_and(|target| {
            object
                .id_of(name)
                .and_then(|id| state.get(target.path, id))
                .is_some_and(|object| matches(state, target, object, rest, value))
        });
    }
    let wanted = python::str(value);
    if name == "id" {
        return object.id.to_string() == wanted;
    }
    match object.get(name) {
        Value::Null => value.is_null(),
        stored => python::str(stored) == wanted,
    }
}
