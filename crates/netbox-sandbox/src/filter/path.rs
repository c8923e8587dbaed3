//! Paths from an object to the values that a filter compares.

use serde_json::{Value, json};

use crate::{
    render::View,
    rules::scope,
    state::Object,
    table::{self, Field, Kind, Resource},
};

/// The values at the end of a path: one null if it breaks off.
///
/// `site.region` follows references; `<dcim/interfaces:device` goes to all objects that refer to
/// this one; `scope(dcim/sites)` follows a generic reference if it names such an object.
pub(crate) fn walk(
    view: &View<'_>,
    resource: &'static Resource,
    object: &Object,
    path: &str,
) -> Vec<Value> {
    let (head, rest) = path.split_once('.').map_or((path, None), |(head, rest)| (head, Some(rest)));
    if head == "id" || head.is_empty() {
        return vec![json!(object.id)];
    }
    if let Some((of, by)) = head.strip_prefix('<').and_then(|head| head.split_once(':')) {
        let Some(holder) = table::by_path(of) else { return vec![Value::Null] };
        let found = holders(view, of, by, resource, object);
        let values =
            found.into_iter().flat_map(|object| walk(view, holder, object, rest.unwrap_or("id")));
        return or_null(values.collect());
    }
    if let Some((name, of)) = head.strip_suffix(')').and_then(|head| head.split_once('(')) {
        return or_null(generic(view, resource, object, name, of, rest));
    }
    let field = resource.field(head);
    if let Some(Kind::LiveCount(of, by)) = field.map(|field| field.kind) {
        return vec![json!(view.state.referring(of, by, object.id).count())];
    }
    if let Some(Kind::Holders(of, by)) = field.map(|field| field.kind) {
        let Some(holder) = table::by_path(of) else { return vec![Value::Null] };
        let found = holders(view, of, by, resource, object).into_iter();
        return or_null(
            found.flat_map(|one| walk(view, holder, one, rest.unwrap_or("id"))).collect(),
        );
    }
    let values = match object.get(head) {
        Value::Array(values) => values.clone(),
        value => vec![value.clone()],
    };
    let Some(rest) = rest else { return or_null(values) };
    let target = field.and_then(Field::target).and_then(table::by_path);
    let Some(target) = target else { return vec![Value::Null] };
    let found = values.iter().filter_map(|id| view.state.get(target.path, id.as_u64()?));
    or_null(found.flat_map(|object| walk(view, target, object, rest)).collect())
}

/// The field that a path ends in.
pub(super) fn terminal(resource: &'static Resource, path: &str) -> Option<Field> {
    let (head, rest) = path.split_once('.').map_or((path, None), |(head, rest)| (head, Some(rest)));
    let next = if let Some((of, _)) = head.strip_prefix('<').and_then(|head| head.split_once(':')) {
        table::by_path(of)
    } else if let Some((_, of)) = head.strip_suffix(')').and_then(|head| head.split_once('(')) {
        table::by_path(of)
    } else {
        let Some(_) = rest else { return resource.field(head).copied() };
        let field = resource.field(head)?;
        match field.kind {
            Kind::Holders(of, _) => table::by_path(of),
            _ => field.target().and_then(table::by_path),
        }
    };
    terminal(next?, rest.unwrap_or("id"))
}

/// The objects that refer to this one, plainly or generically.
pub(crate) fn holders<'a>(
    view: &View<'a>,
    of: &str,
    by: &str,
    resource: &'static Resource,
    object: &Object,
) -> Vec<&'a Object> {
    let Some(holder) = table::by_path(of) else { return Vec::new() };
    let generic = holder.field(by).and_then(|field| match field.kind {
        Kind::Object(type_field, id_field) => Some((type_field, id_field)),
        _ => None,
    });
    match generic {
        Some(fields) => {
            let found = view.state.attached(holder.path, fields, resource.model, object.id);
            found.map(AsRef::as_ref).collect()
        }
        None => holder.field(by).map_or_else(Vec::new, |field| {
            let found = view.state.referring(holder.path, field.name, object.id);
            found.map(AsRef::as_ref).collect()
        }),
    }
}

fn generic(
    view: &View<'_>,
    resource: &'static Resource,
    object: &Object,
    name: &str,
    of: &str,
    rest: Option<&str>,
) -> Vec<Value> {
    let Some(Kind::Object(type_field, id_field)) = resource.field(name).map(|field| field.kind)
    else {
        return Vec::new();
    };
    let (Some(target), Some(id)) = (table::by_path(of), object.id_of(id_field)) else {
        return Vec::new();
    };
    let model = object.text(type_field);
    // What is at a location is at its site, too.
    let mut ids: Vec<u64> = scope::places(view.state, model, id)
        .into_iter()
        .filter(|(path, _)| *path == of)
        .map(|(_, id)| id)
        .collect();
    if ids.is_empty() && model == target.model {
        ids.push(id);
    }
    let found = ids.into_iter().filter_map(|id| view.state.get(target.path, id));
    found.flat_map(|object| walk(view, target, object, rest.unwrap_or("id"))).collect()
}

fn or_null(values: Vec<Value>) -> Vec<Value> {
    if values.is_empty() { vec![Value::Null] } else { values }
}
