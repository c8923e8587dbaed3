//! Whether the headers that repeat arguments say the same as the body.

use http::HeaderMap;
use serde_json::value::RawValue;

use super::headers;
use crate::jsonrpc::{MembersError, ProtocolError, members, string};
use crate::tool::MirroredArgument;

/// Compares every one of `mirrored` with the arguments of a call (2026-07-28, Transports, "Custom
/// Headers from Tool Parameters").
pub(crate) fn check(
    mirrored: &[MirroredArgument],
    arguments: Option<&RawValue>,
    headers: &HeaderMap,
) -> Result<(), ProtocolError> {
    for MirroredArgument { header, path } in mirrored {
        let value = at(arguments, path)?;
        let agrees = match (headers::once(headers, header.as_str())?, value) {
            (None, None) => true,
            (Some(text), Some(value)) => {
                headers::decoded(text).is_some_and(|text| says_the_same(&text, value))
            }
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !agrees {
            let message =
                format!("header `{header}` must repeat the argument `{}`", path.join("."));
            return Err(ProtocolError::header_mismatch(message));
        }
    }
    Ok(())
}

/// Finds the value at `path`; one that is `null` counts as absent.
fn at<'a>(
    arguments: Option<&'a RawValue>,
    path: &[String],
) -> Result<Option<&'a RawValue>, ProtocolError> {
    let mut value = arguments;
    for name in path {
        let Some(object) = value else { return Ok(None) };
        value = match members(object.get(), &[name]) {
            Ok([member]) => member,
            Err(MembersError::Duplicate(name)) => {
                return Err(ProtocolError::invalid_request(format!("`{name}` occurs twice")));
            }
            Err(MembersError::NotAnObject | MembersError::Syntax(_)) => None,
        };
    }
    Ok(value.filter(|value| value.get() != "null"))
}

fn says_the_same(text: &str, value: &RawValue) -> bool {
    match string(value) {
        Some(value) => text == value,
        None => text == value.get() || is_same_number(text, value.get()),
    }
}

/// Compares numbers by value: `42.0` is `42`.
fn is_same_number(one: &str, other: &str) -> bool {
    match (one.parse::<i128>(), other.parse::<i128>()) {
        (Ok(one), Ok(other)) => one == other,
        _ => match (one.parse::<f64>(), other.parse::<f64>()) {
            (Ok(one), Ok(other)) => one == other,
            _ => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use serde_json::value::RawValue;

    use super::check;
    use crate::tool::MirroredArgument;

    #[track_caller]
    fn compare(arguments: &str, header: &[&str], code: i32) {
        let mirrored = [MirroredArgument::new("Region", ["site", "region"]).expect("a name")];
        let arguments = RawValue::from_string(arguments.to_owned()).expect("JSON");
        let mut headers = HeaderMap::new();
        for value in header {
            headers.append("Mcp-Param-Region", value.parse().expect("a value"));
        }
        let found = check(&mirrored, Some(&arguments), &headers);
        assert_eq!(found.map_or_else(|error| error.code().as_i32(), |()| 0), code, "{header:?}");
    }

    #[test]
    fn header_and_argument_must_agree() {
        let east = r#"{"site":{"region":"east"}}"#;
        compare(east, &["east"], 0);
        compare(east, &["=?base64?ZWFzdA==?="], 0);
        compare(east, &["East"], -32020);
        compare(east, &[], -32020);
        compare(east, &["east", "east"], -32020);
        compare(east, &["=?base64?ZWFzdA?="], -32020);
        compare(r#"{"site":{"region":"a","region":"b"}}"#, &["a"], -32600);
    }

    #[test]
    fn an_argument_that_is_not_there_has_no_header() {
        for absent in ["{}", r#"{"site":{"region":null}}"#, r#"{"site":[]}"#] {
            compare(absent, &[], 0);
            compare(absent, &["east"], -32020);
        }
    }

    #[test]
    fn values_that_are_no_text_are_compared_as_what_they_are() {
        compare(r#"{"site":{"region":42}}"#, &["42.0"], 0);
        compare(r#"{"site":{"region":9007199254740993}}"#, &["9007199254740992"], -32020);
        compare(r#"{"site":{"region":true}}"#, &["true"], 0);
        compare(r#"{"site":{"region":{}}}"#, &["x"], -32020);
    }
}
