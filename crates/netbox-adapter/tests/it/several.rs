//! What several NetBoxes by prefix cost an agent, as the guide says it.

use std::convert::Infallible;
use std::path::Path;

use bytes::Bytes;
use dispatch_core::surface::{SurfaceOptions, Tools};
use dispatch_core::{BackendError, Dispatcher, DispatcherOptions, Tier};
use http::{Request, Response};
use mcp_protocol::auth::AuthInfo;
use mcp_protocol::revision::Revision;
use mcp_protocol::tool::{Composition, Implementation, RequestContext, ToolServer};
use tiktoken_rs::o200k_base;
use tower::ServiceExt as _;

/// A NetBox in which callers can have this tier.
fn netbox(name: &str, tier: Tier, tools: Tools) -> impl ToolServer + use<> {
    let nobody = tower::service_fn(|_: Request<Bytes>| async {
        Ok::<_, Infallible>(Response::new(Bytes::new()))
    });
    let backend = nobody.map_err(|never: Infallible| -> BackendError { match never {} });
    let options = DispatcherOptions::default()
        .with_surface(SurfaceOptions::default().with_tools(tools))
        .with_highest_tier(tier);
    let catalog = netbox_adapter::bundled_catalog().unwrap();
    let info = Implementation::new("netbox", "1").with_title(format!("NetBox {name}"));
    Dispatcher::new(catalog, backend).with_info(info).with_options(options)
}

/// The tokens of a server's tools and of its instructions.
fn n_tokens(server: &impl ToolServer) -> [usize; 2] {
    let scopes = ["read", "write", "admin"];
    let auth = AuthInfo::new("ada").with_scopes(scopes).with_obtainable(scopes);
    let cx = RequestContext::new(Revision::LATEST_HANDSHAKE).with_auth(auth);
    let tools = String::from_utf8(server.tools(&cx).unwrap().tools.to_vec()).unwrap();
    let instructions = server.instructions(&cx).unwrap_or_default();
    let counter = o200k_base().expect("the encoding is built in");
    [format!("{{\"tools\":{tools}}}"), instructions.to_string()]
        .map(|text| counter.encode_ordinary(&text).len())
}

fn both(lab: Tier, prod: Tier, tools: Tools) -> Composition {
    let both = Composition::new(Implementation::new("netbox", "1").with_title("NetBox"));
    let both = both.mount("lab", netbox("lab", lab, tools)).unwrap();
    both.mount("prod", netbox("prod", prod, tools)).unwrap()
}

#[test]
fn the_guide_says_what_several_cost() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/several-netboxes.md");
    let guide = std::fs::read_to_string(guide).expect("the guide");
    let rows = [
        ("one, `admin`", n_tokens(&netbox("lab", Tier::Admin, Tools::Groups))),
        ("two, `admin` in both", n_tokens(&both(Tier::Admin, Tier::Admin, Tools::Groups))),
        (
            "two, `write` in one and `read` in the other",
            n_tokens(&both(Tier::Write, Tier::Read, Tools::Groups)),
        ),
        (
            "two, `admin` in both, `tools = \"one\"`",
            n_tokens(&both(Tier::Admin, Tier::Admin, Tools::One)),
        ),
    ];
    let rows = rows.map(|(what, [tools, instructions])| {
        format!("| {what} | {} | {instructions} |\n", thousands(tools))
    });
    let table = rows.concat();
    assert!(guide.contains(&table), "the guide has to say\n{table}");
}

fn thousands(n: usize) -> String {
    match n / 1000 {
        0 => n.to_string(),
        thousands => format!("{thousands},{:03}", n % 1000),
    }
}
