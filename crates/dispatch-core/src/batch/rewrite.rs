//! The strings of a JSON text that are values, replaced where they stand.
//!
//! The rest of the text stays as it was written, so that no number loses digits and no object its
//! order.

/// Replaces strings that begin with `$` and are values, not keys, by JSON texts. `None` where
/// nothing was replaced. The text is known to be JSON.
pub(super) fn rewrite<E>(
    json: &str,
    mut replace: impl FnMut(&str) -> Result<Option<String>, E>,
) -> Result<Option<String>, E> {
    let mut rewritten = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(start) = json[at..].find('"').map(|found| at + found) {
        let end = end_of_string(json, start);
        at = end;
        let token = &json[start..end];
        let is_marked = token.starts_with("\"$") || token.starts_with("\"\\u0024");
        if !is_marked || json[end..].trim_ascii_start().starts_with(':') {
            continue;
        }
        let Ok(text) = serde_json::from_str::<String>(token) else { continue };
        if let Some(new) = replace(&text)? {
            rewritten.push_str(&json[copied..start]);
            rewritten.push_str(&new);
            copied = end;
        }
    }
    if copied == 0 {
        return Ok(None);
    }
    rewritten.push_str(&json[copied..]);
    Ok(Some(rewritten))
}

/// Where the string that starts here ends, its closing quote included.
fn end_of_string(json: &str, start: usize) -> usize {
    let mut is_escaped = false;
    for (at, byte) in json.bytes().enumerate().skip(start + 1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    json.len()
}

#[cfg(test)]
mod tests {
    use super::rewrite;

    #[track_caller]
    fn check(json: &str, expect: Option<&str>) {
        let upper = |text: &str| Ok::<_, ()>(Some(format!("<{text}>")));
        assert_eq!(rewrite(json, upper).unwrap().as_deref(), expect);
    }

    #[test]
    fn only_marked_values_are_replaced() {
        check(r#"{"a": "$1.id", "$k": 1.10}"#, Some(r#"{"a": <$1.id>, "$k": 1.10}"#));
        check(r#"{"$k" : "x$1"}"#, None);
        check(r#"["\"$1", "$\"2", "\u0024x"]"#, Some("[\"\\\"$1\", <$\"2>, <$x>]"));
        check(r#""$1""#, Some("<$1>"));
        check(r#"["a\\", "$1"]"#, Some(r#"["a\\", <$1>]"#));
        check("12", None);
    }
}
