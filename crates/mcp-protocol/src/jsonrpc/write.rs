//! Writes messages into byte buffers, splicing raw JSON.

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;

use super::ProtocolError;
use crate::tool::Progress;

/// Begins `{"jsonrpc":"2.0","id":..,"result":`; the caller writes the result, then calls
/// [`end`].
pub(crate) fn begin_result(id: &RawValue, capacity: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(capacity + id.get().len() + 64);
    out.extend_from_slice(b"{\"jsonrpc\":\"2.0\",\"id\":");
    out.extend_from_slice(id.get().as_bytes());
    out.extend_from_slice(b",\"result\":");
    out
}

/// Ends the message.
pub(crate) fn end(mut out: Vec<u8>) -> Bytes {
    out.push(b'}');
    out.into()
}

/// Writes an error answer; without an id where none could be read, since MCP's schema does not
/// know `null` ids.
pub(crate) fn error(id: Option<&RawValue>, error: &ProtocolError) -> Bytes {
    let mut out = Vec::with_capacity(128 + error.message().len());
    out.extend_from_slice(b"{\"jsonrpc\":\"2.0\"");
    if let Some(id) = id {
        out.extend_from_slice(b",\"id\":");
        out.extend_from_slice(id.get().as_bytes());
    }
    out.extend_from_slice(b",\"error\":{\"code\":");
    value(&mut out, &error.code().as_i32());
    out.extend_from_slice(b",\"message\":");
    value(&mut out, error.message());
    if let Some(data) = error.data() {
        out.extend_from_slice(b",\"data\":");
        out.extend_from_slice(data.get().as_bytes());
    }
    out.push(b'}');
    end(out)
}

/// Writes a progress notification (2026-07-28, Progress).
pub(crate) fn progress(token: &RawValue, progress: &Progress) -> Bytes {
    let mut out = Vec::with_capacity(160);
    out.extend_from_slice(
        b"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":",
    );
    out.extend_from_slice(token.get().as_bytes());
    out.extend_from_slice(b",\"progress\":");
    number(&mut out, progress.progress);
    if let Some(total) = progress.total.filter(|total| total.is_finite()) {
        out.extend_from_slice(b",\"total\":");
        number(&mut out, total);
    }
    if let Some(message) = &progress.message {
        out.extend_from_slice(b",\"message\":");
        value(&mut out, message);
    }
    out.push(b'}');
    end(out)
}

/// Writes any value whose serialization cannot fail.
pub(crate) fn value(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    // INVARIANT: writing into memory does not fail, and nothing that is passed here has keys
    // other than strings or a `Serialize` that refuses.
    serde_json::to_writer(out, value).expect("serialization into memory does not fail");
}

/// Puts a message on one line.
///
/// Line breaks in valid JSON stand between tokens only, so that blanks can take their place.
pub(crate) fn single_line(message: Bytes) -> Bytes {
    let breaks = |byte: &u8| matches!(byte, b'\n' | b'\r');
    if !message.iter().any(breaks) {
        return message;
    }
    message.iter().map(|byte| if breaks(byte) { b' ' } else { *byte }).collect()
}

/// Writes whole numbers without a fraction, as clients that count in integers expect.
fn number(out: &mut Vec<u8>, number: f64) {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() < EXACT {
        value(out, &(number as i64));
    } else {
        value(out, &number);
    }
}
