//! Which revision a message is served under.
//!
//! Both eras share one endpoint. The body decides, the headers must agree (2026-07-28,
//! Versioning, "Dual-Era Servers"); the order of the checks is observable, and the conformance
//! suite pins it:
//!
//! 1. `initialize` without a valid stateless envelope starts the handshake era.
//! 2. A body that claims a version in `_meta` is of the stateless era: its envelope must be
//!    complete, the headers that are there must agree, the version must be served, and the
//!    headers that must be there must be.
//! 3. A body without a claim under a header that names a stateless revision is malformed, never
//!    silently served as of the handshake era.
//! 4. Everything else is of the handshake era, under the revision of the header.

use http::{HeaderMap, StatusCode};

use super::headers::{self, METHOD, NAME, PROTOCOL_VERSION};
use super::{Request, meta};
use crate::jsonrpc::{Envelope, ProtocolError, string};
use crate::revision::{Era, Revision};

/// Refuses a message before it reaches its method.
#[derive(Debug)]
pub(crate) struct Rejection {
    pub(crate) status: StatusCode,
    pub(crate) error: ProtocolError,
}

impl From<ProtocolError> for Rejection {
    /// Whatever the ladder refuses is a bad request, even with a code that is in band elsewhere.
    fn from(error: ProtocolError) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error }
    }
}

/// Splits a message and chooses the revision that it is served under.
///
/// A transport without headers passes none; `assumed` serves messages that claim nothing.
pub(crate) fn judge<'a>(
    envelope: Envelope<'a>,
    headers: Option<&HeaderMap>,
    assumed: Revision,
) -> Result<(Request<'a>, Revision), Rejection> {
    let request = Request::new(envelope)?;
    let revision = classify(&request, headers, assumed)?;
    Ok((request, revision))
}

fn classify(
    request: &Request<'_>,
    headers: Option<&HeaderMap>,
    assumed: Revision,
) -> Result<Revision, Rejection> {
    let version = match headers {
        Some(headers) => headers::once(headers, PROTOCOL_VERSION)?,
        None => None,
    };
    let is_initialize = request.method() == "initialize" && !request.envelope.is_notification();
    if is_initialize && request.meta.check_envelope().is_err() {
        return handshake(version, assumed, |revision| {
            let message = format!("`initialize` does not exist in {revision}");
            Err(ProtocolError::header_mismatch(message))
        });
    }
    if request.meta.claims_version() {
        return stateless(request, headers, version);
    }
    handshake(version, assumed, |revision| {
        if request.envelope.is_notification() {
            Ok(revision)
        } else {
            Err(meta::missing_envelope())
        }
    })
}

/// Serves a message that claims nothing by its header alone.
fn handshake(
    version: Option<&str>,
    assumed: Revision,
    under_stateless_header: impl FnOnce(Revision) -> Result<Revision, ProtocolError>,
) -> Result<Revision, Rejection> {
    let Some(version) = version else { return Ok(assumed) };
    match Revision::from_wire(version) {
        None => Err(ProtocolError::unsupported_version(version).into()),
        Some(revision) if revision.era() == Era::Handshake => Ok(revision),
        Some(revision) => Ok(under_stateless_header(revision)?),
    }
}

fn stateless(
    request: &Request<'_>,
    headers: Option<&HeaderMap>,
    version: Option<&str>,
) -> Result<Revision, Rejection> {
    let is_notification = request.envelope.is_notification();
    let claimed = if is_notification {
        request.meta.claimed_version()?
    } else {
        request.meta.check_envelope()?
    };
    if let Some(version) = version.filter(|version| *version != claimed) {
        return Err(contradiction(PROTOCOL_VERSION, version, &claimed).into());
    }
    let method = match headers {
        Some(headers) => headers::once(headers, METHOD)?,
        None => None,
    };
    if let Some(method) = method.filter(|method| *method != request.method()) {
        return Err(contradiction(METHOD, method, request.method()).into());
    }
    let revision = Revision::from_wire(&claimed)
        .filter(|revision| revision.era() == Era::Stateless)
        .ok_or_else(|| ProtocolError::unsupported_version(&claimed))?;
    if let Some(headers) = headers.filter(|_| !is_notification) {
        for (name, value) in [(PROTOCOL_VERSION, version), (METHOD, method)] {
            if value.is_none() {
                return Err(absent(name).into());
            }
        }
        check_name(request, headers)?;
    }
    Ok(revision)
}

/// Compares `Mcp-Name` with the tool that the body calls.
///
/// A body that names no tool is left to the method, which says so in band.
fn check_name(request: &Request<'_>, headers: &HeaderMap) -> Result<(), ProtocolError> {
    let called = request.params.name.filter(|_| request.method() == "tools/call");
    let Some(called) = called.and_then(string) else { return Ok(()) };
    let value = headers::once(headers, NAME)?.ok_or_else(|| absent(NAME))?;
    match headers::decoded(value) {
        Some(name) if name == called => Ok(()),
        Some(name) => Err(contradiction(NAME, &name, &called)),
        None => Err(ProtocolError::header_mismatch(format!("header `{NAME}` is no valid base64"))),
    }
}

fn contradiction(name: &str, header: &str, body: &str) -> ProtocolError {
    let message = format!("header `{name}` says `{header}`, the body says `{body}`");
    ProtocolError::header_mismatch(message)
}

fn absent(name: &str) -> ProtocolError {
    ProtocolError::header_mismatch(format!("header `{name}` is missing"))
}

#[cfg(test)]
mod tests;
