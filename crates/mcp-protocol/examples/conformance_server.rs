//! Serves the tools that the official conformance suite asks a server to have, as far as a server
//! of tools alone can offer them; `cargo xtask conformance` runs the suite against it.
//!
//! It prints the URL it listens at.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use bytes::Bytes;
use http::header::InvalidHeaderName;
use mcp_protocol::http::McpService;
use mcp_protocol::tool::{
    CacheScope, CallToolResult, Content, Implementation, ListChanges, MirroredArgument, Progress,
    ProtocolError, RequestContext, ResourceContents, ToolCall, ToolList, ToolReply, ToolServer,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}/mcp", listener.local_addr()?);
    let service = McpService::new(Fixture::new()?);
    axum::serve(listener, Router::new().route_service("/mcp", service)).await?;
    Ok(())
}

struct Fixture {
    info: Implementation,
    mirrored: Vec<MirroredArgument>,
    tools: Bytes,
    changes: ListChanges,
}

impl Fixture {
    fn new() -> Result<Self, InvalidHeaderName> {
        let info = Implementation::new("conformance-fixture", env!("CARGO_PKG_VERSION"))
            .with_title("Conformance fixture")
            .with_description("The tools that the conformance suite asks for.");
        let mirrored = vec![MirroredArgument::new("Value", ["value"])?];
        Ok(Self { info, mirrored, tools: tools().to_string().into(), changes: ListChanges::new() })
    }
}

#[async_trait]
impl ToolServer for Fixture {
    fn info(&self) -> &Implementation {
        &self.info
    }

    fn instructions(&self, _: &RequestContext) -> Option<Arc<str>> {
        Some("The tools answer with constants.".into())
    }

    fn tools(&self, _: &RequestContext) -> Result<ToolList, ProtocolError> {
        Ok(ToolList::new(self.tools.clone()).with_scope(CacheScope::Public))
    }

    fn list_changes(&self) -> Option<&ListChanges> {
        Some(&self.changes)
    }

    fn mirrored_arguments(&self, tool: &str) -> &[MirroredArgument] {
        if tool == "test_custom_header" { &self.mirrored } else { &[] }
    }

    async fn call(&self, call: ToolCall, cx: RequestContext) -> Result<ToolReply, ProtocolError> {
        let result = match call.name.as_str() {
            "test_simple_text" => {
                CallToolResult::text("This is a simple text response for testing.")
            }
            "test_image_content" => CallToolResult::new(vec![Content::image(PNG, "image/png")]),
            "test_audio_content" => CallToolResult::new(vec![Content::audio(WAV, "audio/wav")]),
            "test_embedded_resource" => CallToolResult::new(vec![Content::resource(
                ResourceContents::text(
                    "test://embedded-resource",
                    "This is an embedded resource content.",
                )
                .with_mime_type("text/plain"),
            )]),
            "test_multiple_content_types" => CallToolResult::new(vec![
                Content::text("Multiple content types test:"),
                Content::image(PNG, "image/png"),
                Content::resource(
                    ResourceContents::text(
                        "test://mixed-content-resource",
                        r#"{"test":"data","value":123}"#,
                    )
                    .with_mime_type("application/json"),
                ),
            ]),
            "test_error_handling" => {
                CallToolResult::error("This tool intentionally returns an error for testing")
            }
            "test_tool_with_progress" => {
                for done in [0.0, 50.0, 100.0] {
                    cx.progress.report(&Progress::new(done).with_total(100.0));
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                CallToolResult::text("Three steps were reported.")
            }
            "test_missing_capability" if !cx.meta.declares("sampling") => {
                return Err(ProtocolError::missing_client_capability("sampling"));
            }
            "test_missing_capability" => CallToolResult::text("The client can sample."),
            "test_logging_tool" => CallToolResult::text("Nothing was logged."),
            "test_streaming_elicitation" => {
                cx.progress.report(&Progress::new(1.0));
                CallToolResult::text("The client was asked nothing.")
            }
            "test_trigger_tool_change" => {
                self.changes.notify();
                CallToolResult::text("Clients that listen are told that the tools changed.")
            }
            "test_custom_header" => CallToolResult::text("The header repeats the argument."),
            "json_schema_2020_12_tool" => CallToolResult::text("The schema is what matters here."),
            name => return Err(ProtocolError::unknown_tool(name)),
        };
        Ok(result.into())
    }
}

fn tools() -> Value {
    let nothing = json!({ "type": "object", "additionalProperties": false });
    let plain = [
        ("test_simple_text", "Answers with a text."),
        ("test_image_content", "Answers with a picture."),
        ("test_audio_content", "Answers with a sound."),
        ("test_embedded_resource", "Answers with a resource."),
        ("test_multiple_content_types", "Answers with a text, a picture and a resource."),
        ("test_error_handling", "Fails."),
        ("test_tool_with_progress", "Reports progress."),
        ("test_logging_tool", "Logs nothing."),
        ("test_streaming_elicitation", "Asks the client nothing."),
        ("test_missing_capability", "Needs a client that can sample."),
        ("test_trigger_tool_change", "Says that the tools changed."),
    ];
    let mut tools: Vec<Value> = plain
        .iter()
        .map(|(name, description)| {
            json!({ "name": name, "description": description, "inputSchema": nothing })
        })
        .collect();
    tools.push(json!({
        "name": "test_custom_header",
        "description": "Has an argument that is repeated in a header.",
        "inputSchema": {
            "type": "object",
            "properties": { "value": { "type": "string", "x-mcp-header": "Value" } },
            "additionalProperties": false
        }
    }));
    tools.push(json!({
        "name": "json_schema_2020_12_tool",
        "description": "Has a schema with much of JSON Schema 2020-12.",
        "inputSchema": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "$defs": {
                "address": {
                    "$anchor": "addressDef",
                    "type": "object",
                    "properties": {
                        "street": { "type": "string" },
                        "city": { "type": "string" }
                    }
                }
            },
            "properties": {
                "name": { "type": "string" },
                "address": { "$ref": "#/$defs/address" },
                "contactMethod": { "type": "string", "enum": ["phone", "email"] },
                "phone": { "type": "string" },
                "email": { "type": "string" }
            },
            "allOf": [{ "anyOf": [{ "required": ["phone"] }, { "required": ["email"] }] }],
            "if": {
                "properties": { "contactMethod": { "const": "phone" } },
                "required": ["contactMethod"]
            },
            "then": { "required": ["phone"] },
            "else": { "required": ["email"] },
            "additionalProperties": false
        }
    }));
    Value::Array(tools)
}

/// One red pixel.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xde, 0, 0, 0, 0x0c, b'I', b'D', b'A', b'T', 8,
    0xd7, 0x63, 0xf8, 0xcf, 0xc0, 0, 0, 3, 1, 1, 0, 0x18, 0xdd, 0x8d, 0xb0, 0, 0, 0, 0, b'I', b'E',
    b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

/// No samples at all: a header of mono PCM at 8 kHz.
const WAV: &[u8] =
    b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\0\0\0\0";
