//! The running of a tool behind an HTTP request that may go away.

use std::fmt::{self, Debug, Formatter};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{BufMut as _, Bytes, BytesMut};
use futures_util::StreamExt as _;
use futures_util::future::{BoxFuture, poll_fn};
use futures_util::stream::BoxStream;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::DropGuard;

use super::Runtime;
use super::places::Place;
use crate::dispatch::{PreparedCall, Reply, run};
use crate::jsonrpc::ProtocolError;
use crate::jsonrpc::write::single_line;
use crate::revision::Era;
use crate::tool::{ProgressSink, ToolServer};

/// Is what comes out of a running call.
pub(super) enum Event {
    /// A message that others follow.
    Message(Bytes),
    /// The answer; nothing follows.
    Reply(Reply),
}

/// Is a call that runs in the background, seen from the request that waits for it.
///
/// Dropping it means that the client went away. In the stateless era that cancels the call, in
/// the handshake era it means nothing (2025-11-25, Transports, "Sending Messages to the Server");
/// in both the call itself runs on to its end.
pub(super) struct RunningCall {
    progress: mpsc::Receiver<Bytes>,
    reply: oneshot::Receiver<Reply>,
    finished: Option<Reply>,
    lost: Option<Reply>,
    cancel_on_drop: Option<DropGuard>,
}

impl RunningCall {
    /// Starts `prepared`, which holds `place` to its end; its progress is heard if `with_progress`.
    pub(super) fn start<S: ToolServer>(
        server: Arc<S>,
        runtime: &dyn Runtime,
        place: Place,
        mut prepared: PreparedCall,
        with_progress: bool,
    ) -> Self {
        let era = prepared.cx.revision.era();
        let cancel = prepared.cx.cancel.clone();
        let (sender, progress) = mpsc::channel(PROGRESS_BUFFER);
        if with_progress && let Some(token) = &prepared.cx.meta.progress_token {
            prepared.cx.progress = ProgressSink::open(token.clone(), sender);
        }
        let error = ProtocolError::internal("the server stopped before the call ended");
        let lost = Some(Reply::error(Some(&prepared.id), &error, era));
        let (finish, reply) = oneshot::channel();
        runtime.spawn(Box::pin(async move {
            let reply = run(&*server, prepared).await;
            drop(place);
            // A client that went away is not told.
            let _ = finish.send(reply);
        }));
        let cancel_on_drop = (era == Era::Stateless).then(|| cancel.drop_guard());
        Self { progress, reply, finished: None, lost, cancel_on_drop }
    }

    /// Waits for what comes next; `None` after the reply.
    pub(super) async fn next(&mut self) -> Option<Event> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    /// Yields all progress before the reply, even if both are there.
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        if self.finished.is_none()
            && self.lost.is_some()
            && let Poll::Ready(reply) = Pin::new(&mut self.reply).poll(cx)
        {
            let lost = self.lost.take();
            self.finished = reply.ok().or(lost);
            if let Some(guard) = self.cancel_on_drop.take() {
                guard.disarm();
            }
        }
        if let Poll::Ready(Some(message)) = self.progress.poll_recv(cx) {
            return Poll::Ready(Some(Event::Message(message)));
        }
        match self.finished.take() {
            Some(reply) => Poll::Ready(Some(Event::Reply(reply))),
            None if self.lost.is_none() => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}

/// Writes messages as an event stream, with comments that keep the connection open.
pub(super) struct EventStream {
    first: Option<Event>,
    source: Source,
    runtime: Arc<dyn Runtime>,
    every: Duration,
    alarm: BoxFuture<'static, ()>,
}

/// Is where the messages come from.
enum Source {
    Call(RunningCall),
    /// What a client listens to.
    Listening(BoxStream<'static, Bytes>),
    Nothing,
}

impl EventStream {
    /// Continues `call` after its `first` event, if there was one yet.
    pub(super) fn new(
        first: Option<Event>,
        call: RunningCall,
        runtime: Arc<dyn Runtime>,
        every: Duration,
    ) -> Self {
        let alarm = runtime.sleep(every);
        Self { first, source: Source::Call(call), runtime, every, alarm }
    }

    /// Writes what a client listens to, which holds `place` to its end.
    pub(super) fn listening(
        messages: BoxStream<'static, Bytes>,
        place: Place,
        runtime: Arc<dyn Runtime>,
        every: Duration,
    ) -> Self {
        let alarm = runtime.sleep(every);
        let holding = move |message| {
            let _held = &place;
            message
        };
        let source = Source::Listening(messages.map(holding).boxed());
        Self { first: None, source, runtime, every, alarm }
    }

    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let event = match (self.first.take(), &mut self.source) {
            (Some(event), _) => Poll::Ready(Some(event)),
            (None, Source::Call(call)) => call.poll_next(cx),
            (None, Source::Listening(messages)) => {
                messages.poll_next_unpin(cx).map(|message| message.map(Event::Message))
            }
            (None, Source::Nothing) => Poll::Ready(None),
        };
        let message = match event {
            Poll::Ready(Some(Event::Message(message))) => message,
            Poll::Ready(Some(Event::Reply(reply))) => {
                self.source = Source::Nothing;
                reply.body
            }
            Poll::Ready(None) => {
                self.source = Source::Nothing;
                return Poll::Ready(None);
            }
            Poll::Pending => {
                ready!(self.alarm.as_mut().poll(cx));
                self.alarm = self.runtime.sleep(self.every);
                return Poll::Ready(Some(Bytes::from_static(KEEP_ALIVE)));
            }
        };
        self.alarm = self.runtime.sleep(self.every);
        Poll::Ready(Some(event_data(message)))
    }
}

impl Debug for EventStream {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream").finish_non_exhaustive()
    }
}

/// Writes one event (WHATWG HTML, "Server-sent events").
fn event_data(message: Bytes) -> Bytes {
    let message = single_line(message);
    let mut event = BytesMut::with_capacity(message.len() + 8);
    event.put_slice(b"data: ");
    event.put_slice(&message);
    event.put_slice(b"\n\n");
    event.freeze()
}

const KEEP_ALIVE: &[u8] = b":\n\n";

/// How many notifications wait for a slow client before further ones are left out.
const PROGRESS_BUFFER: usize = 64;
