//! `multipart/form-data` (RFC 7578), for the operations that take files.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::RequestError;
use super::body::plain;
use crate::call::Members;

/// A file, as a caller gives it: `{"filename": "...", "content_base64": "..."}`, or with its text as
/// `content`.
struct File {
    filename: String,
    content: Vec<u8>,
}

/// Whether a value is a file with its name rather than a field.
pub(crate) fn is_file(value: &Value) -> bool {
    let has = |object: &Map<String, Value>, name| object.contains_key(name);
    value.as_object().is_some_and(|object| has(object, CONTENT) || has(object, TEXT))
}

/// Writes fields and files; the content type, which names the boundary, comes first.
pub(super) fn encode(fields: &Members) -> Result<(String, Bytes), RequestError> {
    let mut parts = Vec::new();
    for (name, value) in fields.iter() {
        parts.push(part(name, value)?);
    }
    let mut digest = Sha256::new();
    for (header, content) in &parts {
        digest.update(header);
        digest.update(content);
    }
    // A boundary made of the digest of what it separates does not occur in it.
    let boundary: String = digest.finalize().iter().take(20).map(|b| format!("{b:02x}")).collect();
    let mut bytes = Vec::new();
    for (header, content) in parts {
        bytes.extend_from_slice(format!("--{boundary}\r\n{header}\r\n\r\n").as_bytes());
        bytes.extend_from_slice(&content);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Ok((format!("multipart/form-data; boundary={boundary}"), Bytes::from(bytes)))
}

fn part(name: &str, value: &RawValue) -> Result<(String, Vec<u8>), RequestError> {
    let disposition = format!("Content-Disposition: form-data; name=\"{}\"", quoted(name));
    let parsed: Value = serde_json::from_str(value.get()).unwrap_or_default();
    if !is_file(&parsed) {
        let is_nested = parsed.is_object() || parsed.is_array();
        let kind = if is_nested { "\r\nContent-Type: application/json" } else { "" };
        return Ok((format!("{disposition}{kind}"), plain(name, value)?.into_bytes()));
    }
    let File { filename, content } =
        file(&parsed).map_err(|problem| RequestError::Body { place: name.to_owned(), problem })?;
    let header = format!(
        "{disposition}; filename=\"{}\"\r\nContent-Type: application/octet-stream",
        quoted(&filename)
    );
    Ok((header, content))
}

fn file(value: &Value) -> Result<File, &'static str> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let content = match (text(CONTENT), text(TEXT)) {
        (Some(base64), None) => {
            STANDARD.decode(base64).map_err(|_| "content_base64 is no base64")?
        }
        (None, Some(text)) => text.as_bytes().to_owned(),
        _ => return Err("give content, a text, or content_base64"),
    };
    let filename = value.get("filename").and_then(Value::as_str).unwrap_or("file").to_owned();
    Ok(File { filename, content })
}

/// Writes a name between quotes (RFC 7578, section 4.2; HTML, "multipart form data").
fn quoted(name: &str) -> String {
    let mut quoted = String::new();
    for c in name.chars() {
        match c {
            '"' => quoted.push_str("%22"),
            '\r' => quoted.push_str("%0D"),
            '\n' => quoted.push_str("%0A"),
            c => quoted.push(c),
        }
    }
    quoted
}

/// The keys that make an object a file.
const CONTENT: &str = "content_base64";
const TEXT: &str = "content";
