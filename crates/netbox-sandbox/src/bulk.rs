//! Bulk forms: a list on the collection's path, all or none.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    delete, input, order,
    problem::{Failure, Problems, WHOLE},
    python,
    render::{Shape, View},
    state::{Object, State},
    table::Resource,
    write::{self, Author, Extent},
};

/// Creates a list of objects.
///
/// # Errors
///
/// What is wrong, by index; nothing is stored then.
pub(crate) fn create(
    state: &mut State,
    author: Author<'_>,
    resource: &'static Resource,
    items: &[Value],
    shape: &Shape,
) -> Result<Vec<u64>, Failure> {
    let mut errors = Vec::new();
    let mut ids = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let created = if item.is_null() {
            Err(Problems::of(WHOLE, not_a_dictionary(item)).into())
        } else {
            write::create(state, author, resource, item, shape)
        };
        match created {
            Ok(id) => ids.push(id),
            Err(failure) if failure.status == StatusCode::BAD_REQUEST => {
                errors.push(json!({"index": index, "errors": failure.body}));
            }
            Err(failure) => return Err(failure),
        }
    }
    if errors.is_empty() {
        return Ok(ids);
    }
    Err(rejected(&errors, items.len(), "could not be created"))
}

/// Changes a list of objects, each named by its `id`.
///
/// # Errors
///
/// What is wrong, by id; nothing is stored then.
pub(crate) fn update(
    state: &mut State,
    author: Author<'_>,
    resource: &'static Resource,
    body: &Value,
    (extent, shape): (Extent, &Shape),
    if_match: Option<&str>,
) -> Result<Vec<u64>, Failure> {
    let items = list(body)?;
    let (ids, mut objects) = named(state, resource, items)?;
    for object in &objects {
        write::check_precondition(if_match, object)?;
    }
    // NetBox goes through the objects in their own order, not in that of the request.
    in_order(state, author, resource, &mut objects);
    let mut errors = Vec::new();
    for object in &objects {
        let item = ids.iter().position(|id| *id == object.id).and_then(|index| items.get(index));
        let mut item = item.cloned().unwrap_or_default();
        if let Value::Object(members) = &mut item {
            members.remove("id");
        }
        match write::update(state, author, resource, object, &item, (extent, shape)) {
            Ok(()) => {}
            Err(failure) if failure.status == StatusCode::BAD_REQUEST => {
                errors.push(json!({"id": object.id, "errors": failure.body}));
            }
            Err(failure) => return Err(failure),
        }
    }
    if !errors.is_empty() {
        return Err(rejected(&errors, ids.len(), "could not be updated"));
    }
    let ids = objects.iter().map(|object| object.id);
    let mut objects: Vec<_> =
        ids.filter_map(|id| state.get(resource.path, id)).map(Arc::clone).collect();
    in_order(state, author, resource, &mut objects);
    Ok(objects.iter().map(|object| object.id).collect())
}

/// Deletes a list of objects, each named by its `id`.
///
/// # Errors
///
/// What is wrong, by id; nothing is deleted then.
pub(crate) fn delete(
    state: &mut State,
    author: Author<'_>,
    resource: &'static Resource,
    body: &Value,
    if_match: Option<&str>,
) -> Result<(), Failure> {
    let items = list(body)?;
    let (ids, mut objects) = named(state, resource, items)?;
    for object in &objects {
        write::check_precondition(if_match, object)?;
    }
    in_order(state, author, resource, &mut objects);
    let mut errors = Vec::new();
    for object in &objects {
        let item = ids.iter().position(|id| *id == object.id).and_then(|index| items.get(index));
        let message = match item {
            Some(Value::Object(members)) => write::change_message(members)?,
            _ => String::new(),
        };
        if let Err(protected) = delete::delete(state, author, resource, object.id, &message) {
            let n = protected.count();
            let text = format!("Unable to delete: {n} dependent object(s) prevent deletion.");
            errors.push(json!({"id": object.id, "errors": {WHOLE: [text]}}));
        }
    }
    if errors.is_empty() {
        return Ok(());
    }
    let mut failure = rejected(&errors, ids.len(), "could not be deleted");
    failure.status = StatusCode::CONFLICT;
    Err(failure)
}

fn in_order(
    state: &State,
    author: Author<'_>,
    resource: &'static Resource,
    objects: &mut [Arc<Object>],
) {
    let mut ids: Vec<_> = objects.iter().map(|object| object.id).collect();
    order::by_default(&View { state, base: author.base }, resource, &mut ids);
    objects.sort_by_key(|object| ids.iter().position(|id| *id == object.id));
}

fn list(body: &Value) -> Result<&[Value], Failure> {
    let nothing = match body {
        Value::Array(items) => return Ok(items),
        Value::Null => true,
        Value::Object(members) => members.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    };
    let detail = if nothing {
        "Expected a list of objects, but no data was submitted.".to_owned()
    } else {
        format!("Expected a list of objects, but got {}.", python::type_name(body))
    };
    Err(Failure::detail(StatusCode::BAD_REQUEST, detail))
}

/// The objects that the items name, with the ids in the items' order.
fn named(
    state: &State,
    resource: &'static Resource,
    items: &[Value],
) -> Result<(Vec<u64>, Vec<Arc<Object>>), Failure> {
    let mut errors = Vec::new();
    let mut ids = Vec::new();
    for (index, item) in items.iter().enumerate() {
        match id_of(item) {
            Ok(id) => ids.push(id),
            Err(problems) => {
                errors.push(json!({"index": index, "errors": problems.into_value()}));
            }
        }
    }
    if !errors.is_empty() {
        return Err(rejected(&errors, items.len(), "failed validation"));
    }
    let mut seen: Vec<i64> = Vec::new();
    for id in &ids {
        if !seen.contains(id) {
            seen.push(*id);
        }
    }
    for id in &seen {
        let n = ids.iter().filter(|one| *one == id).count();
        if n > 1 {
            let text =
                format!("Each object may be specified only once; ID {id} is listed {n} times");
            errors.push(json!({"id": id, "errors": {"id": [text]}}));
        }
    }
    if !errors.is_empty() {
        return Err(rejected(&errors, ids.len(), "are listed more than once"));
    }
    let mut objects = Vec::new();
    for id in &seen {
        match u64::try_from(*id).ok().and_then(|id| state.get(resource.path, id)) {
            Some(object) => objects.push(Arc::clone(object)),
            None => {
                let text = format!("Object with ID {id} does not exist");
                errors.push(json!({"id": id, "errors": {"id": [text]}}));
            }
        }
    }
    if !errors.is_empty() {
        return Err(rejected(&errors, ids.len(), "could not be found"));
    }
    Ok((objects.iter().map(|object| object.id).collect(), objects))
}

fn id_of(item: &Value) -> Result<i64, Problems> {
    let Value::Object(members) = item else {
        return Err(Problems::of(WHOLE, not_a_dictionary(item)));
    };
    let id = match members.get("id") {
        None => return Err(Problems::of("id", "This field is required.")),
        Some(Value::Null) => return Err(Problems::of("id", "This field may not be null.")),
        Some(value) => input::integer(value).map_err(|message| Problems::of("id", message))?,
    };
    Ok(id.as_i64().unwrap_or_default())
}

fn not_a_dictionary(item: &Value) -> String {
    let found = python::type_name(item);
    format!("Invalid data. Expected a dictionary, but got {found}.")
}

fn rejected(errors: &[Value], total: usize, what: &str) -> Failure {
    let detail = format!("{} of {total} objects {what}.", errors.len());
    Failure::new(StatusCode::BAD_REQUEST, json!({"detail": detail, "errors": errors}))
}
