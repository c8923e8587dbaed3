//! What is said of names that stand for no object, or for several.

use serde_json::Value;

use super::lookup::ReadRow;
use super::{Wanted, matching};
use crate::catalog::{Catalog, Key, KeyField, Resource};
use crate::resolve::quoted;
use crate::suggest;

/// Everything there is to say, each thing once, the first few of many.
pub(super) fn all(mut told: Vec<String>) -> String {
    told.dedup();
    let more = told.len().saturating_sub(MAX_TOLD);
    told.truncate(MAX_TOLD);
    if more > 0 {
        told.push(format!("... and {more} more names"));
    }
    told.join("\n")
}

pub(super) fn none<'r>(
    catalog: &Catalog,
    resource: &Resource,
    wanted: &Wanted,
    nearby: impl Iterator<Item = &'r ReadRow>,
) -> String {
    let by = match &wanted.value {
        Value::String(text) => {
            let is_tried = |key: &&Key| key.fields.len() == 1 || text.contains('/');
            let keys: Vec<String> = resource.keys.iter().filter(is_tried).map(written).collect();
            format!(" by {}", keys.join(" or "))
        }
        _ => String::new(),
    };
    let question = question(catalog, resource, wanted, nearby);
    format!("{}: no {} {}{by}{question}", wanted.place, resource.name, shown(&wanted.value))
}

/// Asks whether an object of a name like this was meant.
fn question<'r>(
    catalog: &Catalog,
    resource: &Resource,
    wanted: &Wanted,
    nearby: impl Iterator<Item = &'r ReadRow>,
) -> String {
    let given = whole(&wanted.value, &wanted.value);
    let texts: Vec<&str> = match (&given, &wanted.value) {
        (Some(given), _) => vec![given],
        (None, Value::String(text)) => vec![text],
        (None, Value::Object(members)) => members.values().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let mut known: Vec<(String, String)> = Vec::new();
    for row in nearby {
        let value = &row.value;
        let Some(id) = matching::id(catalog, resource, value) else { continue };
        for field in resource.keys.iter().flat_map(|key| &key.fields) {
            if let Some(text) = value.get(&field.name).and_then(Value::as_str) {
                let name = whole(&wanted.value, value).unwrap_or_else(|| text.to_owned());
                let shown = format!("{name} ({})", plain(&id));
                // One name of an object is enough to know it by.
                if known.iter().all(|(_, of)| !of.ends_with(&format!(" ({})", plain(&id)))) {
                    known.push((name, shown));
                }
            }
        }
    }
    let names = || known.iter().map(|(name, _)| name.as_str());
    let near = texts.iter().flat_map(|text| suggest::nearest(text, names(), 3));
    let mut shown: Vec<&String> = near
        .filter_map(|near| known.iter().find(|(name, _)| name == near).map(|(_, shown)| shown))
        .collect();
    shown.dedup();
    shown.truncate(3);
    suggest::question(&shown)
}

pub(super) fn several(
    catalog: &Catalog,
    resource: &Resource,
    wanted: &Wanted,
    rows: &[&ReadRow],
) -> String {
    let mut listed: Vec<String> = rows
        .iter()
        .take(MAX_CANDIDATES)
        .filter_map(|row| {
            let id = plain(&matching::id(catalog, resource, &row.value)?);
            let apart = told_apart(resource, wanted, &row.value);
            Some(if apart.is_empty() { id } else { format!("{id} ({apart})") })
        })
        .collect();
    if rows.len() > MAX_CANDIDATES {
        listed.push(format!("and {} more", rows.len() - MAX_CANDIDATES));
    }
    let key = telling(resource, wanted, rows).map(|key| format!(" or {{{}}}", key.join(", ")));
    format!(
        "{}: {} of {} are {}: {}; use the id{}",
        wanted.place,
        rows.len(),
        resource.name,
        shown(&wanted.value),
        listed.join(", "),
        key.unwrap_or_default(),
    )
}

/// The attributes that name only one of these rows: those that were given and one more, or those of
/// a whole key.
fn telling<'k>(
    resource: &'k Resource,
    wanted: &'k Wanted,
    rows: &[&ReadRow],
) -> Option<Vec<&'k str>> {
    let fields = || resource.keys.iter().flat_map(|key| &key.fields);
    let is_looked_for = |field: &&KeyField| field.filter.is_some() || field.id_filter.is_some();
    let given: Vec<&str> = match &wanted.value {
        Value::Object(members) => members.keys().map(String::as_str).collect(),
        Value::String(text) => {
            let mut singles = resource.keys.iter().filter_map(Key::single);
            let is_it = |field: &&KeyField| rows.iter().any(|row| row.value[&field.name] == **text);
            singles.find(is_it).map(|field| field.name.as_str()).into_iter().collect()
        }
        _ => Vec::new(),
    };
    let are_apart = |names: &[&str]| {
        let of_row = |row: &&ReadRow| -> Vec<String> {
            names.iter().map(|name| row.value[*name].to_string()).collect()
        };
        let mut said: Vec<Vec<String>> = rows.iter().map(of_row).collect();
        let is_said = said.iter().flatten().all(|value| value != "null");
        said.sort();
        said.dedup();
        is_said && said.len() == rows.len()
    };
    let more = fields().filter(is_looked_for).map(|field| field.name.as_str());
    let one_more = more.filter(|name| !given.contains(name)).map(|name| {
        let mut names = given.clone();
        names.push(name);
        names
    });
    let keys = resource.keys.iter().filter(|key| key.fields.iter().any(|it| is_looked_for(&it)));
    let keys = keys.map(|key| key.fields.iter().map(|field| field.name.as_str()).collect());
    one_more.filter(|_| !given.is_empty()).chain(keys).find(|names: &Vec<&str>| are_apart(names))
}

/// What a row has of all that was given, where that is more than a name: `rtr02/xe-0/0/0`.
fn whole(given: &Value, row: &Value) -> Option<String> {
    let given = given.as_object().filter(|given| given.len() > 1)?;
    let said: Option<Vec<String>> = given.keys().map(|name| said(row.get(name)?)).collect();
    Some(said?.join("/"))
}

/// A plain value, or the name of an object.
fn said(value: &Value) -> Option<String> {
    match value {
        Value::Object(members) => {
            let name = ["name", "model", "display"].iter().find_map(|key| members.get(*key));
            name.map(plain)
        }
        Value::Null => None,
        value => Some(plain(value)),
    }
}

/// What tells a row from others of the same name.
fn told_apart(resource: &Resource, wanted: &Wanted, row: &Value) -> String {
    let is_given = |name: &str| wanted.value.get(name).is_some();
    let fields = resource.keys.iter().flat_map(|key| &key.fields);
    let mut words: Vec<String> = Vec::new();
    for field in fields.filter(|field| !is_given(&field.name)) {
        let text = row.get(&field.name).and_then(said);
        let text = text.filter(|text| wanted.value.as_str() != Some(text));
        let word = text.map(|text| format!("{} {text}", field.name));
        words.extend(word.filter(|word| !words.contains(word)));
    }
    words.truncate(2);
    words.join(", ")
}

pub(super) fn no_way(resource: &Resource, wanted: &Wanted) -> String {
    let name = &resource.name;
    format!(
        "{}: {} cannot be looked up; give the id of the {name}",
        wanted.place,
        shown(&wanted.value)
    )
}

pub(super) fn unlisted(resource: &Resource) -> String {
    format!("{} cannot be listed", resource.name)
}

pub(super) fn too_many(resource: &Resource, wanted: &Wanted) -> String {
    let shown = shown(&wanted.value);
    format!("{}: too many of {} are like {shown}; give the id", wanted.place, resource.name)
}

pub(super) fn failed(resource: &Resource, wanted: &Wanted, why: &str) -> String {
    let shown = shown(&wanted.value);
    format!("{}: the {} {shown} could not be looked up: {why}", wanted.place, resource.name)
}

fn written(key: &Key) -> String {
    let names: Vec<&str> = key.fields.iter().map(|field| field.name.as_str()).collect();
    names.join("+")
}

fn shown(name: &Value) -> String {
    match name {
        Value::String(text) => quoted(text),
        _ => {
            let text = name.to_string();
            let end = text.floor_char_boundary(MAX_BYTES);
            text[..end].to_owned()
        }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.chars().filter(|c| !c.is_control()).take(MAX_BYTES).collect(),
        _ => value.to_string(),
    }
}

/// So many objects of one name are listed.
const MAX_CANDIDATES: usize = 12;

/// So many names are told of.
const MAX_TOLD: usize = 10;

/// How much of a name a text repeats.
const MAX_BYTES: usize = 100;
