//! Several NetBoxes at one endpoint, told apart by the prefix of their tools.

use std::time::Duration;

use serde_json::json;

use super::{LAB, PEOPLE, PROD, STORE, both_ready, served_by, start, token};
use crate::access::Config;
use crate::access::browser::{App, Person, World, bearer};
use crate::access::real::with_netbox;
use crate::client::{Client, Era};
use crate::fake_netbox::{FakeNetBox, document};
use crate::server::{Server, free_address};
use crate::stdio::{answer_to, exchange_with};

fn both() -> [FakeNetBox; 2] {
    [FakeNetBox::start("in the lab", &["sites"]), FakeNetBox::start("in production", &["sites"])]
}

fn names(tools: &[rmcp::model::Tool]) -> Vec<&str> {
    tools.iter().map(|tool| &*tool.name).collect()
}

const ALL: [&str; 4] = ["lab_dcim", "lab_batch", "prod_dcim", "prod_batch"];

#[tokio::test]
async fn one_connection_reaches_both() {
    let [lab, prod] = both();
    let config = served_by("prefix", [&lab.url, &prod.url], "");
    let arguments = ["--config", &config.path(), "--scope", "write"];
    let environment = [("LAB_TOKEN", LAB), ("PROD_TOKEN", PROD)];
    let Some(server) = Server::start(&arguments, &environment) else { return };
    both_ready(&server).await;
    assert!(server.url.ends_with("/api/mcp"), "{}", server.url);
    let list = || json!({ "resource": "site", "action": "list" });
    let create = || {
        let params = json!({ "name": "romulus", "slug": "romulus" });
        json!({ "resource": "site", "action": "create", "params": params })
    };
    for era in [Era::Handshake, Era::PerRequest] {
        let client = Client::connect(&server, era).await;
        assert_eq!(names(&client.tools().await), ALL);
        let said = client.peer().peer_info().and_then(|info| info.instructions.clone());
        let said = said.expect("instructions");
        assert!(said.starts_with("lab_*: NetBox lab\nprod_*: NetBox prod\n"), "{said}");
        assert_eq!(said.matches("Just try").count(), 1, "what both say is said once: {said}");
        for (tool, text) in [("lab_dcim", "in the lab"), ("prod_dcim", "in production")] {
            let answer = client.call(tool, list()).await;
            assert!(!answer.is_error && answer.text.contains(text), "{answer:?}");
            let help = client.call(tool, json!({ "resource": "site", "action": "help" })).await;
            assert!(help.text.starts_with(&format!("site ({tool})")), "{help:?}");
        }
        let created = client.call("lab_dcim", create()).await;
        assert!(!created.is_error, "{created:?}");
        // Nobody writes with a token of NetBox that only reads.
        let refused = client.call("prod_dcim", create()).await;
        assert!(refused.is_error && refused.text.contains("unknown action"), "{refused:?}");
        // A batch stays within one NetBox.
        let other = json!({ "resource": "prod_dcim.site", "action": "list" });
        let refused = client.call("lab_batch", json!({ "steps": [list(), other] })).await;
        let text = "\"prod_dcim.site\" is of the tools prod_*; lab_* reach only their own";
        assert!(refused.is_error && refused.text.contains(text), "{refused:?}");
        let batch = client.call("prod_batch", json!({ "steps": [list(), list()] })).await;
        assert!(!batch.is_error && batch.text.contains("in production"), "{batch:?}");
    }
    let world = World::new(&server.url);
    let token = format!("Bearer {}", server.token.as_deref().expect("a token"));
    let unknown = world.call_tool(Some(&token), "dcim", list()).await;
    assert!(unknown.body.contains("the tools here are lab_*, prod_*"), "{unknown:?}");
    assert_eq!(lab.credentials(), [format!("Token {LAB}")]);
    assert_eq!(prod.credentials(), [format!("Token {PROD}")]);
    assert_eq!(prod.n_asked("POST /api/dcim/sites/"), 0);
}

#[tokio::test]
async fn one_that_is_down_hides_no_other_and_is_told_when_it_comes() {
    let lab = FakeNetBox::start("in the lab", &["sites"]);
    let address = free_address();
    let config = served_by("prefix", [&lab.url, &format!("http://{address}")], "");
    let Some(server) = start(&config) else { return };
    let client = Client::connect(&server, Era::PerRequest).await;
    assert_eq!(names(&client.tools().await), ALL[..2]);
    let list = || json!({ "resource": "site", "action": "list" });
    assert!(client.call("lab_dcim", list()).await.text.contains("in the lab"));
    let starting = client.call("prod_dcim", list()).await;
    assert!(starting.is_error && starting.text.starts_with("NetBox prod: "), "{starting:?}");
    assert!(starting.text.ends_with("(retry after 10 s)"), "{starting:?}");
    let health = World::new(&server.url).get("/healthz").await.is(200).json();
    assert_eq!(health["status"], "degraded");
    assert!(health["why"].as_str().is_some_and(|why| why.starts_with("prod: ")), "{health}");

    let filter = rmcp::model::SubscriptionFilter::builder().tools_list_changed().build();
    let mut listening = client.peer().listen(filter).await.expect("it may listen");
    let _prod = FakeNetBox::start_on(&address, "in production", "4.6.8", document(&["sites"]));
    let told = tokio::time::timeout(Duration::from_secs(60), listening.next()).await;
    told.expect("it is told in time").expect("no error").expect("a notification");
    assert_eq!(names(&client.tools().await), ALL);
    assert!(client.call("prod_dcim", list()).await.text.contains("in production"));
    both_ready(&server).await;

    // The other is told of as well.
    lab.become_another("4.7.0", document(&["sites", "coolers"]));
    let told = tokio::time::timeout(Duration::from_secs(60), listening.next()).await;
    told.expect("it is told in time").expect("no error").expect("a notification");
    let coolers = || json!({ "resource": "cooler", "action": "list" });
    assert!(!client.call("lab_dcim", coolers()).await.is_error);
    assert!(client.call("prod_dcim", coolers()).await.is_error);
}

#[tokio::test]
async fn people_sign_in_for_all_and_step_up_where_it_helps() {
    let [lab, prod] = both();
    let config = served_by("prefix", [&lab.url, &prod.url], PEOPLE);
    let Some(server) = start(&config) else { return };
    both_ready(&server).await;
    let world = World::new(&server.url);
    let mut person = Person::operator(&server.said);
    let app = App::register(&world).await;
    let reads = bearer(&app.tokens(&mut person, "read").await);
    let list = || json!({ "resource": "site", "action": "list" });
    let create = || {
        let params = json!({ "name": "romulus", "slug": "romulus" });
        json!({ "resource": "site", "action": "create", "params": params })
    };
    for (tool, text) in [("lab_dcim", "in the lab"), ("prod_dcim", "in production")] {
        let listed = world.call_tool(Some(&reads), tool, list()).await;
        assert!(listed.is(200).body.contains(text), "{listed:?}");
    }
    let refused = world.call_tool(Some(&reads), "lab_dcim", create()).await;
    assert!(refused.is(403).challenge.contains("scope=\"write\""), "{refused:?}");
    // More scope would not help where NetBox's token only reads.
    let refused = world.call_tool(Some(&reads), "prod_dcim", create()).await;
    assert!(refused.is(200).body.contains("\"isError\":true"), "{refused:?}");
    let writes = bearer(&app.tokens(&mut person, "read write").await);
    let created = world.call_tool(Some(&writes), "lab_dcim", create()).await;
    assert!(created.is(200).body.contains("\"isError\":false"), "{created:?}");
    let metadata = "/.well-known/oauth-protected-resource/api/mcp";
    let metadata = world.get(metadata).await.is(200).json();
    assert_eq!(metadata["resource"], server.url.as_str());
    assert_eq!(metadata["resource_name"], "NetBox lab, prod");
    assert_eq!(metadata["scopes_supported"], json!(["admin", "read", "write"]));
}

#[tokio::test]
async fn a_static_token_for_one_has_the_tools_of_that_one() {
    let [lab, prod] = both();
    let config = served_by("prefix", [&lab.url, &prod.url], STORE);
    let Some(server) = start(&config) else { return };
    both_ready(&server).await;
    let world = World::new(&server.url);
    let list = || json!({ "resource": "site", "action": "list" });
    let for_prod = token(&config, &["prod"]);
    let client = Client::connect_to(&server.url, for_prod.strip_prefix("Bearer "), Era::PerRequest);
    let client = client.await;
    assert_eq!(names(&client.tools().await), ALL[2..]);
    assert!(client.call("prod_dcim", list()).await.text.contains("in production"));
    let unknown = world.call_tool(Some(&for_prod), "lab_dcim", list()).await;
    assert!(unknown.body.contains("the tools here are prod_*"), "{unknown:?}");
    assert!(!unknown.body.contains("lab_*"), "{unknown:?}");
    assert_eq!(lab.n_asked("GET /api/dcim/sites/"), 0);
    let for_all = token(&config, &[]);
    let listed = world.call_tool(Some(&for_all), "lab_dcim", list()).await;
    assert!(listed.is(200).body.contains("in the lab"), "{listed:?}");
}

#[tokio::test]
async fn one_of_several_keeps_its_prefix() {
    let [lab, prod] = both();
    let config = served_by("prefix", [&lab.url, &prod.url], "");
    let arguments = ["--config", &config.path(), "--only", "prod"];
    let Some(server) = Server::start(&arguments, &[("PROD_TOKEN", PROD)]) else { return };
    let client = Client::connect(&server, Era::Handshake).await;
    assert_eq!(names(&client.tools().await), ALL[2..]);
    assert_eq!(lab.credentials(), Vec::<String>::new());
}

#[test]
fn several_are_served_on_one_stream() {
    let [lab, prod] = both();
    let config = served_by("prefix", [&lab.url, &prod.url], "");
    let call = |id: u64, tool: &str| {
        let arguments = json!({ "resource": "site", "action": "list" });
        json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call",
            "params": { "name": tool, "arguments": arguments } })
    };
    let messages = [
        json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": { "name": "test", "version": "1" },
        }}),
        json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }),
        call(2, "lab_dcim"),
        call(3, "prod_dcim"),
    ];
    let environment = [("LAB_TOKEN", LAB), ("PROD_TOKEN", PROD)];
    let arguments = ["--config", &config.path()];
    let Some(answers) = exchange_with(&arguments, &environment, &messages) else { return };
    for (id, text) in [(2, "in the lab"), (3, "in production")] {
        let answer = answer_to(&answers, id).to_string();
        assert!(answer.contains(text), "{answer}");
    }
}

/// One real NetBox under two names, each with the token of another of its users.
#[tokio::test(flavor = "multi_thread")]
async fn each_runs_with_its_own_token_of_a_real_netbox() {
    with_netbox(|netbox| async move {
        let lab = netbox.user("lab", &["view", "add"]).await;
        let prod = netbox.user("prod", &["view"]).await;
        let (of_lab, of_prod) = (netbox.token(&lab).await, netbox.token(&prod).await);
        let common = netbox.config();
        let cache = common.lines().find(|line| line.starts_with("cache")).expect("a cache");
        let url = netbox.url();
        let config = Config::new(&format!(
            r#"
            [netbox]
            serve_by = "prefix"
            {cache}
            [netbox.lab]
            url = "{url}"
            upstream = {{ token = {{ env = "LAB_TOKEN" }} }}
            [netbox.prod]
            url = "{url}"
            upstream = {{ token = {{ env = "PROD_TOKEN" }} }}
            "#
        ));
        let arguments = ["--config", &config.path(), "--scope", "write"];
        let environment = [("LAB_TOKEN", of_lab.as_str()), ("PROD_TOKEN", of_prod.as_str())];
        let Some(server) = Server::start(&arguments, &environment) else { return };
        both_ready(&server).await;
        let client = Client::connect(&server, Era::Handshake).await;
        let tools = client.tools().await;
        let names = names(&tools);
        let (of_lab, of_prod) = names.split_at(names.len() / 2);
        assert!(of_lab.iter().all(|name| name.starts_with("lab_")), "{names:?}");
        assert!(of_prod.iter().all(|name| name.starts_with("prod_")), "{names:?}");
        assert!(names.contains(&"lab_find") && names.contains(&"prod_batch"), "{names:?}");

        let slug = lab.site("home");
        client.create("lab_dcim", "site", json!({ "name": slug, "slug": slug })).await;
        assert_eq!(netbox.author_of_site(&slug).await, lab.name);
        let get = || json!({ "resource": "site", "action": "get", "params": { "id": slug } });
        let seen = client.call("lab_dcim", get()).await;
        assert!(!seen.is_error && seen.text.contains(&slug), "{seen:?}");
        // The other user does not see it.
        let unseen = client.call("prod_batch", json!({ "steps": [get()] })).await;
        assert!(unseen.is_error, "{unseen:?}");
        let found = client.call("prod_find", json!({ "words": "rack elevation" })).await;
        assert!(found.text.contains("(prod_dcim)"), "{found:?}");
        let wrong = json!({ "resource": "prefix", "action": "list" });
        let wrong = client.call("lab_dcim", wrong).await;
        let right = "prefix is a resource of the tool lab_ipam, not of lab_dcim";
        assert!(wrong.text.contains(right), "{wrong:?}");
    })
    .await;
}
