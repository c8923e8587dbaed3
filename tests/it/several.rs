//! Several NetBoxes behind one server, each with its own tokens, or, in [`accounts`], its own
//! people: each at its own path, and, in [`prefix`], all at one.

mod accounts;
mod prefix;

use http::StatusCode;
use serde_json::json;

use crate::access::Config;
use crate::access::browser::{App, Person, World, bearer};
use crate::access::commands::{command, run};
use crate::client::{Client, Era};
use crate::fake_netbox::FakeNetBox;
use crate::server::{Server, refused_with};

const LAB: &str = "1111111111111111111111111111111111111111";
const PROD: &str = "2222222222222222222222222222222222222222";

/// The lab can be written to, and nobody writes to the other.
fn configuration(lab: &FakeNetBox, prod: &FakeNetBox, access: &str) -> Config {
    served_by("path", [&lab.url, &prod.url], access)
}

fn served_by(way: &str, [lab, prod]: [&str; 2], access: &str) -> Config {
    let config = Config::new(&format!(
        r#"
        [netbox]
        cache = "FOLDER/cache"
        poll_seconds = 1
        serve_by = "{way}"

        [netbox.lab]
        url = "{lab}"
        upstream = {{ token = {{ env = "LAB_TOKEN" }} }}

        [netbox.prod]
        url = "{prod}"
        upstream = {{ tokens = {{ read = {{ env = "PROD_TOKEN" }} }} }}

        [surface]
        policy_file = "FOLDER/policy.toml"
        {access}
        "#
    ));
    let policy = "title = \"A fake\"\nbase_path = \"/api\"\ngroup_by = \"path\"\n";
    std::fs::write(config.file("policy.toml"), policy).expect("the policy");
    config
}

fn start(config: &Config) -> Option<Server> {
    let environment = [("LAB_TOKEN", LAB), ("PROD_TOKEN", PROD)];
    Server::start(&["--config", &config.path()], &environment)
}

/// The addresses of the two endpoints, as the server said them.
fn urls(server: &Server) -> [String; 2] {
    let said = server.said.iter().filter_map(|line| line.strip_prefix("listening on "));
    let urls: Vec<String> = said.map(str::to_owned).collect();
    urls.try_into().unwrap_or_else(|urls| panic!("{urls:?}"))
}

/// Waits until both have read their schemas.
async fn both_ready(server: &Server) {
    let url = format!("{}/healthz", server.base_url());
    for _ in 0..300 {
        let answer = reqwest::get(&url).await.expect("an answer").text().await.expect("a text");
        if answer == r#"{"status":"ok"}"# {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("one of them does not get ready");
}

const PEOPLE: &str = r#"
        [access]
        people = "local_users"
        [access.unregistered_clients]
        redirect_hosts = ["loopback"]
        max_scope = "write"
        dynamic_registration = true
"#;

#[tokio::test]
async fn a_token_for_one_is_refused_at_the_other() {
    let (lab, prod) = (
        FakeNetBox::start("in the lab", &["sites"]),
        FakeNetBox::start("in production", &["sites"]),
    );
    let Some(server) = start(&configuration(&lab, &prod, PEOPLE)) else { return };
    both_ready(&server).await;
    let [lab_url, prod_url] = urls(&server);
    assert!(lab_url.ends_with("/api/mcp/lab") && prod_url.ends_with("/api/mcp/prod"));
    let (at_lab, at_prod) = (World::new(&lab_url), World::new(&prod_url));
    let mut person = Person::operator(&server.said);
    // Each has metadata of its own, which the client compares with the address it was given.
    let app = App::register(&at_lab).await;
    let for_lab = bearer(&app.tokens(&mut person, "read write").await);
    let app = App::register(&at_prod).await;
    let for_prod = bearer(&app.tokens(&mut person, "read").await);

    for (world, token, other, text) in [
        (&at_lab, &for_lab, &for_prod, "in the lab"),
        (&at_prod, &for_prod, &for_lab, "in production"),
    ] {
        let listed = world.list_sites(Some(token)).await;
        assert!(listed.is(200).body.contains(text), "{listed:?}");
        let locked_out = world.list_sites(Some(other)).await;
        assert!(locked_out.is(401).challenge.contains("error=\"invalid_token\""), "{locked_out:?}");
        world.list_sites(None).await.is(401);
    }
    let created = at_lab.create_site(Some(&for_lab), "romulus").await;
    assert!(created.is(200).body.contains("\"isError\":false"), "{created:?}");
    // Nobody writes with a token of NetBox that only reads.
    let not_there = at_prod.create_site(Some(&for_prod), "romulus").await;
    assert!(not_there.is(200).body.contains("\"isError\":true"), "{not_there:?}");

    assert_eq!(lab.credentials(), [format!("Token {LAB}")]);
    assert_eq!(prod.credentials(), [format!("Token {PROD}")]);
    assert_eq!(prod.n_asked("POST /api/dcim/sites/"), 0);
}

const STORE: &str = r#"
        [access]
        store = { sqlite = "FOLDER/access.db" }
"#;

/// Makes a token of the operator's, for some NetBoxes or for all.
fn token(config: &Config, netboxes: &[&str]) -> String {
    let mut arguments = vec!["token", "create", "--scope", "read", "--name", "ci"];
    arguments.extend(netboxes.iter().flat_map(|name| ["--netbox", name]));
    format!("Bearer {}", run(config, &arguments, ""))
}

#[tokio::test]
async fn a_static_token_is_for_the_netboxes_that_the_operator_says() {
    let (lab, prod) = (FakeNetBox::start("lab", &["sites"]), FakeNetBox::start("prod", &["sites"]));
    let config = configuration(&lab, &prod, STORE);
    let Some(server) = start(&config) else { return };
    both_ready(&server).await;
    let [at_lab, at_prod] = urls(&server).map(|url| World::new(&url));
    for (netboxes, [in_lab, in_prod]) in [
        (&[][..], [200, 200]),
        (&["lab"], [200, 401]),
        (&["prod"], [401, 200]),
        (&["lab", "prod"], [200, 200]),
    ] {
        let token = token(&config, netboxes);
        at_lab.list_sites(Some(&token)).await.is(in_lab);
        let answer = at_prod.list_sites(Some(&token)).await;
        let refused = answer.is(in_prod).challenge.contains("issued for another server");
        assert_eq!(refused, in_prod == 401, "{answer:?}");
    }
    let listed = run(&config, &["token", "list"], "");
    for netboxes in ["all", "lab", "lab prod", "prod"] {
        let shown = format!("  read   {netboxes:8}  ");
        assert_eq!(listed.matches(&shown).count(), 1, "{shown:?} in\n{listed}");
    }
    let unknown = ["token", "create", "--scope", "read", "--name", "ci", "--netbox", "dev"];
    let output = command(&config, &unknown, "");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("there is no [netbox.dev]"), "{said}");
}

#[tokio::test]
async fn what_is_at_no_endpoint_is_nowhere() {
    let (lab, prod) = (FakeNetBox::start("lab", &["sites"]), FakeNetBox::start("prod", &["sites"]));
    let Some(server) = start(&configuration(&lab, &prod, PEOPLE)) else { return };
    let world = World::new(&server.url);
    let metadata = "/.well-known/oauth-protected-resource";
    for path in ["/api/mcp", "/api/mcp/labs", "/api/mcp/lab/x", metadata, "/"] {
        world.get(path).await.is(404);
    }
    let of_prod = world.get(&format!("{metadata}/api/mcp/prod")).await.is(200).json();
    let url = format!("{}/api/mcp/prod", server.base_url());
    assert_eq!(of_prod["resource"], url.as_str());
    assert_eq!(of_prod["resource_name"], "NetBox prod");
    // What nobody can have there is not asked for.
    assert_eq!(of_prod["scopes_supported"], json!(["read"]));
}

/// The operator's own tokens are for the server, and so for each of its NetBoxes.
#[tokio::test]
async fn one_of_several_is_upgraded_alone() {
    let (lab, prod) = (FakeNetBox::start("lab", &["sites"]), FakeNetBox::start("prod", &["sites"]));
    let Some(server) = start(&configuration(&lab, &prod, "")) else { return };
    both_ready(&server).await;
    let [lab_url, prod_url] = urls(&server);
    let at = async |url: &String| {
        Client::connect_to(url, server.token.as_deref(), Era::PerRequest).await
    };
    let (at_lab, at_prod) = (at(&lab_url).await, at(&prod_url).await);
    let filter = rmcp::model::SubscriptionFilter::builder().tools_list_changed().build();
    let mut listening = at_lab.peer().listen(filter).await.expect("it may listen");
    lab.become_another("4.7.0", crate::fake_netbox::document(&["sites", "coolers"]));
    listening.next().await.expect("no error").expect("a notification");
    let call = json!({ "resource": "cooler", "action": "list" });
    assert!(!at_lab.call("dcim", call.clone()).await.is_error);
    assert!(at_prod.call("dcim", call).await.is_error);
}

#[tokio::test]
async fn one_of_several_is_served_alone() {
    let (lab, prod) = (FakeNetBox::start("lab", &["sites"]), FakeNetBox::start("prod", &["sites"]));
    let config = configuration(&lab, &prod, PEOPLE);
    let arguments = ["--config", &config.path(), "--only", "prod"];
    let environment = [("PROD_TOKEN", PROD)];
    let Some(server) = Server::start(&arguments, &environment) else { return };
    assert!(server.url.ends_with("/api/mcp/prod"), "{}", server.url);
    World::new(&server.url).get("/api/mcp/lab").await.is(401);
    assert_eq!(lab.credentials(), Vec::<String>::new());
}

#[tokio::test]
async fn one_that_refuses_its_token_holds_up_no_other() {
    let (lab, prod) = (FakeNetBox::start("lab", &["sites"]), FakeNetBox::start("prod", &["sites"]));
    prod.set_failing(Some(StatusCode::FORBIDDEN));
    let Some(server) = start(&configuration(&lab, &prod, "")) else { return };
    let [at_lab, at_prod] = urls(&server).map(|url| World::new(&url));
    let health = at_lab.get("/healthz").await;
    assert_eq!(health.is(200).json()["status"], "degraded");
    let token = format!("Bearer {}", server.token.as_deref().expect("a token"));
    let listed = at_lab.list_sites(Some(&token)).await;
    assert!(listed.is(200).body.contains("lab"), "{listed:?}");
    let waits = at_prod.list_sites(Some(&token)).await;
    assert!(waits.body.contains("refuses the token"), "{waits:?}");
}

#[test]
fn a_configuration_that_cannot_be_meant_is_refused() {
    let lab = "[netbox.lab]\nurl = \"http://127.0.0.1:9\"\n";
    for (text, arguments, expected) in [
        (format!("[netbox]\nurl = \"http://a\"\n{lab}"), vec![], "stand in [netbox.NAME] of each"),
        (format!("{lab}[upstream]\ntoken = {{ env = \"A\" }}"), vec![], "[netbox.NAME] of each"),
        ("[netbox.lab]\ntimeout_seconds = 5".to_owned(), vec![], "[netbox.lab] has no url"),
        ("[netbox.\"a b\"]\nurl = \"http://a\"".to_owned(), vec![], "has a-z, 0-9 and -"),
        ("[netbox.lab]\nulr = \"http://a\"".to_owned(), vec![], "did you mean `url`?"),
        ("[netbox]\nserve_by = \"prefix\"".to_owned(), vec![], "is for several NetBoxes"),
        (format!("{lab}serve_by = \"prefix\""), vec![], "is for all of them"),
        (format!("[netbox]\nserve_by = \"port\"\n{lab}"), vec![], "`path` or `prefix`"),
        (
            format!("{lab}[netbox.prod]\nurl = \"http://a\""),
            vec!["--stdio"],
            "serve_by = \"prefix\"",
        ),
        (lab.to_owned(), vec!["--only", "prod"], "there is no [netbox.prod]"),
        (lab.to_owned(), vec![], "[netbox.lab]: no NetBox token"),
        (format!("[netbox.upstream]\ntoken = {{ env = \"A\" }}\n{lab}"), vec![], "of each"),
        (format!("{lab}upstream = \"nbt_secret\""), vec![], "expected struct Upstream, not a text"),
        (format!("{lab}upstream = {{ tokens = \"nbt_secret\" }}"), vec![], "not a text"),
        (lab.to_owned(), vec!["--netbox-url", "http://a"], "are for one NetBox"),
        (lab.to_owned(), vec!["--netbox-token-file", "a"], "are for one NetBox"),
        (
            format!("[netbox]\nserve_by = \"prefix\"\n{lab}[access]\npeople = \"accounts\""),
            vec![],
            "serve by path",
        ),
        (format!("{lab}[access]\npeople = \"accounts\""), vec![], "give both or neither"),
    ] {
        let config = Config::new(&text);
        let path = config.path();
        let arguments = [&["--config", path.as_str()], arguments.as_slice()].concat();
        // It is the token of one NetBox.
        let environment = [("NETBOX_TOKEN", LAB)];
        let Some(said) = refused_with(&arguments, &environment) else { return };
        assert!(said.contains(expected), "{text}\n{said}");
        assert!(!said.contains("nbt_secret"), "{said}");
    }
}
