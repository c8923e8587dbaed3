//! A scripted agent: what it calls is written down.

use serde_json::{Value, json};

use super::build::{Build, Style, tool_of};
use crate::client::{Answer, Client, Era};

/// A connected agent.
pub(super) struct Agent {
    client: Client,
    /// What it called, and what it was answered.
    pub(super) calls: Vec<Called>,
}

/// A call with its answer.
pub(super) struct Called {
    pub(super) tool: String,
    pub(super) arguments: Value,
    pub(super) answer: Answer,
}

impl Agent {
    /// Connects, with an access token or without.
    pub(super) async fn connect(url: &str, token: Option<&str>, era: Era) -> Self {
        Self { client: Client::connect_to(url, token, era).await, calls: Vec::new() }
    }

    /// Whether every tool that it is offered says that it only reads.
    pub(super) async fn is_told_that_tools_only_read(&self) -> bool {
        let tools = self.client.tools().await;
        let mut hints = tools.iter().map(|tool| tool.annotations.as_ref()?.read_only_hint);
        hints.all(|hint| hint == Some(true))
    }

    /// Calls a tool.
    pub(super) async fn call(&mut self, tool: &str, arguments: Value) -> &Answer {
        let answer = self.client.call(tool, arguments.clone()).await;
        self.calls.push(Called { tool: tool.to_owned(), arguments, answer });
        &self.calls.last().expect("it was pushed").answer
    }

    /// Calls a tool, and must be answered.
    pub(super) async fn ask(&mut self, tool: &str, arguments: Value) -> String {
        let answer = self.call(tool, arguments).await;
        assert!(!answer.is_error, "{tool}: {}", answer.text);
        answer.text.clone()
    }

    /// Builds a network. The call that NetBox refuses must be refused in its own words.
    pub(super) async fn build(&mut self, build: &Build, style: Style) {
        for call in build.calls(style) {
            let answer = self.call(call.tool, call.arguments.clone()).await;
            assert_eq!(answer.is_error, call.is_refused, "{}: {}", call.arguments, answer.text);
            if call.is_refused {
                assert!(answer.text.contains(REFUSAL), "{}", answer.text);
            }
        }
    }

    /// The objects of a resource that these filters let through, as JSON with these fields.
    pub(super) async fn rows(
        &mut self,
        resource: &str,
        params: &Value,
        fields: &[&str],
    ) -> Vec<Value> {
        let options = json!({ "fields": fields, "format": "json", "limit": 200 });
        let arguments = json!({
            "resource": resource, "action": "list", "params": params, "options": options,
        });
        let text = self.ask(tool_of(resource), arguments).await;
        // A list says first how many rows there are.
        let rows = text.split_once('\n').map_or("[]", |(_, rows)| rows);
        serde_json::from_str(rows).unwrap_or_else(|error| panic!("{resource}: {error}\n{text}"))
    }
}

/// What NetBox says of LCARS-OS on a device of Soong's, the field first.
const REFUSAL: &str = "platform: The assigned platform is limited to Daystrom Industries device \
                       types, but this device's type belongs to Soong Technologies.";
