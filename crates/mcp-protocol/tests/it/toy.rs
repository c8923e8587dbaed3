//! A tool server whose tools do what the tests need.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};
use mcp_protocol::auth::ScopeChallenge;
use mcp_protocol::tool::{
    CallToolResult, Content, Implementation, ListChanges, NotReady, Progress, ProtocolError,
    RequestContext, ResourceLink, ToolCall, ToolEvent, ToolList, ToolReply, ToolServer,
};
use serde_json::value::RawValue;
use tokio::sync::Notify;

/// Serves the tools below; its fields tell the test what happened.
pub(crate) struct Toy {
    info: Implementation,
    pub(crate) starting: AtomicBool,
    /// What is not as it should be.
    pub(crate) degraded: Option<Arc<str>>,
    /// Tells of changes, where the toy does.
    pub(crate) changes: Option<ListChanges>,
    /// `wait` or `wait_in_prepare` has begun.
    pub(crate) waiting: Notify,
    /// Lets it end.
    pub(crate) go_on: Notify,
    /// `wait` was cancelled.
    pub(crate) cancelled: Notify,
    /// `wait` came to its end.
    pub(crate) finished: Notify,
    /// What was asked, in order.
    pub(crate) asked: Mutex<Vec<String>>,
}

impl Toy {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self::alone())
    }

    /// A toy whose tools may change.
    pub(crate) fn changing() -> Arc<Self> {
        Arc::new(Self { changes: Some(ListChanges::new()), ..Self::alone() })
    }

    /// A toy that lacks something.
    pub(crate) fn degraded(why: &str) -> Arc<Self> {
        Arc::new(Self { degraded: Some(why.into()), ..Self::alone() })
    }

    fn alone() -> Self {
        let info = Implementation::new("toy", "1.0.0")
            .with_title("A toy")
            .with_description("Does what tests need.");
        Self {
            info,
            starting: AtomicBool::new(false),
            degraded: None,
            changes: None,
            waiting: Notify::new(),
            go_on: Notify::new(),
            cancelled: Notify::new(),
            finished: Notify::new(),
            asked: Mutex::default(),
        }
    }

    fn note(&self, what: &str) {
        self.asked.lock().expect("nobody panics in here").push(what.to_owned());
    }
}

#[async_trait]
impl ToolServer for Toy {
    fn info(&self) -> &Implementation {
        &self.info
    }

    fn instructions(&self, _: &RequestContext) -> Option<Arc<str>> {
        self.note("instructions");
        Some("Call \"echo\".".into())
    }

    fn ready(&self) -> Result<(), NotReady> {
        if self.starting.load(Ordering::Relaxed) {
            return Err(NotReady::new(Duration::from_millis(1500), "the document is being read"));
        }
        Ok(())
    }

    async fn prepare(&self, call: Option<&ToolCall>, _: &RequestContext) {
        // Others have their turn before it is done.
        tokio::task::yield_now().await;
        match call {
            None => self.note("prepare"),
            Some(call) if call.name == "panic_in_prepare" => panic!("prepare"),
            Some(call) if call.name == "wait_in_prepare" => {
                self.waiting.notify_one();
                self.go_on.notified().await;
            }
            Some(call) => self.note(&format!("prepare {}", call.name)),
        }
    }

    fn degraded(&self) -> Option<Arc<str>> {
        self.degraded.clone()
    }

    fn list_changes(&self) -> Option<&ListChanges> {
        self.changes.as_ref()
    }

    fn tools(&self, _: &RequestContext) -> Result<ToolList, ProtocolError> {
        self.note("tools");
        // The line break must not reach a line-based transport.
        Ok(ToolList::new("[\n{\"name\":\"echo\",\"inputSchema\":{\"type\":\"object\"}}]"))
    }

    fn authorize(&self, call: &ToolCall, _: &RequestContext) -> Result<(), ScopeChallenge> {
        self.note(&format!("authorize {}", call.name));
        match call.name.as_str() {
            "write" => {
                Err(ScopeChallenge::new(["read", "write"], "\"write\" needs more – sign in"))
            }
            "panic_in_authorize" => panic!("authorize"),
            _ => Ok(()),
        }
    }

    async fn call(&self, call: ToolCall, cx: RequestContext) -> Result<ToolReply, ProtocolError> {
        let result = match call.name.as_str() {
            "wait_in_prepare" => CallToolResult::text("prepared"),
            "echo" => CallToolResult::text(String::from_utf8_lossy(&call.arguments)),
            "fail" => CallToolResult::error("there is no such device"),
            "value" => CallToolResult::text("a value").with_structured(raw("[\n1]")),
            "object" => CallToolResult::text("an object").with_structured(raw("{\"a\":1}")),
            "link" => CallToolResult::new(vec![Content::ResourceLink(ResourceLink::new(
                "toy://1", "one",
            ))]),
            "who" => CallToolResult::text(format!(
                "{:?} {:?} {:?}",
                cx.auth.map(|auth| auth.subject),
                cx.meta.client_info,
                cx.meta.trace.traceparent
            )),
            "steps" => {
                for step in [0.0, 50.0, 50.0, 25.0, 99.5] {
                    let message = format!("step {step}");
                    cx.progress
                        .report(&Progress::new(step).with_total(100.0).with_message(message));
                }
                CallToolResult::text("done")
            }
            "stream" => {
                let events = [
                    ToolEvent::Progress(Progress::new(1.0)),
                    ToolEvent::Result(CallToolResult::text("streamed")),
                    ToolEvent::Progress(Progress::new(2.0)),
                ];
                return Ok(ToolReply::Stream(stream::iter(events).boxed()));
            }
            "stream_without_result" => return Ok(ToolReply::Stream(stream::empty().boxed())),
            "wait" => {
                cx.progress.report(&Progress::new(1.0));
                self.waiting.notify_one();
                tokio::select! {
                    () = cx.cancel.cancelled() => self.cancelled.notify_one(),
                    () = self.go_on.notified() => {}
                }
                tokio::task::yield_now().await;
                self.finished.notify_one();
                CallToolResult::text("waited")
            }
            "sample" => return Err(ProtocolError::missing_client_capability("sampling")),
            "panic" => panic!("the secret is 42"),
            name => return Err(ProtocolError::unknown_tool(name)),
        };
        Ok(result.into())
    }
}

fn raw(json: &str) -> Box<RawValue> {
    RawValue::from_string(json.to_owned()).expect("JSON")
}
