//! JSON-RPC in lines over the standard input and output of a child process.

use std::process;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

/// A server that is a child process. It is killed when the connection is dropped.
#[derive(Debug)]
pub struct Stdio {
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    patience: Duration,
    last_id: u64,
    _child: Child,
}

impl Stdio {
    /// Starts the process; what it says on standard error goes where the command says.
    ///
    /// # Errors
    ///
    /// Where it does not start.
    pub fn start(command: process::Command, patience: Duration) -> Result<Self> {
        let mut child = Command::from(command)
            .stdin(process::Stdio::piped())
            .stdout(process::Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("failed to start the server")?;
        let input = child.stdin.take().context("the server has no standard input")?;
        let output = child.stdout.take().context("the server has no standard output")?;
        let output = BufReader::new(output).lines();
        Ok(Self { input, output, patience, last_id: 0, _child: child })
    }

    pub(super) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Sends a message and waits for its reply.
    pub(super) async fn request(&mut self, message: &Value) -> Result<Value> {
        let patience = self.patience;
        timeout(patience, self.exchange(message))
            .await
            .with_context(|| format!("the server did not answer within {patience:?}"))?
    }

    pub(super) async fn notify(&mut self, message: &Value) -> Result<()> {
        let line = format!("{message}\n");
        self.input.write_all(line.as_bytes()).await.context("the server reads no more")?;
        self.input.flush().await.context("the server reads no more")
    }

    async fn exchange(&mut self, message: &Value) -> Result<Value> {
        self.notify(message).await?;
        loop {
            let line = self.output.next_line().await.context("failed to read the server")?;
            let line = line.context("the server ended")?;
            // Some servers print to standard output what belongs to standard error.
            let Ok(reply) = serde_json::from_str::<Value>(&line) else { continue };
            match (reply.get("method"), reply.get("id")) {
                (None, id) if id == message.get("id") => return Ok(reply),
                (Some(_), Some(id)) => self.refuse(&id.clone()).await?,
                _ => {}
            }
        }
    }

    /// Answers what the server asks of its client, which can do none of it.
    async fn refuse(&mut self, id: &Value) -> Result<()> {
        let error = json!({ "code": -32601, "message": "this client has no such method" });
        self.notify(&json!({ "jsonrpc": "2.0", "id": id, "error": error })).await
    }
}
