//! MCP clients, as plain as can be: JSON-RPC over a service in process, over HTTP, or over a
//! child's standard input and output. What is counted is what came over the wire.

mod post;
mod stdio;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

pub use post::{Http, InProcess};
pub use stdio::Stdio;

/// A connection to an MCP server, of any of the three kinds.
#[derive(Debug)]
pub enum Connection {
    /// A service in this process.
    InProcess(InProcess),
    /// A server over Streamable HTTP.
    Http(Http),
    /// A child process over standard input and output.
    Stdio(Box<Stdio>),
}

/// What a server showed before the first call: all of it enters the model's context.
#[derive(Clone, Debug)]
pub struct Surface {
    /// The tools as `tools/list` answered them, all pages.
    pub tools: Vec<Value>,
    /// The instructions; empty where there are none.
    pub instructions: String,
}

/// What a call came back with.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The texts of its content. An error of the protocol is one, as JSON.
    pub texts: Vec<String>,
    /// Its `structuredContent`, as compact JSON.
    pub structured: Option<String>,
    /// Whether it is an error.
    pub is_error: bool,
}

impl Connection {
    /// Shakes hands and lists the tools.
    ///
    /// # Errors
    ///
    /// Where the server does not answer, or with an error.
    pub async fn open(&mut self) -> Result<Surface> {
        let hello = json!({
            "protocolVersion": PROTOCOL_VERSION,
            "capabilities": {},
            "clientInfo": { "name": "benches", "version": env!("CARGO_PKG_VERSION") },
        });
        let welcome = self.expect("initialize", hello).await?;
        self.notify("notifications/initialized").await?;
        let instructions = welcome["instructions"].as_str().unwrap_or_default().to_owned();
        let mut tools = Vec::new();
        let mut params = json!({});
        loop {
            let page = self.expect("tools/list", params).await?;
            tools.extend(page["tools"].as_array().cloned().unwrap_or_default());
            match page.get("nextCursor") {
                Some(Value::String(cursor)) => params = json!({ "cursor": cursor }),
                _ => return Ok(Surface { tools, instructions }),
            }
        }
    }

    /// Calls a tool. A refusal is an answer too.
    ///
    /// # Errors
    ///
    /// Where the server does not answer at all.
    pub async fn call(&mut self, tool: &str, arguments: &Value) -> Result<Answer> {
        let params = json!({ "name": tool, "arguments": arguments });
        Ok(match self.request("tools/call", params).await? {
            Ok(result) => Answer::of(&result),
            Err(error) => {
                Answer { texts: vec![error.to_string()], structured: None, is_error: true }
            }
        })
    }

    async fn expect(&mut self, method: &str, params: Value) -> Result<Value> {
        match self.request(method, params).await? {
            Ok(result) => Ok(result),
            Err(error) => bail!("the server refused {method}: {error}"),
        }
    }

    async fn request(&mut self, method: &str, params: Value) -> Result<Result<Value, Value>> {
        let mut message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let reply = match self {
            Self::InProcess(it) => it.send(&message).await,
            Self::Http(it) => it.send(&message).await,
            Self::Stdio(it) => {
                message["id"] = it.next_id().into();
                it.request(&message).await
            }
        };
        let reply = reply.with_context(|| format!("failed to send {method}"))?;
        match (reply.get("result"), reply.get("error")) {
            (Some(result), _) => Ok(Ok(result.clone())),
            (None, Some(error)) => Ok(Err(error.clone())),
            (None, None) => bail!("the server answered {method} with {reply}"),
        }
    }

    async fn notify(&mut self, method: &str) -> Result<()> {
        let message = json!({ "jsonrpc": "2.0", "method": method });
        match self {
            Self::InProcess(it) => it.send(&message).await.map(drop),
            Self::Http(it) => it.send(&message).await.map(drop),
            Self::Stdio(it) => it.notify(&message).await,
        }
    }
}

impl Answer {
    fn of(result: &Value) -> Self {
        let content = result["content"].as_array().map(Vec::as_slice).unwrap_or_default();
        let text = |item: &Value| match item["text"].as_str() {
            Some(text) => text.to_owned(),
            // What is no text is counted as the JSON it came as.
            None => item.to_string(),
        };
        Self {
            texts: content.iter().map(text).collect(),
            structured: result.get("structuredContent").map(Value::to_string),
            is_error: result["isError"] == true,
        }
    }

    /// Everything there is to read in it, what is structured last.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(String::as_str).chain(self.structured.as_deref())
    }
}

/// The revision that the systems measured here all speak.
const PROTOCOL_VERSION: &str = "2025-06-18";
