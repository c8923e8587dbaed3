//! Names of objects in the path and the query.

use std::borrow::Cow;

use serde_json::Value;
use serde_json::value::RawValue;

use super::checker::Checker;
use super::place::Place;
use super::value::shown;
use super::{Arguments, NameArgument, QueryArgument, QueryValue};
use crate::catalog::{Parameter, Refers, Resource};
use crate::{check, names};

impl<'a> Checker<'a> {
    /// Takes the names out of the value of a parameter that refers to objects; answers the rest of
    /// the value, if there is any.
    pub(super) fn take_names<'v>(
        &mut self,
        parameter: &Parameter,
        name: &str,
        raw: &'v RawValue,
        is_path: bool,
        arguments: &mut Arguments,
    ) -> Option<Cow<'v, RawValue>> {
        let Some(refers) = &parameter.refers else { return Some(Cow::Borrowed(raw)) };
        let target = names::resource(self.catalog, &refers.resource);
        let Some(target) = target.filter(|target| !target.keys.is_empty()) else {
            return Some(Cow::Borrowed(raw));
        };
        let is_list = raw.get().starts_with('[') && !is_path;
        let elements: Vec<Box<RawValue>> = if is_list {
            serde_json::from_str(raw.get()).unwrap_or_default()
        } else {
            vec![raw.to_owned()]
        };
        let value = |raw: &RawValue| serde_json::from_str::<Value>(raw.get()).unwrap_or_default();
        if let Some(twin) = refers.twin.as_ref().filter(|_| takes_slug(refers)) {
            let ids: Vec<Value> = elements.iter().map(|it| value(it)).collect();
            if !ids.is_empty() && ids.iter().all(Value::is_number) {
                let texts = ids.iter().map(Value::to_string).collect();
                arguments.query.push(QueryArgument {
                    name: twin.clone(),
                    style: parameter.style,
                    value: QueryValue::List(texts),
                });
                return None;
            }
        }
        let mut rest = Vec::new();
        let mut is_any = false;
        for element in elements {
            let value = value(&element);
            if let Some(how) = how_to_name(target, refers, &value).filter(|_| is_path) {
                let ty = self.notation.ty(parameter.ty);
                let problem = format!("expected {ty} or {how}, not {}", shown(&value));
                self.fault(&Place::new(name), problem);
                is_any = true;
                continue;
            }
            if !is_name(target, refers, &value) || self.is_stand_in(&value) {
                rest.push(element);
                continue;
            }
            is_any = true;
            if let Value::Object(members) = &value {
                self.name(Some(target), None, members, &mut Place::new(name));
            }
            let (name, style) = (name.to_owned(), parameter.style);
            let refers = refers.clone();
            arguments.names.push(NameArgument { name, is_path, style, refers, value });
        }
        match (is_any, rest.is_empty()) {
            (false, _) => Some(Cow::Borrowed(raw)),
            (true, true) => None,
            (true, false) => serde_json::value::to_raw_value(&rest).ok().map(Cow::Owned),
        }
    }
}

/// Whether a value is a name rather than what the parameter takes.
fn is_name(target: &Resource, refers: &Refers, value: &Value) -> bool {
    match value {
        Value::Object(members) => !members.is_empty(),
        Value::String(text) if refers.takes.is_none() => {
            !names::is_digits(text) && text != "null" && names::of_text(target, text).is_some()
        }
        Value::String(text) => {
            let taken = target.keys.iter().flat_map(|key| &key.fields);
            let mut taken = taken.filter(|field| Some(&field.name) == refers.takes.as_ref());
            text != "null" && taken.next().is_some_and(|field| !names::can_be(field, text))
        }
        _ => false,
    }
}

/// How an object of this kind is named, where no text alone can be its name.
fn how_to_name(target: &Resource, refers: &Refers, value: &Value) -> Option<String> {
    let Value::String(text) = value else { return None };
    let is_bare = refers.takes.is_none()
        && !names::is_digits(text)
        && text != "null"
        && names::of_text(target, text).is_none();
    let key = target.keys.first().filter(|_| is_bare && !check::is_stand_in(value))?;
    let fields = key.fields.iter().map(|field| format!("\"{}\": …", field.name));
    Some(format!("{{{}}}", fields.collect::<Vec<_>>().join(", ")))
}

/// Whether a parameter takes a text, so that a number can only be an id.
fn takes_slug(refers: &Refers) -> bool {
    refers.takes.as_deref().is_some_and(|takes| takes == "slug" || takes == "name")
}
