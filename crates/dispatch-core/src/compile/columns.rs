//! The columns of lists.

use crate::catalog::{
    Action, AnswerKind, CatalogParts, Field, Operation, Resource, Shape, TypeId, Types,
};
use crate::policy::{Policy, optional};

use super::details::find;
use super::fit::hint;

/// Gives every resource the columns that the policy names, or else default ones.
pub(super) fn apply(parts: &mut CatalogParts, policy: &Policy, faults: &mut Vec<String>) {
    for place in 0..parts.resources.len() {
        parts.resources[place].columns = default_columns(parts, &parts.resources[place]);
    }
    for (entry, columns) in &policy.columns {
        if let Some(action) = action_of(parts, "columns", entry, faults) {
            if let Some(action) = action {
                action.columns = columns.clone();
            }
            continue;
        }
        let is_for_all = optional(entry).0 == "*";
        for place in find(parts, "columns", entry, faults) {
            let resource = &parts.resources[place];
            let known = columns.iter().filter(|column| {
                let (column, is_optional) = optional(column);
                let fault = unknown(parts, resource, column);
                if let Some(fault) = &fault
                    && !is_optional
                    && !is_for_all
                {
                    faults.push(format!("columns: {fault}"));
                }
                fault.is_none()
            });
            let columns: Vec<String> = known.map(|it| optional(it).0.to_owned()).collect();
            if !columns.is_empty() {
                parts.resources[place].columns = columns;
            }
        }
    }
}

/// The action that an entry `resource.action` is about, if it is one and is there.
fn action_of<'a>(
    parts: &'a mut CatalogParts,
    what: &str,
    entry: &str,
    faults: &mut Vec<String>,
) -> Option<Option<&'a mut Action>> {
    let (name, is_optional) = optional(entry);
    let (resource, action) = name.split_once('.')?;
    let mark = if is_optional { "?" } else { "" };
    let [place] = *find(parts, what, &format!("{resource}{mark}"), faults).as_slice() else {
        return Some(None);
    };
    let actions = &mut parts.resources[place].actions;
    let found = actions.iter_mut().find(|it| it.name == action);
    if found.is_none() && !is_optional {
        faults.push(format!("{what}: {entry:?} matches no action"));
    }
    Some(found)
}

/// What is wrong with a column, if the rows of the resource's list are known not to have it.
fn unknown(parts: &CatalogParts, resource: &Resource, column: &str) -> Option<String> {
    let first = column.split('.').next().unwrap_or(column);
    let fields = rows(parts, resource)?;
    if fields.iter().any(|field| field.name == first) {
        return None;
    }
    let hint = hint(first, fields.iter().map(|field| field.name.as_str()));
    Some(format!("no list of {} has a field {first:?}{hint}", resource.name))
}

/// Marks the actions whose rows are folded into runs.
pub(super) fn runs(parts: &mut CatalogParts, policy: &Policy, faults: &mut Vec<String>) {
    for entry in &policy.runs {
        match action_of(parts, "runs", entry, faults) {
            Some(Some(action)) => action.has_runs = true,
            Some(None) => {}
            None => faults.push(format!("runs: {entry:?} is no resource and action")),
        }
    }
}

/// The columns of a list where the policy names none: what identifies a row, its status, and what
/// a new one must have. Of an object with few fields, it is every one of them.
fn default_columns(parts: &CatalogParts, resource: &Resource) -> Vec<String> {
    let Some(shown) = rows(parts, resource) else {
        return Vec::new();
    };
    let create = operation(parts, resource, "create");
    let written = create.and_then(|create| create.body.as_ref()?.one);
    let required = written.and_then(|ty| fields(&parts.types, ty)).unwrap_or_default();
    let has = |name: &str| shown.iter().any(|field| field.name == name);
    let identity = IDENTITY.iter().copied().find(|name| has(name));
    let first = ["id"].into_iter().chain(identity).chain(["status"]);
    let needed = required.iter().filter(|field| field.required && field.name != "slug");
    // An object of several kinds says more than its id and its kind.
    let object = |name: &'_ str| -> Option<&str> {
        let mut pairs = parts.generic.iter().filter(|(id, kind)| *id == name || *kind == name);
        let object = pairs.find_map(|(id, _)| id.strip_suffix("_id"))?;
        shown.iter().map(|field| field.name.as_str()).find(|it| *it == object)
    };
    let needed = needed.map(|field| object(&field.name).unwrap_or(&field.name));
    let wanted = first.chain(needed).filter(|name| has(name));
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

/// The fields of a row of the resource's list.
fn rows<'a>(parts: &'a CatalogParts, resource: &Resource) -> Option<&'a [Field]> {
    match operation(parts, resource, "list")?.answer.kind {
        AnswerKind::List { item, .. } => fields(&parts.types, item),
        _ => None,
    }
}

fn operation<'a>(
    parts: &'a CatalogParts,
    resource: &Resource,
    name: &str,
) -> Option<&'a Operation> {
    let action = resource.action(name)?;
    parts.operations.get(action.operation.0 as usize)
}

fn fields(types: &Types, ty: TypeId) -> Option<&[Field]> {
    match &types.get(ty).shape {
        Shape::Object(object) => Some(&object.fields),
        _ => None,
    }
}

const IDENTITY: &[&str] = &["name", "display", "title", "label", "key", "code", "slug"];

/// How many columns a list has at the most where the policy names none.
const MAX_COLUMNS: usize = 6;
