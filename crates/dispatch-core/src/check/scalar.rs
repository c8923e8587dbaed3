//! Limits and choices, the same for values in a body and for parameters.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde_json::{Number, Value};

use super::value::shown;
use crate::catalog::{Bounds, Length};
use crate::signature::literal;
use crate::suggest;

/// Says how a number breaks its limits.
pub(super) fn out_of_bounds(bounds: &Bounds, number: &Number) -> Option<String> {
    if let Some(min) = &bounds.min {
        let order = compare(number, min);
        if order == Ordering::Less {
            return Some(format!("{number} is less than the least, {min}"));
        }
        if order == Ordering::Equal && bounds.exclusive_min {
            return Some(format!("must be greater than {min}"));
        }
    }
    if let Some(max) = &bounds.max {
        let order = compare(number, max);
        if order == Ordering::Greater {
            return Some(format!("{number} is greater than the greatest, {max}"));
        }
        if order == Ordering::Equal && bounds.exclusive_max {
            return Some(format!("must be less than {max}"));
        }
    }
    None
}

/// Says how a string breaks its limits.
pub(super) fn wrong_length(length: &Length, text: &str) -> Option<String> {
    if length.min.is_none() && length.max.is_none() {
        return None;
    }
    let n_chars = text.chars().count() as u64;
    match (length.min, length.max) {
        (Some(1), _) if n_chars == 0 => Some("must not be empty".to_owned()),
        (Some(min), _) if n_chars < min => {
            Some(format!("has {n_chars} characters, at least {min} are needed"))
        }
        (_, Some(max)) if n_chars > max => {
            Some(format!("has {n_chars} characters, at most {max} are allowed"))
        }
        _ => None,
    }
}

/// Says how a list breaks its limits.
pub(super) fn wrong_count(length: &Length, n_elements: usize) -> Option<String> {
    let n_elements = n_elements as u64;
    match (length.min, length.max) {
        (Some(min), _) if n_elements < min => {
            Some(format!("has {n_elements} elements, at least {min} are needed"))
        }
        (_, Some(max)) if n_elements > max => {
            Some(format!("has {n_elements} elements, at most {max} are allowed"))
        }
        _ => None,
    }
}

/// Whether two values are the same; numbers are, however they are written.
pub(super) fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => compare(one, other) == Ordering::Equal,
        _ => one == other,
    }
}

/// Says which values are allowed instead of this one.
pub(super) fn no_choice(choices: &[Value], value: &Value) -> String {
    let allowed: Vec<String> = choices.iter().map(literal).collect();
    let wanted = literal(value);
    let names = || allowed.iter().map(String::as_str);
    if allowed.len() <= MAX_LISTED {
        let question = suggest::did_you_mean(&wanted, names());
        return format!("{} is none of {}{question}", shown(value), allowed.join(", "));
    }
    // Of many, those that begin alike and those that are written alike tell more than the first.
    let mut listed: Vec<&str> = names().filter(|name| name.starts_with(&wanted)).collect();
    listed.extend(suggest::nearest(&wanted, names(), MAX_NEAR));
    listed.extend(names());
    let mut seen = BTreeSet::new();
    listed.retain(|name| seen.insert(*name));
    listed.truncate(MAX_LISTED);
    format!("{} is none of {}, … {}{IN_ALL}", shown(value), listed.join(", "), allowed.len())
}

/// Reads a number that is written as text; an integer has digits only.
pub(super) fn number(text: &str, is_integer: bool) -> Option<Number> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits {
        let whole = text.parse::<i64>().map(Number::from);
        return whole
            .or_else(|_| text.parse::<u64>().map(Number::from))
            .ok()
            .or_else(|| Number::from_f64(text.parse().ok()?));
    }
    if is_integer { None } else { Number::from_f64(text.parse().ok()?) }
}

/// Compares numbers exactly where both are whole, and as floating point otherwise.
pub(super) fn compare(one: &Number, other: &Number) -> Ordering {
    match (one.as_i128(), other.as_i128()) {
        (Some(one), Some(other)) => one.cmp(&other),
        _ => {
            let (one, other) =
                (one.as_f64().unwrap_or(f64::NAN), other.as_f64().unwrap_or(f64::NAN));
            one.partial_cmp(&other).unwrap_or(Ordering::Equal)
        }
    }
}

/// What ends a text that lists some of the allowed values only, behind how many there are.
pub(crate) const IN_ALL: &str = " in all";

/// How many of them are there for being written much like the wrong one.
const MAX_NEAR: usize = 5;

/// How many allowed values a text lists.
const MAX_LISTED: usize = 12;
