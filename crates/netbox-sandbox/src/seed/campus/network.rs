//! VLANs, prefixes, addresses and cables.

use serde_json::{Value, json};

use super::Interfaces;
use super::devices::Device;
use super::places::named;

pub(super) fn rows() -> Vec<(&'static str, Value)> {
    vec![
        (
            "ipam/vrfs",
            json!([{"name": "Production", "rd": "65000:10"}, {"name": "Guest", "rd": "65000:20"}]),
        ),
        ("ipam/rirs", json!([{"name": "RFC 1918", "slug": "rfc-1918", "is_private": true}])),
        ("ipam/aggregates", json!([{"prefix": "10.0.0.0/8", "rir": {"slug": "rfc-1918"}}])),
        ("ipam/roles", named(&["Management", "Servers", "Guest"])),
        (
            "ipam/vlan-groups",
            json!([{
                "name": "Amsterdam Tenants", "slug": "amsterdam-tenants",
                "scope_type": "dcim.site", "scope_id": 1, "vid_ranges": [[100, 199]],
            }]),
        ),
        ("ipam/vlans", vlans()),
        ("ipam/prefixes", prefixes()),
    ]
}

/// The same three in each site, and those of the group.
fn vlans() -> Value {
    let mut vlans = Vec::new();
    for site in ["amsterdam", "berlin", "copenhagen"] {
        for (vid, name) in [(10, "Management"), (20, "Servers"), (30, "Guest")] {
            vlans.push(json!({ "vid": vid, "name": name, "site": {"slug": site} }));
        }
    }
    for (vid, name) in [(100, "Harbour"), (101, "Nordic"), (103, "Ferry")] {
        vlans.push(json!({
            "vid": vid, "name": name, "group": {"slug": "amsterdam-tenants"},
        }));
    }
    Value::Array(vlans)
}

fn prefixes() -> Value {
    let prefix = |prefix: &str, site: u64, role: &str, status: &str| {
        json!({
            "prefix": prefix, "scope_type": "dcim.site", "scope_id": site, "role": {"slug": role},
            "status": status,
        })
    };
    json!([
        {"prefix": "10.20.0.0/16", "status": "container", "description": "All sites"},
        prefix("10.20.0.0/24", 1, "management", "active"),
        prefix("10.20.1.0/24", 2, "management", "active"),
        prefix("10.20.2.0/24", 3, "management", "reserved"),
        prefix("10.20.10.0/24", 1, "servers", "active"),
        prefix("10.20.11.0/24", 2, "servers", "active"),
        {"prefix": "10.60.0.0/16", "vrf": {"name": "Production"}, "status": "container"},
        {"prefix": "10.60.1.0/24", "vrf": {"name": "Production"}, "description": "Orders"},
        {"prefix": "10.60.2.0/24", "vrf": {"name": "Production"}, "description": "Billing"},
        {
            "prefix": "172.20.0.0/24", "vrf": {"name": "Guest"}, "role": {"slug": "guest"},
            "scope_type": "dcim.site", "scope_id": 1,
        },
    ])
}

/// The address of a device, on its first interface.
pub(super) fn address(device: &Device, interfaces: &Interfaces) -> Value {
    let site = match device.site {
        "Amsterdam" => 0,
        "Berlin" => 1,
        _ => 2,
    };
    let (subnet, interface) =
        if device.is_server() { (10 + site, "eno1") } else { (site, "mgmt0") };
    json!({
        "address": format!("10.20.{subnet}.{}/24", device.host),
        "dns_name": format!("{}.{}.example.net", device.name, device.site.to_lowercase()),
        "assigned_object_type": "dcim.interface",
        "assigned_object_id": find(interfaces, device.site, &device.name, interface),
    })
}

/// Eight leaves to two spines, three servers to leaves, and the router to the firewall.
pub(super) fn cables(interfaces: &Interfaces) -> Value {
    let mut cables = Vec::new();
    let mut connect = |label: String, a: (String, &str), b: (String, String)| {
        let end = |device: &str, name: &str| {
            let id = find(interfaces, "Amsterdam", device, name);
            json!([{ "object_type": "dcim.interface", "object_id": id }])
        };
        cables.push(json!({
            "type": "smf", "label": label,
            "a_terminations": end(&a.0, a.1), "b_terminations": end(&b.0, &b.1),
        }));
    };
    for number in 1..=8 {
        for (spine, port) in [(1, "Eth1/49"), (2, "Eth1/50")] {
            let leaf = (format!("ams-leaf-{number:02}"), port);
            let spine_port = (format!("ams-spine-{spine:02}"), format!("Eth1/{number}"));
            connect(format!("AMS-L{number:02}-S{spine:02}"), leaf, spine_port);
        }
    }
    for (number, leaf, port) in [(1, 3, 1), (2, 3, 2), (3, 4, 1)] {
        let server = (format!("ams-srv-{number:02}"), "eno1");
        let leaf = (format!("ams-leaf-{leaf:02}"), format!("Eth1/{port}"));
        connect(format!("AMS-SRV{number:02}"), server, leaf);
    }
    let firewall = ("ams-fw-01".to_owned(), "lan");
    connect("AMS-FW-RTR".to_owned(), firewall, ("ams-rtr-01".to_owned(), "xe-0".to_owned()));
    Value::Array(cables)
}

/// The id of an interface; null, which is refused, where there is none.
fn find(interfaces: &Interfaces, site: &str, device: &str, name: &str) -> Option<u64> {
    let key = (site.to_owned(), device.to_owned(), name.to_owned());
    interfaces.get(&key).copied()
}
