//! The `__` lookups.

use serde_json::Value;

use super::{Class, Matcher, is_same_net};
use crate::{clock::date_time, python};

/// How a filter compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lookup {
    Exact,
    Not,
    Any,
    Contains(bool),
    Starts(bool),
    Ends(bool),
    Same(bool),
    Empty,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Regex,
}

impl Lookup {
    pub(super) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "n" => Self::Not,
            "any" => Self::Any,
            "ic" => Self::Contains(true),
            "nic" => Self::Contains(false),
            "isw" => Self::Starts(true),
            "nisw" => Self::Starts(false),
            "iew" => Self::Ends(true),
            "niew" => Self::Ends(false),
            "ie" => Self::Same(true),
            "nie" => Self::Same(false),
            "empty" => Self::Empty,
            "lt" => Self::Less,
            "lte" => Self::LessOrEqual,
            "gt" => Self::Greater,
            "gte" => Self::GreaterOrEqual,
            "regex" | "iregex" => Self::Regex,
            _ => return None,
        })
    }

    /// Whether NetBox has this lookup for a filter. Where it has not, the parameter is unknown.
    pub(super) const fn is_for(self, matcher: Matcher) -> bool {
        if matches!(self, Self::Exact) {
            return true;
        }
        match matcher {
            Matcher::Values(_, Class::Number | Class::Date) => matches!(
                self,
                Self::Not
                    | Self::Empty
                    | Self::Less
                    | Self::LessOrEqual
                    | Self::Greater
                    | Self::GreaterOrEqual
            ),
            Matcher::Values(_, Class::Boolean) | Matcher::Presence(_) | Matcher::Search => false,
            Matcher::Values(..) => !matches!(
                self,
                Self::Any | Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual
            ),
            Matcher::Targets(..) | Matcher::Rule(_) | Matcher::CustomField => {
                matches!(self, Self::Not)
            }
            Matcher::Tags(_) => matches!(self, Self::Not | Self::Any),
        }
    }

    /// Whether it passes what matches none of the texts.
    pub(super) const fn negates(self) -> bool {
        matches!(
            self,
            Self::Not
                | Self::Contains(false)
                | Self::Starts(false)
                | Self::Ends(false)
                | Self::Same(false)
        )
    }

    /// Compares the values at the end of a path with the texts of a filter.
    pub(super) fn compare(self, class: Class, values: &[Value], texts: &[String]) -> bool {
        if self == Self::Empty {
            let Some(wanted) = texts.last().and_then(|text| boolean(text)) else { return true };
            return values.iter().all(|value| value.is_null() || value == "") == wanted;
        }
        if matches!(class, Class::Boolean) {
            let Some(wanted) = texts.last().and_then(|text| boolean(text)) else { return true };
            return values.iter().any(|value| *value == Value::Bool(wanted));
        }
        let any =
            texts.iter().any(|text| values.iter().any(|value| self.is_match(class, value, text)));
        any != self.negates()
    }

    fn is_match(self, class: Class, value: &Value, text: &str) -> bool {
        if text == "null" && matches!(class, Class::Choice(_)) {
            return value.is_null() || value == "";
        }
        if value.is_null() {
            return false;
        }
        let stored = python::str(value);
        match class {
            Class::Number => match (value.as_f64(), text.parse::<f64>()) {
                (Some(stored), Ok(wanted)) => self.orders(stored.total_cmp(&wanted)),
                _ => false,
            },
            Class::Date => {
                let wanted = date_time(text).unwrap_or_default();
                let stored =
                    if stored.len() == 10 { format!("{stored}T00:00:00Z") } else { stored };
                self.orders(stored.trim_end_matches('Z').cmp(wanted.trim_end_matches('Z')))
            }
            Class::Net if matches!(self, Self::Exact | Self::Not) => is_same_net(&stored, text),
            Class::Mac if matches!(self, Self::Exact | Self::Not) => {
                crate::input::check_mac(&Value::from(text)).is_ok_and(|mac| mac == *value)
            }
            Class::IgnoringCase => self.holds(&stored, text, true),
            _ => self.holds(&stored, text, false),
        }
    }

    fn orders(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
            _ => order.is_eq(),
        }
    }

    fn holds(self, stored: &str, text: &str, ignore_case: bool) -> bool {
        let lower = (stored.to_lowercase(), text.to_lowercase());
        match self {
            Self::Contains(_) => lower.0.contains(&lower.1),
            Self::Starts(_) => lower.0.starts_with(&lower.1),
            Self::Ends(_) => lower.0.ends_with(&lower.1),
            Self::Same(_) => lower.0 == lower.1,
            _ if ignore_case => lower.0 == lower.1,
            _ => stored == text,
        }
    }
}

/// What a text says as a truth value; NetBox ignores a filter whose text says nothing.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}
