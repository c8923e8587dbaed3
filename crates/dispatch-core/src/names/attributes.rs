//! A name as the object of attributes that an API resolves by itself.

use serde_json::{Map, Value};

use super::key::{is_digits, of_text};
use crate::catalog::{Catalog, KeyField, ObjectType, Reference, Resource, Shape};

/// The attributes that a name stands for; `None` where it is an object of attributes already, or
/// no name.
pub(crate) fn attributes(catalog: &Catalog, reference: &Reference, value: &Value) -> Option<Value> {
    let resource = resource(catalog, &reference.resource)?;
    let object = match reference.attributes.map(|ty| &catalog.types().get(ty).shape) {
        Some(Shape::Object(object)) => Some(object),
        _ => None,
    };
    of_value(catalog, resource, object, value, 0)
}

/// The resource of a reference.
pub(crate) fn resource<'a>(catalog: &'a Catalog, name: &str) -> Option<&'a Resource> {
    catalog.resource_spelled(name, None).map(|id| catalog.resource(id))
}

fn of_value(
    catalog: &Catalog,
    resource: &Resource,
    object: Option<&ObjectType>,
    value: &Value,
    depth: u8,
) -> Option<Value> {
    if depth >= MAX_DEPTH {
        return None;
    }
    let inner = |name: &str, value: &Value| of_field(catalog, resource, object, name, value, depth);
    match value {
        Value::String(text) => {
            let (_, fields) = of_text(resource, text)?;
            let member = |(field, text): (&KeyField, &str)| {
                let value = Value::from(text);
                let value = inner(&field.name, &value).unwrap_or(value);
                (field.name.clone(), value)
            };
            Some(Value::Object(fields.into_iter().map(member).collect()))
        }
        Value::Object(members) => {
            let mut changed = false;
            let mut members: Map<String, Value> = members.clone();
            for (name, value) in &mut members {
                if let Some(inner) = inner(name, value) {
                    *value = inner;
                    changed = true;
                }
            }
            changed.then_some(Value::Object(members))
        }
        _ => None,
    }
}

/// The attributes that the value of an attribute stands for, where the attribute is a reference.
fn of_field(
    catalog: &Catalog,
    of: &Resource,
    object: Option<&ObjectType>,
    name: &str,
    value: &Value,
    depth: u8,
) -> Option<Value> {
    if value.as_str().is_some_and(is_digits) {
        return None;
    }
    let attribute = object.and_then(|it| it.fields.iter().find(|field| field.name == name));
    let (target, object) = match attribute.map(|it| &catalog.types().get(it.ty).shape) {
        Some(Shape::Reference(reference)) => {
            let object = reference.attributes.map(|ty| &catalog.types().get(ty).shape);
            let object = object.and_then(|shape| match shape {
                Shape::Object(object) => Some(object),
                _ => None,
            });
            (&reference.resource, object)
        }
        _ => {
            let mut fields = of.keys.iter().flat_map(|key| &key.fields);
            let field = fields.find(|field| field.name == name)?;
            (field.resource.as_ref()?, None)
        }
    };
    of_value(catalog, resource(catalog, target)?, object, value, depth + 1)
}

/// How deep a path through other objects is followed.
const MAX_DEPTH: u8 = 4;
