use std::future::pending;
use std::mem;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt as _;
use serde_json::value::RawValue;
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use super::calls::Calls;
use crate::auth::{AuthInfo, ScopeChallenge};
use crate::dispatch::{
    Messages, Outcome, PreparedCall, Reply, dispatch, encode, negotiate, of_the_handshake, prepare,
    run,
};
use crate::jsonrpc::{Envelope, ProtocolError, write};
use crate::request::Request;
use crate::request::ladder::judge;
use crate::revision::{Era, Revision};
use crate::tool::{CallToolResult, ProgressSink, RequestContext, ToolServer};

/// Is what one stream remembers between messages.
pub(super) struct Session<S> {
    server: Arc<S>,
    auth: Option<AuthInfo>,
    outgoing: mpsc::Sender<Bytes>,
    gone: CancellationToken,
    calls: Calls,
    slots: Arc<Semaphore>,
    handshake: Handshake,
    tells_of_changes: bool,
    /// Fires when there is nothing more to read, so that nobody listens any longer.
    read_all: CancellationToken,
}

impl<S> Drop for Session<S> {
    fn drop(&mut self) {
        self.read_all.cancel();
    }
}

/// Is what `initialize` settled, for messages that do not say it themselves.
struct Handshake {
    revision: Revision,
    client_info: Option<Box<RawValue>>,
    client_capabilities: Option<Box<RawValue>>,
}

impl<S: ToolServer> Session<S> {
    pub(super) fn new(
        server: Arc<S>,
        auth: Option<AuthInfo>,
        outgoing: mpsc::Sender<Bytes>,
        gone: CancellationToken,
    ) -> Self {
        let handshake =
            Handshake { revision: Revision::ASSUMED, client_info: None, client_capabilities: None };
        let slots = Arc::new(Semaphore::new(MAX_CALLS));
        let (calls, read_all) = (Calls::default(), gone.child_token());
        let tells_of_changes = false;
        Self { server, auth, outgoing, gone, calls, slots, handshake, tells_of_changes, read_all }
    }

    /// Serves one message; a call goes on in the background.
    pub(super) async fn receive(&mut self, message: &Bytes) {
        match self.judge(message).await {
            Outcome::Accepted => {}
            Outcome::Answer(reply) | Outcome::Welcome(reply) => self.send(reply.body).await,
            Outcome::Challenge(challenge, refused) => {
                let result = needs_scope(&challenge);
                let revision = refused.cx.revision;
                self.send(encode(&*self.server, revision, &refused.id, &result)).await;
            }
            Outcome::Call(prepared) => self.start(*prepared).await,
            Outcome::Listen { id, messages, .. } => self.listen(&id, messages).await,
        }
    }

    /// Answers a message that was too long to be read.
    pub(super) async fn refuse_too_long(&self) {
        let error = ProtocolError::invalid_request("the message is too long");
        self.send(write::error(None, &error)).await;
    }

    async fn judge(&mut self, message: &Bytes) -> Outcome {
        let envelope = match Envelope::parse(message) {
            Ok(envelope) => envelope,
            Err(refused) => {
                return Outcome::Answer(Reply::rejection(refused.id, &refused.error.into()));
            }
        };
        let id = envelope.id;
        let (request, revision) = match judge(envelope, None, self.handshake.revision) {
            Ok(judged) => judged,
            // Nobody waits for the answer to a notification.
            Err(_) if id.is_none() => return Outcome::Accepted,
            Err(rejection) => return Outcome::Answer(Reply::rejection(id, &rejection)),
        };
        if request.envelope.is_notification() {
            self.notice(&request);
            return Outcome::Accepted;
        }
        tracing::debug!(method = request.method(), %revision, "serving a message");
        let cx = self.context(&request, revision);
        prepare(&*self.server, &request, message, &cx).await;
        let outcome = dispatch(&*self.server, &request, message, None, cx);
        if revision.era() == Era::Handshake && request.method() == "initialize" {
            self.shake_hands(&request);
            self.tell_of_changes();
        }
        outcome
    }

    fn notice(&self, request: &Request<'_>) {
        if request.method() == "notifications/cancelled"
            && let Some(id) = request.params.request_id
        {
            self.calls.cancel(id);
        }
    }

    fn context(&self, request: &Request<'_>, revision: Revision) -> RequestContext {
        let mut meta = request.meta.to_request_meta();
        if revision.era() == Era::Handshake {
            meta.client_info.clone_from(&self.handshake.client_info);
            meta.client_capabilities.clone_from(&self.handshake.client_capabilities);
        }
        let mut cx =
            RequestContext::new(revision).with_meta(meta).with_cancel(self.gone.child_token());
        cx.auth.clone_from(&self.auth);
        cx
    }

    fn shake_hands(&mut self, request: &Request<'_>) {
        if let Ok(revision) = negotiate(request) {
            self.handshake = Handshake {
                revision,
                client_info: request.params.client_info.map(ToOwned::to_owned),
                client_capabilities: request.params.capabilities.map(ToOwned::to_owned),
            };
        }
    }

    /// Tells a handshake-era client of changes from its handshake on, without being asked.
    fn tell_of_changes(&mut self) {
        if let Some(changes) = self.server.list_changes()
            && !mem::replace(&mut self.tells_of_changes, true)
        {
            let ended = self.read_all.clone();
            tokio::spawn(forward(of_the_handshake(changes), self.outgoing.clone(), ended));
        }
    }

    /// Answers `subscriptions/listen` until it is cancelled, or nobody reads or writes any more.
    async fn listen(&self, id: &RawValue, messages: Messages) {
        let ended = self.read_all.child_token();
        let Some(registration) = self.calls.register(id, ended.clone()) else {
            return self.send(in_use(id)).await;
        };
        let outgoing = self.outgoing.clone();
        tokio::spawn(async move {
            forward(messages, outgoing, ended).await;
            drop(registration);
        });
    }

    async fn start(&self, mut prepared: PreparedCall) {
        let cancel = prepared.cx.cancel.clone();
        let Some(registration) = self.calls.register(&prepared.id, cancel.clone()) else {
            return self.send(in_use(&prepared.id)).await;
        };
        if let Some(token) = &prepared.cx.meta.progress_token {
            prepared.cx.progress = ProgressSink::open(token.clone(), self.outgoing.clone());
        }
        // INVARIANT: the semaphore is never closed.
        let slot = self.slots.clone().acquire_owned().await.expect("the semaphore is open");
        let (server, outgoing) = (self.server.clone(), self.outgoing.clone());
        tokio::spawn(async move {
            let reply = run(&*server, prepared).await;
            drop((registration, slot));
            // A cancelled request is not answered (2026-07-28, Cancellation).
            if !cancel.is_cancelled() {
                // The writer is there until every sender is gone.
                let _ = outgoing.send(reply.body).await;
            }
        });
    }

    async fn send(&self, message: Bytes) {
        // The writer is there until every sender is gone.
        let _ = self.outgoing.send(message).await;
    }
}

/// Sends messages on until they end or `ended` fires.
async fn forward(messages: Messages, outgoing: mpsc::Sender<Bytes>, ended: CancellationToken) {
    let mut messages = messages.until(pending());
    while let Some(Some(message)) = ended.run_until_cancelled(messages.next()).await {
        if outgoing.send(message).await.is_err() {
            return;
        }
    }
}

fn in_use(id: &RawValue) -> Bytes {
    let error = ProtocolError::invalid_request("a call with this id is running already");
    write::error(Some(id), &error)
}

fn needs_scope(challenge: &ScopeChallenge) -> CallToolResult {
    let ScopeChallenge { required, description, .. } = challenge;
    CallToolResult::error(format!("needs scope {}: {description}", required.join(" ")))
}

/// How many calls run at once; further messages wait.
const MAX_CALLS: usize = 256;
