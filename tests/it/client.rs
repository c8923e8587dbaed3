//! A foreign client: the official Rust SDK's, in either era.

use rmcp::model::{CallToolRequestParams, ClientConfig, ProtocolVersion, Tool};
use rmcp::service::{ClientLifecycleMode, RunningService, serve_client_with_lifecycle};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::{Peer, RoleClient};
use serde_json::{Value, json};

use crate::server::Server;

/// A connected client.
pub(crate) struct Client(RunningService<RoleClient, ClientConfig>);

/// How a client opens.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Era {
    /// With `initialize`.
    Handshake,
    /// With `server/discover`, and metadata on each request.
    PerRequest,
}

/// What a tool answered.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Its text.
    pub(crate) text: String,
    /// Whether it is an error.
    pub(crate) is_error: bool,
}

impl Client {
    /// Connects.
    pub(crate) async fn connect(server: &Server, era: Era) -> Self {
        Self::connect_to(&server.url, server.token.as_deref(), era).await
    }

    /// Connects to an endpoint, with a token or without.
    pub(crate) async fn connect_to(url: &str, token: Option<&str>, era: Era) -> Self {
        let mut config = StreamableHttpClientTransportConfig::with_uri(url.to_owned());
        if let Some(token) = token {
            config = config.auth_header(token.to_owned());
        }
        let transport = StreamableHttpClientTransport::from_config(config);
        let lifecycle = match era {
            Era::Handshake => ClientLifecycleMode::Initialize,
            Era::PerRequest => ClientLifecycleMode::Discover {
                preferred_versions: vec![ProtocolVersion::V_2026_07_28],
            },
        };
        let service = serve_client_with_lifecycle(ClientConfig::default(), transport, lifecycle);
        Self(service.await.expect("the client connects"))
    }

    pub(crate) fn peer(&self) -> &Peer<RoleClient> {
        self.0.peer()
    }

    /// Lists the tools.
    pub(crate) async fn tools(&self) -> Vec<Tool> {
        self.peer().list_all_tools().await.expect("tools are listed")
    }

    /// Calls a tool.
    pub(crate) async fn call(&self, tool: &str, arguments: Value) -> Answer {
        let Value::Object(arguments) = arguments else {
            panic!("arguments are an object");
        };
        let params = CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments);
        let result = self.peer().call_tool(params).await.expect("the call is answered");
        let texts = result.content.iter().filter_map(|content| content.as_text());
        let text = texts.map(|text| text.text.clone()).collect::<Vec<_>>().join("\n");
        Answer { text, is_error: result.is_error.unwrap_or(false) }
    }

    /// Creates an object and answers its id, which the answer names after the resource.
    pub(crate) async fn create(&self, tool: &str, resource: &str, params: Value) -> u64 {
        let arguments = json!({ "resource": resource, "action": "create", "params": params });
        let answer = self.call(tool, arguments).await;
        let words = answer.text.split_whitespace();
        let id = words.skip_while(|word| *word != resource).nth(1).and_then(|id| id.parse().ok());
        id.unwrap_or_else(|| panic!("{resource} was not created: {answer:?}"))
    }
}
