//! Which rows of a list a name stands for.

use serde_json::Value;

use super::lookup::ReadRow;
use crate::catalog::{Catalog, Resource};

/// The rows that a name stands for: those that are exactly so, else those that are but for the case
/// of letters or for what follows a `/`.
pub(super) fn of_name<'r>(
    catalog: &Catalog,
    resource: &Resource,
    name: &Value,
    rows: &(impl Iterator<Item = &'r ReadRow> + Clone),
) -> Vec<&'r ReadRow> {
    for same in [is_same as fn(&str, &str) -> bool, is_alike] {
        let compared = Compared { catalog, same };
        let found: Vec<&ReadRow> =
            rows.clone().filter(|row| compared.row(resource, name, &row.value)).collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// Whether a row is exactly what a name says.
pub(crate) fn is_exactly(catalog: &Catalog, of: &Resource, name: &Value, row: &Value) -> bool {
    Compared { catalog, same: is_same }.row(of, name, row)
}

/// The id of a row: the field that the path of one object is made with.
pub(super) fn id(catalog: &Catalog, resource: &Resource, row: &Value) -> Option<Value> {
    let path = resource.action("get").map(|get| &catalog.operation(get.operation).path_parameters);
    let name = path.and_then(|path| path.last()).map_or("id", |parameter| &parameter.name);
    let id = row.get(name).or_else(|| row.get("id"))?;
    (id.is_number() || id.is_string()).then(|| id.clone())
}

struct Compared<'a> {
    catalog: &'a Catalog,
    same: fn(&str, &str) -> bool,
}

impl Compared<'_> {
    fn row(&self, resource: &Resource, name: &Value, row: &Value) -> bool {
        match name {
            Value::String(text) => resource.keys.iter().any(|key| match key.fields.as_slice() {
                [field] => row.get(&field.name).is_some_and(|it| self.plain(it, text)),
                [first, second] => text.split_once('/').is_some_and(|(one, other)| {
                    let field = |name: &str, text: &str| {
                        self.field(resource, name, &Value::from(text), row)
                    };
                    field(&first.name, one) && field(&second.name, other)
                }),
                _ => false,
            }),
            Value::Object(members) => {
                members.iter().all(|(name, value)| self.field(resource, name, value, row))
            }
            _ => false,
        }
    }

    /// Whether the field of a row is what a name says of it.
    fn field(&self, of: &Resource, name: &str, value: &Value, row: &Value) -> bool {
        let Some(shown) = row.get(name) else { return false };
        if let (Value::Array(elements), Value::String(text)) = (shown, value) {
            return elements.iter().any(|element| self.plain(element, text));
        }
        let Value::Object(members) = shown else {
            return match value {
                Value::String(text) => self.plain(shown, text),
                _ => shown == value || plain(shown).is_some_and(|it| Some(it) == plain(value)),
            };
        };
        let mut fields = of.keys.iter().flat_map(|key| &key.fields);
        let target = fields.find(|field| field.name == name).and_then(|it| it.resource.as_ref());
        let target = target.and_then(|target| super::resource(self.catalog, target));
        match value {
            Value::Number(_) => {
                members.get("id") == Some(value) || members.get("value") == Some(value)
            }
            Value::String(text) => {
                let is = |key: &str| members.get(key).is_some_and(|it| self.plain(it, text));
                is("value")
                    || is("id")
                    || match target {
                        Some(target) => self.row(target, value, shown),
                        None => ["name", "slug", "label"].into_iter().any(is),
                    }
            }
            Value::Object(inner) => inner.iter().all(|(name, value)| match target {
                Some(target) => self.field(target, name, value, shown),
                None => members.get(name) == Some(value),
            }),
            _ => false,
        }
    }

    fn plain(&self, shown: &Value, text: &str) -> bool {
        plain(shown).is_some_and(|shown| (self.same)(&shown, text))
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Object(choice) if choice.contains_key("label") => {
            choice.get("value").and_then(plain)
        }
        _ => None,
    }
}

fn is_same(shown: &str, text: &str) -> bool {
    shown == text
}

fn is_alike(shown: &str, text: &str) -> bool {
    let shorter = || shown.strip_prefix(text).is_some_and(|rest| rest.starts_with('/'));
    shown.to_lowercase() == text.to_lowercase() || shorter()
}
