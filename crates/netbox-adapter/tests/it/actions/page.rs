//! `docs/netbox-actions.md` is what the catalog says.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use dispatch_core::catalog::Resource;
use serde_json::json;

use crate::client::Client;
use crate::documents;
use crate::recorder::RecordingBackend;

/// The page has a row for each action of NetBox's own, with its arguments as `help` tells them.
#[tokio::test]
async fn the_page_of_actions_is_what_the_catalog_says() {
    let Some(document) = documents::newest() else { return };
    let client = Client::recording(document);
    let catalog = &document.catalog;
    let mut table = String::from("| call | takes | tier | NetBox |\n|---|---|---|---|\n");
    let mut n_actions = 0;
    for resource in catalog.resources() {
        for action in &resource.actions {
            if is_usual(resource) && USUAL.contains(&action.name.as_str()) {
                continue;
            }
            n_actions += 1;
            let operation = catalog.operation(action.operation);
            let (method, path) = (operation.method.as_str(), &operation.path);
            let takes = takes(&client, resource, &action.name).await;
            let name = format!("{} {}", resource.name, action.name);
            let tier = operation.tier;
            let row = format!("| `{name}` | {takes} | {tier} | `{method} {path}` |\n");
            table.push_str(&row);
        }
    }
    assert!(n_actions > 50, "{n_actions} actions");
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/netbox-actions.md");
    let text = fs::read_to_string(&page).unwrap_or_default();
    let (before, rest) = text.split_once(BEGIN).expect("the mark of the table's beginning");
    let (_, after) = rest.split_once(END).expect("the mark of the table's end");
    let mut expected = String::new();
    write!(expected, "{before}{BEGIN}\n{table}{END}{after}").expect("a string");
    if text != expected {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("netbox-actions.md");
        fs::write(&path, expected).expect("the folder of the tests can be written");
        panic!("docs/netbox-actions.md is not what the catalog says; {} is", path.display());
    }
}

/// Whether a resource is one whose objects are made, read and changed under their ids.
fn is_usual(resource: &Resource) -> bool {
    ["list", "get", "create", "bulk_update"].iter().all(|name| resource.action(name).is_some())
        || resource.actions.iter().all(|action| ["list", "get"].contains(&action.name.as_str()))
}

/// The arguments of an action, as help on it tells them.
async fn takes(client: &Client<RecordingBackend>, resource: &Resource, action: &str) -> String {
    let asked = json!({"resource": format!("{}.{action}", resource.name), "action": "help"});
    let catalog = &documents::newest().expect("it is at hand").catalog;
    let tool = &catalog.group(resource.group).name;
    let help = client.send(tool, &asked).await.unwrap_or_else(|error| panic!("{error}"));
    assert!(!help.is_error, "{}", help.text);
    let mut lines = help.text.lines().skip(1);
    let first = lines.next().unwrap_or_default();
    let first = first.strip_prefix(&format!("{action}:")).unwrap_or_default().trim();
    // A long query stands below.
    let rest = lines.take_while(|line| line.starts_with(' ')).map(str::trim);
    let takes: Vec<&str> = [first].into_iter().chain(rest).filter(|it| !it.is_empty()).collect();
    let takes = takes.join(" ");
    if takes.is_empty() { "nothing".to_owned() } else { format!("`{}`", takes.replace('|', "\\|")) }
}

const USUAL: [&str; 11] = [
    "list",
    "get",
    "create",
    "update",
    "replace",
    "delete",
    "bulk_create",
    "bulk_update",
    "bulk_replace",
    "bulk_delete",
    "ensure",
];

const BEGIN: &str =
    "<!-- The table is written by crates/netbox-adapter/tests/it/actions/page.rs. -->";
const END: &str = "<!-- The end of the table. -->";
