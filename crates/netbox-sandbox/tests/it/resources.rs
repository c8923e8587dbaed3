//! The table as a whole.

use std::collections::BTreeSet;

use netbox_sandbox::{Sandbox, covered};
use serde_json::Value;

use crate::client::{get, seeded};

#[test]
fn every_resource_is_listed_and_is_empty_at_first() {
    let sandbox = Sandbox::new();
    for resource in covered().into_iter().filter(|resource| resource.reads) {
        let list = get(&sandbox, &format!("/api/{}/", resource.path));
        let users = resource.path == "users/users";
        assert_eq!(list["count"], u64::from(users), "{}", resource.path);
    }
}

#[test]
fn the_roots_name_every_resource() {
    let sandbox = Sandbox::new();
    let roots = get(&sandbox, "/api/");
    let mut named = BTreeSet::new();
    for app in roots.as_object().unwrap().keys().filter(|app| *app != "status") {
        let root = get(&sandbox, &format!("/api/{app}/"));
        named.extend(root.as_object().unwrap().keys().map(|name| format!("{app}/{name}")));
    }
    for resource in covered() {
        let top = resource.path.splitn(3, '/').take(2).collect::<Vec<_>>().join("/");
        assert!(named.contains(&top), "{}", resource.path);
    }
}

#[test]
fn what_is_shown_can_be_sent_back() {
    let sandbox = seeded();
    for path in ["dcim/regions", "dcim/manufacturers", "dcim/interfaces", "ipam/vlans", "ipam/vrfs"]
    {
        let url = format!("/api/{path}/1/");
        let shown = get(&sandbox, &url);
        // References are taken as they are shown; choices are not, as in NetBox.
        let body: Value = shown
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| {
                let value = value.get("value").cloned().unwrap_or_else(|| value.clone());
                let value = value.get("id").cloned().unwrap_or(value);
                (name.clone(), value)
            })
            .collect();
        let again = crate::client::expect(&sandbox, 200, &http::Method::PUT, &url, &body);
        assert_eq!(without_stamp(again), without_stamp(shown), "{path}");
    }
}

fn without_stamp(mut object: Value) -> Value {
    object.as_object_mut().unwrap().remove("last_updated");
    object
}
