use std::error::Error;
use std::fmt::{self, Display, Formatter};

use http::StatusCode;
use serde_json::value::{RawValue, to_raw_value};

use crate::revision::{Era, Revision};

/// Is the code of a JSON-RPC error.
///
/// MCP keeps `-32020..=-32099` for itself and asks applications to stay outside
/// `-32768..=-32000` (2026-07-28, Overview, "Error Codes").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorCode(i32);

impl ErrorCode {
    /// The body is not JSON.
    pub const PARSE_ERROR: Self = Self(-32700);
    /// The body is not one request or notification.
    pub const INVALID_REQUEST: Self = Self(-32600);
    /// The method is unknown, or belongs to a capability that is not advertised.
    pub const METHOD_NOT_FOUND: Self = Self(-32601);
    /// The parameters do not fit the method.
    pub const INVALID_PARAMS: Self = Self(-32602);
    /// The server failed.
    pub const INTERNAL_ERROR: Self = Self(-32603);
    /// A header is missing, ambiguous or contradicts the body.
    pub const HEADER_MISMATCH: Self = Self(-32020);
    /// The request needs a client capability that the client does not declare.
    pub const MISSING_CLIENT_CAPABILITY: Self = Self(-32021);
    /// The revision is not served.
    pub const UNSUPPORTED_PROTOCOL_VERSION: Self = Self(-32022);
    /// Ours: nobody signed in, and the call needs somebody. Travels with HTTP 401.
    pub const SIGN_IN_REQUIRED: Self = Self(-31401);
    /// Ours: the token grants too little. Travels with HTTP 403.
    pub const INSUFFICIENT_SCOPE: Self = Self(-31403);
    /// Ours: the server is still starting. Travels with HTTP 503.
    pub const NOT_READY: Self = Self(-31503);

    /// Returns the number on the wire.
    pub fn as_i32(self) -> i32 {
        self.0
    }
}

/// Is an error answer: the request itself was wrong, or the server failed.
///
/// A tool that ran and failed is no such error but a [`CallToolResult`](crate::tool::CallToolResult)
/// with `is_error`, which the model gets to read.
#[derive(Clone, Debug)]
pub struct ProtocolError {
    code: ErrorCode,
    message: String,
    data: Option<Box<RawValue>>,
}

impl ProtocolError {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: None }
    }

    /// Reports parameters that do not fit the method.
    pub fn invalid_params(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::INVALID_PARAMS, message)
    }

    /// Reports a tool that this caller does not have.
    pub fn unknown_tool(name: &str) -> Self {
        Self::new(ErrorCode::INVALID_PARAMS, format!("unknown tool: {name}"))
    }

    /// Reports a failure of the server; `message` reaches the client.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::INTERNAL_ERROR, message)
    }

    /// Reports that the call needs the client capability called `name`.
    pub fn missing_client_capability(name: &str) -> Self {
        let message = format!("the client must declare the capability `{name}`");
        let data = serde_json::json!({ "requiredCapabilities": { name: {} } });
        Self::new(ErrorCode::MISSING_CLIENT_CAPABILITY, message).with_data(&data)
    }

    pub(crate) fn unsupported_version(requested: &str) -> Self {
        let supported = Revision::ALL.map(Revision::as_str);
        let message = match Revision::from_wire(requested) {
            Some(_) => format!("protocol version {requested} is negotiated by `initialize`"),
            None => "unsupported protocol version".to_owned(),
        };
        let data = serde_json::json!({ "supported": supported, "requested": requested });
        Self::new(ErrorCode::UNSUPPORTED_PROTOCOL_VERSION, message).with_data(&data)
    }

    pub(crate) fn method_not_found(method: &str) -> Self {
        Self::new(ErrorCode::METHOD_NOT_FOUND, format!("method not found: {method}"))
    }

    pub(crate) fn header_mismatch(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::HEADER_MISMATCH, message)
    }

    pub(crate) fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::INVALID_REQUEST, message)
    }

    pub(crate) fn with_data(mut self, data: &impl serde::Serialize) -> Self {
        self.data = to_raw_value(data).ok();
        self
    }

    /// Returns the code.
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// Returns the message, as the client sees it.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the machine-readable part, if there is one.
    pub fn data(&self) -> Option<&RawValue> {
        self.data.as_deref()
    }

    /// Returns the HTTP status of an error that a method answered with.
    ///
    /// The specification fixes it for some codes only; the rest is in band, so that a client does
    /// not take it for a failure of the transport. A handshake-era client would read 404 as the
    /// end of its session.
    pub(crate) fn status(&self, era: Era) -> StatusCode {
        match self.code {
            ErrorCode::PARSE_ERROR
            | ErrorCode::INVALID_REQUEST
            | ErrorCode::HEADER_MISMATCH
            | ErrorCode::MISSING_CLIENT_CAPABILITY
            | ErrorCode::UNSUPPORTED_PROTOCOL_VERSION => StatusCode::BAD_REQUEST,
            ErrorCode::METHOD_NOT_FOUND if era == Era::Stateless => StatusCode::NOT_FOUND,
            ErrorCode::SIGN_IN_REQUIRED => StatusCode::UNAUTHORIZED,
            ErrorCode::INSUFFICIENT_SCOPE => StatusCode::FORBIDDEN,
            ErrorCode::NOT_READY => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::OK,
        }
    }
}

impl Display for ProtocolError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code.0)
    }
}

impl Error for ProtocolError {}
