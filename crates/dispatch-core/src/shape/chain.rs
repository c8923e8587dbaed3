//! Chains: lists of lists of objects, such as the way of a cable, as one line.
//!
//! An object is written as its resource and its natural key, the way a caller may name it:
//! `interface edge-01/xe-0 > cable C1 > frontport panel-01/1`. What an object is of is told by its
//! link to itself.

use serde_json::{Map, Value};

use super::Shaper;
use super::flatten;
use super::quote;
use crate::catalog::{Key, Resource};

/// A list of objects and of lists of objects, as one line; `None` where something else is in it.
pub(super) fn chain(shaper: &Shaper<'_>, value: &Value) -> Option<String> {
    let links = value.as_array().filter(|links| links.iter().any(Value::is_array))?;
    let link = |link: &Value| match link {
        Value::Array(elements) => {
            let texts: Option<Vec<String>> =
                elements.iter().map(|it| object(shaper, it.as_object()?)).collect();
            texts.map(|texts| texts.join(" + "))
        }
        Value::Object(members) => object(shaper, members),
        Value::Null => Some(String::new()),
        _ => None,
    };
    let texts: Option<Vec<String>> = links.iter().map(link).collect();
    let texts = texts?.into_iter().map(|text| if text.is_empty() { "-".to_owned() } else { text });
    Some(texts.collect::<Vec<_>>().join(" > "))
}

fn object(shaper: &Shaper<'_>, members: &Map<String, Value>) -> Option<String> {
    let resource = resource(shaper, members)?;
    let key = resource.keys.iter().find_map(|key| known_by(key, members));
    let id = members.get("id").and_then(flatten::scalar);
    Some(format!("{} {}", resource.name, key.or(id)?))
}

/// The values of a key, as a text that stands for it.
fn known_by(key: &Key, members: &Map<String, Value>) -> Option<String> {
    let value = |name: &str| {
        let value = match members.get(name)? {
            Value::Object(inner) => flatten::scalar(flatten::identity(inner)?),
            value => flatten::scalar(value),
        };
        Some(quote::word(&value.filter(|text| !text.is_empty())?).into_owned())
    };
    let values: Option<Vec<String>> = key.fields.iter().map(|field| value(&field.name)).collect();
    values.filter(|values| values.len() <= 2).map(|values| values.join("/"))
}

/// The resource that an object is of, by its link to itself.
fn resource<'a>(shaper: &Shaper<'a>, members: &Map<String, Value>) -> Option<&'a Resource> {
    let link = members.get("url")?.as_str()?;
    let is_of = |resource: &&Resource| {
        let path = resource.path.trim_end_matches('/');
        let rest = link.find(path).map(|at| link[at + path.len()..].trim_matches('/'));
        rest.is_some_and(|rest| !rest.is_empty() && !rest.contains('/'))
    };
    shaper.catalog.resources().iter().find(is_of)
}
