//! Parameters in the path, the query and headers: values that are written as text.
//!
//! They are read more widely than values of a body, as their JSON type does not reach the API: a
//! number may be a string, one value may stand for a list of one.

use http::{HeaderName, HeaderValue};
use serde_json::Value;
use serde_json::value::RawValue;

use super::checker::Checker;
use super::place::Place;
use super::scalar;
use super::split::{Split, item_of};
use super::value::shown;
use super::{Arguments, QueryArgument, QueryValue};
use crate::call::Members;
use crate::catalog::{Operation, Parameter, Refers, Shape, TypeId};
use crate::names;
use crate::request::path;

/// Checks the parameters that are no body, and writes their values as text.
pub(super) fn check(
    checker: &mut Checker<'_>,
    operation: &Operation,
    split: &Split<'_>,
) -> Arguments {
    let mut arguments = Arguments::default();
    for (parameter, value) in &split.path {
        let name = &parameter.name;
        if checker.take_names(parameter, name, value, true, &mut arguments).is_none() {
            continue;
        }
        if let Some(QueryValue::One(text)) = checker.parameter(name, parameter.ty, value, false) {
            if let Err(error) = path::check(&text) {
                checker.fault(&Place::new(name), error.to_string());
            }
            arguments.path.push((name.clone(), text));
        }
    }
    for (name, parameter, value) in &split.query {
        let of_kind = of_kind(checker, split, name, parameter);
        let parameter = of_kind.as_ref().unwrap_or(parameter);
        let Some(value) = checker.take_names(parameter, name, value, false, &mut arguments) else {
            continue;
        };
        let value = &value;
        if let Some(value) = checker.parameter(name, parameter.ty, value, true) {
            if let Some(problem) = ignored(checker, operation, name, &value) {
                checker.fault(&Place::new(name), problem);
            }
            let (name, style) = (name.clone(), parameter.style);
            arguments.query.push(QueryArgument { name, style, value });
        }
    }
    for (parameter, value) in &split.headers {
        let name = &parameter.name;
        if let Some(QueryValue::One(text)) = checker.parameter(name, parameter.ty, value, false) {
            if !is_free_header(name) || HeaderValue::from_str(&text).is_err() {
                checker.fault(&Place::new(name), "cannot be sent as a header");
            }
            arguments.headers.push((name.clone(), text));
        }
    }
    missing(checker, operation, split);
    arguments
}

/// The filter by the id of an object whose kind another filter says, as one that takes its name.
fn of_kind(
    checker: &Checker<'_>,
    split: &Split<'_>,
    name: &str,
    parameter: &Parameter,
) -> Option<Parameter> {
    let given = |name: &str| split.query.iter().find(|(given, ..)| given == name);
    let kind = |kind: &str| given(kind).map(|(_, _, raw)| &**raw);
    let resource = names::kind_of(checker.catalog, name, kind)?;
    let resource = checker.catalog.resource(resource).name.clone();
    let refers = Some(Refers { resource, takes: None, twin: None });
    Some(Parameter { refers, ..parameter.clone() })
}

/// Finds the parameters that a request must have and that are not given.
fn missing(checker: &mut Checker<'_>, operation: &Operation, split: &Split<'_>) {
    let notation = checker.notation;
    let mut missing = |parameter: &Parameter, expected: String| {
        checker.fault(&Place::new(&parameter.name), format!("required, {expected}"));
    };
    for key in &operation.path_parameters {
        if !split.path.iter().any(|(given, _)| given.name == key.name) {
            missing(key, notation.key_ty(key));
        }
    }
    for parameter in operation.query.iter().filter(|parameter| parameter.required) {
        if !split.query.iter().any(|(name, _, _)| *name == parameter.name) {
            missing(parameter, notation.ty(parameter.ty));
        }
    }
    for parameter in operation.headers.iter().filter(|parameter| parameter.required) {
        if !split.headers.iter().any(|(given, _)| given.name == parameter.name) {
            missing(parameter, notation.ty(parameter.ty));
        }
    }
}

/// Says why a filter would not be one, where the API ignores an empty text.
fn ignored(
    checker: &Checker<'_>,
    operation: &Operation,
    name: &str,
    value: &QueryValue,
) -> Option<String> {
    let is_empty = match value {
        QueryValue::One(text) => text.is_empty(),
        QueryValue::List(texts) => texts.iter().all(String::is_empty),
        QueryValue::Object(_) => false,
    };
    if !is_empty || !checker.catalog.parts().ignores_empty_filters {
        return None;
    }
    let twin = format!("{}__empty", name.split("__").next().unwrap_or(name));
    let is_known = operation.query.iter().any(|parameter| parameter.name == twin);
    let how = if is_known { format!("; {twin}: true finds those without") } else { String::new() };
    Some(format!("an empty text filters nothing{how}"))
}

impl Checker<'_> {
    /// Checks a parameter and writes its value as text; `may_be_list` says whether there is a way
    /// to write more than one.
    fn parameter(
        &mut self,
        name: &str,
        ty: TypeId,
        raw: &RawValue,
        may_be_list: bool,
    ) -> Option<QueryValue> {
        let mut place = Place::new(name);
        let value = self.parse(&place, raw)?;
        match &value {
            Value::Array(values) if may_be_list => {
                if values.is_empty() {
                    let problem =
                        "an empty list would not be sent at all; leave it out, or name values";
                    self.fault(&place, problem);
                    return None;
                }
                let elements: Vec<&RawValue> = serde_json::from_str(raw.get()).ok()?;
                let Some(item) = item_of(self.types, ty) else {
                    let expected = self.notation.ty(ty);
                    self.fault(&place, format!("takes one value ({expected}), not a list"));
                    return None;
                };
                let mut texts = Vec::new();
                for (index, (value, raw)) in values.iter().zip(elements).enumerate() {
                    place.enter_index(index);
                    texts.extend(self.text(item, value, raw, &place));
                    place.leave();
                }
                Some(QueryValue::List(texts))
            }
            Value::Object(members) if may_be_list && !members.is_empty() => {
                let faults = self.apart(|checker| checker.value(ty, &value, &mut place));
                if !faults.is_empty() {
                    self.faults.append(faults);
                    return None;
                }
                let elements = match Members::parse(raw.get(), "the object") {
                    Ok(elements) => elements,
                    Err(error) => {
                        self.fault(&place, error.to_string());
                        return None;
                    }
                };
                let mut texts = Vec::new();
                for (key, element) in elements.iter() {
                    place.enter(key);
                    match members.get(key) {
                        Some(value) if !value.is_array() && !value.is_object() => {
                            texts.push((key.to_owned(), written(value, element)));
                        }
                        _ => self.fault(&place, "only plain values can be sent in a query"),
                    }
                    place.leave();
                }
                Some(QueryValue::Object(texts))
            }
            _ => self.text(ty, &value, raw, &place).map(QueryValue::One),
        }
    }

    /// Checks one plain value and writes it as text.
    fn text(&mut self, ty: TypeId, value: &Value, raw: &RawValue, place: &Place) -> Option<String> {
        if value.is_array() || value.is_object() {
            self.wrong_type(ty, value, place);
            return None;
        }
        let text = written(value, raw);
        match self.text_problem(ty, value, &text, 0) {
            None => Some(text),
            Some(problem) => {
                self.fault(place, problem);
                None
            }
        }
    }

    /// Says why a plain value, written as `text`, is not of a type.
    fn text_problem(&self, ty: TypeId, value: &Value, text: &str, depth: u8) -> Option<String> {
        let known = self.types.get(ty);
        // The `null` of a query has no quotes, so the string is the same value.
        if text == "null" && known.nullable || self.is_stand_in(value) {
            return None;
        }
        let expected = || Some(format!("expected {}, not {}", self.notation.ty(ty), shown(value)));
        match &known.shape {
            Shape::Any => None,
            Shape::Array { items, length: _ } if depth < MAX_DEPTH => {
                self.text_problem(*items, value, text, depth + 1)
            }
            Shape::Union(variants) if depth < MAX_DEPTH => {
                let mut problems =
                    variants.iter().map(|ty| self.text_problem(*ty, value, text, depth + 1));
                if problems.any(|problem| problem.is_none()) { None } else { expected() }
            }
            Shape::Reference(reference) if depth < MAX_DEPTH => {
                self.text_problem(reference.id, value, text, depth + 1)
            }
            _ if value.is_null() => expected(),
            Shape::String(length) => scalar::wrong_length(length, text),
            Shape::Boolean if matches!(text, "true" | "false") => None,
            Shape::Integer(bounds) | Shape::Number(bounds) => {
                let is_integer = matches!(known.shape, Shape::Integer(_));
                match scalar::number(text, is_integer) {
                    Some(number) => scalar::out_of_bounds(bounds, &number),
                    None => expected(),
                }
            }
            Shape::Enum(choices) => {
                let is_choice = |choice: &Value| match choice {
                    Value::String(choice) => choice == text,
                    choice => {
                        let written = choice.to_string();
                        scalar::is_same(choice, value) || written == text
                    }
                };
                let is_known = choices.iter().any(is_choice);
                (!is_known).then(|| scalar::no_choice(choices, value))
            }
            Shape::Boolean
            | Shape::Array { .. }
            | Shape::Object(_)
            | Shape::Map(_)
            | Shape::Union(_)
            | Shape::Reference(_) => expected(),
        }
    }
}

/// Writes a plain value: a string without its quotes, everything else as the caller wrote it.
fn written(value: &Value, raw: &RawValue) -> String {
    match value {
        Value::String(text) => text.clone(),
        _ => raw.get().to_owned(),
    }
}

/// Whether a parameter may set a header: it names none that frames the message, says who calls, or
/// that this server sets itself.
fn is_free_header(name: &str) -> bool {
    let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else { return false };
    !RESERVED_HEADERS.contains(&name.as_str()) && !name.as_str().starts_with("proxy-")
}

/// Headers that are never a parameter.
const RESERVED_HEADERS: [&str; 16] = [
    "accept",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-forwarded-for",
    "x-forwarded-host",
];

/// How deep lists and unions within each other are looked at.
const MAX_DEPTH: u8 = 8;
