//! The query.

use percent_encoding::utf8_percent_encode;

use super::path::ENCODED;
use crate::catalog::Style;
use crate::check::{QueryArgument, QueryValue};

/// Appends parameters to a path, each encoded in its style.
pub(super) fn append(target: &mut String, arguments: &[QueryArgument]) {
    let mut separator = if target.contains('?') { '&' } else { '?' };
    let mut pair = |key: &str, value: &str| {
        target.push(separator);
        separator = '&';
        target.push_str(key);
        target.push('=');
        target.push_str(value);
    };
    for argument in arguments {
        let key = encoded(&argument.name);
        match (&argument.value, argument.style.delimiter()) {
            (QueryValue::One(value), _) => pair(&key, &encoded(value)),
            (QueryValue::List(values), None) => {
                for value in values {
                    pair(&key, &encoded(value));
                }
            }
            (QueryValue::List(values), Some(delimiter)) => {
                let values: Vec<String> = values.iter().map(|value| encoded(value)).collect();
                pair(&key, &values.join(delimiter));
            }
            (QueryValue::Object(members), _) if argument.style == Style::DeepObject => {
                for (name, value) in members {
                    pair(&format!("{key}%5B{}%5D", encoded(name)), &encoded(value));
                }
            }
            (QueryValue::Object(members), None) => {
                for (name, value) in members {
                    pair(&encoded(name), &encoded(value));
                }
            }
            (QueryValue::Object(members), Some(delimiter)) => {
                let flat = members.iter().flat_map(|(name, value)| [encoded(name), encoded(value)]);
                let flat: Vec<String> = flat.collect();
                pair(&key, &flat.join(delimiter));
            }
        }
    }
}

impl Style {
    /// What stands between the values of a list in one pair; `None` where there is one pair each.
    const fn delimiter(self) -> Option<&'static str> {
        match self {
            Self::Repeated | Self::DeepObject => None,
            Self::Comma => Some(","),
            Self::Space => Some("%20"),
            Self::Pipe => Some("%7C"),
        }
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}
