//! One page of a list, as the API answered it.

use percent_encoding::percent_decode_str;
use serde_json::value::RawValue;

use crate::call::Members;
use crate::catalog::Envelope;

/// One page of a list.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) rows: Vec<Box<RawValue>>,
    pub(super) total: Option<u64>,
    pub(super) next: Next,
}

/// What an answer says of the page after it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Nothing.
    Unsaid,
    /// There is none.
    End,
    /// This is its link, or its cursor.
    At(String),
}

/// Reads a page; `None` where the answer does not look like one.
pub(super) fn read(body: &[u8], envelope: Option<&Envelope>) -> Option<Page> {
    let text = str::from_utf8(body).ok()?;
    let Some(envelope) = envelope else {
        let rows = serde_json::from_str(text).ok()?;
        return Some(Page { rows, total: None, next: Next::Unsaid });
    };
    let members = Members::parse(text, "answer").ok()?;
    let member = |name: &Option<String>| members.get(name.as_deref()?);
    let rows = serde_json::from_str(members.get(&envelope.rows)?.get()).ok()?;
    let total = member(&envelope.total).and_then(|total| serde_json::from_str(total.get()).ok());
    let next = match member(&envelope.next).map(RawValue::get) {
        None => Next::Unsaid,
        Some("null" | "\"\"" | "false") => Next::End,
        Some(next) => Next::At(serde_json::from_str(next).unwrap_or_else(|_| next.to_owned())),
    };
    Some(Page { rows, total, next })
}

/// The cursor in a link to the next page; a text that is no link is the cursor itself.
pub(super) fn cursor_of(link: &str, parameter: &str) -> Option<String> {
    let Some((_, query)) = link.split_once('?') else {
        return Some(link.to_owned()).filter(|link| !link.contains("://"));
    };
    query.split('#').next()?.split('&').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        (decoded(name)? == parameter).then(|| decoded(value)).flatten()
    })
}

fn decoded(text: &str) -> Option<String> {
    let text = text.replace('+', " ");
    percent_decode_str(&text).decode_utf8().ok().map(|text| text.into_owned())
}
