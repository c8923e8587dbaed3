use std::future::pending;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures_util::StreamExt as _;
use serde_json::value::RawValue;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use super::calls::{Calls, Registration};
use super::lines::Line;
use crate::auth::{AuthInfo, ScopeChallenge};
use crate::dispatch::{
    Messages, Outcome, PreparedCall, Reply, dispatch, encode, negotiate, of_the_handshake, prepare,
    run, too_many_listen,
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
    /// Those of subscriptions.
    places: Arc<Semaphore>,
    handshake: Mutex<Handshake>,
    tells_of_changes: AtomicBool,
    /// Fires when there is nothing more to read, so that nobody listens any longer.
    read_all: CancellationToken,
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
        Self {
            server,
            auth,
            outgoing,
            calls: Calls::default(),
            places: Arc::new(Semaphore::new(MOST_LISTENING)),
            handshake: Mutex::new(handshake),
            tells_of_changes: AtomicBool::new(false),
            read_all: gone.child_token(),
            gone,
        }
    }

    /// Serves one line to its end, a call's included. What a message does to those after it is done
    /// before this waits for anything.
    pub(super) async fn serve(&self, line: Line) {
        match line {
            Line::Message(message) => self.receive(&message).await,
            Line::TooLong => {
                let error = ProtocolError::invalid_request("the message is too long");
                self.send(write::error(None, &error)).await;
            }
        }
    }

    /// Ends what would go on for as long as there are messages to read.
    pub(super) fn end(&self) {
        self.read_all.cancel();
    }

    async fn receive(&self, message: &Bytes) {
        let envelope = match Envelope::parse(message) {
            Ok(envelope) => envelope,
            Err(refused) => {
                let reply = Reply::rejection(refused.id, &refused.error.into());
                return self.send(reply.body).await;
            }
        };
        let id = envelope.id;
        let assumed = self.handshake().revision;
        let (request, revision) = match judge(envelope, None, assumed) {
            Ok(judged) => judged,
            // Nobody waits for the answer to a notification.
            Err(_) if id.is_none() => return,
            Err(rejection) => return self.send(Reply::rejection(id, &rejection).body).await,
        };
        let Some(id) = id else { return self.notice(&request) };
        tracing::debug!(method = request.method(), %revision, "serving a message");
        let cx = self.context(&request, revision);
        let cancel = cx.cancel.clone();
        let Some(registration) = self.calls.register(id, cancel.clone()) else {
            return self.send(in_use(id)).await;
        };
        if revision.era() == Era::Handshake && request.method() == "initialize" {
            self.shake_hands(&request);
        }
        // A cancelled request is not answered (2026-07-28, Cancellation).
        let answering = cancel.run_until_cancelled(prepare(&*self.server, &request, message, &cx));
        if answering.await.is_none() {
            return;
        }
        match dispatch(&*self.server, &request, message, None, cx) {
            Outcome::Accepted => {}
            Outcome::Answer(reply) => self.send(reply.body).await,
            Outcome::Welcome(reply) => {
                let changes = self.changes_to_tell();
                self.send(reply.body).await;
                if let Some(messages) = changes {
                    let (outgoing, ended) = (self.outgoing.clone(), self.read_all.clone());
                    tokio::spawn(forward(messages, outgoing, ended));
                }
            }
            Outcome::Challenge(challenge, refused) => {
                let result = needs_scope(&challenge);
                self.send(encode(&*self.server, revision, &refused.id, &result)).await;
            }
            Outcome::Call(prepared) => self.call(*prepared, registration).await,
            Outcome::Listen { id, messages, .. } => match self.places.clone().try_acquire_owned() {
                Ok(place) => self.listen(messages, cancel, (registration, place)),
                Err(_) => {
                    let busy = Reply::not_ready(Some(&id), &too_many_listen(), revision.era());
                    self.send(busy.body).await;
                }
            },
        }
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
            let handshake = self.handshake();
            meta.client_info.clone_from(&handshake.client_info);
            meta.client_capabilities.clone_from(&handshake.client_capabilities);
        }
        let mut cx =
            RequestContext::new(revision).with_meta(meta).with_cancel(self.gone.child_token());
        cx.auth.clone_from(&self.auth);
        cx
    }

    fn shake_hands(&self, request: &Request<'_>) {
        if let Ok(revision) = negotiate(request) {
            *self.handshake() = Handshake {
                revision,
                client_info: request.params.client_info.map(ToOwned::to_owned),
                client_capabilities: request.params.capabilities.map(ToOwned::to_owned),
            };
        }
    }

    fn handshake(&self) -> MutexGuard<'_, Handshake> {
        self.handshake.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a handshake-era client hears of changes from its handshake on, without asking; nothing
    /// the second time.
    fn changes_to_tell(&self) -> Option<Messages> {
        let changes = self.server.list_changes()?;
        (!self.tells_of_changes.swap(true, Ordering::Relaxed)).then(|| of_the_handshake(changes))
    }

    /// Answers `subscriptions/listen` until it is cancelled, or nobody reads or writes any more.
    fn listen(
        &self,
        messages: Messages,
        cancel: CancellationToken,
        held: (Registration, OwnedSemaphorePermit),
    ) {
        let (outgoing, read_all) = (self.outgoing.clone(), self.read_all.clone());
        tokio::spawn(async move {
            read_all.run_until_cancelled(forward(messages, outgoing, cancel)).await;
            drop(held);
        });
    }

    /// Runs a call to its end, even if this is dropped.
    async fn call(&self, mut prepared: PreparedCall, registration: Registration) {
        if let Some(token) = &prepared.cx.meta.progress_token {
            prepared.cx.progress = ProgressSink::open(token.clone(), self.outgoing.clone());
        }
        let (server, outgoing) = (self.server.clone(), self.outgoing.clone());
        let cancel = prepared.cx.cancel.clone();
        let running = tokio::spawn(async move {
            let reply = run(&*server, prepared).await;
            drop(registration);
            if !cancel.is_cancelled() {
                // The writer is there until every sender is gone.
                let _ = outgoing.send(reply.body).await;
            }
        });
        // It catches panics, and ends early only if its runtime does.
        let _ = running.await;
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

/// How many subscriptions there are at once.
const MOST_LISTENING: usize = 32;
