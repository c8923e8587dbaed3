//! The options of a call: what is asked of this server rather than of the API.

use serde_json::Value;
use serde_json::value::RawValue;

use super::{CallError, Members};
use crate::resolve::quoted;
use crate::shape::{Condition, Format, Reducers};
use crate::suggest;

/// The options of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// The fields to show, as dotted paths.
    pub fields: Option<Vec<String>>,
    /// How many rows of a list to show.
    pub limit: Option<u64>,
    /// Where to go on with a list.
    pub cursor: Option<String>,
    /// The form of the answer.
    pub format: Format,
    /// What is told of the rows of a list in place of them.
    pub reducers: Reducers,
    /// Whether a write is only told: what it would do.
    pub dry_run: bool,
    /// How many objects the caller expects to be written.
    pub expect: Option<u64>,
    /// What an object was when the caller read it, where it is to be written only as long as it is
    /// that: its entity tag, or the field that the tag is made of.
    pub if_match: Option<String>,
    /// Why the call is made, for the API's own log of changes.
    pub reason: Option<String>,
}

impl Options {
    /// The names of the options.
    pub const NAMES: [&str; 12] = [
        "fields", "limit", "cursor", "format", "count", "count_by", "sum", "where", "dry_run",
        "expect", "if_match", "reason",
    ];

    /// Reads options, none of which may be unknown.
    ///
    /// # Errors
    ///
    /// Fails at the first option that is unknown or has a wrong value.
    pub fn read(members: Members) -> Result<Self, CallError> {
        let mut options = Self::default();
        for (name, value) in members {
            match name.as_str() {
                _ if value.get() == "null" && Self::NAMES.contains(&name.as_str()) => {}
                "fields" => options.fields = Some(fields(&value, "options.fields", MAX_FIELDS)?),
                "limit" => options.limit = Some(limit(&value)?),
                "cursor" => options.cursor = Some(cursor(&value)?),
                "format" => options.format = format(&value)?,
                "count" => options.reducers.count = is_set(&value, "options.count")?,
                "count_by" => {
                    options.reducers.count_by = fields(&value, "options.count_by", MAX_REDUCED)?;
                }
                "sum" => options.reducers.sum = fields(&value, "options.sum", MAX_REDUCED)?,
                "where" => options.reducers.conditions = conditions(&value)?,
                "dry_run" => options.dry_run = is_set(&value, "options.dry_run")?,
                "expect" => options.expect = Some(expect(&value)?),
                "if_match" => options.if_match = Some(if_match(&value)?),
                "reason" => options.reason = Some(reason(&value, "options.reason")?),
                _ => {
                    let question = suggest::did_you_mean(&name, Self::NAMES);
                    let name = quoted(&name);
                    return Err(CallError::UnknownOption { name, question });
                }
            }
        }
        Ok(options)
    }
}

/// Reads a list of names, or names with commas between.
fn fields(value: &RawValue, place: &'static str, most: usize) -> Result<Vec<String>, CallError> {
    let wrong = || CallError::wrong_type(place, "a list of field names");
    let names: Vec<String> = match parse(value) {
        Value::String(names) => names.split(',').map(str::to_owned).collect(),
        Value::Array(names) => names
            .into_iter()
            .map(|name| match name {
                Value::String(name) => Ok(name),
                _ => Err(wrong()),
            })
            .collect::<Result<_, _>>()?,
        _ => return Err(wrong()),
    };
    let names: Vec<String> = names.iter().map(|name| name.trim().to_owned()).collect();
    let is_wrong = |name: &String| name.is_empty() || name.len() > MAX_PATH_BYTES;
    if names.is_empty() || names.iter().any(is_wrong) {
        return Err(wrong());
    }
    if names.len() > most {
        return Err(CallError::TooMany { place, most });
    }
    Ok(names)
}

/// Reads an option that is `true` or left out.
pub(crate) fn is_set(value: &RawValue, place: &'static str) -> Result<bool, CallError> {
    match parse(value) {
        Value::Bool(is_set) => Ok(is_set),
        _ => Err(CallError::wrong_type(place, "true")),
    }
}

/// Reads conditions: an object, or one in a string.
fn conditions(value: &RawValue) -> Result<Vec<Condition>, CallError> {
    let mut value = parse(value);
    if let Value::String(text) = &value {
        value = serde_json::from_str(text).unwrap_or_default();
    }
    let Value::Object(members) = value else {
        return Err(CallError::wrong_type("options.where", "an object of paths and values"));
    };
    if members.len() > MAX_REDUCED {
        return Err(CallError::TooMany { place: "options.where", most: MAX_REDUCED });
    }
    let condition = |(key, value): (String, Value)| {
        Condition::read(&key, value)
            .map_err(|problem| CallError::WrongCondition { name: quoted(&key), problem })
    };
    members.into_iter().map(condition).collect()
}

fn limit(value: &RawValue) -> Result<u64, CallError> {
    number(value)
        .filter(|limit| *limit > 0)
        .ok_or_else(|| CallError::wrong_type("options.limit", "a number of rows, at least 1"))
}

fn expect(value: &RawValue) -> Result<u64, CallError> {
    number(value).ok_or_else(|| CallError::wrong_type("options.expect", "a number of objects"))
}

fn if_match(value: &RawValue) -> Result<String, CallError> {
    match parse(value) {
        Value::String(tag) if !tag.is_empty() && tag.bytes().all(is_of_tag) => Ok(tag),
        _ => Err(CallError::wrong_type("options.if_match", "what a read of the object showed")),
    }
}

/// Whether a byte may stand in an entity tag (RFC 9110, section 8.8.3).
const fn is_of_tag(byte: u8) -> bool {
    byte.is_ascii_graphic() || byte == b' '
}

/// Reads why something is done: a text of one line.
pub(crate) fn reason(value: &RawValue, place: &'static str) -> Result<String, CallError> {
    match parse(value) {
        Value::String(text) => {
            let is_gap = |c: char| c.is_whitespace() || c.is_control();
            let words = text.split(is_gap).filter(|word| !word.is_empty());
            Ok(words.collect::<Vec<_>>().join(" "))
        }
        _ => Err(CallError::wrong_type(place, "a text")),
    }
}

fn number(value: &RawValue) -> Option<u64> {
    match parse(value) {
        Value::Number(number) => number.as_u64(),
        Value::String(number) => number.trim().parse().ok(),
        _ => None,
    }
}

fn cursor(value: &RawValue) -> Result<String, CallError> {
    match parse(value) {
        Value::String(cursor) => Ok(cursor),
        _ => Err(CallError::wrong_type("options.cursor", "the cursor text of an earlier answer")),
    }
}

fn format(value: &RawValue) -> Result<Format, CallError> {
    match parse(value).as_str() {
        Some("auto") => Ok(Format::Auto),
        Some("json") => Ok(Format::Json),
        Some("raw") => Ok(Format::Raw),
        _ => Err(CallError::wrong_type("options.format", "\"auto\", \"json\" or \"raw\"")),
    }
}

/// Parses an option; text that is no value (a lone surrogate, a number out of range) reads as
/// `null`, which every option but a missing one refuses.
fn parse(value: &RawValue) -> Value {
    serde_json::from_str(value.get()).unwrap_or_default()
}

/// So many fields are shown at once: more than any object of a known API has.
const MAX_FIELDS: usize = 500;

/// So many conditions, or paths to count by or to add up, are looked at in every row.
const MAX_REDUCED: usize = 20;

/// A longer text is no path.
const MAX_PATH_BYTES: usize = 256;
