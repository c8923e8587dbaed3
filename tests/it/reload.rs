//! A NetBox that is upgraded under the real server, and the clients that learn of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::StatusCode;
use rmcp::model::{ServerNotification, SubscriptionFilter};
use serde_json::json;
use tokio::time::{sleep, timeout};

use crate::access::Config;
use crate::client::{Client, Era};
use crate::clients::driver::Installed;
use crate::fake_netbox::{FakeNetBox, document};
use crate::server::Server;

const SOON: Duration = Duration::from_secs(60);

/// A policy for the fake's document.
const POLICY: &str = "title = \"A fake\"\nbase_path = \"/api\"\ngroup_by = \"path\"\n";

/// A configuration that asks the fake every second, with a policy for its document.
pub(crate) fn every_second(more: &str) -> Config {
    let text = format!(
        "[netbox]\npoll_seconds = 1\ncache = \"FOLDER/cache\"\n{more}\n\
         [surface]\npolicy_file = \"FOLDER/policy.toml\"\n"
    );
    let config = Config::new(&text);
    std::fs::write(config.file("policy.toml"), POLICY).expect("the policy");
    config
}

pub(crate) fn start(netbox: &FakeNetBox, config: &Config) -> Option<Server> {
    let arguments = ["--netbox-url", &netbox.url, "--config", &config.path()];
    Server::start(&arguments, &TOKEN)
}

const TOKEN: [(&str, &str); 1] = [("NETBOX_TOKEN", "0123456789abcdef0123456789abcdef01234567")];

async fn described(client: &Client) -> String {
    let tools = client.tools().await;
    tools.into_iter().filter_map(|tool| tool.description).collect::<Vec<_>>().join("\n")
}

/// What the health path says, once it is this.
async fn health(server: &Server, expected: &str) -> String {
    let started = Instant::now();
    loop {
        let url = format!("{}/healthz", server.base_url());
        let answer = reqwest::get(&url).await.expect("an answer").text().await.expect("a text");
        if answer.contains(expected) {
            return answer;
        }
        assert!(started.elapsed() < SOON, "no {expected}: {answer}");
        sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn a_client_that_listens_learns_of_an_upgrade_and_calls_what_is_new() {
    let netbox = FakeNetBox::start("lab", &["sites"]);
    let config = every_second("");
    let Some(server) = start(&netbox, &config) else { return };
    let client = Client::connect(&server, Era::PerRequest).await;
    let before = described(&client).await;
    assert!(before.contains("site") && !before.contains("cooler"), "{before}");
    let call = json!({ "resource": "cooler", "action": "list" });
    assert!(client.call("dcim", call.clone()).await.is_error);

    let filter = SubscriptionFilter::builder().tools_list_changed().build();
    let mut listening = client.peer().listen(filter).await.expect("it may listen");
    netbox.become_another("4.7.0", document(&["sites", "coolers"]));
    let told = timeout(SOON, listening.next()).await.expect("in time").expect("no error");
    assert!(matches!(told, Some(ServerNotification::ToolListChangedNotification(_))), "{told:?}");

    assert!(described(&client).await.contains("cooler"));
    let listed = client.call("dcim", call).await;
    assert!(!listed.is_error && listed.text.contains("lab"), "{}", listed.text);
    // One look a second, and the schema once for each version.
    assert_eq!(netbox.n_asked("GET /api/schema/"), 2);
}

#[cfg(unix)]
#[tokio::test]
async fn a_listening_client_does_not_hold_up_the_end() {
    let netbox = FakeNetBox::start("lab", &["sites"]);
    let Some(server) = start(&netbox, &every_second("")) else { return };
    let client = Client::connect(&server, Era::PerRequest).await;
    let filter = SubscriptionFilter::builder().tools_list_changed().build();
    let mut listening = client.peer().listen(filter).await.expect("it may listen");
    let started = Instant::now();
    let ending = tokio::task::spawn_blocking(move || server.interrupt());
    let told = timeout(SOON, listening.next()).await.expect("in time").expect("no error");
    assert!(told.is_none(), "{told:?}");
    drop(client);
    assert!(ending.await.expect("no panic"));
    assert!(started.elapsed() < Duration::from_secs(9), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_client_of_the_handshake_era_is_told_on_its_stream() {
    let netbox = FakeNetBox::start("lab", &["sites"]);
    let Some(server) = start(&netbox, &every_second("")) else { return };
    let token = server.token.as_deref().expect("a token was made");
    let listen = || {
        reqwest::Client::new()
            .get(&server.url)
            .header("accept", "text/event-stream")
            .header("mcp-protocol-version", "2025-11-25")
    };
    let refused = listen().send().await.expect("an answer");
    assert_eq!(refused.status(), 401);
    let mut stream = listen().bearer_auth(token).send().await.expect("an answer");
    assert_eq!(stream.status(), 200);
    netbox.become_another("4.7.0", document(&["sites", "coolers"]));
    let said = timeout(SOON, stream.chunk()).await.expect("in time").expect("no error");
    let said = String::from_utf8_lossy(&said.expect("a message")).into_owned();
    assert!(said.contains("notifications/tools/list_changed"), "{said}");
    let client = Client::connect(&server, Era::Handshake).await;
    assert!(described(&client).await.contains("cooler"));
}

/// They open the stream by themselves; the one for Python only because it was given a session id.
#[tokio::test(flavor = "multi_thread")]
async fn the_sdks_of_the_handshake_learn_of_an_upgrade() {
    let Some(installed) = Installed::find() else { return };
    let installed = Arc::new(installed);
    let netbox = FakeNetBox::start("lab", &["sites"]);
    let config = every_second("[access]\npeople = \"local_users\"\nanonymous = \"read\"\n");
    let Some(server) = start(&netbox, &config) else { return };
    for script in ["python_sdk.py", "typescript_sdk.mjs"] {
        let job = json!({ "url": server.url, "era": "handshake", "calls": [], "waits": true });
        let installed = Arc::clone(&installed);
        let client = tokio::task::spawn_blocking(move || installed.run(script, &job));
        // It changes until the client, which takes a while to start, was told.
        for version in (0..).take_while(|_| !client.is_finished()) {
            let resources = [&["sites", "coolers"][..], &["sites"]][version % 2];
            netbox.become_another(&format!("4.7.{version}"), document(resources));
            sleep(Duration::from_secs(2)).await;
        }
        let seen = client.await.expect("it was told");
        assert_eq!(seen.revision.as_deref(), Some("2025-11-25"), "{script}");
        assert!(!seen.tools.is_empty(), "{script}");
    }
}

#[tokio::test]
async fn a_schema_that_cannot_be_used_keeps_the_old_one_and_is_told() {
    let netbox = FakeNetBox::start("lab", &["sites"]);
    let config = every_second("");
    let Some(server) = start(&netbox, &config) else { return };
    let client = Client::connect(&server, Era::PerRequest).await;
    assert_eq!(health(&server, "status").await, r#"{"status":"ok"}"#);
    netbox.become_another("4.8.0", "<h1>Server Error (500)</h1>");
    let told = health(&server, "degraded").await;
    assert!(told.contains("from before"), "{told}");
    let listed = client.call("dcim", json!({ "resource": "site", "action": "list" })).await;
    assert!(!listed.is_error, "{}", listed.text);
    netbox.become_another("4.8.1", document(&["sites", "coolers"]));
    health(&server, "\"ok\"").await;
    assert!(described(&client).await.contains("cooler"));
}

/// A plugin's settings can change its paths without changing its version.
#[cfg(unix)]
#[tokio::test]
async fn an_operator_has_everything_read_again() {
    let netbox = FakeNetBox::start("lab", &["sites"]);
    let config = every_second("");
    let Some(server) = start(&netbox, &config) else { return };
    let client = Client::connect(&server, Era::PerRequest).await;
    netbox.become_another("4.6.8", document(&["sites", "coolers"]));
    sleep(Duration::from_secs(3)).await;
    assert!(!described(&client).await.contains("cooler"));
    let filter = SubscriptionFilter::builder().tools_list_changed().build();
    let mut listening = client.peer().listen(filter).await.expect("it may listen");
    // The policy is read again with it.
    let policy = format!("{POLICY}hidden = [\"POST /api/dcim/sites/\"]\n");
    std::fs::write(config.file("policy.toml"), policy).expect("the policy");
    server.signal("HUP");
    timeout(SOON, listening.next()).await.expect("in time").expect("no error");
    assert!(described(&client).await.contains("cooler"));
    let help = client.call("dcim", json!({ "resource": "site", "action": "help" })).await;
    assert!(!help.text.contains("create"), "{}", help.text);
}

/// The wish may come while NetBox is still waited for.
#[cfg(unix)]
#[tokio::test]
async fn an_operator_may_ask_before_there_is_a_schema() {
    let netbox = FakeNetBox::start("lab", &["sites"]);
    netbox.set_failing(Some(StatusCode::SERVICE_UNAVAILABLE));
    let config = every_second("");
    let arguments = ["--netbox-url", &netbox.url, "--config", &config.path()];
    let Some(server) = Server::start_early(&arguments, &TOKEN) else { return };
    while netbox.n_asked("GET /api/status/") == 0 {
        sleep(Duration::from_millis(20)).await;
    }
    server.signal("HUP");
    netbox.set_failing(None);
    health(&server, "\"ok\"").await;
    let client = Client::connect(&server, Era::PerRequest).await;
    assert!(described(&client).await.contains("site"));
}

#[cfg(unix)]
#[tokio::test]
async fn a_document_in_a_file_is_read_again_when_asked() {
    let config = every_second("");
    let file = config.file("schema.json");
    std::fs::write(&file, document(&["sites"])).expect("the document");
    let path = file.display().to_string();
    let arguments = ["--schema", path.as_str(), "--config", &config.path()];
    let Some(server) = Server::start(&arguments, &[]) else { return };
    let client = Client::connect(&server, Era::PerRequest).await;
    let filter = SubscriptionFilter::builder().tools_list_changed().build();
    let mut listening = client.peer().listen(filter).await.expect("it may listen");
    std::fs::write(&file, document(&["sites", "coolers"])).expect("the document");
    server.signal("HUP");
    timeout(SOON, listening.next()).await.expect("in time").expect("no error");
    assert!(described(&client).await.contains("cooler"));
}

/// NetBox's own documents of two releases, under the policy that is built in.
#[tokio::test]
async fn an_upgrade_from_4_6_to_4_7() {
    let Some(folder) = std::env::var_os("MCP_DISPATCH_DOCUMENTS") else {
        crate::skipped("no documents: MCP_DISPATCH_DOCUMENTS is not set");
        return;
    };
    let folder = std::path::PathBuf::from(folder);
    let read = |name: &str| std::fs::read(folder.join(name)).expect("a document of NetBox");
    let old = read("netbox-openapi-4.6.json");
    let netbox = FakeNetBox::start_with("lab", "4.6.6", old);
    let config = Config::new("[netbox]\npoll_seconds = 1\ncache = \"FOLDER/cache\"\n");
    let Some(server) = start(&netbox, &config) else { return };
    let client = Client::connect(&server, Era::PerRequest).await;
    assert!(!described(&client).await.contains("coolingfeed"));
    let filter = SubscriptionFilter::builder().tools_list_changed().build();
    let mut listening = client.peer().listen(filter).await.expect("it may listen");
    netbox.become_another("4.7.0", read("netbox-openapi-4.7.json"));
    let told = timeout(Duration::from_secs(120), listening.next()).await.expect("in time");
    assert!(told.expect("no error").is_some());
    assert!(described(&client).await.contains("coolingfeed"));
    let call = json!({ "resource": "coolingfeed", "action": "list" });
    assert!(!client.call("dcim", call).await.is_error);
}
