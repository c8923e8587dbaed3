use serde_json::value::RawValue;

use super::not_members;
use crate::jsonrpc::{ID, ProtocolError, is_id, members, string};
use crate::revision::v2026_07_28::meta as key;
use crate::tool::RequestMeta;

/// Holds the members of `_meta` that mean something here.
#[derive(Debug, Default)]
pub(crate) struct Meta<'a> {
    protocol_version: Option<&'a RawValue>,
    client_info: Option<&'a RawValue>,
    client_capabilities: Option<&'a RawValue>,
    log_level: Option<&'a RawValue>,
    progress_token: Option<&'a RawValue>,
    traceparent: Option<&'a RawValue>,
    tracestate: Option<&'a RawValue>,
    baggage: Option<&'a RawValue>,
}

impl<'a> Meta<'a> {
    pub(super) fn parse(raw: &'a RawValue) -> Result<Self, ProtocolError> {
        let names = [
            key::PROTOCOL_VERSION,
            key::CLIENT_INFO,
            key::CLIENT_CAPABILITIES,
            key::LOG_LEVEL,
            "progressToken",
            "traceparent",
            "tracestate",
            "baggage",
        ];
        let [
            protocol_version,
            client_info,
            client_capabilities,
            log_level,
            progress_token,
            traceparent,
            tracestate,
            baggage,
        ] = members(raw.get(), &names).map_err(|error| not_members("params._meta", error))?;
        Ok(Self {
            protocol_version,
            client_info,
            client_capabilities,
            log_level,
            progress_token,
            traceparent,
            tracestate,
            baggage,
        })
    }

    /// Tells whether the request claims to be of the stateless era, rightly or not.
    pub(super) fn claims_version(&self) -> bool {
        self.protocol_version.is_some()
    }

    /// Returns the version that the request claims.
    pub(super) fn claimed_version(&self) -> Result<String, ProtocolError> {
        let version = self.protocol_version.ok_or_else(|| missing(key::PROTOCOL_VERSION))?;
        let version =
            string(version).ok_or_else(|| malformed(key::PROTOCOL_VERSION, "a string"))?;
        Ok(version.into_owned())
    }

    /// Checks what every request of the stateless era must carry (2026-07-28, Overview, "`_meta`").
    pub(super) fn check_envelope(&self) -> Result<String, ProtocolError> {
        let version = self.claimed_version()?;
        let capabilities =
            self.client_capabilities.ok_or_else(|| missing(key::CLIENT_CAPABILITIES))?;
        if !is_object(capabilities) {
            return Err(malformed(key::CLIENT_CAPABILITIES, "an object"));
        }
        if self.client_info.is_some_and(|info| !is_implementation(info)) {
            return Err(malformed(key::CLIENT_INFO, "an object with `name` and `version`"));
        }
        if self.log_level.is_some_and(|level| !is_log_level(level)) {
            return Err(malformed(key::LOG_LEVEL, "a syslog severity such as \"info\""));
        }
        self.check_progress_token()?;
        Ok(version)
    }

    /// Checks what the handshake era knows too.
    pub(crate) fn check_progress_token(&self) -> Result<(), ProtocolError> {
        match self.progress_token {
            Some(token) if !is_id(token) => Err(malformed("progressToken", ID)),
            _ => Ok(()),
        }
    }

    /// Copies what the tool server gets to see.
    ///
    /// A trace context that is no string is dropped: tracing never fails a request.
    pub(crate) fn to_request_meta(&self) -> RequestMeta {
        let text = |raw: Option<&RawValue>| raw.and_then(string).map(|text| text.into_owned());
        let mut meta = RequestMeta::default();
        meta.trace.traceparent = text(self.traceparent);
        meta.trace.tracestate = text(self.tracestate);
        meta.trace.baggage = text(self.baggage);
        meta.progress_token = self.progress_token.map(ToOwned::to_owned);
        meta.client_info = self.client_info.map(ToOwned::to_owned);
        meta.client_capabilities = self.client_capabilities.map(ToOwned::to_owned);
        meta
    }
}

/// Names the members that a request must have to be served in the stateless era.
pub(super) fn missing_envelope() -> ProtocolError {
    ProtocolError::invalid_params(format!(
        "`params._meta` must hold `{}` and `{}`",
        key::PROTOCOL_VERSION,
        key::CLIENT_CAPABILITIES
    ))
}

fn missing(name: &str) -> ProtocolError {
    ProtocolError::invalid_params(format!("`params._meta` must hold `{name}`"))
}

fn malformed(name: &str, expected: &str) -> ProtocolError {
    ProtocolError::invalid_params(format!("`params._meta` member `{name}` must be {expected}"))
}

fn is_object(raw: &RawValue) -> bool {
    raw.get().starts_with('{')
}

fn is_implementation(raw: &RawValue) -> bool {
    members(raw.get(), &["name", "version"])
        .is_ok_and(|fields| fields.iter().all(|field| field.and_then(string).is_some()))
}

fn is_log_level(raw: &RawValue) -> bool {
    const LEVELS: [&str; 8] =
        ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"];
    string(raw).is_some_and(|level| LEVELS.contains(&level.as_ref()))
}
