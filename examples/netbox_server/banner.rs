//! What the server prints: where it listens, what it costs, and how to connect.

use mcp_protocol::revision::Revision;
use mcp_protocol::tool::{RequestContext, ToolServer as _};
use serde::de::IgnoredAny;
use tiktoken_rs::o200k_base;

use crate::Settings;
use crate::access::Access;
use crate::endpoint::Endpoint;
use crate::netbox::NetBox;

/// What is known as soon as the server listens.
pub(crate) fn listening(settings: &Settings, endpoints: &[Endpoint], access: &Access) {
    for endpoint in endpoints {
        for NetBox { name, upstream, .. } in &endpoint.netboxes {
            match (&upstream.url, name) {
                (Some(url), None) => println!("NetBox at {url}"),
                (Some(url), Some(name)) => println!("NetBox {name} at {url}"),
                _ => println!("SANDBOX: a small network in this process. This is no NetBox."),
            }
        }
        println!("listening on {}", endpoint.settings.url());
    }
    for line in access.lines(settings) {
        println!("{line}");
    }
}

/// What is known once there is a catalog: how one NetBox is served.
pub(crate) fn ready(netbox: &NetBox, access: &Access) {
    let Some(dispatcher) = netbox.server.server() else {
        return;
    };
    let catalog = dispatcher.catalog();
    let cx = RequestContext::new(Revision::LATEST_HANDSHAKE).with_auth(access.of_the_process());
    let tools = dispatcher.tools(&cx).map(|list| list.tools).unwrap_or_default();
    if let Some(name) = &netbox.name {
        print!("{name}: ");
    }
    println!(
        "{} {}: {} operations, {} resources, {} tools; {} tokens of tools (o200k_base, scope {})",
        catalog.title(),
        catalog.version(),
        catalog.operations().len(),
        catalog.resources().len(),
        n_tools(&tools),
        n_tokens(&tools),
        access.tier(),
    );
}

/// How to connect to an endpoint.
pub(crate) fn connect(endpoint: &Endpoint, access: &Access) {
    let (name, settings) = (endpoint.name(), &endpoint.settings);
    println!();
    println!("Claude Code:");
    let header = access.header().map(|header| format!(" --header \"Authorization: {header}\""));
    println!(
        "  claude mcp add --transport http {name} {}{}",
        settings.url(),
        header.unwrap_or_default()
    );
    println!("Any client that reads a JSON configuration:");
    println!("  {}", client_configuration(&name, settings, access));
}

fn n_tools(tools: &[u8]) -> usize {
    let tools: Result<Vec<IgnoredAny>, _> = serde_json::from_slice(tools);
    tools.map_or(0, |tools| tools.len())
}

fn n_tokens(tools: &[u8]) -> String {
    let tools = String::from_utf8_lossy(tools);
    match o200k_base() {
        Ok(tokenizer) => {
            tokenizer.encode_ordinary(&format!("{{\"tools\":{tools}}}")).len().to_string()
        }
        Err(_) => format!("about {}", tools.len() / 4),
    }
}

fn client_configuration(name: &str, settings: &Settings, access: &Access) -> String {
    let mut server = serde_json::json!({ "type": "http", "url": settings.url() });
    if let Some(header) = access.header() {
        server["headers"] = serde_json::json!({ "Authorization": header });
    }
    serde_json::json!({ "mcpServers": { name: server } }).to_string()
}
