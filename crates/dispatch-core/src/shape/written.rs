//! Writes: one line that says what was done, and what the API made of it.

use std::borrow::Cow;
use std::fmt;

use http::StatusCode;
use serde_json::{Map, Value};

use super::flatten::{self, Cell};
use super::list::{self, masked, plural};
use super::secrets::{MASK, Secrets};
use super::{Format, Page, Row, Sent, Shaper, columns, object, quote};
use crate::catalog::Method;

pub(super) fn one<R: Row>(
    shaper: &Shaper<'_>,
    status: StatusCode,
    answer: &R,
    sent: Sent<'_>,
) -> String {
    let verb = verb(shaper, status);
    if shaper.format != Format::Auto || verb.is_none() {
        return object::object(shaper, answer);
    }
    let secrets = Secrets::new(&shaper.resource.secrets);
    let value = masked(&secrets, answer);
    // An API may answer nothing for a secret, and what was sent would then be shown as differing.
    let body = sent.body.map(|body| masked(&secrets, body));
    let sent = Sent { body: body.as_deref(), ..sent };
    match (&*value, verb) {
        (Value::Object(members), Some(verb)) => {
            let mut line = format!("{} {}", deed(shaper, verb), subject(shaper, members));
            let shown = match (shaper.fields, verb) {
                (Some(_), _) => asked(shaper, &value),
                (None, Verb::Created) => computed(members, sent),
                (None, Verb::Updated | Verb::Deleted) => changed(members, sent),
            };
            if !shown.is_empty() {
                line.push_str(": ");
                line.push_str(&shown.join(" "));
            }
            line
        }
        (Value::Array(rows), Some(_)) => bulk(shaper, status, rows, sent),
        _ => done(shaper, sent),
    }
}

pub(super) fn done(shaper: &Shaper<'_>, sent: Sent<'_>) -> String {
    let resource = &shaper.resource.name;
    let Some(verb) = verb(shaper, StatusCode::NO_CONTENT) else {
        let id = sent.id.map(|id| format!(" {}", quote::word(id))).unwrap_or_default();
        return format!("{resource}{id}: {} done", shaper.action.name);
    };
    match (sent.id, sent.body) {
        (Some(id), _) => format!("{verb} {resource} {}", quote::word(id)),
        (None, Some(Value::Array(items))) => {
            let ids = ids(shaper, items);
            let ids = if ids.is_empty() { ids } else { format!(": {ids}") };
            format!("{verb} {} {}{ids}", items.len(), plural(shaper.resource))
        }
        (None, _) => format!("{verb} {resource}"),
    }
}

pub(super) fn bulk<R: Row>(
    shaper: &Shaper<'_>,
    status: StatusCode,
    rows: &[R],
    sent: Sent<'_>,
) -> String {
    if shaper.format != Format::Auto || shaper.fields.is_some() {
        let page = Page { first: 0, total: Some(rows.len() as u64), next: None };
        return list::list(shaper, rows, &page, &|_| None);
    }
    let secrets = Secrets::new(&shaper.resource.secrets);
    let values: Vec<Value> = rows.iter().map(|row| masked(&secrets, row).into_owned()).collect();
    let things = plural(shaper.resource);
    let mut line = match verb(shaper, status) {
        Some(verb) if is_of_resource(shaper) => format!("{verb} {} {things}", values.len()),
        Some(verb) => format!("{} {}", deed(shaper, verb), values.len()),
        None => format!("{} {}: {} done", values.len(), things, shaper.action.name),
    };
    if let Some(Value::Array(items)) = sent.body
        && items.len() != values.len()
    {
        line.push_str(&format!(" ({} were sent)", items.len()));
    }
    let ids = ids(shaper, &values);
    if !ids.is_empty() {
        line.push_str(": ");
        line.push_str(&ids);
    }
    let names: Vec<_> = values
        .iter()
        .filter_map(|value| flatten::name(value.as_object()?))
        .filter_map(|(_, name)| flatten::scalar(name))
        .map(|name| quote::word(&name).into_owned())
        .collect();
    let names = names.join(", ");
    if !names.is_empty() && names.len() <= MAX_NAMES_BYTES {
        line.push_str(&format!(" ({names})"));
    }
    line
}

/// What a write did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    Created,
    Updated,
    Deleted,
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
        })
    }
}

/// What a call did; `None` for an action of the API's own, whose answer is what was asked for.
fn verb(shaper: &Shaper<'_>, status: StatusCode) -> Option<Verb> {
    let action = shaper.action.name.as_str();
    match action.strip_prefix("bulk_").unwrap_or(action) {
        "create" => Some(Verb::Created),
        "update" | "replace" => Some(Verb::Updated),
        "delete" => Some(Verb::Deleted),
        _ if status == StatusCode::CREATED && shaper.operation.method == Method::Post => {
            Some(Verb::Created)
        }
        _ => None,
    }
}

/// What was done. An action of the API's own is named, as what it creates may be of another
/// resource.
fn deed(shaper: &Shaper<'_>, verb: Verb) -> String {
    if is_of_resource(shaper) {
        return verb.to_string();
    }
    format!("{} {} {verb}", shaper.resource.name, shaper.action.name)
}

fn is_of_resource(shaper: &Shaper<'_>) -> bool {
    let action = shaper.action.name.as_str();
    let action = action.strip_prefix("bulk_").unwrap_or(action);
    matches!(action, "create" | "update" | "replace" | "delete")
}

/// The object that was written: its resource, its id and its name.
fn subject(shaper: &Shaper<'_>, members: &Map<String, Value>) -> String {
    let mut words = Vec::new();
    if is_of_resource(shaper) {
        words.push(shaper.resource.name.clone());
    }
    let id = columns::id_key(shaper, members).and_then(|key| flatten::scalar(&members[key]));
    let name = flatten::name(members).and_then(|(_, name)| flatten::scalar(name));
    words.extend(id.map(|id| quote::word(&id).into_owned()));
    words.extend(name.map(|name| quote::cell(&name).into_owned()));
    words.join(" ")
}

/// The fields that the caller asked for.
fn asked(shaper: &Shaper<'_>, value: &Value) -> Vec<String> {
    let columns = columns::choose(shaper, &[Cow::Borrowed(value)]);
    let paths = columns.paths.iter();
    let shown = paths.map(|path| pair(path, &columns::cell_at(value, path)));
    shown.chain(columns.remarks.iter().map(|remark| format!("({remark})"))).collect()
}

/// What the API set beyond what was sent, or set otherwise.
fn computed(members: &Map<String, Value>, sent: Sent<'_>) -> Vec<String> {
    let name = flatten::name(members).map(|(key, _)| key);
    let mut shown = Vec::new();
    let mut n_more = 0;
    for (key, value) in members {
        if let Some(sent) = sent.body.and_then(|body| body.get(key)) {
            shown.extend(differing(key, sent, value));
            continue;
        }
        let says_nothing = key == "id"
            || Some(key.as_str()) == name
            || key.starts_with('_')
            || flatten::is_link(key, value)
            || flatten::repeats_name(members, key)
            || matches!(value, Value::Bool(false))
            || value.as_f64() == Some(0.0);
        match flatten::cell(value) {
            Cell::Text(text) if !says_nothing && columns::is_short(&text) => {
                if shown.len() < MAX_COMPUTED {
                    shown.push(pair(key, &Cell::Text(text)));
                } else {
                    n_more += 1;
                }
            }
            _ => {}
        }
    }
    if n_more > 0 {
        shown.push(format!("(and {n_more} more fields)"));
    }
    shown
}

/// The fields that were sent, as the API has them now.
fn changed(members: &Map<String, Value>, sent: Sent<'_>) -> Vec<String> {
    let Some(Value::Object(body)) = sent.body else { return Vec::new() };
    let shown = body.iter().filter(|(key, _)| *key != "id").filter_map(|(key, sent)| {
        let value = members.get(key)?;
        differing(key, sent, value).or_else(|| Some(pair(key, &flatten::cell(value))))
    });
    shown.collect()
}

/// A field that the API has otherwise than it was sent.
fn differing(key: &str, sent: &Value, got: &Value) -> Option<String> {
    if agrees(sent, got) {
        return None;
    }
    Some(format!("{} (sent {})", pair(key, &flatten::cell(got)), short(&flatten::cell(sent))))
}

/// Whether the API has what was sent, in whatever form: a choice is sent as its value, a reference
/// as its id or some of its attributes, and `null` and the empty string are the same nothing.
pub(crate) fn agrees(sent: &Value, got: &Value) -> bool {
    if sent == got || [sent, got].iter().any(|value| value.as_str() == Some(MASK)) {
        return true;
    }
    match (sent, got) {
        (Value::Array(sent), Value::Array(got)) => {
            sent.len() == got.len() && sent.iter().all(|s| got.iter().any(|g| agrees(s, g)))
        }
        (Value::Object(sent), Value::Object(got)) => {
            sent.iter().all(|(key, s)| got.get(key).is_none_or(|g| agrees(s, g)))
        }
        (_, Value::Object(got)) => {
            ["value", "id"].iter().any(|key| got.get(*key).is_some_and(|got| agrees(sent, got)))
        }
        _ => match (flatten::scalar(sent), flatten::scalar(got)) {
            (None, None) => flatten::cell(sent) == flatten::cell(got),
            (Some(sent), Some(got)) => {
                let number = |text: &str| text.parse::<f64>().ok();
                sent == got || number(&sent).is_some() && number(&sent) == number(&got)
            }
            _ => false,
        },
    }
}

fn pair(key: &str, cell: &Cell) -> String {
    format!("{}={}", quote::word(key), short(cell))
}

/// A cell as one word; a long text only by its length.
pub(super) fn short(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) | Cell::Json(text) if text.len() > MAX_VALUE_BYTES => {
            format!("({} bytes)", text.len())
        }
        _ => cell.word().into_owned(),
    }
}

/// The ids of objects, runs of whole numbers folded: `512-518,520`.
fn ids(shaper: &Shaper<'_>, values: &[Value]) -> String {
    let id = |value: &Value| match value {
        Value::Object(members) => {
            columns::id_key(shaper, members).and_then(|key| flatten::scalar(&members[key]))
        }
        _ => flatten::scalar(value),
    };
    fold(&values.iter().filter_map(id).collect::<Vec<_>>())
}

/// Folds runs of whole numbers.
pub(crate) fn fold(ids: &[String]) -> String {
    let number = |id: &String| id.parse::<u64>().ok();
    let mut runs: Vec<(&String, &String)> = Vec::new();
    for id in ids {
        match runs.last_mut() {
            Some((_, last)) if number(last).is_some_and(|n| number(id) == n.checked_add(1)) => {
                *last = id;
            }
            _ => runs.push((id, id)),
        }
    }
    let run = |(first, last): &(&String, &String)| {
        if first == last { quote::word(first).into_owned() } else { format!("{first}-{last}") }
    };
    runs.iter().map(run).collect::<Vec<_>>().join(",")
}

/// So many fields that were not sent are shown of a new object.
const MAX_COMPUTED: usize = 8;

/// A longer value is told by its length only.
const MAX_VALUE_BYTES: usize = 120;

/// Longer names of many objects are left to a list.
const MAX_NAMES_BYTES: usize = 300;
