//! The body, in the media type of the operation.

use std::fmt::Write;

use bytes::Bytes;
use percent_encoding::utf8_percent_encode;
use serde_json::Value;
use serde_json::value::RawValue;

use super::path::ENCODED;
use super::{RequestError, multipart};
use crate::call::Members;
use crate::catalog::{Body, Media};
use crate::check::BodyArgument;

/// Writes a body; the content type comes first.
pub(super) fn encode(types: &Body, body: &BodyArgument) -> Result<(String, Bytes), RequestError> {
    match (&types.media, body) {
        (_, BodyArgument::Fields(fields)) if multipart::has_file(types, fields) => {
            multipart::encode(&types.files, fields)
        }
        (Media::Json(media), body) => Ok((media.clone(), json(body))),
        (Media::Form, BodyArgument::Fields(fields)) => {
            Ok(("application/x-www-form-urlencoded".to_owned(), form(fields)?))
        }
        (Media::Multipart, BodyArgument::Fields(fields)) => multipart::encode(&types.files, fields),
        (Media::Text(media), BodyArgument::Whole(value)) => {
            Ok((media.clone(), Bytes::from(plain("body", value)?)))
        }
        (Media::Form | Media::Multipart, BodyArgument::Whole(value)) => {
            let fields = Members::parse(value.get(), "body").map_err(|_| RequestError::Body {
                place: "body".to_owned(),
                problem: "is sent as a form, which holds one object; make one call for each",
            })?;
            encode(types, &BodyArgument::Fields(fields))
        }
        (Media::Text(_), BodyArgument::Fields(_)) => Err(RequestError::Body {
            place: "body".to_owned(),
            problem: "must be given as one string",
        }),
    }
}

/// Writes a body as JSON, from the text that the caller wrote.
pub(crate) fn json(body: &BodyArgument) -> Bytes {
    let fields = match body {
        BodyArgument::Whole(value) => return Bytes::copy_from_slice(value.get().as_bytes()),
        BodyArgument::Fields(fields) => fields,
    };
    let mut text = String::from("{");
    for (i, (name, value)) in fields.iter().enumerate() {
        let comma = if i == 0 { "" } else { "," };
        // Writing to a string cannot fail.
        let _ = write!(text, "{comma}{}:{}", Value::from(name), value.get());
    }
    text.push('}');
    Bytes::from(text)
}

fn form(fields: &Members) -> Result<Bytes, RequestError> {
    let mut text = String::new();
    let mut pair = |name: &str, value: &str| {
        if !text.is_empty() {
            text.push('&');
        }
        text.extend(utf8_percent_encode(name, ENCODED));
        text.push('=');
        text.extend(utf8_percent_encode(value, ENCODED));
    };
    for (name, value) in fields.iter() {
        if value.get().starts_with('[') {
            let elements: Vec<&RawValue> = serde_json::from_str(value.get()).unwrap_or_default();
            for element in elements {
                pair(name, &plain(name, element)?);
            }
        } else {
            pair(name, &plain(name, value)?);
        }
    }
    Ok(Bytes::from(text))
}

/// Writes a value as text: a string without its quotes, everything else as the caller wrote it.
pub(super) fn plain(name: &str, value: &RawValue) -> Result<String, RequestError> {
    if !value.get().starts_with('"') {
        return Ok(value.get().to_owned());
    }
    serde_json::from_str(value.get())
        .map_err(|_| RequestError::Body { place: name.to_owned(), problem: "is no string" })
}
