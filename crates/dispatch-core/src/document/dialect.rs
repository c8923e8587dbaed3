//! Which OpenAPI version a document is written in.

use serde_json::{Map, Value};

use crate::error::Error;

/// The OpenAPI version a document is written in. Schemas of 3.0 are of a dialect of their own;
/// those of 3.1 are JSON Schema 2020-12.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Dialect {
    /// OpenAPI 3.0.
    V3_0,
    /// OpenAPI 3.1, and what 3.2 has in common with it.
    V3_1,
}

impl Dialect {
    /// Reads the dialect off a document's `openapi` field.
    pub(super) fn of(root: &Map<String, Value>) -> Result<Self, Error> {
        if let Some(version) = root.get("swagger") {
            return Err(Error::document(format!(
                "it is Swagger {}, and OpenAPI 3.0 or 3.1 is needed; \
                 convert it first, with swagger2openapi for example",
                plain(version)
            )));
        }
        let Some(version) = root.get("openapi") else {
            return Err(Error::document(
                "it has no `openapi` field, so it is no OpenAPI 3.0 or 3.1 document",
            ));
        };
        // An unquoted `openapi: 3.1` in YAML is a number.
        let version = plain(version);
        let mut numbers = version.split('.');
        match (numbers.next(), numbers.next()) {
            (Some("3"), Some("0")) => Ok(Self::V3_0),
            (Some("3"), Some("1" | "2")) => Ok(Self::V3_1),
            _ => Err(Error::document(format!(
                "it is OpenAPI {version:?}, and OpenAPI 3.0 or 3.1 is needed"
            ))),
        }
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
