//! Telling a client that listens of changes to the list of tools.

use std::future::ready;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use serde_json::value::RawValue;

use crate::jsonrpc::{ProtocolError, members, write};
use crate::request::Request;
use crate::revision::{Revision, stateless, v2026_07_28};
use crate::tool::{Changes, ListChanges, NotReady, ToolServer};

/// Is what a client hears, a JSON-RPC message each.
pub(crate) struct Messages {
    heard: BoxStream<'static, Bytes>,
    /// What it hears at the end.
    last: Option<Bytes>,
}

impl Messages {
    /// What it hears until `ended`, which ends it as the server does.
    pub(crate) fn until(
        self,
        ended: impl Future<Output = ()> + Send + 'static,
    ) -> BoxStream<'static, Bytes> {
        self.heard.take_until(ended).chain(stream::iter(self.last)).boxed()
    }
}

/// Answers `subscriptions/listen` (2026-07-28, Subscriptions): what is heard is acknowledged first,
/// and the result comes last.
pub(super) fn subscription<S: ToolServer>(
    server: &S,
    changes: &ListChanges,
    request: &Request<'_>,
    id: &RawValue,
    revision: Revision,
) -> Result<Messages, ProtocolError> {
    let wanted = wants_tools(request.params.notifications)?;
    let honoured = if wanted { "{\"toolsListChanged\":true}" } else { "{}" };
    let acknowledged =
        notification("notifications/subscriptions/acknowledged", Some(id), Some(honoured));
    let first = stream::once(ready(acknowledged));
    let changed = notification(LIST_CHANGED, Some(id), None);
    let listening = changes.listen();
    // The one who asked for nothing still hears the end.
    let heard = on_changes(listening, changed).filter(move |_| ready(wanted));
    let last = stateless::Encoder { revision, info: server.info() }.listened(id);
    Ok(Messages { heard: first.chain(heard).boxed(), last: Some(last) })
}

/// What a handshake-era client hears that listens (2025-11-25, Tools, "List Changed Notification").
pub(crate) fn of_the_handshake(changes: &ListChanges) -> Messages {
    let heard = on_changes(changes.listen(), notification(LIST_CHANGED, None, None));
    Messages { heard: heard.boxed(), last: None }
}

/// Refuses one who would listen beside too many others.
pub(crate) fn too_many_listen() -> NotReady {
    NotReady::new(Duration::from_secs(60), "too many are listening already")
}

/// Says the same at every change, until the end.
fn on_changes(changes: Changes, message: Bytes) -> impl stream::Stream<Item = Bytes> + Send {
    stream::unfold((changes, message), |(mut changes, message)| async move {
        changes.next().await.then(|| (message.clone(), (changes, message)))
    })
}

fn wants_tools(notifications: Option<&RawValue>) -> Result<bool, ProtocolError> {
    let wrong = || {
        ProtocolError::invalid_params(
            "`params.notifications` must be an object, such as {\"toolsListChanged\":true}",
        )
    };
    let notifications = notifications.ok_or_else(wrong)?;
    let [tools] = members(notifications.get(), &["toolsListChanged"]).map_err(|_| wrong())?;
    Ok(tools.is_some_and(|tools| tools.get() == "true"))
}

fn notification(method: &str, subscription: Option<&RawValue>, honoured: Option<&str>) -> Bytes {
    let mut out = Vec::with_capacity(192);
    out.extend_from_slice(b"{\"jsonrpc\":\"2.0\",\"method\":");
    write::value(&mut out, method);
    if let Some(id) = subscription {
        out.extend_from_slice(b",\"params\":{\"_meta\":{");
        write::value(&mut out, v2026_07_28::meta::SUBSCRIPTION_ID);
        out.push(b':');
        out.extend_from_slice(id.get().as_bytes());
        out.push(b'}');
        if let Some(honoured) = honoured {
            out.extend_from_slice(b",\"notifications\":");
            out.extend_from_slice(honoured.as_bytes());
        }
        out.push(b'}');
    }
    write::end(out)
}

const LIST_CHANGED: &str = "notifications/tools/list_changed";
