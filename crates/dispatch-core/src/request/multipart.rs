//! `multipart/form-data` (RFC 7578), for the operations that take files.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::RequestError;
use super::body::plain;
use crate::call::Members;
use crate::catalog::Body;

/// A file, as a caller gives it: `{"filename": "...", "content_base64": "..."}`, or with its text as
/// `content`.
struct File {
    filename: String,
    content: Vec<u8>,
}

/// Whether any field is given a file, so that the fields are written as a form.
pub(super) fn has_file(types: &Body, fields: &Members) -> bool {
    let given = types.files.iter().filter_map(|name| fields.get(name));
    given.into_iter().any(|value| value.get().starts_with('{'))
}

/// What is wrong with a file, where anything is.
pub(crate) fn problem(value: &Value) -> Option<&'static str> {
    file(value).err()
}

/// Writes fields, and files where the operation takes them; the content type, which names the
/// boundary, comes first.
pub(super) fn encode(files: &[String], fields: &Members) -> Result<(String, Bytes), RequestError> {
    let mut parts = Vec::new();
    for (name, value) in fields.iter() {
        parts.push(part(name, value, files.iter().any(|file| file == name))?);
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

fn part(name: &str, value: &RawValue, is_file: bool) -> Result<(String, Vec<u8>), RequestError> {
    let disposition = format!("Content-Disposition: form-data; name=\"{}\"", quoted(name));
    let parsed: Value = serde_json::from_str(value.get()).unwrap_or_default();
    if !is_file || !parsed.is_object() {
        let is_nested = parsed.is_object() || parsed.is_array();
        let kind = if is_nested { "\r\nContent-Type: application/json" } else { "" };
        // A form has no null: a field without a value is what stands for it.
        let text = if parsed.is_null() { String::new() } else { plain(name, value)? };
        return Ok((format!("{disposition}{kind}"), text.into_bytes()));
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
            // Encoders break lines.
            let base64: String = base64.split_ascii_whitespace().collect();
            STANDARD.decode(base64).map_err(|_| "content_base64 is no base64")?
        }
        (None, Some(text)) => text.as_bytes().to_owned(),
        _ => return Err(EXPECTED),
    };
    let filename = text("filename").unwrap_or("file").to_owned();
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

/// What is said where a file is expected.
const EXPECTED: &str = "expected a file: {\"filename\": \"a.png\", \"content_base64\": \"...\"}, or its \
                        text as \"content\"";
