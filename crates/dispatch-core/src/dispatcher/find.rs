//! The arguments of `find`.

use serde_json::Value;

use super::refusal::Refused;
use crate::call::Call;

/// Reads the words that are looked for: a text, or a list of them.
pub(super) fn words(arguments: &[u8]) -> Result<String, Refused> {
    let call = Call::parse(arguments)?;
    let given = call.member("words").and_then(|words| serde_json::from_str(words.get()).ok());
    let words = match given {
        Some(Value::String(words)) => words,
        Some(Value::Array(words)) => {
            words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
        }
        _ => String::new(),
    };
    if words.trim().is_empty() { Err(Refused::NoWords) } else { Ok(words) }
}
