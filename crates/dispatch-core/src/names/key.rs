//! Which natural key a value stands for.

use serde_json::Value;

use crate::catalog::{Key, KeyField, Resource, Shape, TypeId, Types};

/// Whether a value is an id of this type rather than a name. A text of digits is an id where ids
/// are whole numbers.
pub(crate) fn is_id(types: &Types, id: TypeId, value: &Value) -> bool {
    match (value, &types.get(id).shape) {
        (Value::String(text), Shape::Integer(_)) => is_digits(text),
        (Value::String(_) | Value::Number(_), _) => true,
        _ => false,
    }
}

/// The key that a text stands for, and the value of each of its fields: the first key of one field
/// that the text can be, else a key of two fields with a `/` between them.
pub(crate) fn of_text<'a, 't>(
    resource: &'a Resource,
    text: &'t str,
) -> Option<(&'a Key, Vec<(&'a KeyField, &'t str)>)> {
    let singles = || {
        let single = |key: &'a Key| Some((key, key.single().filter(|field| !field.number)?));
        resource.keys.iter().filter_map(single)
    };
    if text.is_empty() {
        return None;
    }
    let single = singles().find(|(_, field)| can_be(field, text));
    let pair = || {
        let (first, second) = text.split_once('/')?;
        let key = resource.keys.iter().find(|key| key.fields.len() == 2)?;
        Some((key, vec![(&key.fields[0], first), (&key.fields[1], second)]))
    };
    single
        .map(|(key, field)| (key, vec![(field, text)]))
        .or_else(pair)
        .or_else(|| singles().next().map(|(key, field)| (key, vec![(field, text)])))
}

/// Whether a text can be the value of a field: a slug holds nothing but lowercase letters, digits,
/// `-` and `_`.
pub(crate) fn can_be(field: &KeyField, text: &str) -> bool {
    let is_of_slug = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
    field.name != SLUG || text.chars().all(is_of_slug)
}

pub(crate) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The name of a field that holds a short name made of few characters.
const SLUG: &str = "slug";
