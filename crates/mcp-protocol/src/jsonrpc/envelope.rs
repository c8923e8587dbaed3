use std::borrow::Cow;
use std::str;

use serde_json::value::RawValue;

use super::depth::is_too_deep;
use super::{ErrorCode, MAX_DEPTH, MembersError, ProtocolError, members, string};

/// Is one request or notification, borrowed from the bytes it arrived in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Envelope<'a> {
    /// The id, a string or a number, to be echoed as it is; a notification has none.
    pub id: Option<&'a RawValue>,
    /// The method.
    pub method: Cow<'a, str>,
    /// The parameters, an object.
    pub params: Option<&'a RawValue>,
}

/// Says why bytes are no [`Envelope`], with the id to answer to where it could be read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EnvelopeError<'a> {
    /// The id of the refused request.
    pub id: Option<&'a RawValue>,
    /// What to answer.
    pub error: ProtocolError,
}

impl<'a> Envelope<'a> {
    /// Reads one message.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::PARSE_ERROR`] for what is not JSON, [`ErrorCode::INVALID_REQUEST`] for JSON
    /// that is not one request or notification (2026-07-28, Overview, "Messages"): a batch, a
    /// response, an id that is no string or number, a member that occurs twice.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, EnvelopeError<'a>> {
        let text = str::from_utf8(bytes).map_err(|error| parse_error(&error))?;
        let [jsonrpc, id, method, params, result, error] =
            members(text, &["jsonrpc", "id", "method", "params", "result", "error"])
                .map_err(|error| not_members(error, text))?;
        let refuse = |id, message: &str| {
            let error = ProtocolError::invalid_request(message);
            Err(EnvelopeError { id, error })
        };
        if id.is_some_and(|id| !is_id(id)) {
            return refuse(None, &format!("`id` must be {ID}"));
        }
        if jsonrpc.is_none_or(|version| string(version).as_deref() != Some("2.0")) {
            return refuse(id, "`jsonrpc` must be \"2.0\"");
        }
        let Some(method) = method.and_then(string) else {
            let message = if result.is_some() || error.is_some() {
                "a response cannot be posted here: this server sends no requests"
            } else {
                "`method` must be a string"
            };
            return refuse(id, message);
        };
        if result.is_some() || error.is_some() {
            return refuse(id, "a request has no `result` and no `error`");
        }
        if params.is_some_and(|params| !params.get().starts_with('{')) {
            return refuse(id, "`params` must be an object");
        }
        if is_too_deep(text) {
            return refuse(id, &format!("nested more than {MAX_DEPTH} levels deep"));
        }
        Ok(Self { id, method, params })
    }

    /// Tells whether nobody waits for an answer.
    pub fn is_notification(&self) -> bool {
        self.id.is_none()
    }
}

fn not_members<'a>(error: MembersError, text: &str) -> EnvelopeError<'a> {
    let error = match error {
        MembersError::Syntax(error) => return parse_error(&error),
        MembersError::Duplicate(name) => {
            ProtocolError::invalid_request(format!("`{name}` occurs twice"))
        }
        MembersError::NotAnObject if text.trim_ascii_start().starts_with('[') => {
            ProtocolError::invalid_request("batches are not served: send one message at a time")
        }
        MembersError::NotAnObject => {
            ProtocolError::invalid_request("a message must be a JSON object")
        }
    };
    EnvelopeError { id: None, error }
}

fn parse_error<'a>(error: &dyn std::error::Error) -> EnvelopeError<'a> {
    let message = format!("the body is not JSON: {error}");
    EnvelopeError { id: None, error: ProtocolError::new(ErrorCode::PARSE_ERROR, message) }
}

/// Tells whether `id` may stand as the id of a request, or as a progress token.
///
/// Every number that a reader can hold is taken: some clients count in floats, and the id is echoed,
/// never computed with. It may stand in every message of a stream, so it is not to be long.
pub(crate) fn is_id(id: &RawValue) -> bool {
    let text = id.get();
    if text.len() > MAX_ID_BYTES {
        return false;
    }
    let is_number = text.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    if is_number { text.parse().is_ok_and(f64::is_finite) } else { string(id).is_some() }
}

/// What an id is.
pub(crate) const ID: &str = "a string or a number of at most 1024 bytes";

const MAX_ID_BYTES: usize = 1024;

#[cfg(test)]
mod tests;
