//! Allocation: one object or several, with the fields of what is made, and a limit to what is
//! shown.

use serde_json::{Value, json};

use crate::netbox::{ADMIN, NetBox, with_netbox};

/// A prefix of documentation space that no other test uses (RFC 5737 has too little of it).
async fn prefix(netbox: &NetBox, third: usize) -> i64 {
    let vrf = netbox.make("/api/ipam/vrfs/", json!({"name": netbox.name})).await;
    let prefix = json!({"prefix": format!("198.18.{third}.0/24"), "vrf": vrf});
    netbox.make("/api/ipam/prefixes/", prefix).await
}

fn keep(netbox: &NetBox, path: &str, made: &Value) {
    let rows = made.as_array().map_or_else(|| std::slice::from_ref(made), Vec::as_slice);
    for row in rows {
        netbox.keep(path, row["id"].as_i64().expect("an id"));
    }
}

#[tokio::test]
async fn addresses_are_allocated_one_or_many() {
    with_netbox(|netbox| async move {
        let id = prefix(&netbox, 7).await;
        for token in ADMIN {
            let client = netbox.client(token).await;
            let dns_name = "leaf-1.example.com";
            let params = json!({"id": id, "dns_name": dns_name, "status": "reserved"});
            let one = client.ask("ipam", "prefix", "allocate-ips", params).await;
            keep(&netbox, "/api/ipam/ip-addresses/", &one);
            assert_eq!(one["dns_name"], dns_name, "{one}");
            assert_eq!(one["status"]["value"], "reserved");
            let bare = client.ask("ipam", "prefix", "allocate-ips", json!({"id": id})).await;
            keep(&netbox, "/api/ipam/ip-addresses/", &bare);
            let items = json!({"id": id, "items": [{}, {"description": "second"}]});
            let many = client.ask("ipam", "prefix", "bulk_allocate-ips", items).await;
            keep(&netbox, "/api/ipam/ip-addresses/", &many);
            assert_eq!(many.as_array().map(Vec::len), Some(2), "{many}");
            assert_eq!(many[1]["description"], "second");
        }
    })
    .await;
}

#[tokio::test]
async fn prefixes_are_allocated_one_or_many() {
    with_netbox(|netbox| async move {
        let id = prefix(&netbox, 8).await;
        for token in ADMIN {
            let client = netbox.client(token).await;
            let params = json!({"id": id, "prefix_length": 28, "description": "one"});
            let one = client.ask("ipam", "prefix", "allocate-prefixes", params).await;
            keep(&netbox, "/api/ipam/prefixes/", &one);
            assert_eq!(one["description"], "one", "{one}");
            let items = json!({"id": id, "items": [{"prefix_length": 30}, {"prefix_length": 29}]});
            let many = client.ask("ipam", "prefix", "bulk_allocate-prefixes", items).await;
            keep(&netbox, "/api/ipam/prefixes/", &many);
            assert_eq!(many.as_array().map(Vec::len), Some(2), "{many}");
        }
    })
    .await;
}

#[tokio::test]
async fn vlans_and_asns_are_allocated_one_or_many() {
    with_netbox(|netbox| async move {
        let name = netbox.name.clone();
        let group = json!({"name": name, "slug": name});
        let group = netbox.make("/api/ipam/vlan-groups/", group).await;
        let rir = netbox.make("/api/ipam/rirs/", json!({"name": name, "slug": name})).await;
        let start = 4_200_000_000_u64 + u64::from(std::process::id()) * 100;
        let range =
            json!({"name": name, "slug": name, "rir": rir, "start": start, "end": start + 50});
        let range = netbox.make("/api/ipam/asn-ranges/", range).await;
        for token in ADMIN {
            let client = netbox.client(token).await;
            let vlan = |n: u32| json!({"name": format!("{token}-{n}")});
            let params = json!({"id": group, "name": format!("{token}-0")});
            let one = client.ask("ipam", "vlangroup", "allocate-vlans", params).await;
            keep(&netbox, "/api/ipam/vlans/", &one);
            assert_eq!(one["name"], format!("{token}-0"), "{one}");
            let items = json!({"id": group, "items": [vlan(1), vlan(2)]});
            let many = client.ask("ipam", "vlangroup", "bulk_allocate-vlans", items).await;
            keep(&netbox, "/api/ipam/vlans/", &many);
            assert_eq!(many.as_array().map(Vec::len), Some(2), "{many}");
            let params = json!({"id": range, "description": "x"});
            let one = client.ask("ipam", "asnrange", "allocate-asns", params).await;
            keep(&netbox, "/api/ipam/asns/", &one);
            assert_eq!(one["description"], "x", "{one}");
            let items = json!({"id": range, "items": [{}, {}]});
            let many = client.ask("ipam", "asnrange", "bulk_allocate-asns", items).await;
            keep(&netbox, "/api/ipam/asns/", &many);
            assert_eq!(many.as_array().map(Vec::len), Some(2), "{many}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_available_takes_a_limit() {
    with_netbox(|netbox| async move {
        let id = prefix(&netbox, 9).await;
        let group = json!({"name": netbox.name, "slug": netbox.name});
        let group = netbox.make("/api/ipam/vlan-groups/", group).await;
        for token in ADMIN {
            let client = netbox.client(token).await;
            for (resource, action, id) in
                [("prefix", "available-ips", id), ("vlangroup", "available-vlans", group)]
            {
                let params = json!({"id": id, "limit": 3});
                let rows = client.ask("ipam", resource, action, params).await;
                assert_eq!(rows.as_array().map(Vec::len), Some(3), "{action}: {rows}");
            }
        }
    })
    .await;
}
