//! The options of a call: what is asked of this server rather than of the API.

use serde_json::Value;
use serde_json::value::RawValue;

use super::{CallError, Members};
use crate::resolve::quoted;
use crate::shape::Format;
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
}

impl Options {
    /// The names of the options.
    pub const NAMES: [&str; 4] = ["fields", "limit", "cursor", "format"];

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
                "fields" => options.fields = Some(fields(&value)?),
                "limit" => options.limit = Some(limit(&value)?),
                "cursor" => options.cursor = Some(cursor(&value)?),
                "format" => options.format = format(&value)?,
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
fn fields(value: &RawValue) -> Result<Vec<String>, CallError> {
    let wrong = || CallError::wrong_type("options.fields", "a list of field names");
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
    if names.is_empty() || names.iter().any(String::is_empty) {
        return Err(wrong());
    }
    Ok(names)
}

fn limit(value: &RawValue) -> Result<u64, CallError> {
    let limit = match parse(value) {
        Value::Number(limit) => limit.as_u64(),
        Value::String(limit) => limit.trim().parse().ok(),
        _ => None,
    };
    limit
        .filter(|limit| *limit > 0)
        .ok_or_else(|| CallError::wrong_type("options.limit", "a number of rows, at least 1"))
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
