//! The path: a template whose parameters are filled in.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::RequestError;
use crate::catalog::Operation;

/// Why a value cannot stand in a path.
///
/// Encoding alone is not enough for these: many servers decode a path before they route it, and
/// `%2F` or `%2E%2E` then leads to another operation than the one the caller was checked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// It is empty.
    #[error("must not be empty")]
    Empty,
    /// It is `.` or `..`.
    #[error("\".\" and \"..\" cannot stand in a path")]
    Dots,
    /// It holds a separator.
    #[error("must not contain \"/\" or \"\\\"")]
    Separator,
    /// It holds a control character.
    #[error("must not contain control characters")]
    Control,
}

/// Checks that a value can stand in a path.
pub(crate) fn check(value: &str) -> Result<(), PathError> {
    match value {
        "" => Err(PathError::Empty),
        "." | ".." => Err(PathError::Dots),
        _ if value.contains(['/', '\\']) => Err(PathError::Separator),
        _ if value.chars().any(char::is_control) => Err(PathError::Control),
        _ => Ok(()),
    }
}

/// Fills the parameters into an operation's template.
pub(super) fn expand(
    operation: &Operation,
    values: &[(String, String)],
) -> Result<String, RequestError> {
    let mut path = String::with_capacity(operation.path.len() + 16);
    let mut rest = operation.path.as_str();
    while let Some((literal, after)) = rest.split_once('{') {
        path.push_str(literal);
        let filled = after.split_once('}').and_then(|(name, after)| {
            Some((values.iter().find(|(known, _)| known == name)?, after))
        });
        let Some(((name, value), after)) = filled else {
            return Err(RequestError::Catalog {
                operation: operation.name.clone(),
                problem: "a parameter in its path has no value".to_owned(),
            });
        };
        check(value).map_err(|problem| RequestError::Path { name: name.clone(), problem })?;
        path.extend(utf8_percent_encode(value, ENCODED));
        rest = after;
    }
    path.push_str(rest);
    Ok(path)
}

/// Everything but what RFC 3986, section 2.3 calls unreserved.
pub(super) const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
