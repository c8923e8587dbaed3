//! Literal values, as the notation writes them.

use serde_json::Value;

use super::{FORMATS, WORDS};

/// Writes one value of an enumeration: bare where it can be told from everything else of the
/// notation, as JSON where it cannot.
pub fn literal(value: &Value) -> String {
    match value {
        Value::String(text) if is_bare(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Writes the values of an enumeration, at most `most` of them; how many are left comes second.
pub fn choices(values: &[Value], most: usize) -> (String, usize) {
    let shown = if values.len() <= most { values.len() } else { most };
    let texts: Vec<String> = values.iter().take(shown).map(literal).collect();
    (texts.join("|"), values.len() - shown)
}

/// Writes a name: bare where it is one word, as JSON where it is not.
pub(super) fn name(name: &str) -> String {
    let legal = |c: char| is_word_char(c) || matches!(c, '$' | '@');
    // `*` stands for any other key, and ends the name of a family of parameters.
    let word = name.strip_suffix('*').unwrap_or(name);
    if name == "*" || !word.is_empty() && word.chars().all(legal) && !word.contains("..") {
        name.to_owned()
    } else {
        Value::from(name).to_string()
    }
}

/// Whether a text is one word.
fn is_word(text: &str) -> bool {
    text.chars().any(char::is_alphabetic) && text.chars().all(is_word_char) && !text.contains("..")
}

/// Whether a string needs no quotes: a word that is no number and no word of the notation.
fn is_bare(text: &str) -> bool {
    let is_taken = WORDS.contains(&text) || FORMATS.contains(&text);
    is_word(text) && text.parse::<f64>().is_err() && !is_taken
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '+')
}
