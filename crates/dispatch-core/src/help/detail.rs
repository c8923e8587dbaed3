//! One action of a resource, or one field, with everything that is checked.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::common::Common;
use super::{Access, Catalog, ResourceId, resource};
use crate::catalog::{ObjectType, Shape, TypeId};
use crate::resolve::{self, Refusal, Resolved};
use crate::signature::{Notation, named, query};
use crate::suggest;

/// Explains what stands behind a dot: an action, else a field.
pub(super) fn action_or_field(
    catalog: &Catalog,
    access: Access,
    common: &Common,
    id: ResourceId,
    path: &str,
) -> Result<String, Refusal> {
    if let Ok(resolved) = resolve::action(catalog, access, id, path) {
        return Ok(resource::describe_action(catalog, access, common, &resolved));
    }
    if let Some((action, path)) = path.split_once('.')
        && let Ok(resolved) = resolve::action(catalog, access, id, action)
    {
        return field(catalog, access, id, Some(&resolved), path);
    }
    field(catalog, access, id, None, path)
}

/// Explains a field or parameter of a resource in full: its type, where it may be written, and the
/// lookups of a filter. A path leads into objects and lists: `rear_ports.position`.
pub(super) fn field(
    catalog: &Catalog,
    access: Access,
    id: ResourceId,
    of: Option<&Resolved<'_>>,
    path: &str,
) -> Result<String, Refusal> {
    let notation = Notation::full(catalog, access);
    let mut places: IndexMap<String, Vec<String>> = IndexMap::new();
    let mut add = |ty: String, place: &str, name: &str, required: bool| {
        let required = if required { "!" } else { "" };
        places.entry(ty).or_default().push(format!("{name}{required}{place}"));
    };
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut lookups: BTreeSet<&str> = BTreeSet::new();
    let actions = resolve::actions(catalog, access, id)
        .filter(|resolved| of.is_none_or(|of| of.action.name == resolved.action.name));
    for resolved in actions {
        let (operation, name) = (resolved.operation, &resolved.action.name);
        for parameter in operation.path_parameters.iter().chain(&operation.query) {
            let lookup = parameter.name.strip_prefix(path).and_then(|it| it.strip_prefix("__"));
            lookups.extend(lookup);
            if parameter.name == path {
                let (ty, place) = match &catalog.types().get(parameter.ty).shape {
                    Shape::Array { items, .. } => (*items, "[]"),
                    _ => (parameter.ty, ""),
                };
                let ty = parameter.choices.unwrap_or(ty);
                add(notation.ty(ty), place, name, parameter.required);
            }
        }
        known.extend(query::families(&operation.query).iter().map(|it| it.base.name.clone()));
        let body = operation.body.as_ref();
        let body = body.and_then(|body| if resolved.is_bulk() { body.many } else { body.one });
        if let Some(object) = body.and_then(|ty| inner(catalog, ty)) {
            known.extend(names(object));
            if let Some(found) = descend(catalog, object, path) {
                add(notation.ty(found.ty), "", name, found.required);
            }
        }
    }
    let resource = &catalog.resource(id).name;
    if places.is_empty() {
        let question = suggest::did_you_mean(path, known.iter().map(String::as_str));
        let question =
            if question.is_empty() { format!("; help on {resource} names them") } else { question };
        return Err(Refusal::new(format!(
            "{resource} has no action, field or parameter {}{question}",
            resolve::quoted(path)
        )));
    }
    let line = |(ty, places): (&String, &Vec<String>)| {
        let field = named(&format!("{resource}.{path}"), false, ty);
        format!("{field}\n in {}", places.join(" "))
    };
    let mut lines: Vec<String> = places.iter().map(line).collect();
    if !lookups.is_empty() {
        let lookups: Vec<&str> = lookups.into_iter().collect();
        lines.push(format!("lookups: {path}__{}", lookups.join(",")));
    }
    Ok(lines.join("\n"))
}

/// The field that a dotted path leads to, among those a caller may write.
fn descend<'a>(
    catalog: &'a Catalog,
    object: &'a ObjectType,
    path: &str,
) -> Option<&'a crate::catalog::Field> {
    let named =
        |name: &str| object.fields.iter().find(|field| !field.read_only && field.name == name);
    if let Some(field) = named(path) {
        return Some(field);
    }
    let (first, rest) = path.split_once('.')?;
    descend(catalog, inner(catalog, named(first)?.ty)?, rest)
}

/// The object that a type holds: itself, the element of a list, the attributes of a reference, or
/// the one object among alternatives.
fn inner(catalog: &Catalog, ty: TypeId) -> Option<&ObjectType> {
    match &catalog.types().get(ty).shape {
        Shape::Object(object) => Some(object),
        Shape::Array { items, .. } => match &catalog.types().get(*items).shape {
            Shape::Array { .. } => None,
            _ => inner(catalog, *items),
        },
        Shape::Reference(reference) => match &catalog.types().get(reference.attributes?).shape {
            Shape::Object(object) => Some(object),
            _ => None,
        },
        Shape::Union(variants) => {
            variants.iter().find_map(|variant| match &catalog.types().get(*variant).shape {
                Shape::Object(object) => Some(object),
                _ => None,
            })
        }
        _ => None,
    }
}

fn names(object: &ObjectType) -> impl Iterator<Item = String> {
    object.fields.iter().filter(|field| !field.read_only).map(|field| field.name.clone())
}
