//! The headers by which a request says the same as its body, so that gateways need not parse it
//! (2026-07-28, Transports, "Standard Request Headers").

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;

use crate::jsonrpc::ProtocolError;

pub(crate) const PROTOCOL_VERSION: &str = "mcp-protocol-version";
pub(crate) const METHOD: &str = "mcp-method";
pub(crate) const NAME: &str = "mcp-name";

/// Reads one of the headers above; `None` where it is absent.
///
/// A header that occurs twice is refused: two readers could disagree about which one counts.
pub(super) fn once<'h>(
    headers: &'h HeaderMap,
    name: &str,
) -> Result<Option<&'h str>, ProtocolError> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(ProtocolError::header_mismatch(format!("header `{name}` occurs twice")));
    }
    match value.to_str() {
        Ok(text) => Ok(Some(text.trim_matches([' ', '\t']))),
        Err(_) => {
            Err(ProtocolError::header_mismatch(format!("header `{name}` must be printable ASCII")))
        }
    }
}

/// Decodes a value that may be wrapped as `=?base64?..?=` (2026-07-28, Transports, "Value
/// Encoding"); `None` where the wrapping holds no strict base64 of UTF-8.
pub(super) fn decoded(value: &str) -> Option<Cow<'_, str>> {
    let wrapped = value.strip_prefix("=?base64?").and_then(|rest| rest.strip_suffix("?="));
    let Some(wrapped) = wrapped else { return Some(Cow::Borrowed(value)) };
    String::from_utf8(STANDARD.decode(wrapped).ok()?).ok().map(Cow::Owned)
}
