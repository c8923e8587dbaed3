//! Regular expressions of APIs that are written in other languages.
//!
//! Dialects differ, and a pattern that means something else here would refuse what the API takes.
//! So a pattern is looked at only where it is made of what means the same in all of them, and a
//! text only where it is printable ASCII.

use regex::RegexBuilder;

/// Whether a text is known not to match a pattern from its start on.
pub(super) fn is_unlike(pattern: &str, text: &str) -> bool {
    let is_plain = text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    if !is_plain || pattern.len() > MAX_PATTERN_BYTES || !is_common(pattern) {
        return false;
    }
    let anchored = format!(r"\A(?:{pattern})");
    let regex = RegexBuilder::new(&anchored).size_limit(MAX_REGEX_BYTES).build();
    regex.is_ok_and(|regex| !regex.is_match(text))
}

/// Whether a pattern is made of what every dialect has.
fn is_common(pattern: &str) -> bool {
    let mut rest = pattern.chars().peekable();
    let mut in_class = false;
    let mut before = None;
    while let Some(c) = rest.next() {
        let next = rest.peek().copied();
        let is_known = match c {
            '\\' => {
                let Some(escaped) = rest.next() else { return false };
                let is_punctuation = escaped.is_ascii_punctuation() && !"<>".contains(escaped);
                is_punctuation || "dDwWsSnrt".contains(escaped)
            }
            // Sets within sets, and their sums and differences, are of some dialects.
            '[' if in_class => false,
            '&' | '~' | '-' if in_class && next == Some(c) => false,
            '[' => {
                in_class = true;
                rest.next_if_eq(&'^');
                // A bracket stands for itself here in some.
                rest.peek() != Some(&']')
            }
            ']' if in_class => {
                in_class = false;
                true
            }
            _ if in_class => true,
            '(' if next == Some('?') => {
                rest.next();
                rest.next() == Some(':')
            }
            // A quantifier behind a quantifier: `a*+`. `a*?` is one in all.
            '*' | '+' if before.is_some_and(is_quantifier) => false,
            '{' if before.is_some_and(is_quantifier) => false,
            '{' => next.is_some_and(|next| next.is_ascii_digit()),
            _ => true,
        };
        if !is_known {
            return false;
        }
        before = (c != '\\').then_some(c).filter(|_| !in_class);
    }
    !in_class
}

const fn is_quantifier(c: char) -> bool {
    matches!(c, '*' | '+' | '?' | '}')
}

/// Enough for patterns that a person writes.
const MAX_PATTERN_BYTES: usize = 1000;
const MAX_REGEX_BYTES: usize = 128 * 1024;

#[cfg(test)]
mod tests {
    use super::is_unlike;

    #[track_caller]
    fn check(pattern: &str, text: &str, expected: bool) {
        assert_eq!(is_unlike(pattern, text), expected, "{pattern} {text}");
    }

    #[test]
    fn what_surely_does_not_match_is_told() {
        check("^[A-Z]{3}$", "ABC", false);
        check("^[A-Z]{3}$", "abc", true);
        check("[A-Z]{3}", "ABCdef", false);
        check("[A-Z]{3}", "xABC", true);
        check(r"\d+-\w*?\.", "12-ab.", false);
        check(r"\d+-\w*?\.", "ab", true);
        check("(?:a|b)c", "cc", true);
        check(r"[\w.-]+@[\w-]+", "nobody", true);
    }

    #[test]
    fn what_dialects_differ_in_is_not_told() {
        for pattern in [
            "(?!x)a", "(?=b)a", "(?P<n>b)", r"(b)\1", "b*+c", "b++", "b{2}+", r"\bb", r"b\Z",
            "[b&&c]", "[[b]]", "[]b]", "[b--c]", "b{,3}c", "(?i)b", r"\<b", r"\p{Lu}", "[b",
        ] {
            check(pattern, "a", false);
        }
        check("^[a-z]+$", "né", false);
        check("^[a-z]$", "a\n", false);
    }
}
