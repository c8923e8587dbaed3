//! `ensure`: an object is created where there is none of its natural key, and changed where it
//! differs.

use serde_json::{Map, Value};

use super::named::Named;
use crate::call::Members;
use crate::catalog::{Catalog, ObjectType, Operation, Resource, Shape, TypeId};
use crate::check::{Arguments, BodyArgument};
use crate::shape;

/// The natural key that an object is found by.
pub(super) fn key(resource: &Resource, arguments: &Arguments) -> Result<Value, String> {
    let Some(BodyArgument::Fields(members)) = &arguments.body else { return Err(wanted(resource)) };
    let given =
        |name: &str| -> Option<Value> { serde_json::from_str(members.get(name)?.get()).ok() };
    key_of(resource, &given).ok_or_else(|| wanted(resource))
}

/// The fields of the first natural key that may fit one object only and that are all given. A field
/// that is given as `null` is to be empty.
pub(super) fn key_of(resource: &Resource, given: &dyn Fn(&str) -> Option<Value>) -> Option<Value> {
    let keys = resource.keys.iter().filter(|key| !key.ambiguous);
    let found = keys.map(|key| {
        let member = |name: &str| Some((name.to_owned(), given(name)?));
        key.fields.iter().map(|field| member(&field.name)).collect::<Option<Map<_, _>>>()
    });
    let says_anything = |key: &Map<String, Value>| key.values().any(|value| !value.is_null());
    found.flatten().find(says_anything).map(Value::Object)
}

fn wanted(resource: &Resource) -> String {
    let keys = resource.keys.iter().filter(|key| !key.ambiguous).map(|key| {
        let names: Vec<&str> = key.fields.iter().map(|field| field.name.as_str()).collect();
        names.join("+")
    });
    let keys: Vec<String> = keys.collect();
    format!("ensure finds a {} by {}: give one of these", resource.name, keys.join(" or "))
}

/// The given fields that differ from what there is. What the API does not show cannot be compared,
/// and is sent only beside what differs.
pub(super) fn differing(
    catalog: &Catalog,
    create: &Operation,
    named: &Named,
    arguments: &Arguments,
    row: &Value,
) -> Option<Members> {
    let Some(BodyArgument::Fields(members)) = &arguments.body else { return None };
    let mut written = arguments.clone();
    named.write(catalog, create, &mut written);
    let Some(BodyArgument::Fields(written)) = &written.body else { return None };
    let object = create.body.as_ref().and_then(|body| object(catalog, body.one?));
    let mut differing = Members::default();
    let mut is_any = false;
    for (name, value) in members.iter() {
        let sent = written.get(name).and_then(|raw| serde_json::from_str(raw.get()).ok());
        let (Some(sent), shown) = (sent, row.get(name)) else { continue };
        let field = object.and_then(|it| it.fields.iter().find(|field| field.name == name));
        let is_exact =
            field.is_some_and(|it| matches!(catalog.types().get(it.ty).shape, Shape::Any));
        let is_same = match shown {
            Some(shown) if is_exact => sent == *shown,
            Some(shown) => !misses(&sent, shown) && shape::agrees(&sent, shown),
            None => false,
        };
        if !is_same {
            is_any |= shown.is_some();
            // A name stands once in the members, and so it does here.
            let _ = differing.insert(name.to_owned(), value.to_owned());
        }
    }
    is_any.then_some(differing)
}

/// Whether an attribute that was sent is not shown, so that it cannot be compared.
fn misses(sent: &Value, shown: &Value) -> bool {
    match (sent, shown) {
        (Value::Object(sent), Value::Object(shown)) => {
            sent.keys().any(|name| !shown.contains_key(name))
        }
        (Value::Array(sent), Value::Array(shown)) => {
            sent.iter().any(|sent| shown.iter().all(|shown| misses(sent, shown)))
        }
        _ => false,
    }
}

fn object(catalog: &Catalog, ty: TypeId) -> Option<&ObjectType> {
    match &catalog.types().get(ty).shape {
        Shape::Object(object) => Some(object),
        _ => None,
    }
}
