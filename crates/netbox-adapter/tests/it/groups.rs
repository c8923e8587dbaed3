//! The groups: the published reference design's lists, and where everything else lands.

use std::collections::BTreeSet;

use dispatch_core::compile::compile;
use dispatch_core::policy::Policy;
use dispatch_core::{Catalog, Document};
use netbox_adapter::{policy, reference_groups};
use serde_json::{Value, json};

use crate::documents;

/// The lists of the reference configuration, verbatim.
const REFERENCE: &str = include_str!("fixtures/reference-groups.json");

/// The shorter lists of the published walkthrough, verbatim.
const WALKTHROUGH: &str = include_str!("fixtures/walkthrough-groups.json");

/// What the reference configuration names and no NetBox has.
const UNKNOWN: [&str; 4] = ["configrevision", "managedfile", "autosyncrecord", "background"];

const TEN: [&str; 10] = [
    "dcim",
    "ipam",
    "circuits",
    "tenancy",
    "virtualization",
    "vpn",
    "wireless",
    "extras",
    "users",
    "core",
];

fn with_groups(lists: &str) -> Policy {
    let mut policy = policy().expect("the policy");
    policy.groups = reference_groups(lists).unwrap_or_else(|error| panic!("failed to {error}"));
    policy
}

fn compiled(bytes: &[u8], policy: &Policy) -> Catalog {
    let compiled = Document::parse(bytes).and_then(|document| compile(&document, policy));
    compiled.unwrap_or_else(|error| panic!("failed to {error}")).catalog
}

fn group_of<'a>(catalog: &'a Catalog, resource: &str) -> &'a str {
    let found = catalog.resources().iter().find(|known| known.name == resource);
    let found = found.unwrap_or_else(|| panic!("no resource {resource}"));
    &catalog.group(found.group).name
}

/// Every resource that a list names is in the group of that list.
#[track_caller]
fn check_lists(lists: &str) {
    let Some(document) = documents::newest() else { return };
    let catalog = compiled(&document.bytes, &with_groups(lists));
    let lists: Value = serde_json::from_str(lists).expect("a fixture");
    for (group, entries) in lists.as_object().expect("groups") {
        let id = catalog.group_named(group).unwrap_or_else(|| panic!("no group {group}"));
        for entry in entries.as_array().expect("entries").iter().filter_map(Value::as_str) {
            match catalog.resource_spelled(entry, Some(id)) {
                Some(found) => assert_eq!(catalog.resource(found).group, id, "{entry}"),
                None => assert!(UNKNOWN.contains(&entry), "{group}: {entry} is no resource"),
            }
        }
    }
    let groups: BTreeSet<&str> = catalog.groups().iter().map(|it| it.name.as_str()).collect();
    assert_eq!(groups, BTreeSet::from(TEN));
    assert_eq!(group_of(&catalog, "status"), "core");
    assert_eq!(group_of(&catalog, "authenticationcheck"), "core");
}

#[test]
fn the_reference_lists_load_verbatim() {
    check_lists(REFERENCE);
    check_lists(WALKTHROUGH);
}

#[test]
fn what_no_list_names_lands_where_its_path_says() {
    let Some(document) = documents::newest() else { return };
    let catalog = compiled(&document.bytes, &with_groups(WALKTHROUGH));
    for (resource, group) in [
        ("modulebaytype", "dcim"),
        ("coolingfeed", "dcim"),
        ("coolingintake", "dcim"),
        ("coolingintaketemplate", "dcim"),
        ("coolingoutflow", "dcim"),
        ("coolingoutflowtemplate", "dcim"),
        ("coolingsource", "dcim"),
        ("macaddress", "dcim"),
        ("tag", "extras"),
        ("tableconfig", "extras"),
        ("datasource", "core"),
    ] {
        assert_eq!(group_of(&catalog, resource), group, "{resource}");
    }
}

#[test]
fn our_own_groups_are_the_ten_in_every_release() {
    for (_, release) in documents::RELEASES {
        let Some(document) = documents::compiled(release) else { return };
        let catalog = &document.catalog;
        let groups = catalog.groups().iter().map(|group| group.name.as_str());
        let groups: Vec<&str> = groups.filter(|group| *group != "plugins").collect();
        assert_eq!(groups, TEN, "{release}");
        assert_eq!(group_of(catalog, "status"), "core");
        assert!(catalog.resources().iter().all(|resource| resource.name != "schema"));
        assert_eq!(catalog.parts().hidden, ["GET /api/schema/"]);
    }
}

/// The document of NetBox 4.4 at hand was made with plugins installed.
#[test]
fn the_paths_of_real_plugins_are_one_group() {
    let Some(document) = documents::compiled("4.4.10") else { return };
    let catalog = &document.catalog;
    let mut n_operations = 0;
    for operation in catalog.operations() {
        let is_plugin = operation.path.starts_with("/api/plugins/");
        n_operations += usize::from(is_plugin);
        let place = catalog.operations().iter().position(|known| known.name == operation.name);
        let id = dispatch_core::catalog::OperationId(place.expect("it is there") as u32);
        for (resource, _) in catalog.faces(id) {
            let group = &catalog.group(resource.group).name;
            assert_eq!(group == "plugins", is_plugin, "{}", operation.path);
        }
    }
    assert!(n_operations > 0, "this document has plugins");
}

#[test]
fn a_plugin_that_nobody_heard_of_is_in_the_group_of_plugins() {
    let Some(document) = documents::newest() else { return };
    let mut json = document.json();
    json["components"]["schemas"]["Bar"] = json!({
        "type": "object",
        "properties": {"id": {"type": "integer", "readOnly": true}, "name": {"type": "string"}},
        "required": ["name"],
    });
    let bar = json!({"$ref": "#/components/schemas/Bar"});
    let content = |schema: &Value| json!({"application/json": {"schema": schema}});
    let list = json!({"type": "array", "items": bar});
    let id = json!({"in": "path", "name": "id", "schema": {"type": "integer"}, "required": true});
    json["paths"]["/api/plugins/foo/bars/"] = json!({
        "get": {
            "operationId": "plugins_foo_bars_list",
            "responses": {"200": {"description": "", "content": content(&list)}},
        },
        "post": {
            "operationId": "plugins_foo_bars_create",
            "requestBody": {"content": content(&bar), "required": true},
            "responses": {"201": {"description": "", "content": content(&bar)}},
        },
    });
    json["paths"]["/api/plugins/foo/bars/{id}/"] = json!({
        "get": {
            "operationId": "plugins_foo_bars_retrieve",
            "parameters": [id],
            "responses": {"200": {"description": "", "content": content(&bar)}},
        },
    });
    let bytes = serde_json::to_vec(&json).expect("JSON");
    let catalog = compiled(&bytes, &policy().expect("the policy"));
    assert_eq!(group_of(&catalog, "bar"), "plugins");
    let listing = catalog.listing();
    let lines: Vec<&str> = listing.lines().filter(|line| line.starts_with("plugins ")).collect();
    assert_eq!(
        lines,
        [
            "plugins bar list\tread\tGET /api/plugins/foo/bars/",
            "plugins bar get\tread\tGET /api/plugins/foo/bars/{id}/",
            "plugins bar create\twrite\tPOST /api/plugins/foo/bars/",
        ]
    );
}

/// A policy that does not fit the document is refused in these words.
#[track_caller]
fn check_refused(change: impl FnOnce(&mut Policy), expected: &str) {
    let Some(document) = documents::newest() else { return };
    let mut policy = policy().expect("the policy");
    change(&mut policy);
    let document = Document::parse(&document.bytes).expect("a document");
    let error = compile(&document, &policy).expect_err("it fits nothing").to_string();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn an_entry_that_matches_nothing_is_refused_with_a_suggestion() {
    check_refused(
        |policy| policy.groups["dcim"].push("devicetyp".to_owned()),
        r#"groups.dcim: "devicetyp" matches no resource of this document; did you mean "devicetype""#,
    );
    check_refused(
        |policy| policy.groups["ipam"].push("region".to_owned()),
        r#"groups.ipam: "region" is already in group dcim"#,
    );
    check_refused(
        |policy| {
            policy.names.insert("/api/dcim/connected-devices".to_owned(), "x".to_owned());
        },
        r#"names: no path "/api/dcim/connected-devices"; did you mean "/api/dcim/connected-device/""#,
    );
    check_refused(
        |policy| {
            policy.columns.insert("prefixx".to_owned(), vec!["id".to_owned()]);
        },
        r#"columns: "prefixx" matches no resource; did you mean "prefix""#,
    );
    check_refused(
        |policy| policy.secrets.push("webhok.secret".to_owned()),
        r#"secrets: "webhok" matches no resource; did you mean "webhook""#,
    );
    check_refused(
        |policy| policy.secrets.push("webhook.secrets".to_owned()),
        r#"secrets: no answer of webhook has a field "secrets" (webhook.secrets)"#,
    );
    check_refused(
        |policy| policy.tiers[0].on.push("POST /api/extras/webhook".parse().expect("a selector")),
        r#"tiers: POST /api/extras/webhook matches no operation of this document; did you mean "/api/extras/webhooks/""#,
    );
}
