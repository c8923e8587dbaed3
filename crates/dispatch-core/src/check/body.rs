//! The request body.

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::BodyArgument;
use super::checker::Checker;
use super::place::Place;
use super::split::BodyParts;
use crate::call::{ITEMS, Members};
use crate::catalog::{Body, Catalog, Form, Media, Method, Operation, Shape, TypeId, Types};
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
            check_items(checker, body, item, items, &mut place);
        }
        (_, None, Some(_)) => checker.fault(&place, "expected a list"),
        (_, _, Some(_)) if name == ITEMS => checker.fault(&place, "expected a list"),
        (Value::Object(members), Some(one), _) if !body.files.is_empty() => {
            let members = without_files(checker, body, members.clone(), &mut place);
            checker.value(one, &Value::Object(members), &mut place);
        }
        (_, Some(one), _) => checker.value(one, &parsed, &mut place),
        (_, None, None) => {}
    }
    // An object that may hold a file is written field by field.
    let fields = || Members::parse(value.get(), "body").ok();
    match (!body.files.is_empty() && parsed.is_object()).then(fields).flatten() {
        Some(fields) => Some(BodyArgument::Fields(fields)),
        None => Some(BodyArgument::Whole(value)),
    }
}

fn check_items(
    checker: &mut Checker<'_>,
    body: &Body,
    item: TypeId,
    items: &[Value],
    place: &mut Place,
) {
    if items.is_empty() {
        checker.fault(place, "is empty: there is nothing to do");
    }
    if needs_file(checker, body, item) {
        checker.fault(place, FILE_IN_LIST);
        return;
    }
    for (index, value) in items.iter().enumerate() {
        place.enter_index(index);
        let file = body.files.iter().find(|name| value.get(name).is_some_and(|it| !it.is_null()));
        match file {
            Some(file) => {
                place.enter(file);
                checker.fault(place, FILE_IN_LIST);
                place.leave();
            }
            None => checker.value(item, value, place),
        }
        place.leave();
    }
}

/// Whether no object is whole without a file.
fn needs_file(checker: &Checker<'_>, body: &Body, item: TypeId) -> bool {
    let objects = checker.types.objects(item);
    let mut fields = objects.iter().flat_map(|object| &object.fields);
    fields.any(|field| field.required && body.files.contains(&field.name))
}

/// Whether JSON holds a field's value in a way that a form does not: a list, an object, or a reference
/// that may be one.
fn is_nested(types: &Types, body: &Body, name: &str, value: &Value) -> bool {
    let objects = body.one.map(|one| types.objects(one)).unwrap_or_default();
    let mut fields = objects.iter().filter_map(|object| object.field(name));
    let may_be_object = |ty: TypeId| match &types.get(ty).shape {
        Shape::Reference(reference) => reference.attributes.is_some(),
        _ => false,
    };
    value.is_array() || value.is_object() || fields.any(|field| may_be_object(field.ty))
}

/// The files that are given beside what a form may not hold, where an object is whole without them.
pub(crate) fn files_beside(
    catalog: &Catalog,
    operation: &Operation,
    form: Form,
    params: &Members,
) -> Vec<String> {
    let (types, body) = (catalog.types(), operation.body.as_ref());
    let Some(body) = body.filter(|it| form == Form::One && it.media != Media::Multipart) else {
        return Vec::new();
    };
    let objects = body.one.map(|one| types.objects(one)).unwrap_or_default();
    let is_needed = |name: &str| {
        objects.iter().filter_map(|object| object.field(name)).any(|field| field.required)
    };
    let is_file = |name: &str, raw: &RawValue| {
        raw.get().starts_with('{') && body.files.iter().any(|file| file == name)
    };
    let is_beside = |name: &str, raw: &RawValue| {
        let value = serde_json::from_str(raw.get()).unwrap_or_default();
        let is_field = objects.iter().any(|object| object.field(name).is_some());
        is_field && !is_file(name, raw) && is_nested(types, body, name, &value)
    };
    let files = params.iter().filter(|(name, raw)| is_file(name, raw));
    let files: Vec<String> = files.map(|(name, _)| name.to_owned()).collect();
    if files.is_empty() || files.iter().any(|file| is_needed(file)) {
        return Vec::new();
    }
    let is_apart = params.iter().any(|(name, raw)| is_beside(name, raw));
    if is_apart { files } else { Vec::new() }
}

/// Checks the files of an object; the others of its fields are left to be checked by their types,
/// as is that the required files are there.
fn without_files(
    checker: &mut Checker<'_>,
    body: &Body,
    mut members: Map<String, Value>,
    place: &mut Place,
) -> Map<String, Value> {
    let mut file = None;
    for name in &body.files {
        let Some(value) = members.get_mut(name).filter(|value| !value.is_null()) else { continue };
        if checker.is_stand_in(value) {
            continue;
        }
        place.enter(name);
        checker.problem(place, multipart::problem(value).map(str::to_owned));
        place.leave();
        *value = Value::from("");
        file = Some(name);
    }
    // What JSON could hold as well is not sent in a form that may not hold it.
    if let Some(file) = file.filter(|_| body.media != Media::Multipart) {
        let nested =
            members.iter().filter(|(name, value)| is_nested(checker.types, body, name, value));
        let names: Vec<&str> = nested.map(|(name, _)| name.as_str()).collect();
        if !names.is_empty() {
            place.enter(file);
            let names = names.join(", ");
            checker.fault(place, format!("a file cannot go in one call with {names}; {ALONE}"));
            place.leave();
        }
    }
    members
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
            Some(value) => {
                members.insert(name.to_owned(), value);
            }
            None => is_readable = false,
        }
    }
    match &checker.types.get(one).shape {
        _ if !is_readable => {}
        Shape::Object(_) | Shape::Map(_) | Shape::Any | Shape::Union(_) => {
            let members = without_files(checker, body, members, &mut Place::root());
            checker.value(one, &Value::Object(members), &mut Place::root());
        }
        _ => {
            let expected = checker.notation.ty(one);
            checker.fault(&Place::new("body"), format!("required, {expected}"));
        }
    }
    Some(BodyArgument::Fields(fields))
}

/// What is said of a file that no JSON can hold.
const FILE_IN_LIST: &str = "a list of objects cannot carry a file; make one call for each";

/// What is said of a file beside what a form holds in no way that all APIs agree on.
const ALONE: &str = "give it in an update of its own";

/// What is said of a change that changes nothing.
const NOTHING_TO_CHANGE: &str = "nothing to change: give at least one field with its new value";
