//! Values of words that the users of an API made up, against what the API says of each word.
//!
//! Nothing is refused here that the API might take: what cannot be told for sure passes.

use serde_json::{Number, Value};

use super::scalar;
use super::value::shown;
use crate::catalog::{Bounds, Rules, Takes, Vocabulary};
use crate::names::is_digits;
use crate::shape;

mod iso8601;
mod pattern;

/// A word, as its row of the vocabulary says it.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub(crate) name: String,
    pub(crate) is_required: bool,
    /// What it takes, where that is known.
    pub(crate) takes: Option<Takes>,
    /// The value that stands where none is given.
    pub(crate) default: Value,
    /// The kind of the objects that it takes.
    pub(crate) refers: Option<String>,
    /// The id of what holds its choices.
    pub(crate) held_in: Option<String>,
    /// Its choices, where all of them are known.
    pub(crate) choices: Option<Vec<String>>,
    bounds: Bounds,
    pattern: Option<String>,
}

impl Word {
    /// Reads a row of the vocabulary.
    pub(crate) fn of(vocabulary: &Vocabulary, row: &Value) -> Option<Self> {
        let no_rules = Rules::default();
        let rules = vocabulary.rules.as_ref().unwrap_or(&no_rules);
        let field = |name: &Option<String>| name.as_ref().and_then(|name| row.get(name));
        let text = |name: &Option<String>| match field(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Object(choice) => choice.get("value")?.as_str().map(str::to_owned),
            _ => None,
        };
        let number = |name: &Option<String>| match field(name)? {
            Value::Number(number) => Some(number.clone()),
            Value::String(text) => scalar::number(text, false),
            _ => None,
        };
        let is_set = |name: &Option<String>| field(name) == Some(&Value::Bool(true));
        let held_in = vocabulary.choices.as_ref().and_then(|it| row.get(&it.field)?.get("id"));
        Some(Self {
            name: row.get(&vocabulary.name)?.as_str()?.to_owned(),
            is_required: is_set(&vocabulary.required),
            takes: text(&vocabulary.ty).and_then(|ty| rules.types.get(&ty).copied()),
            default: field(&rules.default).cloned().unwrap_or_default(),
            refers: text(&rules.refers),
            held_in: held_in.map(Value::to_string),
            choices: None,
            bounds: Bounds {
                min: number(&rules.minimum),
                max: number(&rules.maximum),
                ..Bounds::default()
            },
            pattern: text(&rules.pattern).filter(|pattern| !pattern.is_empty()),
        })
    }

    /// Whether it takes choices.
    pub(crate) fn has_choices(&self) -> bool {
        matches!(self.takes, Some(Takes::Choice | Takes::Choices))
    }

    /// What is wrong with a value.
    pub(crate) fn problem(&self, value: &Value) -> Option<String> {
        if is_no_value(value) {
            return self.is_required.then(|| "required, must not be empty".to_owned());
        }
        let expected = |what: &str| Some(format!("expected {what}, not {}", shown(value)));
        match (self.takes?, value) {
            (Takes::Text, Value::String(text)) => self.unlike(text),
            // An API may write an address otherwise than it was given before it looks at it.
            (Takes::Url, Value::String(text)) => {
                self.unlike(text).filter(|_| text.starts_with("https://"))
            }
            (Takes::Text | Takes::Url, _) => expected("text"),
            (Takes::Integer, Value::Number(number)) if is_integer(number) => {
                scalar::out_of_bounds(&self.bounds, number)
            }
            (Takes::Integer, Value::Number(number)) if is_large(number) => None,
            (Takes::Integer, _) => expected("int"),
            (Takes::Number, Value::Number(number)) => scalar::out_of_bounds(&self.bounds, number),
            (Takes::Number, Value::Bool(_)) => None,
            (Takes::Number, Value::String(text)) if self.is_bounded() || !is_number(text) => {
                expected("number")
            }
            (Takes::Number, Value::String(_)) => None,
            (Takes::Number, _) => expected("number"),
            (Takes::Boolean, Value::Bool(_)) => None,
            (Takes::Boolean, Value::Number(number)) if is_bit(number) => None,
            (Takes::Boolean, _) => expected("true or false"),
            (Takes::Date, Value::String(text)) if iso8601::is_no_date(text) => {
                expected("a date such as 2026-01-31")
            }
            (Takes::Datetime, Value::String(text)) if iso8601::is_no_datetime(text) => {
                expected("a time such as 2026-01-31T09:30:00")
            }
            (Takes::Date | Takes::Datetime, Value::String(_)) => None,
            (Takes::Date | Takes::Datetime, _) => expected("text"),
            (Takes::Choice, Value::String(_)) => self.none_of(value),
            (Takes::Choice, _) => expected("the value of a choice"),
            (Takes::Choices, Value::Array(values)) => {
                let is_other = |it: &&Value| !it.is_string();
                let other = values.iter().find(is_other).map(|it| {
                    format!("expected a list of the values of choices, not of {}", shown(it))
                });
                other.or_else(|| values.iter().find_map(|value| self.none_of(value)))
            }
            (Takes::Choices, _) => expected("a list"),
            (Takes::Object, value) => self.no_reference(value),
            (Takes::Objects, Value::Array(values)) => {
                values.iter().find_map(|value| self.no_reference(value))
            }
            (Takes::Objects, _) => expected("a list"),
        }
    }

    /// The objects that a value refers to, as they are looked up.
    pub(crate) fn references(&self, value: &Value) -> Vec<Value> {
        let values = match (self.takes, value) {
            (Some(Takes::Object), value) => std::slice::from_ref(value),
            (Some(Takes::Objects), Value::Array(values)) => values,
            _ => return Vec::new(),
        };
        let by_id =
            |id: &Value| Value::Object([("id".to_owned(), id.clone())].into_iter().collect());
        let reference = |value: &Value| match value {
            Value::Number(_) => Some(by_id(value)),
            Value::String(text) if is_digits(text) => Some(by_id(value)),
            Value::Object(_) => Some(value.clone()),
            _ => None,
        };
        values.iter().filter_map(reference).collect()
    }

    /// Says that a text does not match, where that can be told.
    fn unlike(&self, text: &str) -> Option<String> {
        let pattern = self.pattern.as_ref()?;
        pattern::is_unlike(pattern, text).then(|| {
            let (value, pattern) = (shown(&Value::from(text)), shape::cell(pattern));
            format!("{value} does not match {pattern}")
        })
    }

    const fn is_bounded(&self) -> bool {
        self.bounds.min.is_some() || self.bounds.max.is_some()
    }

    fn none_of(&self, value: &Value) -> Option<String> {
        let choices = self.choices.as_ref()?;
        let choices: Vec<Value> = choices.iter().map(|it| Value::from(it.as_str())).collect();
        (!choices.contains(value)).then(|| scalar::no_choice(&choices, value))
    }

    fn no_reference(&self, value: &Value) -> Option<String> {
        let is_one = match value {
            Value::Number(_) | Value::Object(_) | Value::Bool(_) => true,
            Value::String(text) => text.trim().parse::<i64>().is_ok(),
            Value::Null | Value::Array(_) => false,
        };
        let kind = self.refers.as_deref().unwrap_or("object");
        let kind = kind.rsplit('.').next().unwrap_or_default();
        (!is_one).then(|| {
            format!(
                "expected the id of a {kind} or an object of its attributes, not {}",
                shown(value)
            )
        })
    }
}

/// Whether a value stands for none.
pub(crate) fn is_no_value(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

fn is_integer(number: &Number) -> bool {
    number.is_i64() || number.is_u64()
}

/// Whether a number may be an integer that was too large to be read as one.
fn is_large(number: &Number) -> bool {
    number.as_f64().is_some_and(|number| number.abs() >= 9e18)
}

fn is_bit(number: &Number) -> bool {
    number.as_f64().is_some_and(|number| number == 0.0 || number == 1.0)
}

/// Whether a text may be a number, also one of the forms that few write.
fn is_number(text: &str) -> bool {
    let text = text.trim().replace('_', "");
    text.parse::<f64>().is_ok() || text.to_ascii_lowercase().contains("nan")
}
