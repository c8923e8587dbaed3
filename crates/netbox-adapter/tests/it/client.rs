//! A caller of the tools, with the access it is given.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dispatch_core::access::Access;
use dispatch_core::picture::Rasterizer;
use dispatch_core::{Backend, Catalog, Dispatcher, DispatcherOptions, Tier};
use mcp_protocol::auth::{AuthInfo, ScopeSet};
use mcp_protocol::revision::Revision;
use mcp_protocol::tool::{Content, RequestContext, ToolCall, ToolReply, ToolServer};
use serde_json::{Value, json};

use crate::documents::Compiled;
use crate::recorder::RecordingBackend;

/// A caller of the tools over a backend.
pub(crate) struct Client<B> {
    dispatcher: Dispatcher<B>,
    pub(crate) backend: B,
    access: Access,
}

/// What a call was answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) is_error: bool,
}

impl Client<RecordingBackend> {
    /// An administrator whose requests are recorded.
    pub(crate) fn recording(document: &Compiled) -> Self {
        Self::new(Arc::clone(&document.catalog), RecordingBackend::default())
    }
}

impl<B: Backend> Client<B> {
    /// An administrator.
    pub(crate) fn new(catalog: Arc<Catalog>, backend: B) -> Self {
        let dispatcher = Dispatcher::new(catalog, backend.clone());
        Self { dispatcher, backend, access: Access::up_to(Tier::Admin) }
    }

    /// Tells the change log who calls and why, from now on.
    pub(crate) fn noting_changes(self) -> Self {
        let options = DispatcherOptions::default().with_notes_of_changes(true);
        Self { dispatcher: self.dispatcher.with_options(options), ..self }
    }

    /// Writes so many objects in one request at most, from now on.
    pub(crate) fn in_parts_of(self, n_rows: usize) -> Self {
        let mut options = DispatcherOptions::default();
        options.batch.n_bulk_rows = n_rows;
        Self { dispatcher: self.dispatcher.with_options(options), ..self }
    }

    /// Shows pictures from now on.
    pub(crate) fn with_rasterizer(self, rasterizer: Arc<dyn Rasterizer>) -> Self {
        let options = DispatcherOptions::default().with_rasterizer(rasterizer);
        Self { dispatcher: self.dispatcher.with_options(options), ..self }
    }

    /// Calls an action that is to answer with a picture, and returns its bytes.
    pub(crate) async fn picture(
        &self,
        tool: &str,
        resource: &str,
        action: &str,
        params: &Value,
    ) -> Vec<u8> {
        let arguments = json!({"resource": resource, "action": action, "params": params});
        let reply = self.dispatcher.call(self.tool_call(tool, &arguments), self.context()).await;
        let Ok(ToolReply::Complete(result)) = reply else { panic!("{reply:?}") };
        let [Content::Text { .. }, Content::Image { data, mime_type, .. }] =
            result.content.as_slice()
        else {
            panic!("{:?}", result.content)
        };
        assert_eq!(mime_type, "image/png");
        STANDARD.decode(data).expect("base64")
    }

    /// Calls with this access from now on.
    pub(crate) fn with_access(self, access: Access) -> Self {
        Self { access, ..self }
    }

    /// The request context of this caller.
    fn context(&self) -> RequestContext {
        let scopes = |tier: Option<Tier>| -> ScopeSet {
            let held = Tier::ALL.iter().filter(|held| Some(**held) <= tier);
            held.map(|held| held.as_str()).collect()
        };
        let auth = AuthInfo::new("tester")
            .with_client_id("tester-client")
            .with_scopes(scopes(self.access.granted))
            .with_obtainable(scopes(self.access.obtainable));
        RequestContext::new(Revision::V2026_07_28).with_auth(auth)
    }

    /// The tools that this caller sees.
    pub(crate) fn tools(&self) -> Vec<Value> {
        let list = self.dispatcher.tools(&self.context());
        let list = list.unwrap_or_else(|error| panic!("{error:?}"));
        serde_json::from_slice(&list.tools).expect("a JSON array")
    }

    /// The instructions that this caller gets.
    pub(crate) fn instructions(&self) -> Option<Arc<str>> {
        self.dispatcher.instructions(&self.context())
    }

    /// Calls an action.
    pub(crate) async fn call(
        &self,
        tool: &str,
        resource: &str,
        action: &str,
        params: &Value,
    ) -> Answer {
        let arguments = arguments(resource, action, params);
        self.send(tool, &arguments).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Calls an action that is to succeed, and returns the API's own answer.
    pub(crate) async fn ask(
        &self,
        tool: &str,
        resource: &str,
        action: &str,
        params: Value,
    ) -> Value {
        let arguments = json!({
            "resource": resource,
            "action": action,
            "params": params,
            "options": {"format": "raw"},
        });
        let answer = self.send(tool, &arguments).await.unwrap_or_else(|error| panic!("{error}"));
        assert!(!answer.is_error, "{arguments}: {}", answer.text);
        serde_json::from_str(&answer.text).unwrap_or_else(|_| Value::from(answer.text))
    }

    /// Calls an action that is to be refused, and returns the words.
    pub(crate) async fn refused(
        &self,
        tool: &str,
        resource: &str,
        action: &str,
        params: Value,
    ) -> String {
        let answer = self.call(tool, resource, action, &params).await;
        assert!(answer.is_error, "{resource} {action} {params}: {}", answer.text);
        answer.text
    }

    /// Calls a tool; a fault of the protocol, such as a tool that is none, is an error.
    pub(crate) async fn send(&self, tool: &str, arguments: &Value) -> Result<Answer, String> {
        self.send_text(tool, &arguments.to_string()).await
    }

    /// Calls a tool with arguments as they are written.
    pub(crate) async fn send_text(&self, tool: &str, arguments: &str) -> Result<Answer, String> {
        let call = ToolCall::new(tool).with_arguments(arguments.to_owned());
        let reply = self.dispatcher.call(call, self.context()).await;
        let ToolReply::Complete(result) = reply.map_err(|error| format!("{error:?}"))? else {
            panic!("a stream")
        };
        let texts = result.content.iter().map(|content| match content {
            Content::Text { text, .. } => text.as_str(),
            other => panic!("{other:?}"),
        });
        Ok(Answer { text: texts.collect(), is_error: result.is_error })
    }

    /// The scopes that a call is challenged to obtain first.
    pub(crate) fn challenge(&self, tool: &str, arguments: &Value) -> Option<Vec<String>> {
        let challenge =
            self.dispatcher.authorize(&self.tool_call(tool, arguments), &self.context());
        challenge.err().map(|challenge| challenge.required)
    }

    fn tool_call(&self, tool: &str, arguments: &Value) -> ToolCall {
        ToolCall::new(tool).with_arguments(arguments.to_string())
    }
}

/// The arguments of a call; a bulk delete says how many objects it is about.
pub(crate) fn arguments(resource: &str, action: &str, params: &Value) -> Value {
    let mut arguments = json!({"resource": resource, "action": action, "params": params});
    if action == "bulk_delete" {
        let n_items = params["items"].as_array().map_or(0, Vec::len);
        arguments["options"] = json!({"expect": n_items});
    }
    arguments
}
