//! Text from the API, kept inside its cell, its field or its word.
//!
//! One rule serves everywhere: text stands as it is, or, where it could be taken for something
//! else, as a JSON string on one line.

use std::borrow::Cow;

use serde::Serialize;

/// Text of a table's cell or of a field's line.
pub(crate) fn cell(text: &str) -> Cow<'_, str> {
    let is_plain = !text.is_empty()
        && text != NONE
        && !text.starts_with('"')
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with(char::is_whitespace)
        && !text.chars().any(breaks_lines);
    if is_plain { Cow::Borrowed(text) } else { Cow::Owned(json(text)) }
}

/// Text of one word among others on a line, such as a key or the value in `key=value`.
pub(crate) fn word(text: &str) -> Cow<'_, str> {
    let is_apart = |c: char| c.is_whitespace() || matches!(c, '=' | ',' | ':' | ';' | '(' | ')');
    if text.chars().any(is_apart) && !is_time_or_address(text) {
        return Cow::Owned(json(text));
    }
    cell(text)
}

/// Any value as JSON on one line.
pub(crate) fn json<T: Serialize + ?Sized>(value: &T) -> String {
    // INVARIANT: only strings and JSON values are passed, which always serialize.
    let text = serde_json::to_string(value).expect("a JSON value serializes");
    one_line(text)
}

/// JSON text without the space between its tokens, on one line.
pub(super) fn compact(json: &str) -> String {
    let mut compact = String::with_capacity(json.len());
    let (mut in_string, mut is_escaped) = (false, false);
    for c in json.chars() {
        if in_string {
            in_string = is_escaped || c != '"';
            is_escaped = c == '\\' && !is_escaped;
        } else if c.is_ascii_whitespace() {
            continue;
        } else {
            in_string = c == '"';
        }
        compact.push(c);
    }
    one_line(compact)
}

/// Escapes in JSON what breaks lines; JSON itself escapes only some of it.
pub(super) fn one_line(json: String) -> String {
    if !json.chars().any(breaks_lines) {
        return json;
    }
    let mut escaped = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        match c {
            // Between two tokens; within a string, JSON has it escaped already.
            '\n' | '\r' | '\t' => {}
            c if breaks_lines(c) => escaped.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Whether a character ends a line or a column for some reader, or hides what follows.
pub(super) fn breaks_lines(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Text that needs no quotes for its colons: times, MAC and IPv6 addresses.
fn is_time_or_address(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '.' | '/' | '-' | 'T' | 'Z'))
}

/// What stands in a cell that has no value.
pub(super) const NONE: &str = "-";
