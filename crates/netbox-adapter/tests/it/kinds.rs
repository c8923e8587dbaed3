//! Objects of several kinds by name, on a running NetBox: every field of its document that holds one.

use std::collections::BTreeSet;

use dispatch_core::catalog::Shape;
use serde_json::{Value, json};

use crate::client::Client;
use crate::documents;
use crate::netbox::{ADMIN, Backend, NetBox, with_netbox};

/// Every pair of fields of a body that holds the id and the kind of an object has its kinds.
#[test]
fn every_field_of_several_kinds_is_known() {
    let Some(document) = documents::newest() else { return };
    let catalog = &document.catalog;
    let mut unknown = BTreeSet::new();
    let mut n_known = 0;
    for resource in catalog.resources() {
        n_known += resource.generic.len();
        let Some(create) = resource.action("create") else { continue };
        let body = catalog.operation(create.operation).body.as_ref();
        let Some(body) = body.and_then(|body| body.one) else { continue };
        let Shape::Object(object) = &catalog.types().get(body).shape else { continue };
        let has = |name: &str| object.fields.iter().any(|field| field.name == name);
        for field in &object.fields {
            let Some(name) = field.name.strip_suffix("_id") else { continue };
            let is_pair = has(&format!("{name}_type")) || has(&format!("{name}_object_type"));
            let is_known = resource.generic.iter().any(|it| it.id == field.name);
            if is_pair && !is_known {
                unknown.insert(format!("{}.{name}", resource.name));
            }
        }
    }
    assert_eq!(unknown, BTreeSet::new());
    // And what changed, by which the change log is filtered.
    assert_eq!(n_known, 26);
}

/// What the test makes to point at, and the ids of it.
struct World {
    netbox: NetBox,
    client: Client<Backend>,
    name: String,
    site: i64,
    device: i64,
    interface: i64,
    kind_of_device: i64,
}

impl World {
    async fn new(netbox: NetBox) -> Self {
        let name = netbox.name.clone();
        let of = netbox.make_for_devices(1).await;
        let device = netbox.make_device(of, &name, &json!({})).await;
        let port = json!({"device": device, "name": "xe-0/0/0", "type": "10gbase-x-sfpp"});
        let interface = netbox.make("/api/dcim/interfaces/", port).await;
        let client = netbox.client(ADMIN[1]).await;
        let (site, kind_of_device) = (of.site, of.device_type);
        Self { netbox, client, name, site, device, interface, kind_of_device }
    }

    /// Creates an object that points at another by name, and compares what NetBox says it is of.
    async fn check(&self, tool: &str, resource: &str, params: Value, field: &str, id: i64) -> i64 {
        let made = self.client.ask(tool, resource, "create", params).await;
        let path = self.netbox.compiled().await;
        let path = path.catalog.resources().iter().find(|it| it.name == resource);
        self.netbox.keep(&path.expect("a resource").path, made["id"].as_i64().expect("an id"));
        assert_eq!(made[format!("{field}_id")], id, "{resource}: {made}");
        let shown = if made[field].is_null() { &made["parent"] } else { &made[field] };
        assert_eq!(shown["id"], id, "{resource}: {made}");
        made["id"].as_i64().expect("an id")
    }
}

#[tokio::test]
async fn objects_of_several_kinds_are_given_by_name() {
    with_netbox(|netbox| async move {
        let world = World::new(netbox).await;
        let World { netbox, client, name, site, device, interface, kind_of_device } = &world;
        let (site, device, interface) = (*site, *device, *interface);
        let port = json!({"device": name, "name": "xe-0/0/0"});
        let named = json!({"name": name, "slug": name});

        let n = std::process::id() % 250;
        let address = json!({"address": format!("198.18.{n}.1/24"), "assigned_object": port});
        let address = world.check("ipam", "ipaddress", address, "assigned_object", interface).await;
        let params = json!({"id": address, "assigned_object": null});
        let freed = client.ask("ipam", "ipaddress", "update", params).await;
        assert_eq!(freed["assigned_object_id"], Value::Null, "{freed}");
        let mac = format!("02:00:00:00:{:02x}:{:02x}", n, std::process::id() / 250 % 250);
        let mac = json!({"mac_address": mac, "assigned_object": {"interface": port}});
        world.check("dcim", "macaddress", mac, "assigned_object", interface).await;
        let service =
            json!({"name": "ssh", "protocol": "tcp", "ports": [22], "parent_object": name});
        world.check("ipam", "service", service, "parent_object", device).await;
        for (net, scope) in [(0, json!(name)), (128, json!({"site": {"slug": name}}))] {
            let prefix = json!({"prefix": format!("198.19.{n}.{net}/25"), "scope": scope});
            world.check("ipam", "prefix", prefix, "scope", site).await;
        }
        let group = json!({"name": name, "slug": name, "scope": {"site": name}});
        let group = world.check("ipam", "vlangroup", group, "scope", site).await;
        let vlan = json!({"vid": 7, "name": name, "group": group});
        let vlan = netbox.make("/api/ipam/vlans/", vlan).await;
        let l2vpn = json!({"name": name, "slug": name, "type": "vxlan"});
        let l2vpn = netbox.make("/api/vpn/l2vpns/", l2vpn).await;
        let end = json!({"l2vpn": l2vpn, "assigned_object": {"vlan": {"vid": 7, "name": name}}});
        world.check("vpn", "l2vpntermination", end, "assigned_object", vlan).await;
        let tunnel = json!({"name": name, "status": "active", "encapsulation": "gre"});
        let tunnel = netbox.make("/api/vpn/tunnels/", tunnel).await;
        let end = json!({"tunnel": tunnel, "role": "peer", "termination": port});
        world.check("vpn", "tunneltermination", end, "termination", interface).await;
        let kind = netbox.make("/api/virtualization/cluster-types/", named.clone()).await;
        let cluster = json!({"name": name, "type": kind, "scope": {"dcim.site": name}});
        world.check("virtualization", "cluster", cluster, "scope", site).await;
        let lan = json!({"ssid": name, "scope": name});
        world.check("wireless", "wirelesslan", lan, "scope", site).await;
        let fhrp = json!({"protocol": "vrrp2", "group_id": n});
        let fhrp = netbox.make("/api/ipam/fhrp-groups/", fhrp).await;
        let of = json!({"group": fhrp, "priority": 10, "interface": port});
        world.check("ipam", "fhrpgroupassignment", of, "interface", interface).await;
        let provider = netbox.make("/api/circuits/providers/", named.clone()).await;
        let kind = netbox.make("/api/circuits/circuit-types/", named.clone()).await;
        let circuit = json!({"cid": name, "provider": provider, "type": kind});
        let circuit = netbox.make("/api/circuits/circuits/", circuit).await;
        let end = json!({"circuit": circuit, "term_side": "A", "termination": name});
        world.check("circuits", "circuittermination", end, "termination", site).await;
        let group = netbox.make("/api/circuits/circuit-groups/", named.clone()).await;
        let member = json!({"group": group, "member": {"circuit": name}});
        world.check("circuits", "circuitgroupassignment", member, "member", circuit).await;
        let contact = netbox.make("/api/tenancy/contacts/", json!({"name": name})).await;
        let role = netbox.make("/api/tenancy/contact-roles/", named.clone()).await;
        let of = json!({"contact": contact, "role": role, "object": {"device": name}});
        world.check("tenancy", "contactassignment", of, "object", device).await;
        let entry = json!({"assigned_object": {"vlan": vlan}, "comments": "x"});
        world.check("extras", "journalentry", entry, "assigned_object", vlan).await;
        let item = json!({"device": device, "name": "sfp", "component": port});
        world.check("dcim", "inventoryitem", item, "component", interface).await;
        let hook = json!({"name": name, "payload_url": "http://127.0.0.1:9/"});
        let hook = netbox.make("/api/extras/webhooks/", hook).await;
        let rule = json!({
            "name": name, "object_types": ["dcim.site"], "event_types": ["object_created"],
            "action_type": "webhook", "enabled": false, "action_object": {"webhook": name},
        });
        world.check("extras", "eventrule", rule, "action_object", hook).await;
        let user = json!({"username": "admin"});
        let of = json!({"object": {"device": name}, "user": user});
        world.check("extras", "bookmark", of.clone(), "object", device).await;
        world.check("extras", "subscription", of, "object", device).await;
        let told = json!({"object": {"site": name}, "user": user, "event_type": "object_updated"});
        world.check("extras", "notification", told, "object", site).await;
        // What a device of this type has is given by the type and the name.
        let port = json!({"device_type": {"model": name}, "name": "xe-0/0/0"});
        let template = json!({"device_type": kind_of_device, "name": "xe-0/0/0", "type": "other"});
        let template = netbox.make("/api/dcim/interface-templates/", template).await;
        let item = json!({"device_type": {"slug": name}, "name": "sfp", "component": port});
        world.check("dcim", "inventoryitemtemplate", item, "component", template).await;
    })
    .await;
}

#[tokio::test]
async fn lists_are_filtered_by_objects_of_several_kinds() {
    with_netbox(|netbox| async move {
        let world = World::new(netbox).await;
        let World { netbox, client, name, interface, device, .. } = &world;
        let entry = json!({"assigned_object_type": "dcim.device", "assigned_object_id": device, "comments": "x"});
        netbox.make("/api/extras/journal-entries/", entry).await;
        let named = json!({"name": name, "slug": name});
        let contact = netbox.make("/api/tenancy/contacts/", json!({"name": name})).await;
        let role = netbox.make("/api/tenancy/contact-roles/", named).await;
        let of = json!({"contact": contact, "role": role, "object_type": "dcim.device", "object_id": device});
        netbox.make("/api/tenancy/contact-assignments/", of).await;
        let item = json!({"device": device, "name": "sfp", "component_type": "dcim.interface",
            "component_id": interface});
        netbox.make("/api/dcim/inventory-items/", item).await;
        let port = json!({"device": name, "name": "xe-0/0/0"});
        for (tool, resource, params, shows) in [
            ("extras", "journalentry", json!({"assigned_object": {"device": name}}), name.clone()),
            ("extras", "journalentry", json!({"assigned_object_type": "dcim.device", "assigned_object_id": [name]}), name.clone()),
            ("tenancy", "contactassignment", json!({"object": {"device": name}}), name.clone()),
            ("tenancy", "contactassignment", json!({"object": {"device": device}}), name.clone()),
            // A filter by an id takes the name of what it is the id of.
            ("tenancy", "contactassignment", json!({"contact": name}), name.clone()),
            ("tenancy", "contactassignment", json!({"contact__n": "no-such", "contact": name}), String::new()),
            ("dcim", "inventoryitem", json!({"component": port}), format!("{name}/xe-0/0/0")),
            ("core", "objectchange", json!({"changed_object": name, "action": "create"}), name.clone()),
        ] {
            let answer = client.call(tool, resource, "list", &params).await;
            if shows.is_empty() {
                assert!(answer.is_error && answer.text.contains("no contact \"no-such\""), "{}", answer.text);
                continue;
            }
            assert!(answer.text.starts_with("1 of 1 "), "{resource} {params}: {}", answer.text);
            assert!(answer.text.contains(&shows), "{resource} {params}: {}", answer.text);
        }
        let missing = json!({"name": "ssh", "protocol": "tcp", "ports": [22]});
        let text = client.refused("ipam", "service", "create", missing).await;
        let words = "parent_object: required, {KIND: name}, kinds: device virtualmachine fhrpgroup";
        assert!(text.contains(words) && !text.contains("parent_object_id"), "{text}");
        let other = json!({"id": {"device": format!("{name}x"), "name": "xe-0/0/0"}});
        let text = client.refused("dcim", "interface", "get", other).await;
        assert!(text.contains(&format!("did you mean {name}/xe-0/0/0 ({interface})")), "{text}");
    })
    .await;
}

#[tokio::test]
async fn what_is_allocated_is_assigned_by_name() {
    with_netbox(|netbox| async move {
        let world = World::new(netbox).await;
        let World { netbox, client, name, site, interface, .. } = &world;
        let n = std::process::id() % 250;
        let port = json!({"device": name, "name": "xe-0/0/0"});
        let prefix = json!({"prefix": format!("198.51.{n}.0/24")});
        let prefix = netbox.make("/api/ipam/prefixes/", prefix).await;
        let start = json!({"start_address": format!("198.51.{n}.128/24"),
            "end_address": format!("198.51.{n}.140/24")});
        let range = netbox.make("/api/ipam/ip-ranges/", start).await;
        for (resource, pool) in [("prefix", prefix), ("iprange", range)] {
            let one = json!({"id": pool, "assigned_object": port});
            let one = client.ask("ipam", resource, "allocate-ips", one).await;
            let items =
                json!([{"assigned_object": {"interface": port}}, {"assigned_object": port}]);
            let items = json!({"id": pool, "items": items});
            let many = client.ask("ipam", resource, "bulk_allocate-ips", items).await;
            let many = many.as_array().expect("a list");
            assert_eq!(many.len(), 2);
            for address in many.iter().chain([&one]) {
                netbox.keep("/api/ipam/ip-addresses/", address["id"].as_i64().expect("an id"));
                assert_eq!(address["assigned_object_id"], *interface, "{resource}: {address}");
            }
        }
        let of = json!({"id": prefix, "prefix_length": 26, "scope": {"site": name}});
        let made = client.ask("ipam", "prefix", "allocate-prefixes", of).await;
        netbox.keep("/api/ipam/prefixes/", made["id"].as_i64().expect("an id"));
        assert_eq!(made["scope_id"], *site, "{made}");
    })
    .await;
}

#[tokio::test]
async fn cables_are_plugged_by_name_in_bulk() {
    with_netbox(|netbox| async move {
        let world = World::new(netbox).await;
        let World { netbox, client, name, device, .. } = &world;
        for n in 1..=6 {
            let port = json!({"device": device, "name": format!("p{n}"), "type": "1000base-t"});
            netbox.make("/api/dcim/interfaces/", port).await;
        }
        for (kind, path) in [("consoleport", "console-ports"), ("consoleserverport", "console-server-ports")] {
            let port = json!({"device": device, "name": kind});
            netbox.make(&format!("/api/dcim/{path}/"), port).await;
        }
        let port = |n: u32| json!({"device": name, "name": format!("p{n}")});
        let items = json!([
            {"a_terminations": [port(1)], "b_terminations": [format!("{name}/p2")]},
            {"a_terminations": [port(3), port(4)], "b_terminations": [port(5), port(6)]},
            {
                "a_terminations": {"consoleport": {"device": name, "name": "consoleport"}},
                "b_terminations": {"consoleserverport": {"device": name, "name": "consoleserverport"}},
            },
        ]);
        let made = client.ask("dcim", "cable", "bulk_create", json!({"items": items})).await;
        let made = made.as_array().expect("a list");
        assert_eq!(made.len(), 3);
        for cable in made {
            netbox.keep("/api/dcim/cables/", cable["id"].as_i64().expect("an id"));
        }
        assert_eq!(made[0]["b_terminations"][0]["object"]["name"], "p2");
        assert_eq!(made[1]["a_terminations"].as_array().map(Vec::len), Some(2));
        assert_eq!(made[2]["a_terminations"][0]["object_type"], "dcim.consoleport");
        // What is not there is told before anything is sent.
        let items = json!([{"a_terminations": [port(9)], "b_terminations": [port(1)]}]);
        let text = client.refused("dcim", "cable", "bulk_create", json!({"items": items})).await;
        assert!(text.contains("items[0].a_terminations[0].object_id: no interface"), "{text}");
    })
    .await;
}
