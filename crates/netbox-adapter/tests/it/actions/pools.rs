//! What is free in prefixes, ranges of addresses and of AS numbers, and taking it.

use serde_json::{Value, json};

use crate::netbox::{ADMIN, with_netbox};

#[tokio::test]
async fn what_is_free_of_a_prefix_is_listed_as_prefixes() {
    with_netbox(|netbox| async move {
        let vrf = netbox.make("/api/ipam/vrfs/", json!({"name": netbox.name})).await;
        for prefix in ["198.18.40.0/24", "198.18.40.0/26"] {
            netbox.make("/api/ipam/prefixes/", json!({"prefix": prefix, "vrf": vrf})).await;
        }
        let client = netbox.client(ADMIN[1]).await;
        let of = json!({"id": {"prefix": "198.18.40.0/24", "vrf": netbox.name}});
        let free = client.ask("ipam", "prefix", "available-prefixes", of).await;
        let free: Vec<&Value> =
            free.as_array().expect("a list").iter().map(|it| &it["prefix"]).collect();
        assert_eq!(free, ["198.18.40.64/26", "198.18.40.128/25"]);
    })
    .await;
}

#[tokio::test]
async fn addresses_of_a_range_are_listed_and_taken() {
    with_netbox(|netbox| async move {
        let vrf = netbox.make("/api/ipam/vrfs/", json!({"name": netbox.name})).await;
        let (start, end) = ("198.18.41.10/24", "198.18.41.14/24");
        let range = json!({"start_address": start, "end_address": end, "vrf": vrf});
        let id = netbox.make("/api/ipam/ip-ranges/", range).await;
        let client = netbox.client(ADMIN[1]).await;
        let free = async || {
            let free = client.ask("ipam", "iprange", "available-ips", json!({"id": id})).await;
            free.as_array().map(Vec::len)
        };
        assert_eq!(free().await, Some(5));
        let params = json!({"id": id, "description": "one"});
        let one = client.ask("ipam", "iprange", "allocate-ips", params).await;
        netbox.keep("/api/ipam/ip-addresses/", one["id"].as_i64().expect("an id"));
        assert_eq!((&one["address"], &one["description"]), (&json!(start), &json!("one")));
        let items = json!({"id": id, "items": [{}, {"dns_name": "b.example.com"}]});
        let many = client.ask("ipam", "iprange", "bulk_allocate-ips", items).await;
        for made in many.as_array().expect("a list") {
            netbox.keep("/api/ipam/ip-addresses/", made["id"].as_i64().expect("an id"));
        }
        assert_eq!(many[1]["dns_name"], "b.example.com", "{many}");
        assert_eq!(free().await, Some(2));
    })
    .await;
}

#[tokio::test]
async fn numbers_of_a_range_are_listed() {
    with_netbox(|netbox| async move {
        let name = netbox.name.clone();
        let rir = netbox.make("/api/ipam/rirs/", json!({"name": name, "slug": name})).await;
        let start = 4_210_000_000_u64 + u64::from(std::process::id()) * 10;
        let range =
            json!({"name": name, "slug": name, "rir": rir, "start": start, "end": start + 2});
        netbox.make("/api/ipam/asn-ranges/", range).await;
        let client = netbox.client(ADMIN[1]).await;
        let free = client.ask("ipam", "asnrange", "available-asns", json!({"id": name})).await;
        let free: Vec<Option<u64>> =
            free.as_array().expect("a list").iter().map(|it| it["asn"].as_u64()).collect();
        assert_eq!(free, [start, start + 1, start + 2].map(Some));
    })
    .await;
}
