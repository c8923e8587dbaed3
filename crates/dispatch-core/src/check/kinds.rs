//! Objects of several kinds, given by name: `{"interface": {"device": "edge-01", "name": "xe-0"}}`
//! in the place of an id and a kind.
//!
//! Nothing is looked up here: the kind is the one that is told, else the first that the name fits,
//! and what is written is the id and the kind that the API takes, with the name in the id's place.

use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

use super::fault::Faults;
use super::place::Place;
use crate::call::{ITEMS, Members};
use crate::catalog::{Catalog, Form, GenericField, Kind, Operation, Resource, TypeId, normalize};
use crate::names;

/// Writes objects that are given by name, or by kind and name, as the fields that the API takes.
///
/// # Errors
///
/// Returns every object whose kind is not known.
pub(crate) fn by_kind(
    catalog: &Catalog,
    resource: &Resource,
    operation: &Operation,
    form: Form,
    mut params: Members,
) -> Result<Members, Faults> {
    if resource.generic.is_empty() {
        return Ok(params);
    }
    let mut writer = Writer { catalog, fields: Vec::new(), faults: Faults::default() };
    let body = operation.body.as_ref();
    match (form, body.and_then(|body| body.one), body.and_then(|body| body.many)) {
        (Form::One, None, None) => {
            writer.fields = filtered(resource, operation, &params);
            params = writer.members(params, &mut Place::root());
        }
        (Form::One, Some(one), _) => {
            writer.fields = writer.taken(resource, one);
            params = writer.members(params, &mut Place::root());
        }
        (Form::Many, _, Some(item)) => {
            writer.fields = writer.taken(resource, item);
            for name in [ITEMS, "body"] {
                if let Some(raw) = params.get(name) {
                    let written = writer.elements(raw, &mut Place::new(name));
                    params.set(name.to_owned(), written);
                }
            }
        }
        _ => {}
    }
    if writer.faults.is_empty() { Ok(params) } else { Err(writer.faults) }
}

/// The fields of a resource by whose objects a list is filtered.
fn filtered<'a>(
    resource: &'a Resource,
    operation: &Operation,
    params: &Members,
) -> Vec<&'a GenericField> {
    let has = |name: &str| operation.query.iter().any(|parameter| parameter.name == name);
    let is_given = |name: &str| params.get(name).is_some_and(|raw| raw.get() != "null");
    let fields = resource.generic.iter().filter(|field| is_given(&field.name));
    fields.filter(|it| has(&it.id) && has(&it.kind) && !has(&it.name)).collect()
}

/// Tells of an object that is missing by the name of its field, in place of its id and its kind.
pub(crate) fn by_its_name(resource: &Resource, mut faults: Faults) -> Faults {
    for field in resource.generic.iter().filter(|field| !field.is_list) {
        let how = || format!("required, {{KIND: name}}, {}", kinds(field));
        faults.replace_missing(&field.kind, &field.id, &field.name, &how);
    }
    faults
}

struct Writer<'a> {
    catalog: &'a Catalog,
    /// The fields that the body takes.
    fields: Vec<&'a GenericField>,
    faults: Faults,
}

impl<'a> Writer<'a> {
    /// The fields of a resource that a body of this type takes.
    fn taken(&self, resource: &'a Resource, ty: TypeId) -> Vec<&'a GenericField> {
        let objects = self.catalog.types().objects(ty);
        let has = |name: &str| objects.iter().any(|it| it.is_writable(name));
        let is_taken =
            |field: &&GenericField| has(if field.is_list { &field.name } else { &field.id });
        resource.generic.iter().filter(is_taken).collect()
    }

    /// Writes the items of a bulk form.
    fn elements(&mut self, raw: &RawValue, place: &mut Place) -> Box<RawValue> {
        let Ok(mut items) = serde_json::from_str::<Vec<Box<RawValue>>>(raw.get()) else {
            return raw.to_owned();
        };
        for (index, item) in items.iter_mut().enumerate() {
            let is_about = self.fields.iter().any(|field| item.get().contains(&field.name));
            // What is no object is a fault that the check tells.
            if let (true, Ok(members)) = (is_about, Members::parse(item.get(), "an item")) {
                place.enter_index(index);
                let written = self.members(members, place).to_raw();
                place.leave();
                if let Some(written) = written {
                    *item = written;
                }
            }
        }
        to_raw_value(&items).unwrap_or_else(|_| raw.to_owned())
    }

    fn members(&mut self, members: Members, place: &mut Place) -> Members {
        let is_about = |field: &&&'a GenericField| members.get(&field.name).is_some();
        if !self.fields.iter().any(|field| is_about(&field)) {
            return members;
        }
        let mut written = Members::default();
        for (name, raw) in members {
            let field = self.fields.iter().copied().find(|field| field.name == name);
            let Some(field) = field else {
                self.put(&mut written, name, raw, place);
                continue;
            };
            place.enter(&name);
            if field.is_list {
                let raw = self.list(field, &raw, place);
                self.put(&mut written, name, raw, place);
            } else if let Some((kind, id)) = self.object(field, &raw, place) {
                self.put(&mut written, field.kind.clone(), kind, place);
                self.put(&mut written, field.id.clone(), id, place);
            }
            place.leave();
        }
        written
    }

    fn put(&mut self, into: &mut Members, name: String, raw: Box<RawValue>, place: &Place) {
        let text = format!("{name} is given twice");
        if into.insert(name, raw).is_err() {
            self.faults.add(place, text);
        }
    }

    /// Writes a list of objects, or one that stands for a list of itself.
    fn list(&mut self, field: &GenericField, raw: &RawValue, place: &mut Place) -> Box<RawValue> {
        let is_one = raw.get().starts_with(['{', '"']);
        let elements = match is_one {
            true => Ok(vec![raw.to_owned()]),
            false => serde_json::from_str::<Vec<Box<RawValue>>>(raw.get()),
        };
        let Ok(mut elements) = elements else { return raw.to_owned() };
        for (index, element) in elements.iter_mut().enumerate() {
            let Ok(Value::Object(members)) = serde_json::from_str(element.get()) else {
                if element.get().starts_with('"') {
                    place.enter_index(index);
                    self.element(field, element, place);
                    place.leave();
                }
                continue;
            };
            if members.contains_key(&field.id) {
                continue;
            }
            place.enter_index(index);
            self.element(field, element, place);
            place.leave();
        }
        to_raw_value(&elements).unwrap_or_else(|_| raw.to_owned())
    }

    fn element(&mut self, field: &GenericField, raw: &mut Box<RawValue>, place: &Place) {
        let Some((kind, id)) = self.object(field, raw, place) else { return };
        let mut members = Members::default();
        self.put(&mut members, field.kind.clone(), kind, place);
        self.put(&mut members, field.id.clone(), id, place);
        if let Some(written) = members.to_raw() {
            *raw = written;
        }
    }

    /// The kind and the name of an object, each as it is sent.
    fn object(
        &mut self,
        field: &GenericField,
        raw: &RawValue,
        place: &Place,
    ) -> Option<(Box<RawValue>, Box<RawValue>)> {
        let value: Value = serde_json::from_str(raw.get()).ok()?;
        if value.is_null() {
            return Some((raw.to_owned(), raw.to_owned()));
        }
        match self.kind_and_name(field, &value) {
            Some((kind, name)) => Some((to_raw_value(&kind).ok()?, to_raw_value(&name).ok()?)),
            None => {
                self.faults.add(place, self.how(field));
                None
            }
        }
    }

    fn kind_and_name(&self, field: &GenericField, value: &Value) -> Option<(String, Value)> {
        match value {
            Value::Object(members) => self.told(field, members).or_else(|| {
                let kind = field.kinds.iter().find(|kind| self.fits(kind, members))?;
                Some((kind.name.clone(), value.clone()))
            }),
            Value::String(text) if !names::is_digits(text) => {
                let is_name = |kind: &&Kind| {
                    let resource = names::resource(self.catalog, &kind.resource);
                    resource.is_some_and(|it| names::of_text(it, text).is_some())
                };
                let kind = field.kinds.iter().take(1).find(is_name)?;
                Some((kind.name.clone(), value.clone()))
            }
            _ => None,
        }
    }

    /// The kind that is told, as the only key or under the name of its field, and what it is of.
    fn told(&self, field: &GenericField, members: &Map<String, Value>) -> Option<(String, Value)> {
        let mut only = members.iter();
        if let (Some((key, name)), None) = (only.next(), only.next())
            && let Some(kind) = self.kind(field, key)
        {
            return Some((kind, name.clone()));
        }
        let kind = self.kind(field, members.get(&field.kind)?.as_str()?)?;
        let rest = members.iter().filter(|(name, _)| **name != field.kind);
        let rest: Map<String, Value> = rest.map(|(k, v)| (k.clone(), v.clone())).collect();
        (!rest.is_empty()).then_some((kind, Value::Object(rest)))
    }

    /// What the API calls a kind.
    fn kind(&self, field: &GenericField, spelling: &str) -> Option<String> {
        let last = spelling.rsplit('.').next().unwrap_or_default();
        let resource = self.catalog.resource_spelled(spelling, None);
        let resource = resource.or_else(|| self.catalog.resource_spelled(last, None));
        let resource = resource.map(|id| self.catalog.resource(id));
        let is_it = |kind: &&Kind| {
            normalize(&kind.name) == normalize(spelling)
                || resource.is_some_and(|it| it.name == kind.resource)
        };
        if let Some(kind) = field.kinds.iter().find(is_it) {
            return Some(kind.name.clone());
        }
        resource.filter(|_| field.is_open).map(|it| self.catalog.kind_of(it))
    }

    /// Whether these members are a whole key of a kind, and nothing that is of none.
    fn fits(&self, kind: &Kind, members: &Map<String, Value>) -> bool {
        let Some(resource) = names::resource(self.catalog, &kind.resource) else { return false };
        let is_of_key = |name: &String| {
            let mut fields = resource.keys.iter().flat_map(|key| &key.fields);
            fields.any(|field| field.name == *name)
        };
        let mut keys = resource.keys.iter();
        members.keys().all(is_of_key)
            && keys.any(|key| key.fields.iter().all(|it| members.contains_key(&it.name)))
    }

    /// How an object of this field is given.
    fn how(&self, field: &GenericField) -> String {
        let example = field.kinds.first().map_or_else(String::new, |kind| {
            let resource = names::resource(self.catalog, &kind.resource);
            let key = resource.and_then(|it| it.keys.first());
            let fields = key.into_iter().flat_map(|key| &key.fields);
            let fields: Vec<String> = fields.map(|it| format!("\"{}\": …", it.name)).collect();
            format!(", such as {{\"{}\": {{{}}}}}", kind.resource, fields.join(", "))
        });
        format!("say what it is{example}; {}", kinds(field))
    }
}

/// The kinds of a field, in words.
pub(crate) fn kinds(field: &GenericField) -> String {
    let names: Vec<&str> = field.kinds.iter().map(|kind| kind.resource.as_str()).collect();
    let more = if field.is_open { " or any other resource" } else { "" };
    format!("kinds: {}{more}", names.join(" "))
}
