//! The document of a real plugin: `netbox-bgp` 0.20.2 beside NetBox 4.7, as it was served. To be
//! small, the fixture holds the plugin's part alone, without lookups and multipart bodies.

use dispatch_core::access::Access;
use dispatch_core::help::{HelpRequest, help};
use dispatch_core::{Catalog, Tier};
use serde_json::Value;

use crate::documents::{Compiled, newest};

const PLUGIN: &str = include_str!("fixtures/netbox-bgp-0.20.2.json");

/// NetBox 4.7 with the plugin, where its document is at hand.
fn with_plugin() -> Option<Compiled> {
    let mut document = newest()?.json();
    let plugin: Value = serde_json::from_str(PLUGIN).expect("the fixture is JSON");
    for place in ["/paths", "/components/schemas"] {
        let added = plugin.pointer(place).and_then(Value::as_object).expect("an object").clone();
        let known = document.pointer_mut(place).and_then(Value::as_object_mut).expect("an object");
        for (name, value) in added {
            known.entry(name).or_insert(value);
        }
    }
    Some(Compiled::new(document.to_string().into_bytes()))
}

fn resources<'a>(catalog: &'a Catalog, group: &str) -> Vec<&'a str> {
    let group = catalog.groups().iter().find(|it| it.name == group).expect("there is such a group");
    let names = group.resources.iter().map(|id| catalog.resource(*id).name.as_str());
    names.collect()
}

#[test]
fn a_plugin_takes_no_name_of_netbox() {
    let Some(compiled) = with_plugin() else { return };
    let mut names = resources(&compiled.catalog, "plugins");
    names.sort_unstable();
    // Two of its resources can be reached at two addresses each; both have a name.
    assert_eq!(
        names,
        [
            "aspath",
            "aspathlistrule",
            "bgppeergroup",
            "bgpsession",
            "community",
            "communitylist",
            "communitylistrule",
            "peergroup",
            "prefixlist",
            "prefixlistrule",
            "routingpolicy",
            "routingpolicyrule",
            "session",
        ]
    );
    let plain = newest().expect("it was there before");
    for group in plain.catalog.groups() {
        let before = resources(&plain.catalog, &group.name);
        assert_eq!(resources(&compiled.catalog, &group.name), before);
    }
    let n_of_plugin = 117;
    let (before, after) = (plain.catalog.operations().len(), compiled.catalog.operations().len());
    assert_eq!(after, before + n_of_plugin);
}

#[test]
fn what_a_plugin_refers_to_in_netbox_is_referred_to() {
    let Some(compiled) = with_plugin() else { return };
    let mut request = HelpRequest::default();
    request.resources.push("bgpsession.create".to_owned());
    let help = help(&compiled.catalog, Access::up_to(Tier::Write), &request);
    for part in ["local_as!->asn", "remote_address->ipaddress?", "peer_group->bgppeergroup?"] {
        assert!(help.text.contains(part), "no {part}: {}", help.text);
    }
}
