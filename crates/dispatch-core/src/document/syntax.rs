//! From bytes to a value: JSON, or YAML.

use serde_json::{Map, Value};

use crate::error::Error;

/// Reads one object. The parsers bound the depth of nesting themselves, at 128 levels.
pub(super) fn object(bytes: &[u8]) -> Result<Map<String, Value>, Error> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let value = match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => return Err(Error::document("it is empty")),
        Some(b'{' | b'[' | b'"') => json(bytes)?,
        Some(_) => yaml(bytes)?,
    };
    match value {
        Value::Object(root) => Ok(root),
        _ => Err(Error::document("it is no object")),
    }
}

fn json(bytes: &[u8]) -> Result<Value, Error> {
    serde_json::from_slice(bytes)
        .map_err(|error| Error::document(format!("it is no JSON: {error}")))
}

#[cfg(feature = "yaml")]
fn yaml(bytes: &[u8]) -> Result<Value, Error> {
    yaml_serde::from_slice(bytes)
        .map_err(|error| Error::document(format!("it is no YAML: {error}")))
}

#[cfg(not(feature = "yaml"))]
fn yaml(_: &[u8]) -> Result<Value, Error> {
    Err(Error::document("it is no JSON object; YAML needs the feature `yaml`"))
}
