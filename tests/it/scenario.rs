//! The main job, end to end: a person starts the server, a foreign client connects, an agent works.

use serde_json::json;

use crate::client::{Client, Era};
use crate::netbox;
use crate::server::{Server, refused};

/// What an agent does with NetBox on its first day. Names carry a suffix, so that it can be done
/// twice on one NetBox.
async fn first_day(server: &Server, era: Era, suffix: &str) {
    let client = Client::connect(server, era).await;
    let tools = client.tools().await;
    let names: Vec<&str> = tools.iter().map(|tool| tool.name.as_ref()).collect();
    assert_eq!(names.len(), 12, "{names:?}");
    assert!(names.contains(&"dcim"), "{names:?}");

    let help = client.call("dcim", json!({ "resource": "region", "action": "help" })).await;
    assert!(help.text.contains("name!") && !help.is_error, "{help:?}");

    let name = |what: &str| format!("{what}-{suffix}");
    let region = json!({ "name": name("region"), "slug": name("region") });
    client.create("dcim", "region", region).await;
    let site = json!({
        "name": name("site"), "slug": name("site"), "status": "active",
        "region": { "slug": name("region") },
    });
    client.create("dcim", "site", site).await;
    let manufacturer = json!({ "name": name("maker"), "slug": name("maker") });
    let manufacturer = client.create("dcim", "manufacturer", manufacturer).await;
    let device_type =
        json!({ "manufacturer": manufacturer, "model": name("model"), "slug": name("model") });
    let device_type = client.create("dcim", "devicetype", device_type).await;
    let role = json!({ "name": name("role"), "slug": name("role"), "color": "00ff00" });
    client.create("dcim", "devicerole", role).await;
    let mut ports = Vec::new();
    for end in ["a", "b"] {
        let device = json!({
            "name": name(end), "device_type": device_type, "role": { "slug": name("role") },
            "site": { "slug": name("site") }, "status": "active",
        });
        let device = client.create("dcim", "device", device).await;
        let port = json!({ "device": device, "name": "Gi0/0", "type": "1000base-t" });
        ports.push(client.create("dcim", "interface", port).await);
    }

    let listed = json!({
        "resource": "devices", "action": "list", "params": { "site": name("site") },
    });
    let devices = client.call("dcim", listed).await;
    assert!(devices.text.contains(&name("a")) && devices.text.contains(&name("b")), "{devices:?}");
    assert!(devices.text.starts_with("2 "), "{devices:?}");

    let end = |port: &u64| json!([{ "object_type": "dcim.interface", "object_id": port }]);
    let cable = json!({
        "a_terminations": end(&ports[0]), "b_terminations": end(&ports[1]), "type": "cat6",
    });
    client.create("dcim", "cable", cable).await;
    let trace = json!({ "resource": "interface", "action": "trace", "params": { "id": ports[0] } });
    let trace = client.call("dcim", trace).await;
    assert!(!trace.is_error && trace.text.contains("Gi0/0"), "{trace:?}");

    // NetBox's own words, by field.
    let twice = json!({
        "resource": "region", "action": "create",
        "params": { "name": name("region"), "slug": name("region") },
    });
    let refusal = client.call("dcim", twice).await;
    assert!(refusal.is_error && refusal.text.contains("slug"), "{refusal:?}");
    assert!(refusal.text.contains("already exists"), "{refusal:?}");

    // Ours, before NetBox is asked.
    let misspelled = json!({
        "resource": "device", "action": "list", "params": { "sitte": name("site") },
    });
    let refusal = client.call("dcim", misspelled).await;
    assert!(refusal.is_error && refusal.text.contains("site"), "{refusal:?}");
}

#[tokio::test]
async fn an_agent_works_with_the_sandbox_in_both_eras() {
    let Some(server) = Server::start(&["--empty"], &[]) else { return };
    assert!(server.said.iter().any(|line| line.contains("no NetBox")), "{:#?}", server.said);
    assert!(server.said.iter().any(|line| line.starts_with("WARNING: open")), "{:#?}", server.said);
    first_day(&server, Era::Handshake, "handshake").await;
    first_day(&server, Era::PerRequest, "perrequest").await;
    assert!(server.interrupt(), "the server did not end cleanly");
}

#[tokio::test]
async fn an_agent_works_with_a_real_netbox_with_tokens_of_both_versions() {
    let Some(netbox) = netbox::access() else { return };
    let cache = tempfile::tempdir().expect("a folder");
    let config = cache.path().join("config.toml");
    let text = format!("[netbox]\ncache = {:?}\n", cache.path().join("catalogs"));
    std::fs::write(&config, text).expect("the configuration is written");
    let config = config.to_str().expect("a path in UTF-8");
    let arguments = ["--netbox-url", &netbox.url, "--scope", "admin", "--config", config];
    let unique = std::process::id();
    for (token, era) in [(&netbox.admin_v2, Era::PerRequest), (&netbox.admin_v1, Era::Handshake)] {
        let environment = [("NETBOX_TOKEN", token.as_str())];
        let Some(server) = Server::start(&arguments, &environment) else { return };
        assert!(server.token.is_some(), "{:#?}", server.said);
        first_day(&server, era, &format!("{unique}-{era:?}").to_lowercase()).await;
    }
}

#[tokio::test]
async fn a_token_of_scope_read_is_offered_no_write() {
    let Some(netbox) = netbox::access() else { return };
    let environment = [("NETBOX_TOKEN", netbox.admin_v2.as_str())];
    let arguments = ["--netbox-url", &netbox.url];
    let Some(server) = Server::start(&arguments, &environment) else { return };
    let client = Client::connect(&server, Era::PerRequest).await;
    let region = json!({
        "resource": "region", "action": "create", "params": { "name": "no", "slug": "no" },
    });
    let refused = client.call("dcim", region).await;
    assert!(refused.is_error, "{refused:?}");
    let help = client.call("dcim", json!({ "resource": "region", "action": "help" })).await;
    assert!(!help.text.contains("create"), "{help:?}");
}

#[tokio::test]
async fn an_embedded_endpoint_serves_its_own_servers_api() {
    let Some(server) = Server::start_example("axum_embed", &["127.0.0.1:0"]) else { return };
    let client = Client::connect(&server, Era::PerRequest).await;
    let dune = json!({ "title": "Dune", "year": 1965 });
    let id = client.create("books", "book", dune).await;
    let list = json!({ "resource": "book", "action": "list", "params": { "title": "Dune" } });
    let listed = client.call("books", list).await;
    assert!(listed.text.contains("1965"), "{listed:?}");
    let misspelled =
        json!({ "resource": "book", "action": "create", "params": { "titel": "Dune" } });
    let refused = client.call("books", misspelled).await;
    assert!(refused.is_error && refused.text.contains("title"), "{refused:?}");
    let delete = json!({ "resource": "book", "action": "delete", "params": { "id": id } });
    let deleted = client.call("books", delete).await;
    assert!(!deleted.is_error, "{deleted:?}");
}

#[test]
fn a_sandbox_that_others_can_reach_is_not_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("config.toml");
    std::fs::write(&config, "public_url = \"https://mcp.example.org\"\n").expect("a file");
    let config = config.to_str().expect("a path in UTF-8");
    let Some(server) = Server::start(&["--config", config], &[]) else { return };
    assert!(server.token.is_some(), "{:#?}", server.said);
}

#[test]
fn what_the_command_line_gets_wrong_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("config.toml");
    std::fs::write(&config, "listen = \"127.0.0.1:0\"\n[netbox]\nurll = \"x\"\n").unwrap();
    let config = config.to_str().unwrap();
    for (arguments, expected) in [
        (vec!["--config", config], vec!["line 3", "did you mean `url`?"]),
        (vec!["--netbox-url", "http://127.0.0.1:9"], vec!["NETBOX_TOKEN"]),
        (vec!["--path", "mcp"], vec!["starts with a slash"]),
        (vec!["--scope", "root"], vec!["read, write or admin"]),
        (vec!["--schema", "/nowhere.json", "--listen", "127.0.0.1:0"], vec!["/nowhere.json"]),
    ] {
        let Some(said) = refused(&arguments) else { return };
        for words in expected {
            assert!(said.contains(words), "{arguments:?}: {said}");
        }
    }
}
