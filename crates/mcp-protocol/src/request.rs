//! One request as it arrived: envelope, the parameters our methods read, and `_meta`.

pub(crate) mod headers;
pub(crate) mod ladder;
mod meta;
pub(crate) mod mirrored;

pub(crate) use meta::Meta;

use serde_json::value::RawValue;

use crate::jsonrpc::{Envelope, MembersError, ProtocolError, members};

/// Holds a message whose parameters were split, but not judged yet.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) envelope: Envelope<'a>,
    pub(crate) params: Params<'a>,
    pub(crate) meta: Meta<'a>,
}

/// Holds every parameter that one of the served methods reads.
#[derive(Debug, Default)]
pub(crate) struct Params<'a> {
    /// `tools/call`.
    pub(crate) name: Option<&'a RawValue>,
    /// `tools/call`.
    pub(crate) arguments: Option<&'a RawValue>,
    /// `tools/list`.
    pub(crate) cursor: Option<&'a RawValue>,
    /// `subscriptions/listen`.
    pub(crate) notifications: Option<&'a RawValue>,
    /// `initialize`.
    pub(crate) protocol_version: Option<&'a RawValue>,
    /// `initialize`.
    #[cfg_attr(not(feature = "stdio"), expect(dead_code, reason = "only a stream remembers"))]
    pub(crate) capabilities: Option<&'a RawValue>,
    /// `initialize`.
    #[cfg_attr(not(feature = "stdio"), expect(dead_code, reason = "only a stream remembers"))]
    pub(crate) client_info: Option<&'a RawValue>,
    /// `notifications/cancelled`.
    #[cfg_attr(not(feature = "stdio"), expect(dead_code, reason = "only a stream remembers"))]
    pub(crate) request_id: Option<&'a RawValue>,
}

impl<'a> Request<'a> {
    /// Splits the parameters of `envelope`.
    fn new(envelope: Envelope<'a>) -> Result<Self, ProtocolError> {
        let Some(params) = envelope.params else {
            return Ok(Self { envelope, params: Params::default(), meta: Meta::default() });
        };
        let names = [
            "_meta",
            "name",
            "arguments",
            "cursor",
            "notifications",
            "protocolVersion",
            "capabilities",
            "clientInfo",
            "requestId",
        ];
        let [
            meta,
            name,
            arguments,
            cursor,
            notifications,
            protocol_version,
            capabilities,
            client_info,
            request_id,
        ] = members(params.get(), &names).map_err(|error| not_members("params", error))?;
        let meta = meta.map(Meta::parse).transpose()?.unwrap_or_default();
        let params = Params {
            name,
            arguments,
            cursor,
            notifications,
            protocol_version,
            capabilities,
            client_info,
            request_id,
        };
        Ok(Self { envelope, params, meta })
    }

    pub(crate) fn method(&self) -> &str {
        &self.envelope.method
    }
}

fn not_members(parent: &str, error: MembersError) -> ProtocolError {
    match error {
        MembersError::Duplicate(name) => {
            ProtocolError::invalid_request(format!("`{parent}.{name}` occurs twice"))
        }
        MembersError::NotAnObject => {
            ProtocolError::invalid_params(format!("`{parent}` must be an object"))
        }
        MembersError::Syntax(error) => {
            ProtocolError::invalid_request(format!("`{parent}` cannot be read: {error}"))
        }
    }
}
