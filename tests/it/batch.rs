//! Batches on the sandbox: what an agent sends in one call, and what becomes of it.

use netbox_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::names::traced::Traced;

/// What devices need, in an empty NetBox.
fn groundwork() -> Value {
    json!({"steps": [
        {"resource": "site", "action": "create", "params": {"name": "Ams", "slug": "ams"}, "as": "site"},
        {"resource": "manufacturer", "action": "create", "params": {"name": "Maker", "slug": "maker"}},
        {"resource": "devicetype", "action": "create", "as": "type",
            "params": {"manufacturer": "$2.id", "model": "M1", "slug": "m1"}},
        {"resource": "devicerole", "action": "create", "params": {"name": "Leaf", "slug": "leaf"}},
        {"resource": "device", "action": "create", "each": [["name"], ["leaf-01"], ["leaf-02"]],
            "params": {"site": "$site.id", "device_type": "$type", "role": {"slug": "$4.slug"}}},
        {"resource": "interface", "action": "create", "params": {"device": "$each", "name": "lo0", "type": "virtual"},
            "each": "$5[*].id"},
    ]})
}

/// An empty sandbox, on which the groundwork is done.
fn prepared() -> Traced {
    let traced = Traced::new(Sandbox::new());
    let (text, is_error) = traced.call("batch", &groundwork());
    assert!(!is_error, "{text}");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 6, "{text}");
    assert!(lines[0].starts_with("1: created site ") && lines[0].contains("Ams"), "{text}");
    assert!(lines[4].starts_with("5: created 2 devices: "), "{text}");
    assert!(lines[5].starts_with("6: created 2 interfaces: "), "{text}");
    assert_eq!(traced.sent().len(), 6);
    traced
}

#[test]
fn a_batch_provisions_what_it_refers_to() {
    let traced = prepared();
    // The four steps of a provision, the last of which changes what the first made.
    let provision = json!({"steps": [
        {"resource": "device", "action": "create", "as": "leaf", "params": {"name": "leaf-03",
            "site": {"slug": "ams"}, "device_type": {"model": "M1"}, "role": {"slug": "leaf"}}},
        {"resource": "interface", "action": "create",
            "params": {"device": "$leaf.id", "name": "lo0", "type": "virtual"}},
        {"resource": "ipaddress", "action": "create", "params": {"address": "192.0.2.3/32",
            "assigned_object_type": "dcim.interface", "assigned_object_id": "$2.id"}},
        {"resource": "device", "action": "update", "params": {"id": "$leaf", "primary_ip4": "$3"}},
    ]});
    let (text, is_error) = traced.call("batch", &provision);
    assert!(!is_error && text.contains("primary_ip4="), "{text}");
    assert_eq!(traced.sent().len(), 4);
}

#[test]
fn steps_of_one_kind_may_name_what_the_steps_before_them_make() {
    let traced = Traced::new(Sandbox::new());
    let regions = json!({"steps": [
        {"resource": "region", "action": "create", "params": {"name": "North", "slug": "north"}},
        {"resource": "region", "action": "create",
            "params": {"name": "Harbour", "slug": "harbour", "parent": {"slug": "north"}}},
    ]});
    let (text, is_error) = traced.call("batch", &regions);
    assert!(!is_error, "{text}");
    assert!(text.contains("1: created region ") && text.contains("2: created region "), "{text}");
    let (text, _) = traced.call("dcim", &json!({"resource": "region", "action": "list"}));
    assert!(text.contains("Harbour\tharbour\tNorth"), "{text}");
}

#[test]
fn a_batch_that_fails_is_undone() {
    let traced = prepared();
    // A row that the API refuses, in a request that is done whole or not at all; and what went
    // before is taken back.
    let refused = json!({"on_error": "undo", "steps": [
        {"resource": "device", "action": "list", "params": {"name": "leaf-01"}},
        {"resource": "device", "action": "update", "params": {"id": "$1[0].id", "serial": "X"}},
        {"resource": "vlan", "action": "create", "params": {"name": "users", "vid": 10}},
        {"resource": "interface", "action": "create", "params": {"device": "$1[0].id", "type": "virtual"},
            "each": [{"name": "lo1"}, {"name": "lo0"}]},
        {"resource": "vlan", "action": "create", "params": {"name": "never", "vid": 11}},
    ]});
    let (said, is_error) = traced.call("batch", &refused);
    assert!(is_error, "{said}");
    assert!(said.starts_with("3 of 5 steps done; what was written is undone\n"), "{said}");
    assert!(said.contains("row 2 (lo0): "), "{said}");
    assert!(said.contains("nothing of this request was written"), "{said}");
    assert!(said.ends_with("5 vlan create: not run"), "{said}");
    let left = json!({"steps": [
        {"resource": "vlan", "action": "list"},
        {"resource": "interface", "action": "list", "params": {"name": "lo1"}},
        {"resource": "device", "action": "list", "params": {"serial": "X"}},
    ]});
    let (text, is_error) = traced.call("batch", &left);
    assert!(!is_error, "{text}");
    for line in ["1 vlan list: 0 ", "2 interface list: 0 ", "3 device list: 0 "] {
        assert!(text.contains(line), "{text}");
    }
}
