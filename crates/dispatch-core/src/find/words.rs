//! Words, folded so that those of a query meet those of the index.

use crate::catalog::singular;

/// Splits a text into words in lower case, also where camel case begins a new one.
pub(crate) fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut is_after_lower = false;
    for c in text.chars() {
        let begins = c.is_uppercase() && is_after_lower;
        if (begins || !c.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        is_after_lower = c.is_lowercase();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Brings a word to a form that it shares with its plural and with the verb or noun made from it.
/// The form need be no word; it is only compared.
pub(crate) fn stem(word: &str) -> String {
    let same = |(from, _): &&(&str, &str)| *from == word.strip_suffix('s').unwrap_or(word);
    let word = SAME.iter().find(same).map_or(word, |(_, to)| to);
    if word.len() <= 2 || word.contains(|c: char| !c.is_ascii_alphabetic()) {
        return word.to_owned();
    }
    let mut stem = singular(word);
    let ending = ENDINGS.iter().find(|(ending, shortest)| {
        stem.strip_suffix(ending).is_some_and(|rest| rest.len() >= *shortest)
    });
    if let Some((ending, _)) = ending {
        stem.truncate(stem.len() - ending.len());
        let last = stem.as_bytes();
        let is_doubled = matches!(last, [.., a, b] if a == b && !b"aeiouls".contains(b));
        if is_doubled {
            stem.pop();
        }
    }
    if stem.len() > 3 && stem.ends_with('e') {
        stem.pop();
    }
    if stem.len() > 2 && stem.ends_with('y') {
        stem.pop();
        stem.push('i');
    }
    stem
}

/// Whether a word says nothing about what is looked for.
pub(crate) fn is_empty_word(word: &str) -> bool {
    STOP.contains(&word)
}

/// The usual action that a verb asks for.
pub(super) fn usual_action(word: &str) -> Option<&'static str> {
    let means = |(_, verbs): &&(&str, &[&str])| verbs.contains(&word);
    USUAL.iter().find(means).map(|(action, _)| *action)
}

/// Endings, with the fewest letters that stand before them.
const ENDINGS: [(&str, usize); 9] = [
    ("ation", 3),
    ("ating", 3),
    ("ated", 3),
    ("ate", 3),
    ("ment", 4),
    ("ion", 4),
    ("ing", 3),
    ("ed", 3),
    ("ly", 4),
];

const STOP: [&str; 58] = [
    "a", "an", "the", "of", "to", "in", "on", "at", "for", "from", "with", "by", "and", "or", "is",
    "are", "was", "were", "be", "been", "it", "its", "this", "that", "these", "those", "my", "our",
    "your", "i", "we", "me", "us", "you", "do", "does", "did", "what", "which", "how", "many",
    "all", "any", "some", "can", "could", "please", "there", "has", "have", "had", "want", "need",
    "would", "should", "into", "per", "via",
];

/// The verbs of the usual actions. They tell resources apart in nothing.
const USUAL: [(&str, &[&str]); 6] = [
    ("create", &["create", "add", "new", "make", "insert", "register", "define", "put"]),
    ("list", &["list", "show", "find", "search", "see", "browse", "display", "count", "view"]),
    ("get", &["get", "read", "fetch", "retrieve", "describe", "details"]),
    ("update", &["update", "change", "edit", "set", "rename", "modify", "move", "alter"]),
    ("replace", &["replace", "overwrite"]),
    ("delete", &["delete", "remove", "destroy", "drop", "erase", "purge"]),
];

/// Words that are read as another one.
const SAME: [(&str, &str); 4] =
    [("kind", "type"), ("sort", "type"), ("category", "type"), ("categorie", "type")];

#[cfg(test)]
mod tests {
    use super::{split, stem};

    #[test]
    fn words_are_split_at_separators_and_in_camel_case() {
        for (text, expect) in [
            ("IP-addresses of_a Site", "ip|addresses|of|a|site"),
            ("pullRequest", "pull|request"),
            ("802.1q, l2vpn!", "802|1q|l2vpn"),
            ("--", ""),
        ] {
            assert_eq!(split(text).join("|"), expect, "{text}");
        }
    }

    #[test]
    fn forms_of_a_word_meet() {
        for forms in [
            ["allocate", "allocation", "allocated"],
            ["plug", "plugs", "plugged"],
            ["policy", "policies", "policy"],
            ["cable", "cables", "cabling"],
            ["assign", "assignment", "assigned"],
            ["address", "addresses", "addressing"],
            ["ip", "ips", "ip"],
            ["as", "as", "as"],
        ] {
            let stems = forms.map(stem);
            assert_eq!(stems[0], stems[1], "{forms:?}");
            assert_eq!(stems[0], stems[2], "{forms:?}");
        }
    }
}
