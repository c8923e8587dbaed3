//! From a message to its answer, whatever the transport.

mod listen;
mod run;

pub(crate) use listen::{Messages, of_the_handshake, too_many_listen};
#[cfg(feature = "stdio")]
pub(crate) use run::encode;
pub(crate) use run::run;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use futures_util::FutureExt as _;
use http::{Extensions, HeaderMap, StatusCode};
use serde_json::value::RawValue;

use crate::auth::ScopeChallenge;
use crate::jsonrpc::{ErrorCode, ProtocolError, string, write};
use crate::request::ladder::Rejection;
use crate::request::{Request, mirrored};
use crate::revision::{Era, Revision, handshake, stateless};
use crate::tool::{NotReady, RequestContext, ToolCall, ToolServer};

/// Is what a message leads to.
pub(crate) enum Outcome {
    /// A notification: nothing to answer.
    Accepted,
    /// An answer that is known at once.
    Answer(Reply),
    /// The answer to the `initialize` of a client that can be told of changes.
    Welcome(Reply),
    /// A call that lacks scopes; the transport knows how to ask for them.
    Challenge(ScopeChallenge, Box<PreparedCall>),
    /// A call to be run.
    Call(Box<PreparedCall>),
    /// Messages that go on until the client or the server ends them.
    Listen {
        id: Box<RawValue>,
        messages: Messages,
        #[cfg_attr(not(feature = "http"), expect(dead_code, reason = "only HTTP has it"))]
        extensions: Extensions,
    },
}

/// Is a finished answer.
#[derive(Debug)]
pub(crate) struct Reply {
    #[cfg_attr(not(feature = "http"), expect(dead_code, reason = "only HTTP has it"))]
    pub(crate) status: StatusCode,
    #[cfg_attr(not(feature = "http"), expect(dead_code, reason = "only HTTP has it"))]
    pub(crate) retry_after_seconds: Option<u64>,
    pub(crate) body: Bytes,
}

/// Is a call that was read and authorized.
#[derive(Debug)]
pub(crate) struct PreparedCall {
    pub(crate) id: Box<RawValue>,
    pub(crate) call: ToolCall,
    pub(crate) cx: RequestContext,
}

impl Reply {
    pub(crate) fn ok(body: Bytes) -> Self {
        Self { status: StatusCode::OK, retry_after_seconds: None, body }
    }

    /// Answers with an error that a method met.
    pub(crate) fn error(id: Option<&RawValue>, error: &ProtocolError, era: Era) -> Self {
        let body = write::error(id, error);
        Self { status: error.status(era), retry_after_seconds: None, body }
    }

    /// Answers with an error met before the method.
    pub(crate) fn rejection(id: Option<&RawValue>, rejection: &Rejection) -> Self {
        let body = write::error(id, &rejection.error);
        Self { status: rejection.status, retry_after_seconds: None, body }
    }

    /// Answers with the time after which to ask again.
    pub(crate) fn not_ready(id: Option<&RawValue>, not_ready: &NotReady, era: Era) -> Self {
        let seconds = not_ready.retry_after_seconds();
        let error = ProtocolError::new(ErrorCode::NOT_READY, not_ready.message.as_str())
            .with_data(&serde_json::json!({ "retryAfterSeconds": seconds }));
        Self { retry_after_seconds: Some(seconds), ..Self::error(id, &error, era) }
    }
}

/// Lets the server learn what serving a request depends on. A panic is logged, and the server asked
/// all the same.
pub(crate) async fn prepare<S: ToolServer>(
    server: &S,
    request: &Request<'_>,
    body: &Bytes,
    cx: &RequestContext,
) {
    if request.envelope.id.is_none() || server.ready().is_err() {
        return;
    }
    let call = match request.method() {
        "initialize" | "server/discover" | "tools/list" => None,
        "tools/call" => match read_call(request, body) {
            Ok(call) => Some(call),
            Err(_) => return,
        },
        _ => return,
    };
    let preparing = AssertUnwindSafe(server.prepare(call.as_ref(), cx));
    if let Err(panic) = preparing.catch_unwind().await {
        panicked(panic.as_ref());
    }
}

/// Serves every method but the running of a tool.
///
/// `body` is what `request` borrows from; the arguments of a call become a slice of it. A transport
/// without headers passes none.
pub(crate) fn dispatch<S: ToolServer>(
    server: &S,
    request: &Request<'_>,
    body: &Bytes,
    headers: Option<&HeaderMap>,
    cx: RequestContext,
) -> Outcome {
    let Some(id) = request.envelope.id else { return Outcome::Accepted };
    let era = cx.revision.era();
    let answered =
        catch_unwind(AssertUnwindSafe(|| answer(server, request, id, body, headers, cx)));
    match answered {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(error)) => Outcome::Answer(Reply::error(Some(id), &error, era)),
        Err(panic) => Outcome::Answer(Reply::error(Some(id), &panicked(panic.as_ref()), era)),
    }
}

fn answer<S: ToolServer>(
    server: &S,
    request: &Request<'_>,
    id: &RawValue,
    body: &Bytes,
    headers: Option<&HeaderMap>,
    cx: RequestContext,
) -> Result<Outcome, ProtocolError> {
    request.meta.check_progress_token()?;
    let (revision, info) = (cx.revision, server.info());
    let changes = server.list_changes();
    let tells = changes.is_some();
    let body = match (revision.era(), request.method()) {
        (Era::Handshake, "initialize") => {
            let revision = negotiate(request)?;
            let cx = RequestContext { revision, ..cx };
            let instructions = server.instructions(&cx);
            let encoder = handshake::Encoder { revision, info };
            let reply = Reply::ok(encoder.initialize(id, instructions.as_deref(), tells));
            return Ok(if tells { Outcome::Welcome(reply) } else { Outcome::Answer(reply) });
        }
        (Era::Handshake, "ping") => handshake::Encoder { revision, info }.ping(id),
        (Era::Stateless, "server/discover") => {
            let instructions = server.instructions(&cx);
            stateless::Encoder { revision, info }.discover(id, instructions.as_deref(), tells)
        }
        (era, "tools/list") => {
            check_cursor(request)?;
            if let Err(not_ready) = server.ready() {
                return Ok(Outcome::Answer(Reply::not_ready(Some(id), &not_ready, era)));
            }
            let list = server.tools(&cx)?;
            match era {
                Era::Handshake => handshake::Encoder { revision, info }.tools(id, &list),
                Era::Stateless => stateless::Encoder { revision, info }.tools(id, &list),
            }
        }
        (era, "tools/call") => {
            let call = read_call(request, body)?;
            if let Some(headers) = headers.filter(|_| era == Era::Stateless) {
                let mirrored = server.mirrored_arguments(&call.name);
                mirrored::check(mirrored, request.params.arguments, headers)?;
            }
            if let Err(not_ready) = server.ready() {
                return Ok(Outcome::Answer(Reply::not_ready(Some(id), &not_ready, era)));
            }
            let authorized = server.authorize(&call, &cx);
            let prepared = Box::new(PreparedCall { id: id.to_owned(), call, cx });
            return Ok(match authorized {
                Ok(()) => Outcome::Call(prepared),
                Err(challenge) => Outcome::Challenge(challenge, prepared),
            });
        }
        (Era::Stateless, "subscriptions/listen") if let Some(changes) = changes => {
            let messages = listen::subscription(server, changes, request, id, revision)?;
            return Ok(Outcome::Listen { id: id.to_owned(), messages, extensions: cx.extensions });
        }
        (_, method) => return Err(ProtocolError::method_not_found(method)),
    };
    Ok(Outcome::Answer(Reply::ok(body)))
}

/// Chooses the revision of a handshake: the client's if it is served, else the latest that has a
/// handshake (2025-11-25, Lifecycle, "Version Negotiation").
pub(crate) fn negotiate(request: &Request<'_>) -> Result<Revision, ProtocolError> {
    let version = request.params.protocol_version.and_then(string);
    let version = version.ok_or_else(|| {
        ProtocolError::invalid_params("`params.protocolVersion` must be a string")
    })?;
    Ok(Revision::from_wire(&version)
        .filter(|revision| revision.era() == Era::Handshake)
        .unwrap_or(Revision::LATEST_HANDSHAKE))
}

/// Refuses every cursor, for none was ever handed out: the list is one page.
fn check_cursor(request: &Request<'_>) -> Result<(), ProtocolError> {
    match request.params.cursor {
        Some(cursor) if cursor.get() != "null" => {
            Err(ProtocolError::invalid_params("unknown cursor: the list has one page"))
        }
        _ => Ok(()),
    }
}

fn read_call(request: &Request<'_>, body: &Bytes) -> Result<ToolCall, ProtocolError> {
    let name = request.params.name.and_then(string).ok_or_else(|| {
        ProtocolError::invalid_params("`params.name` must be a string, the name of a tool")
    })?;
    let call = ToolCall::new(name);
    match request.params.arguments.map(RawValue::get) {
        None | Some("null") => Ok(call),
        Some(arguments) if arguments.starts_with('{') => {
            Ok(call.with_arguments(body.slice_ref(arguments.as_bytes())))
        }
        Some(_) => Err(ProtocolError::invalid_params("`params.arguments` must be an object")),
    }
}

/// Turns a panic into an answer that gives nothing away, and a line in the log that does.
fn panicked(panic: &(dyn Any + Send)) -> ProtocolError {
    let message = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("not a text");
    tracing::error!(message, "the tool server panicked");
    ProtocolError::internal("the server failed unexpectedly")
}
