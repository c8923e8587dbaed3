//! Conditions on rows: a path, a lookup, and the values it may have.

use std::cmp::Ordering;

use regex::{Regex, RegexBuilder};
use serde_json::Value;

use crate::shape::{columns, flatten};

/// One condition of `where`: what stands at a path has to be one of these values, or to compare with
/// one of them as the lookup says.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The dotted path.
    pub path: String,
    test: Test,
    /// The key and the value, as they are written.
    written: (String, Value),
}

#[derive(Clone, Debug)]
enum Test {
    Is(Vec<Value>),
    Not(Vec<Value>),
    Text(fn(&str, &str) -> bool, Vec<String>),
    Order(fn(Ordering) -> bool, Vec<Value>),
    Regex(Vec<Regex>),
    Empty(bool),
}

impl Condition {
    /// The lookups that may stand behind a path and `__`.
    pub const LOOKUPS: [&str; 10] =
        ["n", "ic", "isw", "iew", "lt", "lte", "gt", "gte", "regex", "empty"];

    /// Reads a condition as it is written: `status`, `site.name__ic`, and a value or a list of them.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the lookup or with its value.
    pub fn read(key: &str, value: Value) -> Result<Self, String> {
        let written = (key.to_owned(), value.clone());
        let (path, lookup) = key.rsplit_once("__").unwrap_or((key, ""));
        let values = match value {
            Value::Array(values) => values,
            value => vec![value],
        };
        if path.len() > MAX_PATH_BYTES {
            return Err("has too long a path".to_owned());
        }
        let most = if lookup == "regex" { MAX_PATTERNS } else { MAX_VALUES };
        if values.len() > most {
            return Err(format!("takes at most {most} values"));
        }
        let texts = || values.iter().map(|value| text(value).to_lowercase()).collect();
        let test = match lookup {
            "" => Test::Is(values),
            "n" => Test::Not(values),
            "ic" => Test::Text(|value, part| value.contains(part), texts()),
            "isw" => Test::Text(|value, part| value.starts_with(part), texts()),
            "iew" => Test::Text(|value, part| value.ends_with(part), texts()),
            "lt" => Test::Order(|order| order.is_lt(), values),
            "lte" => Test::Order(|order| order.is_le(), values),
            "gt" => Test::Order(|order| order.is_gt(), values),
            "gte" => Test::Order(|order| order.is_ge(), values),
            "regex" => Test::Regex(values.iter().map(pattern).collect::<Result<_, _>>()?),
            "empty" => match values.as_slice() {
                [Value::Bool(is_empty)] => Test::Empty(*is_empty),
                _ => return Err("must be true or false".to_owned()),
            },
            _ => return Err(format!("no such lookup (there are __{})", Self::LOOKUPS.join(" __"))),
        };
        Ok(Self { path: path.to_owned(), test, written })
    }

    /// Whether a row meets the condition.
    pub(crate) fn is_met(&self, row: &Value) -> bool {
        let found: Vec<&Value> =
            columns::at(row, &self.path).into_iter().flat_map(elements).collect();
        let is_one_of = |values: &[Value]| match found.as_slice() {
            [] => values.iter().any(is_nothing),
            found => found.iter().any(|it| values.iter().any(|value| is(it, value))),
        };
        match &self.test {
            Test::Is(values) => is_one_of(values),
            Test::Not(values) => !is_one_of(values),
            Test::Text(compares, parts) => found.iter().flat_map(|it| says(it)).any(|said| {
                let said = text(said).to_lowercase();
                parts.iter().any(|part| compares(&said, part))
            }),
            Test::Order(is_so, values) => found.iter().any(|it| {
                let said = flatten_one(it);
                let compared = |value| compare(said?, value).map(is_so);
                values.iter().any(|value| compared(value) == Some(true))
            }),
            Test::Regex(patterns) => found.iter().flat_map(|it| says(it)).any(|said| {
                let said = text(said);
                patterns.iter().any(|pattern| pattern.is_match(&said))
            }),
            Test::Empty(is_empty) => found.iter().all(|it| is_nothing(it)) == *is_empty,
        }
    }
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl Eq for Condition {}

/// The elements of a list, or the value itself.
fn elements(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(elements) => elements.iter().collect(),
        value => vec![value],
    }
}

/// What a value may be told by: itself; of a choice its value and label, of a reference its id and
/// its names.
fn says(value: &Value) -> Vec<&Value> {
    let Value::Object(members) = value else { return vec![value] };
    let tells = |(key, value): &(&String, &Value)| {
        flatten::is_identity(key) && flatten::scalar(value).is_some()
    };
    members.iter().filter(tells).map(|(_, value)| value).collect()
}

fn flatten_one(value: &Value) -> Option<&Value> {
    match value {
        Value::Object(members) => flatten::identity(members),
        Value::Null => None,
        value => Some(value),
    }
}

/// Whether what was found is what was asked for.
fn is(found: &Value, asked: &Value) -> bool {
    if is_nothing(found) || is_nothing(asked) {
        return is_nothing(found) && is_nothing(asked);
    }
    says(found).into_iter().any(|said| compare(said, asked).is_some_and(|it| it.is_eq()))
}

/// Compares as numbers where both are numbers, else as text; points in time are written so that this
/// puts them in order.
fn compare(said: &Value, asked: &Value) -> Option<Ordering> {
    let (said, asked) = (text(said), text(asked));
    match (said.parse::<f64>(), asked.parse::<f64>()) {
        (Ok(said), Ok(asked)) => said.partial_cmp(&asked),
        _ => Some(said.cmp(&asked)),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn pattern(value: &Value) -> Result<Regex, String> {
    let text = text(value);
    let limited =
        RegexBuilder::new(&text).size_limit(MAX_REGEX_BYTES).nest_limit(MAX_NESTED).build();
    let limited = limited.ok().filter(|_| text.len() <= MAX_PATTERN_BYTES);
    limited.ok_or_else(|| "is no regular expression, or too large a one".to_owned())
}

/// Enough for patterns that a person writes. The time that a pattern takes in a row grows with its
/// size and with the length of what it is looked for in, and with nothing else.
const MAX_PATTERNS: usize = 8;
const MAX_PATTERN_BYTES: usize = 1000;
const MAX_REGEX_BYTES: usize = 128 * 1024;
const MAX_NESTED: u32 = 32;

/// So many values are compared with what every row has.
const MAX_VALUES: usize = 500;

/// A longer text is no path.
const MAX_PATH_BYTES: usize = 256;
