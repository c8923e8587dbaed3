//! Values flattened to what identifies them: a reference to its name, a choice to its value.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::quote;

/// A value as one cell shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// There is nothing: `null`, or an empty string, list or object.
    Empty,
    /// Text of the API, not yet quoted.
    Text(String),
    /// What no few words identify, as compact JSON on one line.
    Json(String),
}

impl Cell {
    /// The cell's text, in a place where only a line, a column or a field could be broken.
    pub(super) fn quoted(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(quote::NONE),
            Self::Text(text) => quote::cell(text),
            Self::Json(json) => Cow::Borrowed(json),
        }
    }

    /// The cell's text, as one word among others.
    pub(super) fn word(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => quote::word(text),
            Self::Empty | Self::Json(_) => self.quoted(),
        }
    }
}

/// Flattens a value to one cell.
pub(super) fn cell(value: &Value) -> Cell {
    match value {
        Value::Array(elements) => list(elements),
        Value::Object(members) => match identity(members) {
            Some(name) => within(members, name).map_or_else(|| cell(name), Cell::Text),
            None => pointed_at(members).map_or_else(|| json(value), Cell::Text),
        },
        _ => scalar(value).map_or(Cell::Empty, Cell::Text),
    }
}

/// What identifies an object: of a choice its value, of a reference its name or what comes nearest
/// to one. Where it holds more than that, there is nothing that stands for the whole.
pub(super) fn identity(members: &Map<String, Value>) -> Option<&Value> {
    let is_given = |value: &&Value| scalar(value).is_some();
    if members.len() == 2 && members.contains_key("label") {
        return members.get("value").filter(is_given);
    }
    let is_reference = members.len() <= 2 || REFERS.iter().any(|key| members.contains_key(*key));
    let name = || NAMES.iter().find_map(|key| members.get(*key).filter(is_given));
    is_reference.then(name).flatten()
}

/// What an object tells that only points at another of whatever kind: its type, its id, and the
/// object itself.
fn pointed_at(members: &Map<String, Value>) -> Option<String> {
    let mut objects = members.values().filter_map(Value::as_object);
    let (target, None) = (objects.next()?, objects.next()) else { return None };
    let id = target.get("id").and_then(scalar)?;
    let others = || members.values().filter(|it| !it.is_object()).filter_map(scalar);
    if members.len() > 3 || others().count() + 1 != members.len() || others().all(|it| it != id) {
        return None;
    }
    let name = identity(target)?;
    within(target, name).or_else(|| scalar(name))
}

/// The name of a reference within the object that it is part of, where it tells that before its
/// name: `rtr01/Gi0/0`.
fn within(members: &Map<String, Value>, name: &Value) -> Option<String> {
    let before = members.iter().take_while(|(_, member)| !std::ptr::eq(*member, name));
    let is_name = members.get("name").is_some_and(|it| std::ptr::eq(it, name));
    let mut wholes = before.filter_map(|(_, member)| member.as_object()).filter(|_| is_name);
    let whole = wholes.find_map(identity).and_then(scalar)?;
    Some(format!("{whole}/{}", scalar(name)?))
}

/// The name of an object among those of its kind, without its id.
pub(super) fn name(members: &Map<String, Value>) -> Option<(&'static str, &Value)> {
    let named = NAMES.iter().filter(|key| **key != "id").find_map(|key| {
        let value = members.get(*key)?;
        scalar(value).map(|_| (*key, value))
    });
    named.filter(|(_, value)| value.is_string() || value.is_number())
}

/// A string, a number or a boolean as text; `None` where there is nothing, or something larger.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}

/// A value without what is empty or a link, the references in it flattened; `None` if nothing is
/// left.
pub(super) fn slim(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::String(text) => (!text.is_empty()).then(|| value.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.clone()),
        Value::Array(elements) => {
            let left: Vec<Value> = elements.iter().filter_map(slim).collect();
            (!left.is_empty()).then_some(Value::Array(left))
        }
        Value::Object(members) => {
            let left: Map<String, Value> = members
                .iter()
                .filter(|(key, member)| !is_link(key, member) && !repeats_name(members, key))
                .filter_map(|(key, member)| Some((key.clone(), slim_member(member)?)))
                .collect();
            (!left.is_empty()).then_some(Value::Object(left))
        }
    }
}

/// A member of a slimmed object: a reference is its name, and where it refers to others in turn,
/// such as a port to its host, those are named too.
pub(super) fn slim_member(value: &Value) -> Option<Value> {
    let Value::Object(members) = value else { return slim(value) };
    let Some(identity) = identity(members) else { return slim(value) };
    let mut named = Map::new();
    for (key, member) in members {
        let is_name = key == "id" || std::ptr::eq(member, identity);
        let of = member.as_object().and_then(self::identity);
        if let Some(shown) = if is_name { Some(member) } else { of } {
            named.insert(key.clone(), shown.clone());
        }
    }
    let refers = named.keys().any(|key| key != "id" && members[key].is_object());
    Some(if refers { Value::Object(named) } else { identity.clone() })
}

/// Whether a key's value tells one object or choice from others.
pub(super) fn is_identity(key: &str) -> bool {
    key == "value" || NAMES.contains(&key)
}

/// Whether a key is of the text that an API shows for an object.
pub(super) fn is_display(key: &str) -> bool {
    matches!(key, "display" | "display_name" | "displayName")
}

/// Whether a member is the text shown for an object and only says its name again.
pub(super) fn repeats_name(members: &Map<String, Value>, key: &str) -> bool {
    let is_shown = |name: &&&str| members.get(**name).is_some() && **name != key;
    is_display(key)
        && NAMES.iter().filter(is_shown).any(|name| members.get(*name) == members.get(key))
}

/// Whether a member is a link: the address of a page or of an object in the API, by its key.
pub(super) fn is_link(key: &str, value: &Value) -> bool {
    let is_address = |text: &str| text.starts_with("http://") || text.starts_with("https://");
    let key = key.to_ascii_lowercase();
    let says_so = ["url", "href", "uri"].iter().any(|word| key.ends_with(word))
        || matches!(key.as_str(), "self" | "link" | "links" | "_links");
    says_so && value.as_str().is_some_and(is_address)
}

fn list(elements: &[Value]) -> Cell {
    // Of lists in a list, such as ranges, it matters where each of them ends.
    let is_plain = |value: &Value| !value.is_array() && !value.is_object();
    let is_row = |value: &Value| value.as_array().is_some_and(|it| it.iter().all(is_plain));
    if !elements.is_empty() && elements.iter().all(is_row) {
        return Cell::Text(quote::json(elements));
    }
    let cells: Vec<Cell> = elements.iter().map(cell).collect();
    if cells.iter().any(|cell| matches!(cell, Cell::Json(_))) {
        return json(&Value::Array(elements.to_vec()));
    }
    match cells.as_slice() {
        [] => Cell::Empty,
        [one] => one.clone(),
        many => {
            // A comma within an element is quoted, so that every other one divides elements.
            let words: Vec<Cow<'_, str>> = many.iter().map(element).collect();
            Cell::Text(words.join(", "))
        }
    }
}

fn element(cell: &Cell) -> Cow<'_, str> {
    match cell {
        Cell::Text(text) if text.contains(',') => Cow::Owned(quote::json(text)),
        _ => cell.quoted(),
    }
}

fn json(value: &Value) -> Cell {
    slim(value).map_or(Cell::Empty, |value| Cell::Json(quote::json(&value)))
}

/// Keys whose value names an object to its reader, the best first.
const NAMES: [&str; 15] = [
    "name",
    "address",
    "model",
    "title",
    "label",
    "username",
    "login",
    "display",
    "display_name",
    "displayName",
    "email",
    "slug",
    "key",
    "code",
    "id",
];

/// Keys that an object has which is a reference to another.
const REFERS: [&str; 6] = ["id", "uuid", "url", "href", "self", "_links"];
