use std::panic::AssertUnwindSafe;

use bytes::Bytes;
use futures_util::{FutureExt as _, StreamExt as _};
use serde_json::value::RawValue;

use super::{PreparedCall, Reply, panicked};
use crate::jsonrpc::ProtocolError;
use crate::revision::{Era, Revision, handshake, stateless};
use crate::tool::{CallToolResult, ProgressSink, ToolEvent, ToolReply, ToolServer, ToolStream};

/// Runs a tool to its end and writes the answer.
pub(crate) async fn run<S: ToolServer>(server: &S, prepared: PreparedCall) -> Reply {
    let PreparedCall { id, call, cx } = prepared;
    let revision = cx.revision;
    let progress = cx.progress.clone();
    let called = AssertUnwindSafe(async {
        match server.call(call, cx).await? {
            ToolReply::Complete(result) => Ok(result),
            ToolReply::Stream(stream) => last(stream, &progress).await,
        }
    });
    let result = called.catch_unwind().await.unwrap_or_else(|panic| Err(panicked(panic.as_ref())));
    match result {
        Ok(result) => Reply::ok(encode(server, revision, &id, &result)),
        Err(error) => Reply::error(Some(&id), &error, revision.era()),
    }
}

/// Writes the result of a call.
pub(crate) fn encode<S: ToolServer>(
    server: &S,
    revision: Revision,
    id: &RawValue,
    result: &CallToolResult,
) -> Bytes {
    let info = server.info();
    match revision.era() {
        Era::Handshake => handshake::Encoder { revision, info }.call(id, result),
        Era::Stateless => stateless::Encoder { revision, info }.call(id, result),
    }
}

/// Forwards the progress of `stream` and returns its result.
async fn last(
    mut stream: ToolStream,
    progress: &ProgressSink,
) -> Result<CallToolResult, ProtocolError> {
    while let Some(event) = stream.next().await {
        match event {
            ToolEvent::Progress(step) => progress.report(&step),
            ToolEvent::Result(result) => return Ok(result),
        }
    }
    tracing::error!("a tool's stream ended without a result");
    Err(ProtocolError::internal("the tool gave no result"))
}
