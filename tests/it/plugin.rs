//! A real plugin, added to a real NetBox under the running server.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rmcp::model::SubscriptionFilter;
use serde_json::json;
use tokio::time::timeout;

use crate::access::Config;
use crate::client::{Client, Era};
use crate::netbox::{self, Access};
use crate::server::Server;

#[tokio::test]
async fn a_plugin_is_found_used_and_gone_again() {
    let Some(netbox) = netbox::for_plugins() else { return };
    if netbox::xtask().is_none() {
        return;
    }
    let netbox = Arc::new(netbox);
    // Those of a run that broke off.
    run_with(&netbox, &[]).await;
    let config = Config::new("[netbox]\npoll_seconds = 1\ncache = \"FOLDER/cache\"\n");
    let arguments = ["--netbox-url", &netbox.url, "--config", &config.path(), "--scope", "write"];
    let token = [("NETBOX_TOKEN", netbox.admin_v2.as_str())];
    let Some(server) = Server::start(&arguments, &token) else { return };
    let client = Client::connect(&server, Era::PerRequest).await;
    let n_before = client.tools().await.len();
    let filter = SubscriptionFilter::builder().tools_list_changed().build();
    let mut listening = client.peer().listen(filter).await.expect("it may listen");

    let started = Instant::now();
    run_with(&netbox, &["netbox-bgp==0.20.2"]).await;
    println!("{:?}: NetBox runs with the plugin", started.elapsed());
    let told = timeout(Duration::from_secs(300), listening.next()).await.expect("in time");
    told.expect("no error").expect("a notification");
    println!("{:?}: the client was told", started.elapsed());

    let tools = client.tools().await;
    assert_eq!(tools.len(), n_before + 1);
    let plugins = tools.iter().find(|tool| tool.name == "plugins").expect("a tool for plugins");
    println!("{}", plugins.description.as_deref().unwrap_or_default());
    let rir = client.create("ipam", "rir", json!({ "name": "Test", "slug": "test-bgp" })).await;
    let asn = json!({ "asn": 65001, "rir": "test-bgp" });
    let asn = client.create("ipam", "asn", asn).await;
    let address = json!({ "address": "192.0.2.77/32" });
    let address = client.create("ipam", "ipaddress", address).await;
    // References into NetBox by name, as everywhere; a number is an id.
    let params = json!({
        "name": "to the neighbour", "status": "active", "local_as": asn, "remote_as": asn,
        "local_address": "192.0.2.77/32", "remote_address": "192.0.2.77/32",
    });
    let session = client.create("plugins", "bgpsession", params).await;
    let list = json!({ "resource": "bgpsession", "action": "list" });
    let listed = client.call("plugins", list.clone()).await;
    println!("{}", listed.text);
    assert!(listed.text.contains("to the neighbour") && listed.text.contains("65001"));

    for (tool, resource, id) in [
        ("plugins", "bgpsession", session),
        ("ipam", "ipaddress", address),
        ("ipam", "asn", asn),
        ("ipam", "rir", rir),
    ] {
        let params = json!({ "id": id });
        let delete = json!({ "resource": resource, "action": "delete", "params": params });
        let deleted = client.call(tool, delete).await;
        assert!(!deleted.is_error, "{}", deleted.text);
    }
    run_with(&netbox, &[]).await;
    let told = timeout(Duration::from_secs(300), listening.next()).await.expect("in time");
    told.expect("no error").expect("a notification");
    assert_eq!(client.tools().await.len(), n_before);
    assert!(
        client.peer().list_all_tools().await.expect("a list").iter().all(|it| it.name != "plugins")
    );
}

/// Runs NetBox with these plugins and no others, which restarts it.
async fn run_with(netbox: &Arc<Access>, packages: &'static [&'static str]) {
    let netbox = Arc::clone(netbox);
    let arguments = [&["plugins"], packages].concat();
    let ran = tokio::task::spawn_blocking(move || netbox.chore(&arguments).map(drop)).await;
    ran.expect("no panic").unwrap_or_else(|failed| panic!("{failed}"));
}
