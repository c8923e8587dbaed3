//! How a name is looked for: the parameters of a list, and their values.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::key::{can_be, is_digits, of_text};
use crate::catalog::{Catalog, KeyField, Operation, Resource, ResourceId, Shape, TypeId, Types};

/// Parameters of a list with their values.
pub(super) type Query = BTreeMap<String, Vec<String>>;

/// The ways to look for a name: one for each key that it may be. Those that are `sure` leave out the
/// filters by other objects whose text may be another key of these than the filter takes.
pub(super) fn queries(
    catalog: &Catalog,
    resource: &Resource,
    list: &Operation,
    name: &Value,
    is_sure: bool,
) -> Vec<Query> {
    let search = Search { catalog, resource, list, is_sure };
    match name {
        Value::String(text) => search.text(text),
        Value::Object(members) => search.object(members).into_iter().collect(),
        _ => Vec::new(),
    }
}

struct Search<'a> {
    catalog: &'a Catalog,
    resource: &'a Resource,
    list: &'a Operation,
    is_sure: bool,
}

impl Search<'_> {
    fn text(&self, text: &str) -> Vec<Query> {
        let mut queries = Vec::new();
        for key in &self.resource.keys {
            match key.fields.as_slice() {
                [field] if can_be(field, text) && (!field.number || is_digits(text)) => {
                    queries.extend(
                        field
                            .filter
                            .as_ref()
                            .map(|filter| Query::from([(filter.clone(), vec![text.to_owned()])])),
                    );
                }
                [first, second] => {
                    let Some((one, other)) = text.split_once('/') else { continue };
                    let members = [(first, one), (second, other)];
                    let members =
                        members.map(|(field, text)| (field.name.clone(), Value::from(text)));
                    queries.extend(self.object(&members.into_iter().collect()));
                }
                _ => {}
            }
        }
        queries.dedup();
        queries
    }

    fn object(&self, members: &Map<String, Value>) -> Option<Query> {
        let mut query = Query::new();
        for (name, value) in members {
            let mut fields = self.resource.keys.iter().flat_map(|key| &key.fields);
            let pair = match fields.find(|field| field.name == *name) {
                Some(field) => self.field(field, value),
                None => {
                    let mut known = self.list.query.iter();
                    let known = known.find(|known| known.name == *name && known.refers.is_none());
                    known.and_then(|known| Some((known.name.clone(), plain(value)?)))
                }
            };
            if let Some((name, value)) = pair {
                query.insert(name, vec![value]);
            }
        }
        (!query.is_empty()).then_some(query)
    }

    /// The parameter that finds the value of a field of a key.
    fn field(&self, field: &KeyField, value: &Value) -> Option<(String, String)> {
        let Some(resource) = &field.resource else {
            return Some((field.filter.clone()?, plain(value)?));
        };
        if let Some(id) = id(value) {
            return Some((field.id_filter.clone()?, id));
        }
        let target = super::resource(self.catalog, resource)?;
        let filter = field.filter.clone()?;
        let known = self.list.query.iter().find(|known| known.name == filter)?;
        let taken = known.refers.as_ref().and_then(|refers| refers.takes.as_ref());
        let mut singles = target.keys.iter().filter_map(|key| key.single());
        let taken = singles.find(|it| taken.is_none_or(|taken| it.name == *taken))?;
        let text = match value {
            Value::String(text) => {
                let is_other =
                    of_text(target, text).is_none_or(|(key, _)| key.single() != Some(taken));
                let n_singles = target.keys.iter().filter(|key| key.single().is_some()).count();
                if is_other || self.is_sure && n_singles > 1 {
                    return None;
                }
                text
            }
            Value::Object(members) => members.get(&taken.name)?.as_str()?,
            _ => return None,
        };
        can_be(taken, text).then_some((filter, text.to_owned()))
    }
}

/// Puts searches of one list by the same parameters together, where these take several values.
pub(super) fn merged<'a>(
    catalog: &Catalog,
    queries: Vec<(ResourceId, Query, Vec<usize>)>,
    list: &dyn Fn(ResourceId) -> Option<&'a Operation>,
) -> Vec<(ResourceId, Query, Vec<usize>)> {
    let mut merged: Vec<(ResourceId, Query, Vec<usize>)> = Vec::new();
    for (resource, query, wanted) in queries {
        let takes_lists = |name: &String| {
            let known = list(resource)?.query.iter().find(|known| known.name == *name)?;
            Some(takes_list(catalog.types(), known.ty))
        };
        let can_merge = query.keys().all(|name| takes_lists(name).unwrap_or_default());
        let room = merged.iter_mut().rev().find(|(other, known, _)| {
            let n_bytes = |query: &Query| query.values().flatten().map(String::len).sum::<usize>();
            can_merge
                && *other == resource
                && known.keys().eq(query.keys())
                && n_bytes(known) + n_bytes(&query) <= MAX_BYTES
                && known.values().map(Vec::len).max().unwrap_or_default() < MAX_VALUES
        });
        match room {
            Some((_, known, places)) => {
                for (name, values) in query {
                    let known = known.entry(name).or_default();
                    for value in values {
                        if !known.contains(&value) {
                            known.push(value);
                        }
                    }
                }
                places.extend(wanted);
            }
            None => merged.push((resource, query, wanted)),
        }
    }
    merged
}

/// Searches for names that begin like this one.
pub(super) fn nearby(resource: &Resource, list: &Operation, name: &Value) -> Vec<Query> {
    let texts: Vec<(&str, &str)> = match name {
        Value::String(text) => {
            let singles = resource.keys.iter().filter_map(|key| key.single());
            singles.map(|field| (field.name.as_str(), text.as_str())).take(2).collect()
        }
        Value::Object(members) => {
            let texts =
                members.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)));
            texts.take(2).collect()
        }
        _ => Vec::new(),
    };
    let query = |(field, text): (&str, &str)| {
        let parameter = format!("{field}__isw");
        list.query.iter().find(|known| known.name == parameter)?;
        let start: String = text.chars().take(N_FIRST).collect();
        (!start.is_empty()).then(|| Query::from([(parameter, vec![start])]))
    };
    texts.into_iter().filter_map(query).collect()
}

/// A plain value as a query writes it.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// The id that a value is.
fn id(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if is_digits(text) => Some(text.clone()),
        Value::Object(members) => members.get("id").and_then(id),
        _ => None,
    }
}

fn takes_list(types: &Types, ty: TypeId) -> bool {
    matches!(types.get(ty).shape, Shape::Array { .. })
}

/// How many bytes of values one request has: real servers refuse request lines of 4 KB.
const MAX_BYTES: usize = 2_000;

/// How many values of one parameter a request has.
const MAX_VALUES: usize = 100;

/// So many first letters of a name find those that begin like it.
const N_FIRST: usize = 2;
