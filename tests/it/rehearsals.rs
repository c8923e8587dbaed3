//! Writes that are only told of, on the sandbox: what is read, and what an agent is told.

use serde_json::{Value, json};

use crate::names::traced::Traced;

/// Makes a call without writing; compares what was told, and how much was read for it.
#[track_caller]
fn check(resource: &str, action: &str, params: &Value, n_reads: usize, text: &str, is_error: bool) {
    let traced = Traced::small();
    let arguments = json!({"resource": resource, "action": action, "params": params,
        "options": {"dry_run": true}});
    let (told, is_told_as_error) = traced.call("dcim", &arguments);
    // The time of the last change is another one each time.
    let told: Vec<&str> = told.lines().filter(|line| !line.starts_with("if_match: ")).collect();
    let answer = (told.join("\n"), is_told_as_error);
    let sent = traced.sent();
    assert!(sent.iter().all(|line| line.starts_with("GET ")), "{sent:#?}");
    assert_eq!(sent.len(), n_reads, "{sent:#?}");
    assert_eq!(answer, (text.to_owned(), is_error));
}

#[test]
fn names_are_looked_up_and_the_present_object_is_compared() {
    check(
        "device",
        "update",
        &json!({"id": "ham-sw-01", "status": "offline", "site": "Munich"}),
        2,
        "would update device 2 ham-sw-01\nstatus: active -> offline\nsite: Hamburg -> Munich (2)",
        false,
    );
    check(
        "device",
        "create",
        &json!({"name": "ham-sw-01", "site": "hamburg", "role": "router",
            "device_type": {"manufacturer": "Acme", "model": "R100"}}),
        // One of them for the custom fields that may be required.
        7,
        "would create device ham-sw-01 (site=hamburg (1) role=router (1) device_type=R100 (1)); but \
         there is 2 ham-sw-01",
        false,
    );
    check(
        "device",
        "create",
        &json!({"name": "x", "site": "hamburk", "role": "router", "device_type": 1}),
        6,
        "device create not done:\nsite: no site \"hamburk\" by slug or name; did you mean hamburg (1)?",
        true,
    );
    check(
        "device",
        "bulk_update",
        &json!({"items": [{"id": "ham-sw-01", "status": "offline"}, {"id": 1, "status": "offline"},
            {"id": 3, "status": "active"}, {"id": 99, "status": "active"}]}),
        2,
        "would update 4 devices\n2 ham-sw-01, 1 ham-rtr-01: status: active -> offline\n\
         3 ham-fw-01: nothing\nnot there: 99",
        true,
    );
    check(
        "site",
        "delete",
        &json!({"id": "hamburg"}),
        2,
        "would delete site 1 Hamburg (device_count=3 prefix_count=1 rack_count=1 vlan_count=2)",
        false,
    );
    check(
        "site",
        "ensure",
        &json!({"slug": "hamburg", "name": "Hamburg", "status": "planned"}),
        1,
        "would update site 1 Hamburg\nstatus: active -> planned",
        false,
    );
    check(
        "site",
        "ensure",
        &json!({"slug": "hamburg", "name": "Hamburg"}),
        1,
        "unchanged site 1 Hamburg",
        false,
    );
    check(
        "site",
        "ensure",
        &json!({"slug": "kiel", "name": "Kiel"}),
        2,
        "would create site Kiel",
        false,
    );
    check(
        "device",
        "bulk_delete",
        &json!({"items": [{"id": 1}, {"id": "ham-sw-01"}]}),
        2,
        "would delete 2 devices: 1 ham-rtr-01 (interface_count=2), 2 ham-sw-01 (interface_count=3)",
        false,
    );
}

#[test]
fn a_whole_build_is_told_before_it_is_done() {
    let traced = Traced::small();
    let steps = json!([
        {"resource": "site", "action": "create", "as": "site", "params": {"name": "Kiel", "slug": "kiel"}},
        {"resource": "device", "action": "create", "each": [["name"], ["kiel-01"], ["kiel-02"]],
            "params": {"site": "$site.id", "device_type": "R100", "role": "router"}},
        {"resource": "interface", "action": "create", "each": "$2[*].id",
            "params": {"device": "$each", "name": "lo0", "type": "virtual"}},
        {"resource": "device", "action": "update", "params": {"id": "kiel-01", "comments": "x"}},
        {"resource": "site", "action": "ensure", "as": "ham", "params": {"slug": "hamburg", "name": "Hamburg"}},
        {"resource": "vlan", "action": "create", "params": {"vid": 7, "name": "Guest", "site": "$ham.id"}},
    ]);
    let (text, is_error) = traced.call("batch", &json!({"steps": steps, "dry_run": true}));
    let sent = traced.sent();
    assert!(sent.iter().all(|line| line.starts_with("GET ")), "{sent:#?}");
    assert_eq!(
        (text.as_str(), is_error),
        (
            "dry run: nothing was written\n\
         1: would create site Kiel\n\
         2: would create 2 devices: kiel-01, kiel-02\nsite=$site.id device_type=R100 (1) role=router (1)\n\
         3: would create interface for each of $2[*].id, which are not known before it is done\n\
         4: would update device if an earlier step makes what it names\n\
         id: no device \"kiel-01\" by name\n\
         5: unchanged site 1 Hamburg\n\
         6: would create vlan Guest",
            false
        )
    );
}

#[test]
fn a_bulk_delete_names_what_it_is_about_before_it_is_done() {
    let traced = Traced::small();
    let delete = |options: Value| {
        let items =
            json!([{"id": 1}, {"id": "ham-sw-01"}, {"id": 3}, {"id": 4}, {"id": 5}, {"id": 6}]);
        let arguments = json!({"resource": "device", "action": "bulk_delete",
            "params": {"items": items}, "options": options});
        traced.call("dcim", &arguments)
    };
    let (text, is_error) = delete(json!({}));
    assert_eq!(
        (text.as_str(), is_error),
        (
            "device bulk_delete not sent: it is about 6 devices: 1 ham-rtr-01, 2 ham-sw-01, \
         3 ham-fw-01, 4 muc-rtr-01, 5 muc-sw-01 and 1 more; if that is meant, send options \
         {\"expect\":6}",
            true
        )
    );
    assert!(traced.sent().iter().all(|line| line.starts_with("GET ")));
    let (text, is_error) = delete(json!({"expect": 6}));
    assert!(!is_error && text.starts_with("deleted 6 devices"), "{text}");
}
