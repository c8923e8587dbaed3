//! The words of an error body, whatever its shape: by row, by field, or just said.
//!
//! Understood are maps from field to messages, lists of them by row, `{"message": ...}`,
//! `{"error": {...}}`, problem details (RFC 9457), JSON:API's `errors` with a `source`, and lists
//! of located messages (`loc` and `msg`, `pointer` and `detail`, `field` and `message`). Of any
//! other shape every scalar is shown by its path.

use serde_json::{Map, Value};

use super::super::{flatten, quote};

/// Something that was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words {
    /// The row it is about.
    pub(super) at: At,
    /// The field it is about, as a dotted path; empty if it is about the whole.
    pub(super) field: String,
    /// The message.
    pub(super) message: String,
}

/// The row of a bulk request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// None in particular.
    Nowhere,
    /// The item at this place of the request, counted from 0.
    Item(usize),
    /// The object with this id.
    Id(String),
}

impl Words {
    /// Finds the words of an error body. What was sent tells a field from a word for messages.
    pub(super) fn of(body: &Value, sent: Option<&Value>) -> Vec<Self> {
        let mut finder = Finder { sent, found: Vec::new() };
        match (body, sent) {
            // A list of errors, one for each item sent, empty where an item was right.
            (Value::Array(rows), Some(Value::Array(_))) if rows.iter().any(Value::is_object) => {
                for (n, row) in rows.iter().enumerate() {
                    finder.find(row, &At::Item(n), "", 0);
                }
            }
            _ => finder.find(body, &At::Nowhere, "", 0),
        }
        finder.found
    }
}

struct Finder<'a> {
    sent: Option<&'a Value>,
    found: Vec<Words>,
}

impl Finder<'_> {
    fn find(&mut self, value: &Value, at: &At, field: &str, depth: usize) {
        if self.found.len() >= MAX_WORDS {
            return;
        }
        match value {
            Value::Null => {}
            Value::String(_) | Value::Bool(_) | Value::Number(_) => {
                self.found.extend(flatten::scalar(value).map(|message| Words {
                    at: at.clone(),
                    field: field.to_owned(),
                    message,
                }));
            }
            _ if depth == MAX_DEPTH => self.found.push(Words {
                at: at.clone(),
                field: field.to_owned(),
                message: quote::json(value),
            }),
            Value::Array(elements) => {
                let n_objects = elements.iter().filter(|element| element.is_object()).count();
                for (n, element) in elements.iter().enumerate() {
                    match element {
                        Value::Object(members) if self.located(members, at, field, depth) => {}
                        Value::Object(_) if n_objects > 1 => {
                            self.find(element, at, &format!("{field}[{n}]"), depth + 1);
                        }
                        _ => self.find(element, at, field, depth + 1),
                    }
                }
            }
            Value::Object(members) => {
                for (key, member) in members {
                    if is_noise(key, member) {
                        continue;
                    }
                    let field = if self.is_about_the_whole(members, key, member) {
                        field.to_owned()
                    } else {
                        join(field, key)
                    };
                    self.find(member, at, &field, depth + 1);
                }
            }
        }
    }

    /// Reads an element of a list that says itself which row or field it is about.
    fn located(
        &mut self,
        members: &Map<String, Value>,
        at: &At,
        field: &str,
        depth: usize,
    ) -> bool {
        if let Some(errors) = members.get("errors") {
            let index = members.get("index").or_else(|| members.get("row"));
            let index = index.and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
            let id = members.get("id").and_then(flatten::scalar);
            let row = index.map(At::Item).or_else(|| id.map(At::Id));
            if let Some(row) = row {
                self.find(errors, &row, field, depth + 1);
                return true;
            }
        }
        let Some(place) = PLACES.iter().find_map(|key| place(members.get(*key)?)) else {
            return false;
        };
        let message = MESSAGES.iter().find_map(|key| members.get(*key)?.as_str());
        let Some(message) = message else { return false };
        let field = place.iter().fold(field.to_owned(), |field, part| join(&field, part));
        self.found.push(Words { at: at.clone(), field, message: message.to_owned() });
        true
    }

    /// Whether a key is only a word for messages, rather than the name of a field.
    fn is_about_the_whole(&self, members: &Map<String, Value>, key: &str, value: &Value) -> bool {
        let was_sent = self.sent.is_some_and(|sent| sent.get(key).is_some());
        if was_sent {
            return false;
        }
        match key {
            "__all__" | "non_field_errors" | "nonFieldErrors" | "detail" | "details" | "error"
            | "errors" | "message" | "messages" | "error_description" => true,
            "title" | "description" | "reason" => {
                let speaks = ["status", "type", "detail", "code", "message", "error"];
                value.is_string() && speaks.iter().any(|other| members.contains_key(*other))
            }
            _ => false,
        }
    }
}

/// Whether a member says nothing that helps: the status again, links, versions, ids of requests.
fn is_noise(key: &str, value: &Value) -> bool {
    let is_status = matches!(key, "status" | "statusCode" | "status_code" | "code");
    let is_page =
        value.as_str().is_some_and(|text| text.starts_with("http") || text == "about:blank");
    is_status
        && (value.is_number() || value.as_str().is_some_and(|text| text.parse::<u16>().is_ok()))
        || matches!(key, "type" | "help" | "more_info") && is_page
        || matches!(key, "timestamp" | "request_id" | "requestId" | "trace_id" | "traceId")
        || key.ends_with("_version")
        || flatten::is_link(key, value)
}

/// The parts of the place that a located message names.
fn place(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) if text.contains('/') => {
            let parts = text.trim_start_matches('#').split('/').filter(|part| !part.is_empty());
            Some(parts.map(|part| part.replace("~1", "/").replace("~0", "~")).collect())
        }
        Value::String(text) if !text.is_empty() => Some(vec![text.clone()]),
        Value::Array(parts) => {
            let parts: Vec<String> = parts.iter().filter_map(flatten::scalar).collect();
            let starts_outside =
                matches!(parts.first().map(String::as_str), Some("body" | "query"));
            Some(parts.into_iter().skip(usize::from(starts_outside)).collect())
        }
        Value::Object(source) => {
            ["pointer", "parameter"].iter().find_map(|key| place(source.get(*key)?))
        }
        _ => None,
    }
}

/// A field below another; a number is the place of an element.
fn join(field: &str, key: &str) -> String {
    if !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit()) {
        return format!("{field}[{key}]");
    }
    let key = quote::word(key);
    if field.is_empty() { key.into_owned() } else { format!("{field}.{key}") }
}

/// Keys that say which field a message is about.
const PLACES: [&str; 11] = [
    "field",
    "loc",
    "pointer",
    "source",
    "param",
    "parameter",
    "property",
    "propertyPath",
    "path",
    "attribute",
    "name",
];

/// Keys of the message itself, the most telling first.
const MESSAGES: [&str; 8] =
    ["message", "msg", "detail", "reason", "description", "title", "error", "code"];

/// As many are kept; far fewer are shown.
const MAX_WORDS: usize = 2000;

/// Deeper parts of an error are shown as JSON.
const MAX_DEPTH: usize = 8;
