//! How much text an answer may take.

/// The bytes that this many tokens are taken to be: three each. Tables of names, numbers and
/// addresses come to between 2.5 and 3.5 bytes a token (o200k_base).
pub(crate) const fn max_bytes(max_tokens: usize) -> usize {
    max_tokens.saturating_mul(BYTES_PER_TOKEN)
}

/// The tokens that this many bytes are taken to be.
pub(super) const fn tokens(n_bytes: usize) -> usize {
    n_bytes.div_ceil(BYTES_PER_TOKEN)
}

/// Cuts text that takes more than this many tokens after its last line that fits, and says so.
/// A single line that is too long is cut between two characters.
pub(crate) fn cut(text: String, max_tokens: usize, how_to_get_the_rest: &str) -> String {
    let max = max_bytes(max_tokens);
    if text.len() <= max {
        return text;
    }
    let remark =
        |n: usize| format!("[cut: the first {n} of {} bytes; {how_to_get_the_rest}]", text.len());
    let room = text.floor_char_boundary(max.saturating_sub(remark(text.len()).len() + 1));
    let end = text[..room].rfind('\n').unwrap_or(room);
    format!("{}\n{}", &text[..end], remark(end))
}

const BYTES_PER_TOKEN: usize = 3;
