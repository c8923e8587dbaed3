//! Requests to the API, built from checked arguments.
//!
//! *Invariant:* no value changes the structure of a request. A path has the segments of its
//! template, a query the names the catalog knows, a body the media type of the operation; values
//! are encoded into these places and nowhere else.

use std::str::FromStr;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use mcp_protocol::auth::AuthInfo;
use mcp_protocol::tool::TraceContext;

use crate::catalog::{self, Operation};
use crate::check::Arguments;
use crate::tier::Tier;

pub(crate) mod body;
pub(crate) mod multipart;
pub(crate) mod path;
pub(crate) mod query;

/// What travels in the extensions of every request to the API, beside the caller's [`AuthInfo`] and
/// [`TraceContext`]: a layer around the backend chooses the credential by it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UpstreamContext {
    /// The name of the operation.
    pub operation: String,
    /// The tier that the operation needs.
    pub tier: Tier,
    /// The highest tier that the caller was granted: what the whole call runs under, so that its
    /// look-ups see what its writes see.
    pub granted: Option<Tier>,
    /// Whether sending the request twice is sending it once.
    pub idempotent: bool,
}

/// Who calls, as far as requests to the API say it.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// The caller, where an access layer established one.
    pub auth: Option<AuthInfo>,
    /// The highest tier that the caller was granted.
    pub granted: Option<Tier>,
    /// The trace the call belongs to.
    pub trace: TraceContext,
    /// What the program calls itself through which the caller calls, or how it is known.
    pub client: Option<String>,
}

/// Why no request can be built of arguments that were checked, in words for an agent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// A value cannot stand in a path.
    #[error("{name}: {problem}")]
    Path {
        /// The parameter.
        name: String,
        /// What is wrong with its value.
        problem: path::PathError,
    },
    /// The path and the query together are too long for any server.
    #[error("the request line would be {n_bytes} bytes long; filter by fewer values in one call")]
    TooLong {
        /// How long it would be.
        n_bytes: usize,
    },
    /// The body is larger than the API takes.
    #[error(
        "the body would be {n_bytes} bytes, of which the API takes {most} at most; send fewer \
         items in one call"
    )]
    BodyTooLarge {
        /// How large it would be.
        n_bytes: usize,
        /// How large it may be.
        most: usize,
    },
    /// The template of the path does not fit its parameters, or a header is none.
    #[error("the catalog's operation {operation} cannot be sent: {problem}")]
    Catalog {
        /// The operation.
        operation: String,
        /// What does not fit.
        problem: String,
    },
    /// A body cannot be written in the media type of the operation.
    #[error("{place}: {problem}")]
    Body {
        /// The field.
        place: String,
        /// What is wrong with its value.
        problem: &'static str,
    },
}

/// Builds the request of an operation.
///
/// # Errors
///
/// Fails if a value cannot stand where it would have to, or the operation cannot be sent at all.
pub fn build(
    operation: &Operation,
    arguments: &Arguments,
    caller: &Caller,
) -> Result<Request<Bytes>, RequestError> {
    let catalog_error =
        |problem: String| RequestError::Catalog { operation: operation.name.clone(), problem };
    let mut target = path::expand(operation, &arguments.path)?;
    query::append(&mut target, &arguments.query);
    if target.len() > MAX_TARGET_BYTES {
        return Err(RequestError::TooLong { n_bytes: target.len() });
    }
    let uri = Uri::from_str(&target).map_err(|error| catalog_error(error.to_string()))?;
    let (content_type, body) = match (&operation.body, &arguments.body) {
        (Some(body), Some(argument)) => {
            let (content_type, bytes) = body::encode(body, argument)?;
            (Some(content_type), bytes)
        }
        _ => (None, Bytes::new()),
    };
    let mut request = Request::new(body);
    *request.uri_mut() = uri;
    *request.method_mut() = method(operation.method);
    let headers = request.headers_mut();
    for (name, value) in &arguments.headers {
        let name = HeaderName::from_str(name).map_err(|error| catalog_error(error.to_string()))?;
        let value =
            HeaderValue::from_str(value).map_err(|error| catalog_error(error.to_string()))?;
        headers.insert(name, value);
    }
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    if let Some(content_type) = content_type {
        let value = HeaderValue::from_str(&content_type)
            .map_err(|error| catalog_error(error.to_string()))?;
        headers.insert(CONTENT_TYPE, value);
    }
    trace(headers, &caller.trace);
    let extensions = request.extensions_mut();
    extensions.insert(UpstreamContext {
        operation: operation.name.clone(),
        tier: operation.tier,
        granted: caller.granted,
        idempotent: operation.method.is_idempotent() || operation.tier == Tier::Read,
    });
    extensions.insert(caller.trace.clone());
    if let Some(auth) = &caller.auth {
        extensions.insert(auth.clone());
    }
    Ok(request)
}

/// Passes the trace on (W3C Trace Context); what is no legal header is left out.
fn trace(headers: &mut http::HeaderMap, trace: &TraceContext) {
    let pairs = [("traceparent", &trace.traceparent), ("tracestate", &trace.tracestate)];
    for (name, value) in pairs {
        let value = value.as_deref().filter(|value| value.len() <= MAX_TRACE_BYTES);
        if let Some(Ok(value)) = value.map(HeaderValue::from_str) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

const fn method(method: catalog::Method) -> Method {
    use catalog::Method as Known;
    match method {
        Known::Get => Method::GET,
        Known::Put => Method::PUT,
        Known::Post => Method::POST,
        Known::Delete => Method::DELETE,
        Known::Options => Method::OPTIONS,
        Known::Head => Method::HEAD,
        Known::Patch => Method::PATCH,
        Known::Trace => Method::TRACE,
    }
}

/// How long a path with its query may be: what `http::Uri` holds, with room for a base URL.
const MAX_TARGET_BYTES: usize = 60_000;

/// How long a trace header may be (W3C Trace Context, section 3.3.1.5: 512 characters).
const MAX_TRACE_BYTES: usize = 512;
