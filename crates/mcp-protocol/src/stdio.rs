//! The stdio transport: one message a line (2026-07-28, Transports, "stdio").
//!
//! Both eras are served on one stream, told apart by each message. A request does not wait for those
//! before it, so that answers come in the order in which they are ready. Nothing but messages is
//! written, so that logs must go elsewhere.
//!
//! There is nobody to send to sign in here: a call that lacks scopes is answered by the tool, in
//! words.

mod calls;
mod lines;
mod session;

use std::fmt::{self, Debug, Formatter};
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::future::{join, poll_fn};
use futures_util::stream::FuturesUnordered;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use self::lines::Lines;
use self::session::Session;
use crate::auth::AuthInfo;
use crate::jsonrpc::write::single_line;
use crate::tool::ToolServer;

/// Serves a [`ToolServer`] over a pair of byte streams.
pub struct StdioServer<S> {
    server: Arc<S>,
    auth: Option<AuthInfo>,
    max_message_bytes: usize,
}

impl<S: ToolServer> StdioServer<S> {
    /// Serves `server`.
    pub fn new(server: S) -> Self {
        Self { server: Arc::new(server), auth: None, max_message_bytes: 4 * 1024 * 1024 }
    }

    /// Sets the caller, which is whoever started the process.
    #[must_use]
    pub fn with_auth(mut self, auth: AuthInfo) -> Self {
        self.auth = Some(auth);
        self
    }

    /// Bounds the size of a message, 4 MiB by default.
    #[must_use]
    pub fn with_max_message_bytes(mut self, max_message_bytes: usize) -> Self {
        self.max_message_bytes = max_message_bytes;
        self
    }

    /// Serves the standard input and output of the process until the input ends.
    ///
    /// # Errors
    ///
    /// What reading or writing fails with.
    pub async fn serve_process(self) -> io::Result<()> {
        self.serve(tokio::io::stdin(), tokio::io::stdout()).await
    }

    /// Serves until `reader` ends and every call that was read has been answered.
    ///
    /// # Errors
    ///
    /// What reading or writing fails with; running calls are then cancelled.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future cancels running calls, which go on to their end unheard.
    pub async fn serve<R, W>(self, reader: R, writer: W) -> io::Result<()>
    where
        R: AsyncRead + Unpin,
        W: AsyncWrite + Unpin,
    {
        let gone = CancellationToken::new();
        let _cancel_calls = gone.clone().drop_guard();
        let (outgoing, messages) = mpsc::channel(OUTGOING);
        let session = Session::new(self.server, self.auth, outgoing, gone.clone());
        let lines = Lines::new(BufReader::new(reader), self.max_message_bytes);
        let (read, written) =
            join(read_all(lines, session, gone.clone()), write_all(messages, writer, &gone)).await;
        written.and(read)
    }
}

impl<S> Debug for StdioServer<S> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("StdioServer")
            .field("auth", &self.auth)
            .field("max_message_bytes", &self.max_message_bytes)
            .finish_non_exhaustive()
    }
}

/// Reads messages until there are no more, or nobody is left to answer to, and serves them beside
/// each other.
async fn read_all<S: ToolServer, R: AsyncRead + Unpin>(
    mut lines: Lines<BufReader<R>>,
    session: Session<S>,
    gone: CancellationToken,
) -> io::Result<()> {
    let mut under_way = FuturesUnordered::new();
    let read = loop {
        let mut next = pin!(gone.run_until_cancelled(lines.next()));
        let line = poll_fn(|cx| {
            while under_way.poll_next_unpin(cx) == Poll::Ready(Some(())) {}
            if under_way.len() < MAX_UNDER_WAY { next.as_mut().poll(cx) } else { Poll::Pending }
        });
        match line.await.transpose() {
            Ok(Some(Some(line))) => under_way.push(session.serve(line)),
            Ok(_) => break Ok(()),
            Err(error) => {
                gone.cancel();
                break Err(error);
            }
        }
    };
    session.end();
    while under_way.next().await.is_some() {}
    read
}

/// Writes messages until no one is left to send any; a failure fires `gone`.
async fn write_all<W: AsyncWrite + Unpin>(
    mut messages: mpsc::Receiver<Bytes>,
    mut writer: W,
    gone: &CancellationToken,
) -> io::Result<()> {
    let mut outcome = Ok(());
    while let Some(message) = messages.recv().await {
        if outcome.is_err() {
            continue;
        }
        outcome = write_line(&mut writer, message).await;
        if outcome.is_ok() && messages.is_empty() {
            outcome = writer.flush().await;
        }
        if outcome.is_err() {
            gone.cancel();
        }
    }
    outcome
}

async fn write_line<W: AsyncWrite + Unpin>(writer: &mut W, message: Bytes) -> io::Result<()> {
    writer.write_all(&single_line(message)).await?;
    writer.write_all(b"\n").await
}

/// How many messages are served at once; further ones are not read yet.
const MAX_UNDER_WAY: usize = 256;

/// How many messages wait to be written before calls have to.
const OUTGOING: usize = 64;
