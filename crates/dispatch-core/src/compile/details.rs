//! What a resource carries beside its actions: columns of its lists, secrets, remarks.

use crate::catalog::{
    AnswerKind, Catalog, CatalogParts, Field, Resource, Shape, TypeId, Types, normalize,
};
use crate::policy::{Policy, optional};
use crate::suggest;

/// Fills in columns, secrets, remarks and spellings from the policy, and default columns.
pub(super) fn apply(parts: &mut CatalogParts, policy: &Policy, faults: &mut Vec<String>) {
    for place in 0..parts.resources.len() {
        let columns = default_columns(parts, &parts.resources[place]);
        parts.resources[place].columns = columns;
    }
    for (entry, columns) in &policy.columns {
        for resource in find(parts, "columns", entry, faults) {
            parts.resources[resource].columns.clone_from(columns);
        }
    }
    for (entry, note) in &policy.notes {
        for resource in find(parts, "notes", entry, faults) {
            parts.resources[resource].note = Some(note.clone());
        }
    }
    for (alias, entry) in &policy.spellings {
        for resource in find(parts, "spellings", entry, faults) {
            parts.resources[resource].spellings.push(optional(alias).0.to_owned());
        }
    }
    for entry in &policy.secrets {
        secret(parts, entry, faults);
    }
}

/// The places of the resources that an entry names: one, or all for `*`.
fn find(parts: &CatalogParts, what: &str, entry: &str, faults: &mut Vec<String>) -> Vec<usize> {
    let (name, optional) = optional(entry);
    if name == "*" {
        return (0..parts.resources.len()).collect();
    }
    let wanted = normalize(name);
    let found = parts.resources.iter().position(|r| normalize(&r.name) == wanted);
    if found.is_none() && !optional {
        let names = parts.resources.iter().map(|resource| resource.name.as_str());
        let near = suggest::nearest(name, names, 1);
        let hint = near.first().map(|near| format!("; did you mean {near:?}")).unwrap_or_default();
        faults.push(format!("{what}: {entry:?} matches no resource{hint}"));
    }
    found.into_iter().collect()
}

/// Adds one secret, `resource.path.to.field`, where the field exists in what is answered.
fn secret(parts: &mut CatalogParts, entry: &str, faults: &mut Vec<String>) {
    let (text, is_optional) = optional(entry);
    let Some((resource, path)) = text.split_once('.') else {
        faults.push(format!("secrets: {entry:?} is no `resource.field`"));
        return;
    };
    let suffix = if is_optional { "?" } else { "" };
    let resources = find(parts, "secrets", &format!("{resource}{suffix}"), faults);
    let first = path.split('.').next().unwrap_or(path);
    let mut used = false;
    for place in &resources {
        if has_field(parts, &parts.resources[*place], first) {
            used = true;
            parts.resources[*place].secrets.push(path.to_owned());
        }
    }
    if !used && !is_optional && !resources.is_empty() {
        faults.push(format!("secrets: no answer of {resource} has a field {first:?} ({entry:?})"));
    }
}

/// Whether an object of this resource, as answered or as written, has a field; a document that does
/// not say what is answered may have any.
fn has_field(parts: &CatalogParts, resource: &Resource, name: &str) -> bool {
    if name == "*" || name == "**" {
        return true;
    }
    let operations =
        resource.actions.iter().filter_map(|a| parts.operations.get(a.operation.0 as usize));
    let mut types = Vec::new();
    for operation in operations {
        match operation.answer.kind {
            AnswerKind::One { ty } | AnswerKind::List { item: ty, .. } => types.push(ty),
            AnswerKind::Empty | AnswerKind::Other { .. } => {}
        }
        types.extend(operation.body.iter().flat_map(|body| body.one.into_iter().chain(body.many)));
    }
    types.iter().any(|ty| match fields(&parts.types, *ty) {
        Some(fields) => fields.iter().any(|field| field.name == name),
        None => true,
    })
}

fn fields(types: &Types, ty: TypeId) -> Option<&[Field]> {
    match &types.get(ty).shape {
        Shape::Object(object) => Some(&object.fields),
        _ => None,
    }
}

/// The columns of a list where the policy names none: what identifies a row, its status, and what
/// a new one must have.
fn default_columns(parts: &CatalogParts, resource: &Resource) -> Vec<String> {
    let operation = |name: &str| {
        let action = resource.actions.iter().find(|action| action.name == name)?;
        parts.operations.get(action.operation.0 as usize)
    };
    let Some(AnswerKind::List { item, .. }) = operation("list").map(|list| &list.answer.kind)
    else {
        return Vec::new();
    };
    let Some(shown) = fields(&parts.types, *item) else {
        return Vec::new();
    };
    let written = operation("create").and_then(|create| create.body.as_ref()?.one);
    let required = written.and_then(|ty| fields(&parts.types, ty)).unwrap_or_default();
    let has = |name: &str| shown.iter().any(|field| field.name == name);
    let identity = IDENTITY.iter().copied().find(|name| has(name));
    let first = ["id"].into_iter().chain(identity).chain(["status"]);
    let needed = required.iter().filter(|field| field.required && field.name != "slug");
    let wanted = first.chain(needed.map(|field| field.name.as_str())).filter(|name| has(name));
    let mut columns: Vec<String> = Vec::new();
    for name in wanted {
        if columns.len() < MAX_COLUMNS && columns.iter().all(|known| known != name) {
            columns.push(name.to_owned());
        }
    }
    if columns.len() < 2 || shown.len() <= MAX_COLUMNS {
        columns = shown.iter().take(MAX_COLUMNS).map(|field| field.name.clone()).collect();
    }
    columns
}

const IDENTITY: &[&str] = &["name", "display", "title", "label", "key", "code", "slug"];

/// How many columns a list has at the most where the policy names none.
const MAX_COLUMNS: usize = 6;

/// Removes types that nothing refers to, so that equal catalogs are saved as equal bytes whatever
/// corrections left behind.
pub(super) fn without_unused_types(parts: CatalogParts) -> Result<Catalog, crate::Error> {
    Catalog::new(super::prune::prune(parts))
}
