//! The request body.

use serde_json::{Map, Value};

use super::BodyArgument;
use super::checker::Checker;
use super::place::Place;
use super::split::BodyParts;
use crate::call::{ITEMS, Members};
use crate::catalog::{Body, Form, Media, Method, Operation, Shape, TypeId};
use crate::request::multipart;

/// Checks what was given for the body against what the operation takes.
pub(super) fn check(
    checker: &mut Checker<'_>,
    operation: &Operation,
    form: Form,
    parts: BodyParts,
) -> Option<BodyArgument> {
    let body = operation.body.as_ref()?;
    let BodyParts { fields, whole } = parts;
    let Some((name, value)) = whole else {
        return match body.one {
            Some(one) if form == Form::One => by_fields(checker, operation, body, one, fields),
            _ => {
                checker.fault(&Place::new(ITEMS), "required: the list of objects");
                None
            }
        };
    };
    if !fields.is_empty() {
        checker.fault(&Place::new(name), "give the body whole or by its fields, not both");
        return None;
    }
    let parsed = checker.parse(&Place::new(name), &value)?;
    let mut place = Place::new(name);
    match (&parsed, body.one, body.many) {
        _ if checker.is_stand_in(&parsed) => {}
        (Value::Object(members), Some(_), _)
            if members.is_empty() && operation.method == Method::Patch =>
        {
            checker.fault(&place, NOTHING_TO_CHANGE);
        }
        (Value::Array(items), _, Some(item)) if name == ITEMS || body.one.is_none() => {
            check_items(checker, item, items, &mut place);
        }
        (_, None, Some(_)) => checker.fault(&place, "expected a list"),
        (_, _, Some(_)) if name == ITEMS => checker.fault(&place, "expected a list"),
        (_, Some(one), _) => checker.value(one, &parsed, &mut place),
        (_, None, None) => {}
    }
    Some(BodyArgument::Whole(value))
}

fn check_items(checker: &mut Checker<'_>, item: TypeId, items: &[Value], place: &mut Place) {
    if items.is_empty() {
        checker.fault(place, "is empty: there is nothing to do");
    }
    for (index, value) in items.iter().enumerate() {
        place.enter_index(index);
        checker.value(item, value, place);
        place.leave();
    }
}

fn by_fields(
    checker: &mut Checker<'_>,
    operation: &Operation,
    body: &Body,
    one: TypeId,
    fields: Members,
) -> Option<BodyArgument> {
    if fields.is_empty() && operation.method == Method::Patch {
        checker.fault(&Place::root(), NOTHING_TO_CHANGE);
        return None;
    }
    if fields.is_empty() && !body.required {
        return None;
    }
    let mut members = Map::new();
    let mut is_readable = true;
    for (name, value) in fields.iter() {
        match checker.parse(&Place::new(name), value) {
            Some(value) if body.media == Media::Multipart && multipart::is_file(&value) => {
                members.insert(name.to_owned(), Value::String(String::new()));
            }
            Some(value) => {
                members.insert(name.to_owned(), value);
            }
            None => is_readable = false,
        }
    }
    match &checker.types.get(one).shape {
        _ if !is_readable => {}
        Shape::Object(_) | Shape::Map(_) | Shape::Any | Shape::Union(_) => {
            checker.value(one, &Value::Object(members), &mut Place::root());
        }
        _ => {
            let expected = checker.notation.ty(one);
            checker.fault(&Place::new("body"), format!("required, {expected}"));
        }
    }
    Some(BodyArgument::Fields(fields))
}

/// What is said of a change that changes nothing.
const NOTHING_TO_CHANGE: &str = "nothing to change: give at least one field with its new value";
