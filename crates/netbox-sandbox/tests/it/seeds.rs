//! The networks to start with.

use netbox_sandbox::{Sandbox, seed};
use serde_json::json;

use crate::client::{create, get};

#[test]
fn each_network_holds_what_it_says() {
    let campus = Sandbox::new();
    seed::campus(&campus).unwrap();
    let walkthrough = Sandbox::new();
    seed::walkthrough(&walkthrough).unwrap();
    for (sandbox, path, expected) in [
        (&campus, "dcim/devices", 84),
        (&campus, "dcim/racks", 18),
        (&campus, "dcim/cables", 20),
        (&walkthrough, "dcim/devices", 16),
        (&walkthrough, "ipam/prefixes", 19),
        (&walkthrough, "ipam/ip-addresses", 9),
    ] {
        let list = get(sandbox, &format!("/api/{path}/?limit=1"));
        assert_eq!(list["count"], expected, "{path}");
    }
}

#[test]
fn a_fork_goes_its_own_way() {
    let sandbox = Sandbox::new();
    seed::small(&sandbox).unwrap();
    let fork = sandbox.fork();
    create(&fork, "dcim/regions", &json!({"name": "East", "slug": "east"}));
    assert_eq!(get(&fork, "/api/dcim/regions/")["count"], 3);
    assert_eq!(get(&sandbox, "/api/dcim/regions/")["count"], 2);
}
