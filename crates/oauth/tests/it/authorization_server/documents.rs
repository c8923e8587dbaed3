//! Clients that are described by a document, and the requests that a server can be made to send.

use http::StatusCode;
use oauth::authorization_server::UnregisteredClients;
use serde_json::{Value, json};

use super::driver::{App, Browser, CALLBACK, ISSUER, Reply, World, authorize_path};

const ID: &str = "https://app.example/client.json";

fn document() -> Value {
    json!({
        "client_id": ID,
        "client_name": "Described",
        "redirect_uris": [CALLBACK, "http://localhost/callback", "app:/x"],
        "grant_types": ["authorization_code", "refresh_token", "urn:unknown"],
        "token_endpoint_auth_method": "none",
        "logo_uri": "https://app.example/logo.png",
    })
}

fn world() -> World {
    let world = World::open();
    world.internet.host("app.example", &["93.184.216.34", "2606:4700::1"]);
    world.internet.document(ID, &document());
    world
}

async fn ask(world: &World, id: &str) -> Reply {
    world.get(&authorize_path(&App::new(id, CALLBACK).request("read"))).await
}

#[tokio::test]
async fn a_described_client_goes_the_whole_way() {
    let world = world();
    let app = App::new(ID, CALLBACK);
    let mut browser = Browser::new(&world);
    let page = browser.consent_page(&app, "ada", "write").await;
    for shown in ["Described", "app.example", "described by app.example"] {
        assert!(page.body.contains(shown), "{shown}");
    }
    let answer = browser.decide(&page, "allow", "write").await;
    let tokens = world.redeem(&app, &answer.param("code").unwrap()).await.json();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(world.refresh(ID, refresh).await.status, StatusCode::OK);

    // It was fetched once, from the address that was checked, within bounds.
    let fetched = world.internet.fetched.lock().unwrap().clone();
    let [request] = fetched.as_slice() else { panic!("{fetched:?}") };
    assert_eq!((request.url.as_str(), request.host.as_str()), (ID, "app.example"));
    assert_eq!(request.address, "93.184.216.34:443".parse().unwrap());
    assert!(request.max_bytes <= 65_536 && request.timeout.as_secs() <= 10);

    // On loopback, with a port of its own, and a warning.
    let loopback = App::new(ID, "http://localhost:50000/callback");
    let page = Browser::new(&world).consent_page(&loopback, "ada", "read").await;
    assert!(page.body.contains("a program on this computer"));
    // Nowhere else.
    let elsewhere = App::new(ID, "https://evil.example/callback");
    world.get(&authorize_path(&elsewhere.request("read"))).await.is_page(400);
}

#[tokio::test]
async fn ssrf_only_the_public_internet_is_asked() {
    for addresses in [
        &["127.0.0.1"][..],
        &["10.0.0.1"],
        &["169.254.169.254"],
        &["192.168.0.1"],
        &["100.64.0.1"],
        &["0.0.0.0"],
        &["::1"],
        &["fd00:ec2::254"],
        &["fe80::1"],
        &["::ffff:127.0.0.1"],
        &["64:ff9b::7f00:1"],
        &["2002:7f00:1::"],
        &["93.184.216.34", "10.0.0.1"],
        &[],
    ] {
        let world = world();
        world.internet.host("app.example", addresses);
        ask(&world, ID).await.is_page(400);
        assert_eq!(world.internet.n_fetched(), 0, "{addresses:?}");
    }
    let world = world();
    for id in [
        "http://app.example/client.json",
        "https://app.example:8443/client.json",
        "https://app.example",
        "https://app.example/",
        "https://127.0.0.1/client.json",
        "https://[::1]/client.json",
        "https://2130706433/client.json",
        "https://localhost/client.json",
        "https://user@app.example/client.json",
        "https://app.example/client.json#x",
        "https://app.example/x/../client.json",
        "https://APP.example/client.json",
        "file:///etc/passwd",
        "https://metadata/computeMetadata",
    ] {
        ask(&world, id).await.is_page(400);
    }
    assert_eq!(world.internet.n_fetched(), 0);
}

#[tokio::test]
async fn a_document_that_is_not_right_describes_nobody() {
    let changed = |name: &str, value: Value| {
        let mut document = document();
        document[name] = value;
        document
    };
    for document in [
        changed("client_id", json!("https://app.example/other.json")),
        changed("client_id", json!(null)),
        changed("client_name", json!(null)),
        changed("client_name", json!("\u{200b}")),
        changed("redirect_uris", json!([])),
        changed("redirect_uris", json!(["app:/x"])),
        changed("redirect_uris", json!("x")),
        changed("token_endpoint_auth_method", json!("client_secret_basic")),
        changed("token_endpoint_auth_method", json!("private_key_jwt")),
        json!([]),
    ] {
        let world = world();
        world.internet.document(ID, &document);
        ask(&world, ID).await.is_page(400);
    }
    let long = format!("{{\"client_id\":\"{}\"}}", "x".repeat(20_000));
    for (status, kind, body) in [
        (200, "text/html", document().to_string()),
        (200, "application/json", "{".to_owned()),
        (200, "application/json", long),
        (301, "application/json", document().to_string()),
        (302, "application/json", document().to_string()),
        (404, "application/json", document().to_string()),
        (500, "application/json", String::new()),
    ] {
        let world = world();
        world.internet.answer(ID, status, kind, &body);
        ask(&world, ID).await.is_page(400);
        assert_eq!(world.internet.n_fetched(), 1, "no redirect is followed");
    }
}

#[tokio::test]
async fn a_document_is_kept_for_a_while_and_outlives_its_host() {
    let world = world();
    let is_known = |reply: Reply| reply.status == StatusCode::SEE_OTHER;
    assert!(is_known(ask(&world, ID).await));
    assert!(is_known(ask(&world, ID).await));
    assert_eq!(world.internet.n_fetched(), 1);
    world.wait(3600);
    assert!(is_known(ask(&world, ID).await));
    assert_eq!(world.internet.n_fetched(), 2);
    world.wait(3600);
    world.internet.answer(ID, 503, "text/plain", "");
    assert!(is_known(ask(&world, ID).await));
    // But what it says now counts.
    world.internet.document(ID, &json!({ "client_id": "other" }));
    ask(&world, ID).await.is_page(400);
}

#[tokio::test]
async fn well_known_clients_are_known_when_their_hosts_are_not_reached() {
    let world = World::open();
    for (id, redirect_uri) in [
        (
            "https://claude.ai/oauth/mcp-oauth-client-metadata",
            "https://claude.ai/api/mcp/auth_callback",
        ),
        ("https://claude.ai/oauth/claude-code-client-metadata", "http://localhost:54545/callback"),
        ("https://chatgpt.com/oauth/codex/client.json", "http://127.0.0.1:1455/callback"),
        ("https://vscode.dev/oauth/client-metadata.json", "http://127.0.0.1:33418/"),
    ] {
        let asked = App::new(id, redirect_uri).request("read");
        let reply = world.get(&authorize_path(&asked)).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{id} {}", reply.body);
    }
    // A riddle for browsers is no document, and the real one counts where it can be had.
    let world = World::open();
    let id = "https://claude.ai/oauth/mcp-oauth-client-metadata";
    world.internet.host("claude.ai", &["160.79.104.10"]);
    world.internet.answer(id, 403, "text/html", "<html>Just a moment...");
    let asked = App::new(id, "https://claude.ai/api/mcp/auth_callback").request("read");
    assert_eq!(world.get(&authorize_path(&asked)).await.status, StatusCode::SEE_OTHER);
    let world = World::open();
    world.internet.host("claude.ai", &["160.79.104.10"]);
    world.internet.document(
        id,
        &json!({
            "client_id": id, "client_name": "Claude", "redirect_uris": ["https://claude.ai/new"],
        }),
    );
    world.get(&authorize_path(&asked)).await.is_page(400);
}

#[tokio::test]
async fn documents_are_read_only_where_the_operator_lets_such_clients_in() {
    let world = World::new();
    world.internet.host("app.example", &["93.184.216.34"]);
    world.internet.document(ID, &document());
    ask(&world, ID).await.is_page(400);
    assert_eq!(world.internet.n_fetched(), 0);
    // And how many are fetched is bounded.
    let these = UnregisteredClients::new(["app.example"], ["read"]);
    let world = world.restarted(World::options(ISSUER).with_unregistered_clients(these));
    for n in 0..200 {
        ask(&world, &format!("https://app.example/{n}.json")).await;
    }
    assert_eq!(world.internet.n_fetched(), 120);
    assert_eq!(ask(&world, ID).await.status, StatusCode::TOO_MANY_REQUESTS);
}
