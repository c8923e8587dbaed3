//! The columns of a list: which fields its table shows.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Shaper;
use super::flatten::{self, Cell};
use super::quote;
use crate::catalog::{Additional, AnswerKind, Shape, TypeId, Types};
use crate::suggest;

/// The columns of a list, and what has to be said about them.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// The columns as dotted paths, the id first.
    pub(super) paths: Vec<String>,
    /// One remark for every field that was asked for and does not exist.
    pub(super) remarks: Vec<String>,
}

/// Chooses the columns of these rows: those asked for, those picked when the catalog was compiled,
/// or else what the rows themselves suggest. The id is always one, but of rows that are no objects of
/// the resource.
pub(super) fn choose(shaper: &Shaper<'_>, rows: &[Cow<'_, Value>]) -> Columns {
    let mut columns = Columns::default();
    if let Some(fields) = shaper.fields {
        for field in fields {
            if !is_known(shaper, rows, field) {
                columns.remarks.push(unknown(shaper, rows, field));
            } else if !columns.paths.contains(field) {
                columns.paths.push(field.clone());
            }
        }
    } else {
        let has_value = |path: &&String| rows.iter().any(|row| cell_at(row, path) != Cell::Empty);
        let own = &shaper.action.columns;
        let of_resource = shaper.resource.columns.iter().filter(|_| is_of_resource(shaper));
        let known: Vec<&String> =
            if own.is_empty() { of_resource.collect() } else { own.iter().collect() };
        columns.paths.extend(known.into_iter().filter(has_value).cloned());
        if !own.is_empty() && !columns.paths.is_empty() {
            return columns;
        }
        if columns.paths.is_empty() && rows.iter().all(|row| row.is_object()) {
            columns.paths = pick(rows);
        }
    }
    if let Some(key) = rows.iter().find_map(|row| id_key(shaper, row.as_object()?)) {
        columns.paths.retain(|path| path != key);
        columns.paths.insert(0, key.to_owned());
    }
    columns
}

/// Whether the rows are those that the resource's own list has.
fn is_of_resource(shaper: &Shaper<'_>) -> bool {
    let list = shaper.resource.action("list");
    let list = list.map(|list| &shaper.catalog.operation(list.operation).answer.kind);
    shaper.action.name == "list" || list.is_none_or(|list| list.object() == answered(shaper))
}

/// The values at a dotted path; more than one where it leads through a list.
pub(super) fn at<'v>(value: &'v Value, path: &str) -> Vec<&'v Value> {
    if let Value::Array(elements) = value {
        return elements.iter().flat_map(|element| at(element, path)).collect();
    }
    if let Some(member) = value.get(path) {
        return vec![member];
    }
    // A key may itself hold dots, so the shortest first part that is a key is not always it.
    splits(path)
        .find_map(|(first, rest)| {
            Some(at(value.get(first)?, rest)).filter(|found| !found.is_empty())
        })
        .unwrap_or_default()
}

/// The cell at a dotted path.
pub(super) fn cell_at(row: &Value, path: &str) -> Cell {
    match at(row, path).as_slice() {
        [] => Cell::Empty,
        [one] => flatten::cell(one),
        many => flatten::cell(&many.iter().copied().cloned().collect()),
    }
}

/// The exact values at these paths, as an object of them.
pub(super) fn project(paths: &[String], row: &Value) -> Map<String, Value> {
    let found = |path: &String| match at(row, path).as_slice() {
        [] => None,
        [one] => Some((path.clone(), (*one).clone())),
        many => Some((path.clone(), many.iter().copied().cloned().collect())),
    };
    paths.iter().filter_map(found).collect()
}

/// The key that identifies an object of the resource: `id`, the parameter that its path ends in,
/// or another that says so.
pub(super) fn id_key<'a>(shaper: &Shaper<'a>, members: &Map<String, Value>) -> Option<&'a str> {
    let of_path = shaper.resource.actions.iter().find_map(|action| {
        let operation = shaper.catalog.operation(action.operation);
        let last = operation.path_parameters.last()?;
        let rest = operation.path.strip_prefix(shaper.resource.path.trim_end_matches('/'))?;
        (rest.trim_matches('/') == format!("{{{}}}", last.name)).then_some(last.name.as_str())
    });
    let keys = ["id"].into_iter().chain(of_path).chain(["uuid", "_id", "pk", "uid"]);
    let identifies = |key: &&str| members.get(*key).is_some_and(|id| flatten::scalar(id).is_some());
    keys.into_iter().find(identifies)
}

/// Picks columns from the rows themselves: what names them, their status, then the first others
/// that are short, those first that most rows have.
fn pick(rows: &[Cow<'_, Value>]) -> Vec<String> {
    let named = rows.iter().find_map(|row| flatten::name(row.as_object()?)).map(|(key, _)| key);
    // The text an API shows for an object is often one of its fields, which can be filtered by.
    let named = named.map(|named| {
        let says_it = |key: &&str| *key != named && repeats(rows, named, key);
        let shown = flatten::is_display(named).then(|| keys(rows).into_iter().find(says_it));
        shown.flatten().unwrap_or(named)
    });
    let mut picked: Vec<String> = named.map(str::to_owned).into_iter().collect();
    let is_given = |key: &&str| rows.iter().any(|row| cell_at(row, key) != Cell::Empty);
    picked.extend(["status", "state"].into_iter().find(is_given).map(str::to_owned));
    let mut sparse = Vec::new();
    let mut dense = Vec::new();
    for key in keys(rows) {
        if picked.iter().any(|other| other == key || repeats(rows, key, other)) {
            continue;
        }
        match n_short(rows, key) {
            Some(0) | None => {}
            Some(n) if n * 2 < rows.len() => sparse.push(key.to_owned()),
            Some(_) => dense.push(key.to_owned()),
        }
    }
    picked.extend(dense.into_iter().chain(sparse).take(N_OTHERS));
    picked
}

/// In how many rows a key has a value; `None` if the key is no column to show unasked.
fn n_short(rows: &[Cow<'_, Value>], key: &str) -> Option<usize> {
    if key.starts_with('_') {
        return None;
    }
    let mut n = 0;
    for value in rows.iter().filter_map(|row| row.get(key)) {
        match flatten::cell(value) {
            Cell::Empty => {}
            Cell::Text(text) if is_short(&text) && !flatten::is_link(key, value) => n += 1,
            Cell::Text(_) | Cell::Json(_) => return None,
        }
    }
    Some(n)
}

/// Whether a text is short and no point in time, which seldom tells rows apart.
pub(super) fn is_short(text: &str) -> bool {
    let is_time = text.len() >= 19 && text.as_bytes()[10] == b'T' && text.as_bytes()[13] == b':';
    text.len() <= MAX_CELL_BYTES && !text.contains(quote::breaks_lines) && !is_time
}

/// Whether a column says in every row what another one says.
fn repeats(rows: &[Cow<'_, Value>], key: &str, other: &str) -> bool {
    rows.iter().all(|row| row.get(key).is_none_or(|value| row.get(other) == Some(value)))
}

/// The keys of the rows, in the order they first occur.
fn keys<'v>(rows: &'v [Cow<'_, Value>]) -> Vec<&'v str> {
    let mut seen = BTreeSet::new();
    let keys = rows.iter().filter_map(|row| row.as_object()).flat_map(Map::keys);
    keys.map(String::as_str).filter(|key| seen.insert(*key)).collect()
}

/// Whether a field exists: some row has it, or the catalog says that rows can.
pub(super) fn is_known(shaper: &Shaper<'_>, rows: &[Cow<'_, Value>], path: &str) -> bool {
    rows.iter().any(|row| !at(row, path).is_empty())
        || answered(shaper).is_some_and(|ty| has_field(shaper.catalog.types(), ty, path, 0))
}

fn has_field(types: &Types, ty: TypeId, path: &str, depth: usize) -> bool {
    let go_on = |ty| depth < MAX_DEPTH && has_field(types, ty, path, depth + 1);
    match &types.get(ty).shape {
        Shape::Any | Shape::Map(_) => true,
        Shape::Array { items, length: _ } => go_on(*items),
        Shape::Union(variants) => variants.iter().any(|variant| go_on(*variant)),
        Shape::Reference(reference) => path == "id" || reference.attributes.is_some_and(go_on),
        Shape::Object(object) => {
            let field = |name: &str| object.fields.iter().find(|f| f.name == name && !f.write_only);
            field(path).is_some()
                || matches!(object.additional, Additional::Allowed(_))
                || splits(path).any(|(first, rest)| {
                    field(first).is_some_and(|field| has_field(types, field.ty, rest, depth + 1))
                })
        }
        Shape::Boolean
        | Shape::Integer(_)
        | Shape::Number(_)
        | Shape::String(_)
        | Shape::Enum(_) => false,
    }
}

/// Says that a field does not exist, and which ones are near.
pub(super) fn unknown(shaper: &Shaper<'_>, rows: &[Cow<'_, Value>], path: &str) -> String {
    let mut candidates: BTreeSet<String> = keys(rows).into_iter().map(str::to_owned).collect();
    if let Some(ty) = answered(shaper)
        && let Shape::Object(object) = &shaper.catalog.types().get(ty).shape
    {
        let readable = object.fields.iter().filter(|field| !field.write_only);
        candidates.extend(readable.map(|field| field.name.clone()));
    }
    for (first, _) in splits(path) {
        for members in rows.iter().flat_map(|row| at(row, first)).filter_map(Value::as_object) {
            candidates.extend(members.keys().map(|key| format!("{first}.{key}")));
        }
    }
    let near = suggest::did_you_mean(path, candidates.iter().map(String::as_str));
    format!("no field {}{near}", quote::word(path))
}

/// The type of the values that the operation answers.
fn answered(shaper: &Shaper<'_>) -> Option<TypeId> {
    match shaper.operation.answer.kind {
        AnswerKind::One { ty } | AnswerKind::List { item: ty, .. } => Some(ty),
        AnswerKind::Empty | AnswerKind::Other { .. } => None,
    }
}

/// Every way to divide a path at one of its dots.
fn splits(path: &str) -> impl Iterator<Item = (&str, &str)> {
    path.match_indices('.').map(|(dot, _)| (&path[..dot], &path[dot + 1..]))
}

/// How many columns are picked beside what names a row and its status.
const N_OTHERS: usize = 6;

/// A longer value is no column unless it is asked for.
const MAX_CELL_BYTES: usize = 80;

/// Types may refer to themselves; no field is found deeper than this.
const MAX_DEPTH: usize = 16;
