//! References: an id, or a name of the object that is referred to.

use serde_json::{Map, Value};

use super::checker::Checker;
use super::place::Place;
use crate::catalog::{ObjectType, Reference, Resource, Shape, TypeId};
use crate::names;
use crate::resolve::quoted;
use crate::suggest;

impl<'a> Checker<'a> {
    /// Checks a reference: an id, attributes that identify one object, or a text that is a key.
    pub(super) fn reference(
        &mut self,
        ty: TypeId,
        reference: &Reference,
        value: &Value,
        place: &mut Place,
    ) {
        let target = self.target(reference);
        let attributes = self.attributes(reference);
        match value {
            Value::Object(members) if attributes.is_some() || target.is_some() => {
                self.name(target, attributes, members, place);
            }
            Value::Object(_) | Value::Array(_) | Value::Null => self.wrong_type(ty, value, place),
            Value::String(text)
                if target.is_some_and(|it| names::of_text(it, text).is_some())
                    || target.is_some() && names::is_id(self.types, reference.id, value) => {}
            _ => self.id(reference, attributes, value, place),
        }
    }

    fn id(
        &mut self,
        reference: &Reference,
        attributes: Option<&ObjectType>,
        value: &Value,
        place: &mut Place,
    ) {
        let faults = self.apart(|checker| checker.value(reference.id, value, place));
        match (attributes, value) {
            (Some(object), Value::String(text)) if !faults.is_empty() => {
                // The attributes of a part seldom say of what it is one.
                let key = self.target(reference).and_then(|target| target.keys.first());
                let key = key.map(|key| key.fields.iter().map(|field| field.name.as_str()));
                let names = object.fields.iter().map(|field| field.name.as_str());
                let names: Vec<&str> = match key {
                    Some(key) => key.collect(),
                    None => names.take(MAX_ATTRIBUTES).collect(),
                };
                let wanted = self.notation.ty(reference.id);
                let resource = &reference.resource;
                let (text, names) = (quoted(text), names.join(", "));
                let how = format!("by attributes it is an object of {names}");
                self.fault(place, format!("{text} is no id ({wanted}) of a {resource}; {how}"));
            }
            _ => self.faults.append(faults),
        }
    }

    /// Checks an object of attributes: each is one that the API resolves, or of a key.
    pub(super) fn name(
        &mut self,
        target: Option<&Resource>,
        attributes: Option<&ObjectType>,
        members: &Map<String, Value>,
        place: &mut Place,
    ) {
        if members.is_empty() {
            self.fault(place, "names no attribute of the object it refers to");
        }
        let attribute = |name: &str| attributes?.fields.iter().find(|field| field.name == name);
        let keys = || target.into_iter().flat_map(|it| &it.keys).flat_map(|key| &key.fields);
        for (name, value) in members {
            place.enter(name);
            match (attribute(name), keys().find(|field| field.name == *name)) {
                (Some(field), _) if !field.read_only => self.value(field.ty, value, place),
                (_, Some(field)) => match (&field.resource, value) {
                    (Some(resource), Value::Object(members)) => {
                        let target = names::resource(self.catalog, resource);
                        self.name(target, None, members, place);
                    }
                    (_, Value::Object(_) | Value::Array(_)) => {
                        self.fault(place, "takes a plain value");
                    }
                    _ => {}
                },
                (Some(_), None) => self.fault(place, super::split::READ_ONLY),
                (None, None) => {
                    let known = attributes.into_iter().flat_map(|it| &it.fields);
                    let known = known.map(|field| field.name.as_str());
                    let known = known.chain(keys().map(|field| field.name.as_str()));
                    let question = || suggest::did_you_mean(name, known);
                    self.faults.add_unknown(place, "field", question);
                }
            }
            place.leave();
        }
    }

    /// Checks the id of an object whose kind another field says, where it is given by a name;
    /// says whether it is.
    pub(super) fn generic(
        &mut self,
        name: &str,
        members: &Map<String, Value>,
        place: &mut Place,
    ) -> bool {
        let Some(kind) = self.catalog.parts().generic.get(name) else { return false };
        let Some(value) = members.get(name) else { return false };
        let is_name = match value {
            Value::String(text) => !names::is_digits(text),
            value => value.is_object(),
        };
        if !is_name || self.is_stand_in(value) {
            return false;
        }
        let member = members.get(kind).and_then(|it| serde_json::value::to_raw_value(it).ok());
        let resource = names::kind_of(self.catalog, name, |_| member.as_deref());
        let resource = resource.map(|id| self.catalog.resource(id));
        match (resource.filter(|it| !it.keys.is_empty()), value) {
            (Some(resource), Value::Object(members)) => {
                self.name(Some(resource), None, members, place);
            }
            (Some(resource), Value::String(text)) if names::of_text(resource, text).is_some() => {}
            (None, _) if !members.contains_key(kind) => {
                self.fault(place, format!("a name needs {kind} beside it"));
            }
            _ => return false,
        }
        true
    }

    /// Whether a reference may be given by a name.
    pub(super) fn is_named(&self, reference: &Reference) -> bool {
        self.target(reference).is_some()
    }

    /// The resource of a reference, where its objects have names.
    fn target(&self, reference: &Reference) -> Option<&'a Resource> {
        let resource = names::resource(self.catalog, &reference.resource);
        resource.filter(|it| !it.keys.is_empty())
    }

    fn attributes(&self, reference: &Reference) -> Option<&'a ObjectType> {
        match &self.types.get(reference.attributes?).shape {
            Shape::Object(object) => Some(object),
            _ => None,
        }
    }
}

/// How many attributes of a reference a text names.
const MAX_ATTRIBUTES: usize = 6;
