//! How much a text costs its reader, without a tokenizer.

/// Estimates the tokens of a text in the notation, to a few in a hundred of what o200k_base gives:
/// a word is one, a long one two or three; three digits are one; signs that touch are one, and the
/// underscore belongs to the word behind it.
pub(crate) fn estimated_tokens(text: &str) -> usize {
    let mut n_tokens = 0;
    let mut rest = text.chars().peekable();
    while let Some(first) = rest.next() {
        let kind = Kind::of(first);
        let mut len = 1;
        let mut is_underscore = first == '_';
        while let Some(next) = rest.next_if(|next| Kind::of(*next) == kind) {
            len += 1;
            is_underscore &= next == '_';
        }
        n_tokens += match kind {
            Kind::Letter => 1 + usize::from(len > 8) + usize::from(len > 13),
            Kind::Digit => usize::div_ceil(len, 3),
            Kind::Sign => usize::from(!is_underscore),
            Kind::Space => 0,
        };
    }
    n_tokens
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    Digit,
    Sign,
    Space,
}

impl Kind {
    fn of(c: char) -> Self {
        match c {
            ' ' => Self::Space,
            _ if c.is_alphabetic() => Self::Letter,
            _ if c.is_ascii_digit() => Self::Digit,
            _ => Self::Sign,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::estimated_tokens;

    #[test]
    fn words_digits_and_signs_are_counted() {
        for (text, expect) in [
            ("", 0),
            ("name", 1),
            ("asset_tag", 2),
            ("virtualization", 3),
            ("vid!:int(1..4094)", 9),
            ("site->site?\n", 4),
        ] {
            assert_eq!(estimated_tokens(text), expect, "{text}");
        }
    }
}
