//! Answers that are no JSON, and answers as they came.

use std::borrow::Cow;

use bytes::Bytes;

use super::secrets::Secrets;
use super::{Shaper, budget, quote};
use crate::catalog::AnswerKind;

pub(super) fn raw(shaper: &Shaper<'_>, content_type: Option<&str>, body: &Bytes) -> String {
    let Ok(text) = std::str::from_utf8(body) else { return bytes(content_type, body) };
    let mut secrets = Secrets::new(&shaper.resource.secrets);
    if let AnswerKind::List { envelope: Some(envelope), .. } = &shaper.operation.answer.kind {
        secrets = secrets.or_below(&envelope.rows);
    }
    let masked = if secrets.is_empty() { Ok(Cow::Borrowed(text)) } else { secrets.mask_text(text) };
    match masked {
        Ok(masked) => cut(shaper, masked.into_owned()),
        Err(_) => unmaskable(shaper, content_type, body),
    }
}

pub(super) fn other(shaper: &Shaper<'_>, content_type: Option<&str>, body: &Bytes) -> String {
    if body.is_empty() {
        return "(the API answered with nothing)".to_owned();
    }
    let Ok(text) = std::str::from_utf8(body) else { return bytes(content_type, body) };
    if !shaper.resource.secrets.is_empty() {
        return unmaskable(shaper, content_type, body);
    }
    if is_html(content_type, text) {
        let n = body.len();
        return format!("(the API answered with a web page of {n} bytes: {})", summary(text));
    }
    cut(shaper, text.to_owned())
}

/// Whether a text is a web page.
pub(super) fn is_html(content_type: Option<&str>, text: &str) -> bool {
    let start = text.trim_start().get(..9).unwrap_or_default().to_ascii_lowercase();
    content_type
        .is_some_and(|media| media.trim_start().to_ascii_lowercase().starts_with("text/html"))
        || start.starts_with("<html")
        || start.starts_with("<!doctype")
}

/// What a web page says: all its words where they are few, else its title.
pub(super) fn summary(html: &str) -> String {
    let lower = html.to_ascii_lowercase();
    let inner = |tag: &str| {
        let start = lower.find(&format!("<{tag}"))?;
        let start = start + lower[start..].find('>')? + 1;
        let end = start + lower[start..].find(&format!("</{tag}"))?;
        let words = without_tags(&html[start..end]);
        (!words.is_empty()).then_some(words)
    };
    let words = inner("body")
        .filter(|words| words.len() <= MAX_SUMMARY_BYTES)
        .or_else(|| inner("title"))
        .or_else(|| inner("h1"))
        .unwrap_or_else(|| without_tags(html));
    quote::cell(&words[..words.floor_char_boundary(MAX_SUMMARY_BYTES)]).into_owned()
}

fn without_tags(html: &str) -> String {
    let mut in_tag = false;
    let outside = |c: &char| {
        let is_outside = !in_tag && *c != '<';
        in_tag = (in_tag || *c == '<') && *c != '>';
        is_outside
    };
    let text: String = html.chars().filter(outside).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn bytes(content_type: Option<&str>, body: &Bytes) -> String {
    let media = content_type.map_or(Cow::Borrowed("no stated type"), quote::cell);
    format!("(the API answered with {} bytes of {media}, which are no text)", body.len())
}

/// In what cannot be parsed, no secret can be found: all of it is held back.
fn unmaskable(shaper: &Shaper<'_>, content_type: Option<&str>, body: &Bytes) -> String {
    let media = content_type.map_or(Cow::Borrowed("no stated type"), quote::cell);
    format!(
        "(the API answered with {} bytes of {media}; they are not shown, because {} has secret \
         fields, which can be masked in JSON only)",
        body.len(),
        shaper.resource.name
    )
}

fn cut(shaper: &Shaper<'_>, text: String) -> String {
    budget::cut(
        text,
        shaper.max_tokens,
        "options.fields, or options.limit for a list, ask for less",
    )
}

/// Enough for a sentence.
const MAX_SUMMARY_BYTES: usize = 200;
