//! Cursors: where to go on with a list, as a text that says everything itself.
//!
//! ```text
//! device.list@50;limit=50;fields=name,status?site_id=3&status=active~1f0c88ab
//! ```
//!
//! No replica keeps anything for it. When it comes back it is a call like any other: resolved,
//! checked and authorized anew, so that a forged one can do nothing that its sender could not do
//! without. The digest at its end binds it to the caller and shows a damaged one before it is
//! misread.

use indexmap::IndexMap;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use sha2::{Digest, Sha256};

use crate::call::Members;
use crate::plan::{InPage, Position};
use crate::shape::Format;

/// A call of a list that goes on at a position.
#[derive(Clone, Debug)]
pub struct Cursor {
    /// The name of the resource.
    pub resource: String,
    /// The name of the action.
    pub action: String,
    /// The parameters, without those of the paging.
    pub params: Members,
    /// How many rows were asked for.
    pub limit: Option<u64>,
    /// The fields that were asked for.
    pub fields: Option<Vec<String>>,
    /// The form that was asked for.
    pub format: Format,
    /// Where to go on.
    pub position: Position,
}

/// A text that is no cursor of this caller here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this cursor is damaged or from elsewhere; list again without it")]
pub struct InvalidCursor;

impl Cursor {
    /// Writes the cursor for a caller. `is_text` tells of a parameter whether it is written as text
    /// in the request anyway, so that its JSON type need not be kept.
    #[must_use]
    pub fn encode(&self, subject: &str, is_text: impl Fn(&str) -> bool) -> String {
        let mut text = format!(
            "{}.{}@{}",
            encoded(&self.resource).replace('.', "%2E"),
            encoded(&self.action),
            self.position.row
        );
        if let Some(InPage { token, skip }) = &self.position.page {
            text.push_str(&format!(":{skip}:{}", encoded(token)));
        }
        if let Some(limit) = self.limit {
            text.push_str(&format!(";limit={limit}"));
        }
        if let Some(fields) = &self.fields {
            let fields: Vec<String> = fields.iter().map(|field| encoded(field)).collect();
            text.push_str(&format!(";fields={}", fields.join(",")));
        }
        if self.format == Format::Json {
            text.push_str(";format=json");
        }
        let params = encode_params(&self.params, is_text);
        if !params.is_empty() {
            text.push('?');
            text.push_str(&params);
        }
        let digest = digest(subject, &text);
        format!("{text}~{digest}")
    }

    /// Reads a cursor that [`Cursor::encode`] wrote for the same caller.
    ///
    /// # Errors
    ///
    /// Fails if it is damaged or was another caller's.
    pub fn decode(text: &str, subject: &str) -> Result<Self, InvalidCursor> {
        let (text, sum) = text.trim().rsplit_once('~').ok_or(InvalidCursor)?;
        if digest(subject, text) != sum {
            return Err(InvalidCursor);
        }
        Self::read(text).ok_or(InvalidCursor)
    }

    fn read(text: &str) -> Option<Self> {
        let (head, params) = text.split_once('?').unwrap_or((text, ""));
        let mut head = head.split(';');
        let (names, position) = head.next()?.rsplit_once('@')?;
        let (resource, action) = names.split_once('.')?;
        let mut cursor = Self {
            resource: decoded(resource)?,
            action: decoded(action)?,
            params: decode_params(params)?,
            limit: None,
            fields: None,
            format: Format::Auto,
            position: decode_position(position)?,
        };
        for option in head {
            match option.split_once('=')? {
                ("limit", limit) => cursor.limit = Some(limit.parse().ok()?),
                ("fields", fields) => {
                    cursor.fields = Some(fields.split(',').map(decoded).collect::<Option<_>>()?);
                }
                ("format", "json") => cursor.format = Format::Json,
                _ => return None,
            }
        }
        Some(cursor)
    }
}

/// Writes parameters: plain values as text, lists of them as repeated names, and everything else as
/// `name:=` and JSON.
pub(crate) fn encode_params(params: &Members, is_text: impl Fn(&str) -> bool) -> String {
    let mut pairs = Vec::new();
    for (name, raw) in params.iter() {
        let key = encoded(name);
        match plain(raw).filter(|_| is_text(name)) {
            Some(values) => {
                pairs.extend(values.iter().map(|value| format!("{key}={}", encoded(value))));
            }
            None => pairs.push(format!("{key}:={}", encoded(raw.get()))),
        }
    }
    pairs.join("&")
}

/// The texts of a plain value or of a list of plain values.
fn plain(raw: &RawValue) -> Option<Vec<String>> {
    let one = |raw: &RawValue| match serde_json::from_str(raw.get()).ok()? {
        Value::String(text) => Some(text),
        Value::Array(_) | Value::Object(_) => None,
        Value::Null | Value::Bool(_) | Value::Number(_) => Some(raw.get().to_owned()),
    };
    if !raw.get().starts_with('[') {
        return Some(vec![one(raw)?]);
    }
    let elements: Vec<&RawValue> = serde_json::from_str(raw.get()).ok()?;
    let texts: Vec<String> = elements.into_iter().map(one).collect::<Option<_>>()?;
    Some(texts).filter(|texts| !texts.is_empty())
}

fn decode_params(text: &str) -> Option<Members> {
    let mut values: IndexMap<String, Written> = IndexMap::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=')?;
        let value = decoded(value)?;
        if let Some(name) = name.strip_suffix(':') {
            let json = Written::Json(RawValue::from_string(value).ok()?);
            if values.insert(decoded(name)?, json).is_some() {
                return None;
            }
            continue;
        }
        match values.entry(decoded(name)?).or_insert_with(|| Written::Texts(Vec::new())) {
            Written::Texts(texts) => texts.push(value),
            Written::Json(_) => return None,
        }
    }
    let mut params = Members::default();
    for (name, value) in values {
        let value = match value {
            Written::Json(json) => json,
            Written::Texts(texts) => match texts.as_slice() {
                [text] => to_raw_value(text).ok()?,
                texts => to_raw_value(texts).ok()?,
            },
        };
        params.insert(name, value).ok()?;
    }
    Some(params)
}

/// A parameter, as a cursor writes it.
enum Written {
    Json(Box<RawValue>),
    Texts(Vec<String>),
}

fn decode_position(text: &str) -> Option<Position> {
    let mut parts = text.splitn(3, ':');
    let row = parts.next()?.parse().ok()?;
    let page = match (parts.next(), parts.next()) {
        (None, None) => None,
        (Some(skip), Some(token)) => {
            Some(InPage { token: decoded(token)?, skip: skip.parse().ok()? })
        }
        _ => return None,
    };
    Some(Position { row, page })
}

/// What shows that a cursor is whole and the caller's own. It is no proof against forgery, and
/// needs to be none.
fn digest(subject: &str, text: &str) -> String {
    let mut digest = Sha256::new();
    for part in ["mcp-dispatch cursor", subject, text] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

fn decoded(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(|text| text.into_owned())
}

/// What has a meaning in a cursor, or would not survive a copy.
const ENCODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b',')
    .add(b':')
    .add(b';')
    .add(b'=')
    .add(b'?')
    .add(b'@')
    .add(b'\\')
    .add(b'~');
