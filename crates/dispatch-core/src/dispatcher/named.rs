//! The names of one call: which are looked up first, which the API resolves, and what they stand for.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::Value;
use serde_json::value::RawValue;

use super::recent::Recent;
use crate::catalog::{Catalog, Operation, ResourceId};
use crate::check::{Arguments, NameArgument, QueryArgument, QueryValue};
use crate::names::{self, Found, Wanted};
use crate::plan::Outcome;

/// The names of one call.
#[derive(Debug, Default)]
pub(super) struct Named {
    known: Vec<(ResourceId, Value, Found)>,
    used: Vec<Used>,
    /// The refusal that names are looked up after.
    pub(super) refusal: Option<Outcome>,
    is_looked_after: bool,
}

/// A name that the API resolves by itself.
#[derive(Clone, Debug)]
struct Used {
    wanted: Wanted,
    /// What was sent in its place.
    attributes: Value,
}

impl Named {
    /// Collects the names of a call; answers those that are looked up before anything is sent.
    pub(super) fn collect(
        &mut self,
        catalog: &Catalog,
        operation: &Operation,
        arguments: &mut Arguments,
    ) -> Vec<Wanted> {
        let mut needed = Vec::new();
        for name in &arguments.names {
            if let Some(resource) = catalog.resource_spelled(&name.refers.resource, None) {
                let (value, place) = (name.value.clone(), name.name.clone());
                add(&mut needed, Wanted { resource, value, place });
            }
        }
        for argument in &arguments.query {
            let known = operation.query.iter().find(|known| known.name == argument.name);
            let refers = known.and_then(|known| known.refers.as_ref());
            let Some((refers, takes)) = refers.and_then(|it| Some((it, it.takes.as_ref()?))) else {
                continue;
            };
            let Some(resource) = catalog.resource_spelled(&refers.resource, None) else { continue };
            for text in texts(&argument.value) {
                let (value, place) = (Value::from(text), argument.name.clone());
                let attributes =
                    Value::Object([(takes.clone(), value.clone())].into_iter().collect());
                self.used.push(Used { wanted: Wanted { resource, value, place }, attributes });
            }
        }
        if let (Some(types), Some(body)) = (&operation.body, &mut arguments.body) {
            names::replace(catalog, types, body, &mut |met| {
                let place = met.place.to_owned();
                let wanted = Wanted { resource: met.resource, value: met.value, place };
                match met.reference.filter(|reference| reference.attributes.is_some()) {
                    Some(reference) => {
                        let attributes = names::attributes(catalog, reference, &wanted.value);
                        let attributes = attributes.unwrap_or_else(|| wanted.value.clone());
                        self.used.push(Used { wanted, attributes });
                    }
                    None => add(&mut needed, wanted),
                }
                None
            });
        }
        needed
    }

    /// Takes what names stood for lately, also those that the API might resolve; answers those that
    /// are still to be looked up.
    pub(super) fn recall(&mut self, needed: Vec<Wanted>, recent: &Recent<'_>) -> Vec<Wanted> {
        let mut take = |wanted: &Wanted| {
            let found = recent.get(wanted);
            let is_found = found.is_some();
            self.known.extend(found.map(|it| (wanted.resource, wanted.value.clone(), it)));
            is_found
        };
        for used in &self.used {
            let _ = take(&used.wanted);
        }
        needed.into_iter().filter(|wanted| !take(wanted)).collect()
    }

    /// The names that the API would resolve by itself, which are looked up where nothing is sent.
    pub(super) fn used(&self) -> impl Iterator<Item = &Wanted> {
        self.used.iter().map(|used| &used.wanted)
    }

    /// The row that a name was found in.
    pub(super) fn row(&self, catalog: &Catalog, name: &NameArgument) -> Option<Box<RawValue>> {
        let resource = catalog.resource_spelled(&name.refers.resource, None)?;
        self.found(resource, &name.value).map(|found| found.row.clone())
    }

    /// Keeps what names stand for.
    pub(super) fn keep(&mut self, wanted: &[Wanted], found: Vec<Found>) {
        let names = wanted.iter().zip(found);
        self.known.extend(names.map(|(it, found)| (it.resource, it.value.clone(), found)));
    }

    /// Writes what names stand for in their places: ids where they were looked up, attributes where
    /// the API resolves them.
    pub(super) fn write(&self, catalog: &Catalog, operation: &Operation, into: &mut Arguments) {
        for argument in &mut into.query {
            let known = operation.query.iter().find(|known| known.name == argument.name);
            let Some(refers) = known.and_then(|known| known.refers.as_ref()) else { continue };
            let resource = catalog.resource_spelled(&refers.resource, None);
            for text in texts_mut(&mut argument.value) {
                let found = resource.and_then(|id| self.found(id, &Value::from(text.as_str())));
                if let Some(value) = found.and_then(|found| taken(found, refers.takes.as_deref())) {
                    *text = value;
                }
            }
        }
        for name in std::mem::take(&mut into.names) {
            let NameArgument { name, is_path, style, refers, value } = name;
            let resource = catalog.resource_spelled(&refers.resource, None);
            let Some(found) = resource.and_then(|id| self.found(id, &value)) else { continue };
            let taken = taken(found, refers.takes.as_deref());
            let (name, text) = match (taken, refers.twin, plain(&found.id)) {
                (Some(text), ..) => (name, text),
                (None, Some(twin), Some(id)) => (twin, id),
                _ => continue,
            };
            if is_path {
                into.path.push((name, text));
                continue;
            }
            match into.query.iter_mut().find(|known| known.name == name) {
                Some(known) => {
                    let mut values = texts(&known.value);
                    values.push(text);
                    known.value = QueryValue::List(values);
                }
                None => {
                    let value = QueryValue::List(vec![text]);
                    into.query.push(QueryArgument { name, style, value });
                }
            }
        }
        if let (Some(types), Some(body)) = (&operation.body, &mut into.body) {
            names::replace(catalog, types, body, &mut |met| {
                if let Some(found) = self.found(met.resource, &met.value) {
                    return Some(found.id.clone());
                }
                names::attributes(catalog, met.reference?, &met.value)
            });
        }
    }

    fn found(&self, resource: ResourceId, name: &Value) -> Option<&Found> {
        let is_this =
            |(id, value, _): &&(ResourceId, Value, Found)| *id == resource && value == name;
        self.known.iter().find(is_this).map(|(.., found)| found)
    }

    /// The names that a refusal may be about, once: those whose field it mentions.
    pub(super) fn refused(&mut self, outcome: &Outcome) -> Vec<Wanted> {
        let Outcome::Answer(response) = outcome else { return Vec::new() };
        let is_refusal = [StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY];
        if self.is_looked_after || !is_refusal.contains(&response.status()) {
            return Vec::new();
        }
        self.is_looked_after = true;
        let text = String::from_utf8_lossy(response.body());
        let mut wanted = Vec::new();
        for used in &self.used {
            if text.contains(&format!("\"{}\"", field(&used.wanted.place))) {
                add(&mut wanted, used.wanted.clone());
            }
        }
        wanted
    }

    /// Whether what was sent for these names already stood for the objects that were found: the
    /// refusal was then about something else.
    pub(super) fn stood_for(&self, catalog: &Catalog, wanted: &[Wanted], found: &[Found]) -> bool {
        wanted.iter().zip(found).all(|(wanted, found)| {
            let is_this = |used: &&Used| {
                used.wanted.resource == wanted.resource && used.wanted.value == wanted.value
            };
            let used = self.used.iter().find(is_this);
            let row: Value = serde_json::from_str(found.row.get()).unwrap_or_default();
            let resource = catalog.resource(wanted.resource);
            used.is_some_and(|it| names::is_exactly(catalog, resource, &it.attributes, &row))
        })
    }
}

/// The answer that a row of a list is to a call for one object.
pub(super) fn as_answer(found: &Found) -> Outcome {
    let mut response = Response::new(Bytes::from(found.row.get().to_owned()));
    let json = http::HeaderValue::from_static("application/json");
    response.headers_mut().insert(http::header::CONTENT_TYPE, json);
    Outcome::Answer(response)
}

/// Adds a name, unless it is known.
pub(super) fn add(names: &mut Vec<Wanted>, wanted: Wanted) {
    let is_known = |it: &Wanted| it.resource == wanted.resource && it.value == wanted.value;
    if !names.iter().any(is_known) {
        names.push(wanted);
    }
}

/// The field of the call that a place is in: `site` of `items[3].site`.
fn field(place: &str) -> &str {
    let place = match place.strip_prefix("items[") {
        Some(item) => item.split_once("].").map_or("", |(_, field)| field),
        None => place,
    };
    place.split(['.', '[']).next().unwrap_or_default()
}

/// What a parameter takes of an object: a field of it, or its id.
fn taken(found: &Found, takes: Option<&str>) -> Option<String> {
    let Some(field) = takes else { return plain(&found.id) };
    let row: Value = serde_json::from_str(found.row.get()).ok()?;
    plain(row.get(field)?)
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn texts(value: &QueryValue) -> Vec<String> {
    match value {
        QueryValue::One(text) => vec![text.clone()],
        QueryValue::List(texts) => texts.clone(),
        QueryValue::Object(_) => Vec::new(),
    }
}

fn texts_mut(value: &mut QueryValue) -> &mut [String] {
    match value {
        QueryValue::One(text) => std::slice::from_mut(text),
        QueryValue::List(texts) => texts,
        QueryValue::Object(_) => &mut [],
    }
}
