//! The structure around schemas, brought to the shape of 3.0 and read with `openapiv3`.
//!
//! Each function copies what `openapiv3` shall read into a *shell*: a schema becomes a reference to
//! its own place in the document ([`lifted`] takes it back), what 3.1 made optional is filled in, and
//! what nothing here uses (examples, extensions) stays behind.

use openapiv3::{Info, Operation, Parameter, ReferenceOr, RequestBody, Response, Schema, Server};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::pointer::child;

const LIFTED: &str = "x-lifted:";

/// The place of a schema that was lifted out; none if nothing was said.
pub(crate) fn lifted(schema: &ReferenceOr<Schema>) -> Option<&str> {
    match schema {
        ReferenceOr::Reference { reference } => reference.strip_prefix(LIFTED),
        ReferenceOr::Item(_) => None,
    }
}

/// Reads the Info Object.
pub(crate) fn info(value: Option<&Value>) -> Result<Info, String> {
    let field = |key: &str| match value.and_then(|info| info.get(key)) {
        Some(Value::String(text)) => text.clone(),
        // An unquoted `version: 1.0` in YAML is a number.
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    read(json!({ "title": field("title"), "version": field("version") }))
}

/// Reads a Server Object.
pub(crate) fn server(value: &Value) -> Result<Server, String> {
    read(shell(value, &["url", "variables"])?.into())
}

/// Reads an Operation Object without its parameters, body and responses, which are read one by one.
pub(crate) fn operation(value: &Value) -> Result<Operation, String> {
    let kept = ["tags", "summary", "description", "operationId", "deprecated", "servers"];
    let mut shell = shell(value, &kept)?;
    shell.insert("responses".to_owned(), json!({}));
    read(shell.into())
}

/// Reads a Parameter Object.
pub(crate) fn parameter(value: &Value, place: &str) -> Result<Parameter, String> {
    let kept = [
        "name",
        "in",
        "description",
        "required",
        "deprecated",
        "style",
        "explode",
        "allowReserved",
        "allowEmptyValue",
    ];
    let mut shell = shell(value, &kept)?;
    if !has_style_of_its_location(value) {
        shell.remove("style");
    }
    match (value.get("schema"), value.get("content")) {
        (Some(_), _) => shell.insert("schema".to_owned(), lift(&child(place, "schema"))),
        (None, Some(content)) => {
            shell.insert("content".to_owned(), self::content(content, &child(place, "content"))?)
        }
        (None, None) => shell.insert("schema".to_owned(), json!({})),
    };
    read(shell.into())
}

/// Whether a parameter's style, if it has one, is possible where the parameter goes.
pub(crate) fn has_style_of_its_location(value: &Value) -> bool {
    let styles: &[&str] = match value.get("in").and_then(Value::as_str) {
        Some("query") => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
        Some("path") => &["simple", "label", "matrix"],
        Some("header") => &["simple"],
        _ => &["form"],
    };
    value.get("style").is_none_or(|style| styles.iter().any(|known| style == known))
}

/// Reads a Request Body Object.
pub(crate) fn request_body(value: &Value, place: &str) -> Result<RequestBody, String> {
    let mut shell = shell(value, &["required"])?;
    if let Some(content) = value.get("content") {
        shell.insert("content".to_owned(), self::content(content, &child(place, "content"))?);
    }
    read(shell.into())
}

/// Reads a Response Object.
pub(crate) fn response(value: &Value, place: &str) -> Result<Response, String> {
    let mut shell = shell(value, &[])?;
    // 3.1 asks for a description too, but a document without one is common and clear.
    shell.insert("description".to_owned(), json!(""));
    if let Some(content) = value.get("content") {
        shell.insert("content".to_owned(), self::content(content, &child(place, "content"))?);
    }
    read(shell.into())
}

/// The shell of a map of Media Type Objects.
fn content(value: &Value, place: &str) -> Result<Value, String> {
    let Value::Object(content) = value else {
        return Err("`content` is no object".to_owned());
    };
    let media = content.iter().map(|(media, value)| {
        let mut shell = Map::new();
        if value.get("schema").is_some() {
            let schema = child(&child(place, media), "schema");
            shell.insert("schema".to_owned(), lift(&schema));
        }
        (media.clone(), Value::Object(shell))
    });
    Ok(Value::Object(media.collect()))
}

fn lift(place: &str) -> Value {
    json!({ "$ref": format!("{LIFTED}{place}") })
}

fn shell(value: &Value, kept: &[&str]) -> Result<Map<String, Value>, String> {
    let Value::Object(map) = value else {
        return Err("it is no object".to_owned());
    };
    let entries = kept.iter().filter_map(|key| Some(((*key).to_owned(), map.get(*key)?.clone())));
    Ok(entries.collect())
}

fn read<T: DeserializeOwned>(shell: Value) -> Result<T, String> {
    serde_path_to_error::deserialize(shell).map_err(|error| error.to_string())
}
