//! Parameters that refer to objects: filters, the id in a path, and the id of an item of a bulk form.

use std::collections::BTreeMap;

use crate::catalog::{
    CatalogParts, Field, Form, Method, OperationId, Parameter, Reference, Refers, Resource, Shape,
    Type, TypeId, Types, normalize,
};
use crate::policy::{Policy, optional};

use super::details::find;

/// Finds out what parameters refer to, by their names and the policy.
pub(super) fn apply(parts: &mut CatalogParts, policy: &Policy, faults: &mut Vec<String>) {
    let given = given(parts, policy, faults);
    for place in 0..parts.resources.len() {
        if let Some(list) = operation(&parts.resources[place], "list") {
            let query = filters(parts, place, list, &given);
            parts.operations[list].query = query;
        }
        ids(parts, place);
        items(parts, place);
    }
}

/// What the policy says a filter takes: a resource and a field of it, or nothing.
type Given = BTreeMap<(usize, String), Option<(String, Option<String>)>>;

fn given(parts: &CatalogParts, policy: &Policy, faults: &mut Vec<String>) -> Given {
    let mut given = Given::new();
    for (entry, takes) in &policy.filters {
        let (text, is_optional) = optional(entry);
        let Some((of, filter)) = text.split_once('.') else {
            faults.push(format!("filters: {entry:?} is no `resource.filter`"));
            continue;
        };
        let target = match takes.split_once('.') {
            _ if takes.is_empty() => None,
            Some((resource, field)) => Some((resource.to_owned(), Some(field.to_owned()))),
            None => Some((takes.clone(), None)),
        };
        if let Some((resource, _)) = &target
            && parts.resources.iter().all(|known| known.name != *resource)
        {
            faults.push(format!("filters: {takes:?} of {entry:?} is of no resource"));
            continue;
        }
        let of = if is_optional { format!("{of}?") } else { of.to_owned() };
        let mut n_found = 0;
        for place in find(parts, "filters", &of, faults) {
            let list = operation(&parts.resources[place], "list");
            let mut query = list.iter().flat_map(|list| &parts.operations[*list].query);
            if query.any(|parameter| parameter.name == filter) {
                given.insert((place, filter.to_owned()), target.clone());
                n_found += 1;
            }
        }
        if n_found == 0 && !is_optional {
            faults.push(format!("filters: {entry:?} matches no parameter of a list"));
        }
    }
    given
}

/// The parameters of a list, each with what it refers to.
fn filters(parts: &CatalogParts, place: usize, list: usize, given: &Given) -> Vec<Parameter> {
    let resource = &parts.resources[place];
    let query = &parts.operations[list].query;
    let has = |name: &str| query.iter().any(|parameter| parameter.name == name);
    let refers = |parameter: &Parameter| -> Option<Refers> {
        let (base, lookup) = parameter.name.split_once("__").unwrap_or((&parameter.name, ""));
        if !matches!(lookup, "" | "n") {
            return None;
        }
        let suffix = &parameter.name[base.len()..];
        let takes_id = base.strip_suffix("_id");
        let (target, field) = match given.get(&(place, base.to_owned())) {
            Some(None) => return None,
            Some(Some((target, field))) => (target.clone(), field.clone()),
            None => (target(parts, resource, takes_id.unwrap_or(base))?, None),
        };
        let target = parts.resources.iter().find(|known| known.name == target)?;
        let number = is_number(&parts.types, parameter.ty);
        let twin = Some(format!("{base}_id{suffix}"));
        let twin = twin.filter(|twin| takes_id.is_none() && has(twin));
        let first = target.keys.iter().find_map(|key| key.single());
        let takes = match (takes_id, field, number) {
            (Some(_), ..) => None,
            (None, Some(field), _) => Some(field),
            (None, None, true) => {
                twin.as_ref().and(first.filter(|it| it.number)).map(|it| it.name.clone())
            }
            (None, None, false) => Some(first?.name.clone()),
        };
        Some(Refers { resource: target.name.clone(), takes, twin })
    };
    let parameter = |it: &Parameter| Parameter { refers: refers(it), ..it.clone() };
    query.iter().map(parameter).collect()
}

/// The resource that a filter of this name is about: what the field of this name refers to; where
/// there is no such field, the resource of this name.
fn target(parts: &CatalogParts, of: &Resource, name: &str) -> Option<String> {
    let create = operation(of, "create").map(|it| &parts.operations[it]);
    let written = create.and_then(|it| it.body.as_ref()?.one);
    let shown = operation(of, "list").and_then(|it| parts.operations[it].answer.kind.object());
    let fields = |ty: Option<TypeId>| ty.map(|ty| fields(&parts.types, ty)).unwrap_or_default();
    let named =
        |fields: &'_ [Field]| fields.iter().find(|field| field.name == name).map(|it| it.ty);
    if let Some(ty) = named(fields(written)) {
        return match &parts.types.get(ty).shape {
            Shape::Reference(reference) => Some(reference.resource.clone()),
            _ => None,
        };
    }
    let is_plain = |ty: TypeId| !matches!(parts.types.get(ty).shape, Shape::Object(_));
    if named(fields(shown)).is_some_and(is_plain) {
        return None;
    }
    let wanted = normalize(name);
    let known = parts.resources.iter().find(|known| normalize(&known.name) == wanted);
    known.map(|known| known.name.clone())
}

/// The parameter that says which object of a resource an operation is about.
fn ids(parts: &mut CatalogParts, place: usize) {
    let resource = &parts.resources[place];
    if resource.keys.is_empty() {
        return;
    }
    let (name, collection) =
        (resource.name.clone(), resource.path.trim_end_matches('/').to_owned());
    let operations: Vec<OperationId> = resource.actions.iter().map(|it| it.operation).collect();
    let rows = operation(resource, "list").and_then(|it| parts.operations[it].answer.kind.object());
    let rows = rows.map(|ty| fields(&parts.types, ty).to_vec()).unwrap_or_default();
    for id in operations {
        let operation = &mut parts.operations[id.0 as usize];
        let below = operation.path.strip_prefix(&collection).and_then(|it| it.strip_prefix("/{"));
        let Some(parameter) = below.and_then(|below| below.split('}').next()) else { continue };
        let parameter = parameter.to_owned();
        let mut known = operation.path_parameters.iter_mut();
        if let Some(known) = known.find(|known| known.name == parameter)
            && (is_number(&parts.types, known.ty)
                || rows.iter().any(|it| it.name == parameter && is_number(&parts.types, it.ty)))
        {
            known.refers = Some(Refers { resource: name.clone(), takes: None, twin: None });
        }
    }
}

/// The field of the items of a bulk form that says which object an item is about.
fn items(parts: &mut CatalogParts, place: usize) {
    let resource = &parts.resources[place];
    if resource.keys.is_empty() {
        return;
    }
    let (name, path) = (resource.name.clone(), resource.path.clone());
    let many = resource.actions.iter().filter(|action| action.form == Form::Many);
    let operations: Vec<OperationId> = many.map(|it| it.operation).collect();
    for id in operations {
        let operation = &parts.operations[id.0 as usize];
        let changes = matches!(operation.method, Method::Put | Method::Patch | Method::Delete);
        let item = operation.body.as_ref().and_then(|body| body.many);
        let (true, true, Some(item)) = (changes, operation.path == path, item) else { continue };
        let ty = parts.types.get(item).clone();
        let Shape::Object(mut object) = ty.shape else { continue };
        let field = object.fields.iter_mut().find(|field| field.name == "id" && !field.read_only);
        let Some(field) = field.filter(|field| is_number(&parts.types, field.ty)) else { continue };
        let reference = Reference { resource: name.clone(), id: field.ty, attributes: None };
        field.ty = parts.types.push(Type::new(Shape::Reference(reference)));
        let ty = Type { shape: Shape::Object(object), ..ty };
        let ty = parts.types.push(ty);
        if let Some(body) = &mut parts.operations[id.0 as usize].body {
            body.many = Some(ty);
        }
    }
}

fn operation(resource: &Resource, name: &str) -> Option<usize> {
    resource.action(name).map(|action| action.operation.0 as usize)
}

fn fields(types: &Types, ty: TypeId) -> &[Field] {
    match &types.get(ty).shape {
        Shape::Object(object) => &object.fields,
        _ => &[],
    }
}

fn is_number(types: &Types, ty: TypeId) -> bool {
    match &types.get(ty).shape {
        Shape::Integer(_) => true,
        Shape::Array { items, .. } => is_number(types, *items),
        _ => false,
    }
}
