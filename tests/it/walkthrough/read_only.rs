//! A connection that only reads, beside those of people: a static token of scope `read`, whose calls
//! run with a NetBox token of their own.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::json;

use super::agent::Agent;
use super::build::{Build, tool_of};
use super::inventory::Inventory;
use super::state::NetBox;
use crate::access::Config;
use crate::client::Era;
use crate::server::{Server, example};

/// Checks that it sees everything, is offered no write, and is refused one, by us and by NetBox.
pub(super) async fn check(netbox: &NetBox, config: &Config, server: &Server, builds: &[Build; 2]) {
    let mut command = Command::new(example("netbox_server").expect("the example is built"));
    command.args(["--config", &config.path(), "token", "create", "--scope", "read"]);
    let made = command.args(["--name", "reader"]).output().expect("the example starts");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let token = String::from_utf8(made.stdout).expect("a text");

    let mut reader = Agent::connect(&server.url, Some(token.trim()), Era::PerRequest).await;
    Inventory::take(&mut reader).await.check_combined(builds);

    assert!(reader.is_told_that_tools_only_read().await);
    let objects = builds.iter().flat_map(Build::objects);
    let resources: BTreeSet<String> = objects.map(|object| object.resource).collect();
    for (resource, action) in resources.iter().flat_map(|it| WRITES.map(|action| (it, action))) {
        let params = json!({ "id": 1, "name": "Borg Space", "slug": "borg-space" });
        let write = json!({ "resource": resource, "action": action, "params": params });
        let step = json!({ "steps": [write] });
        for (tool, arguments) in [(tool_of(resource), write), ("batch", step)] {
            let refused = reader.call(tool, arguments).await;
            let words = format!("unknown action {action:?} of {resource}; it has ");
            let offered = refused.text.split_once(&words).map(|(_, offered)| offered);
            let offered = offered.unwrap_or_else(|| panic!("{}", refused.text));
            assert!(refused.is_error && !WRITES.iter().any(|it| offered.contains(it)), "{offered}");
        }
    }

    // The NetBox token itself could not have written either.
    let params = json!({ "name": "Borg Space", "slug": "borg-space" });
    let (status, refused) =
        netbox.ask(&netbox.access.reader_v2, "/api/dcim/regions/", Some(&params)).await;
    assert_eq!(status, 403, "{refused}");
    let words = "You do not have permission to perform this action.";
    assert_eq!(refused["detail"], words);
}

/// What a reader may not be offered.
const WRITES: [&str; 9] = [
    "create",
    "update",
    "replace",
    "delete",
    "ensure",
    "bulk_create",
    "bulk_update",
    "bulk_replace",
    "bulk_delete",
];
