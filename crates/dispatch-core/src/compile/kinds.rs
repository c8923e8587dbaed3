//! Fields that hold objects of several kinds.

use super::details;
use super::fit::hint;
use crate::catalog::{CatalogParts, GenericField, Kind, Resource, Shape, normalize};
use crate::policy::optional;

/// Takes over one entry of the policy: a field of a resource, and the kinds of what it holds.
pub(super) fn apply(
    parts: &mut CatalogParts,
    entry: &str,
    names: &[String],
    faults: &mut Vec<String>,
) {
    let (name, is_optional) = optional(entry);
    let Some((resource, field)) = name.split_once('.') else {
        faults.push(format!("kinds: {entry:?} is no resource and field"));
        return;
    };
    let spelled = if is_optional { format!("{resource}?") } else { resource.to_owned() };
    let found = details::find(parts, "kinds", &spelled, faults);
    let [place] = *found.as_slice() else { return };
    let Some(mut generic) = field_of(parts, &parts.resources[place], field) else {
        if !is_optional {
            faults.push(format!("kinds: {entry:?} is no field of an object that has a kind"));
        }
        return;
    };
    for name in names {
        if name == "*" {
            generic.is_open = true;
            continue;
        }
        let (name, is_optional) = optional(name);
        match resource_of(parts, name) {
            Some(resource) => generic.kinds.push(Kind { name: name.to_owned(), resource }),
            None if is_optional => {}
            None => {
                let known = parts.resources.iter().map(|it| it.name.as_str());
                let hint = hint(name.rsplit('.').next().unwrap_or(name), known);
                faults.push(format!("kinds: {name:?} of {entry:?} is no resource{hint}"));
            }
        }
    }
    parts.resources[place].generic.push(generic);
}

/// The field, where a body of the resource, or a filter of its list, has what it stands for.
fn field_of(parts: &CatalogParts, resource: &Resource, field: &str) -> Option<GenericField> {
    let generic = |name: &str, id: &str, kind: &str, is_list: bool| GenericField {
        name: name.to_owned(),
        id: id.to_owned(),
        kind: kind.to_owned(),
        is_list,
        kinds: Vec::new(),
        is_open: false,
    };
    let id = format!("{field}_id");
    let bodies = || {
        let operations = resource.actions.iter().map(|action| action.operation.0 as usize);
        let bodies = operations.filter_map(|place| parts.operations[place].body.as_ref());
        bodies.flat_map(|body| [body.one, body.many]).flatten()
    };
    let objects = || bodies().flat_map(|ty| parts.types.objects(ty));
    if let Some(kind) = parts.generic.get(&id) {
        let list = resource.action("list").map(|it| &parts.operations[it.operation.0 as usize]);
        let is_filter = || list.is_some_and(|it| it.query.iter().any(|it| it.name == id));
        let is_field = objects().any(|it| it.is_writable(&id)) || is_filter();
        return is_field.then(|| generic(field, &id, kind, false));
    }
    let lists = objects().flat_map(|it| &it.fields).filter(|it| it.name == field);
    let mut items = lists.filter_map(|list| match parts.types.get(list.ty).shape {
        Shape::Array { items, .. } => Some(items),
        _ => None,
    });
    items.find_map(|items| {
        let objects = parts.types.objects(items);
        let mut pairs = parts.generic.iter();
        let (id, kind) = pairs.find(|(id, kind)| {
            objects.iter().any(|it| it.is_writable(id) && it.is_writable(kind))
        })?;
        Some(generic(field, id, kind, true))
    })
}

/// The name of the resource that a kind such as `dcim.interface` is of.
fn resource_of(parts: &CatalogParts, kind: &str) -> Option<String> {
    let (group, name) = kind.rsplit_once('.')?;
    let name = normalize(name);
    let in_group = |it: &&Resource| parts.groups[it.group.0 as usize].name == group;
    let mut named = parts.resources.iter().filter(|it| normalize(&it.name) == name);
    let found = named.clone().find(in_group).or_else(|| named.next());
    found.map(|resource| resource.name.clone())
}
