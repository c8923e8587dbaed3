//! Calls of one kind as one bulk request, where the API has one.

use std::ops::Range;

use serde_json::Value;
use serde_json::value::RawValue;

use super::super::perform::{Context, known_faults};
use super::super::understand::{Asked, UnderstoodCall};
use crate::access::Standing;
use crate::call::{ITEMS, Members, Options};
use crate::catalog::{Catalog, Form, Operation};
use crate::names;
use crate::resolve::{self, Resolved};

/// Calls that are one request, told by their places among the calls that were folded.
#[derive(Debug)]
pub(super) struct Chunk<'a> {
    pub(super) rows: Range<usize>,
    pub(super) call: UnderstoodCall<'a>,
}

/// The action that does for many objects what this one does for one, if the caller may call it.
pub(super) fn bulk_of<'a>(asked: &Asked<'a>, resolved: &Resolved<'a>) -> Option<Resolved<'a>> {
    let name = match resolved.action.name.as_str() {
        "create" => "bulk_create",
        "update" => "bulk_update",
        "replace" => "bulk_replace",
        "delete" => "bulk_delete",
        _ => return None,
    };
    let mut actions = resolve::actions(asked.catalog, asked.access, resolved.id);
    let bulk = actions.find(|bulk| bulk.action.name == name)?;
    let fits = bulk.standing == Standing::Granted
        && bulk.action.form == Form::Many
        && bulk.operation.path_parameters.is_empty();
    fits.then_some(bulk)
}

/// Folds calls of one action into calls of its bulk form, each with so many rows at the most; `None`
/// where they do not fit it.
pub(super) fn fold<'a>(
    context: Context<'a>,
    bulk: Resolved<'a>,
    calls: &[&UnderstoodCall<'a>],
    most: usize,
) -> Option<Vec<Chunk<'a>>> {
    let reason = &calls.first()?.options.reason;
    if calls.iter().any(|call| call.options.reason != *reason) {
        return None;
    }
    let items: Vec<String> = calls.iter().map(|call| item(call)).collect::<Option<_>>()?;
    let mut chunks = Vec::new();
    let mut start = 0;
    while start < items.len() {
        let end = start + n_fitting(context, &items[start..], most);
        let list = format!("[{}]", items[start..end].join(","));
        let mut params = Members::default();
        params.set(ITEMS.to_owned(), RawValue::from_string(list).ok()?);
        // What is folded was written row by row: nobody has to count it.
        let options = Options {
            dry_run: calls[start].options.dry_run,
            expect: Some((end - start) as u64),
            reason: reason.clone(),
            ..Options::default()
        };
        let call = UnderstoodCall { resolved: bulk, params, options, from: None };
        if known_faults(context, &call).is_some() {
            return None;
        }
        chunks.push(Chunk { rows: start..end, call });
        start = end;
    }
    Some(chunks)
}

/// Gives the rows of a bulk answer to the calls that they are about: by the id or the name where the
/// calls have one, since an API may answer in an order of its own, and by their order otherwise.
pub(super) fn rows_of(
    catalog: &Catalog,
    calls: &[&UnderstoodCall<'_>],
    answer: Option<&RawValue>,
) -> Vec<Option<Box<RawValue>>> {
    let answered: Option<Vec<Box<RawValue>>> =
        answer.and_then(|answer| serde_json::from_str(answer.get()).ok());
    let Some(answered) = answered else { return calls.iter().map(|_| None).collect() };
    let ids: Option<Vec<Value>> = calls.iter().map(|call| id(&call.params)).collect();
    if let Some(ids) = ids {
        let read = answered.iter().map(|row| serde_json::from_str(row.get()).unwrap_or_default());
        let known: Vec<Value> = read.collect();
        let of = |(call, id): (&&UnderstoodCall<'_>, Value)| {
            let resource = call.resolved.resource;
            let is_it = |row: &Value| match &id {
                Value::String(text) if text.parse().is_ok_and(|id: u64| row["id"] == id) => true,
                id => row["id"] == *id || names::is_exactly(catalog, resource, id, row),
            };
            Some(answered[known.iter().position(is_it)?].clone())
        };
        return calls.iter().zip(ids).map(of).collect();
    }
    if answered.len() != calls.len() {
        return calls.iter().map(|_| None).collect();
    }
    answered.into_iter().map(Some).collect()
}

/// How many of these items one request takes: one at least.
fn n_fitting(context: Context<'_>, items: &[String], most: usize) -> usize {
    let mut n_bytes = 2;
    let fits = |item: &&String| {
        n_bytes += item.len() + 1;
        n_bytes <= context.settings.max_body_bytes
    };
    items.iter().take(most.max(1)).take_while(fits).count().max(1)
}

/// A call as an item of a bulk form: its fields and its key, none of which is a parameter of the
/// query or a header.
fn item(call: &UnderstoodCall<'_>) -> Option<String> {
    let operation = call.resolved.operation;
    let is_plain = |name: &str| {
        let places = ["path.", "query.", "body."];
        name != ITEMS
            && name != "body"
            && !places.iter().any(|place| name.starts_with(place))
            && !is_beside_body(operation, name)
    };
    let options = Options { fields: None, dry_run: false, reason: None, ..call.options.clone() };
    if options != Options::default() || !call.params.iter().all(|(name, _)| is_plain(name)) {
        return None;
    }
    serde_json::to_string(&call.params).ok()
}

fn is_beside_body(operation: &Operation, name: &str) -> bool {
    let mut parameters = operation.query.iter().chain(&operation.headers);
    parameters.any(|parameter| parameter.name == name)
}

/// The id in parameters, or the name in its place.
fn id(members: &Members) -> Option<Value> {
    serde_json::from_str(members.get("id")?.get()).ok()
}
