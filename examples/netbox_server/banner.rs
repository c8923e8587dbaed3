//! What the server prints: where it listens, what it costs, and how to connect.

use dispatch_core::access::Access as Tiers;
use dispatch_core::surface::{Surface, SurfaceOptions};
use serde::de::IgnoredAny;
use tiktoken_rs::o200k_base;

use crate::Settings;
use crate::access::Access;
use crate::endpoint::Endpoint;

/// What is known as soon as the server listens.
pub(crate) fn listening(settings: &Settings, endpoints: &[Endpoint], access: &Access) {
    for Endpoint { name, settings, upstream, .. } in endpoints {
        match (&upstream.url, name) {
            (Some(url), None) => println!("NetBox at {url}"),
            (Some(url), Some(name)) => println!("NetBox {name} at {url}"),
            _ => println!("SANDBOX: a small network in this process. This is no NetBox."),
        }
        println!("listening on {}", settings.url());
    }
    for line in access.lines(settings) {
        println!("{line}");
    }
}

/// What is known once there is a catalog.
pub(crate) fn ready(endpoint: &Endpoint, access: &Access, options: &SurfaceOptions) {
    let Endpoint { name, settings, server, .. } = endpoint;
    let name = name.as_deref().map_or_else(|| "netbox".to_owned(), |name| format!("netbox-{name}"));
    let Some(dispatcher) = server.server() else {
        return;
    };
    let catalog = dispatcher.catalog();
    let tier = access.tier();
    let surface = Surface::new(&catalog, Tiers::up_to(tier), options);
    println!(
        "{} {}: {} operations, {} resources, {} tools; {} tokens of tools (o200k_base, scope {tier})",
        catalog.title(),
        catalog.version(),
        catalog.operations().len(),
        catalog.resources().len(),
        n_tools(&surface),
        n_tokens(&surface),
    );
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

fn n_tools(surface: &Surface) -> usize {
    let tools: Result<Vec<IgnoredAny>, _> = serde_json::from_slice(&surface.tools);
    tools.map_or(0, |tools| tools.len())
}

fn n_tokens(surface: &Surface) -> String {
    let tools = String::from_utf8_lossy(&surface.tools);
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
