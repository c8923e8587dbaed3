//! NetBox's rules, one test a rule.

use http::Method;
use netbox_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::client::{create, expect, get, refuse, seeded};

#[track_caller]
fn patch(sandbox: &Sandbox, status: u16, path: &str, body: &Value) -> Value {
    expect(sandbox, status, &Method::PATCH, &format!("/api/{path}/"), body)
}

#[test]
fn required_fields_and_wrong_values() {
    let sandbox = seeded();
    let required = json!(["This field is required."]);
    refuse(
        &sandbox,
        "dcim/devices",
        &json!({}),
        &json!({"device_type": required, "role": required, "site": required}),
    );
    refuse(
        &sandbox,
        "dcim/devices",
        &json!({
            "name": "x".repeat(65), "device_type": "x", "role": null, "site": 99999, "status": "bogus",
        }),
        &json!({
            "name": ["Ensure this field has no more than 64 characters."],
            "device_type": [
                "Related objects must be referenced by numeric ID or by dictionary of attributes. \
                 Received an unrecognized value: x"
            ],
            "role": ["This field may not be null."],
            "site": ["Related object not found using the provided numeric ID: 99999"],
            "status": ["bogus is not a valid choice."],
        }),
    );
}

#[test]
fn references_by_id_text_and_attributes() {
    let sandbox = seeded();
    for site in [
        json!(2),
        json!("2"),
        json!({"slug": "munich"}),
        json!({"name": "Munich"}),
        json!({"id": 2}),
    ] {
        let device = patch(&sandbox, 200, "dcim/devices/4", &json!({ "site": site }));
        assert_eq!(device["site"]["slug"], "munich", "{site}");
    }
    let nested = json!({"device": {"name": "muc-sw-01"}, "name": "Vlan10"});
    let interface = patch(&sandbox, 200, "dcim/interfaces/10", &json!({ "bridge": nested }));
    assert_eq!(interface["bridge"]["name"], "Vlan10");
    for (site, message) in [
        (
            json!({"slug": "nope"}),
            "Related object not found using the provided attributes: {'slug': 'nope'}",
        ),
        (
            json!({"time_zone": "Europe/Berlin"}),
            "Multiple objects match the provided attributes: {'time_zone': 'Europe/Berlin'}",
        ),
    ] {
        let answer = patch(&sandbox, 400, "dcim/devices/1", &json!({ "site": site }));
        assert_eq!(answer, json!({"site": [message]}));
    }
}

#[test]
fn names_are_unique_in_netboxs_words() {
    let sandbox = seeded();
    refuse(
        &sandbox,
        "dcim/devices",
        &json!({"name": "HAM-RTR-01", "device_type": 1, "role": 1, "site": 1}),
        &json!({"__all__": ["Device name must be unique per site and tenant."]}),
    );
    refuse(
        &sandbox,
        "dcim/manufacturers",
        &json!({"name": "Acme", "slug": "acme-2"}),
        &json!({"name": ["manufacturer with this name already exists."]}),
    );
    refuse(
        &sandbox,
        "dcim/interfaces",
        &json!({"device": 1, "name": "Gi0/0", "type": "virtual"}),
        &json!({"__all__": ["Interface with this Device and Name already exists."]}),
    );
}

#[test]
fn a_platform_may_belong_to_another_manufacturer() {
    let message = "The assigned platform is limited to Acme device types, but this device's type \
                   belongs to Globex.";
    refuse(
        &seeded(),
        "dcim/devices",
        &json!({"name": "x", "device_type": 3, "role": 3, "site": 1, "platform": 1}),
        &json!({"platform": [message]}),
    );
}

#[test]
fn racks_have_room_for_one_device_a_unit() {
    let sandbox = seeded();
    let device = |position: f64, face: &str| {
        json!({
            "name": "x", "device_type": 2, "role": 2, "site": 1, "rack": 1, "location": 1,
            "position": position, "face": face,
        })
    };
    let taken = "U40.0 is already occupied or does not have sufficient space to accommodate this \
                 device type: S24 (1.0U)";
    refuse(&sandbox, "dcim/devices", &device(40.0, "rear"), &json!({"position": [taken]}));
    refuse(
        &sandbox,
        "dcim/devices",
        &device(1.0, ""),
        &json!({"face": ["Must specify rack face when defining rack position."]}),
    );
    create(&sandbox, "dcim/devices", &device(1.0, "front"));
    let units = get(&sandbox, "/api/dcim/racks/1/elevation/?limit=4&offset=80");
    assert_eq!(units["count"], 84);
    assert_eq!(units["results"][3]["device"]["name"], "x");
    let answer = patch(&sandbox, 400, "dcim/racks/1", &json!({"u_height": 20}));
    let message = "Rack must be at least 41.0U tall to house currently installed devices.";
    assert_eq!(answer, json!({"u_height": [message]}));
}

#[test]
fn primary_addresses_belong_to_the_device() {
    let sandbox = seeded();
    let answer = patch(&sandbox, 400, "dcim/devices/3", &json!({"primary_ip4": 1}));
    let message = "The specified IP address (10.0.10.1/24) is not assigned to this device.";
    assert_eq!(answer, json!({"primary_ip4": [message]}));
    let answer = patch(&sandbox, 400, "ipam/ip-addresses/1", &json!({"assigned_object_id": 12}));
    let message =
        "Cannot reassign IP address while it is designated as the primary IP for the parent object";
    assert_eq!(answer, json!({"__all__": [message]}));
}

#[test]
fn cables_connect_what_is_free() {
    let sandbox = seeded();
    let ends = |a: Value, b: Value| json!({"a_terminations": a, "b_terminations": b});
    let end = |id: u64| json!([{"object_type": "dcim.interface", "object_id": id}]);
    refuse(
        &sandbox,
        "dcim/cables",
        &ends(end(1), end(7)),
        &json!({"__all__": ["Duplicate termination found for dcim.interface 1: cable 1"]}),
    );
    refuse(
        &sandbox,
        "dcim/cables",
        &ends(end(7), json!([])),
        &json!({"__all__": ["Must define A and B terminations when creating a new cable."]}),
    );
    refuse(
        &sandbox,
        "dcim/cables",
        &ends(json!([{"object_type": "dcim.nosuch", "object_id": 1}]), end(7)),
        &json!({"a_terminations": {"0": {"object_type": ["Invalid content type: dcim.nosuch"]}}}),
    );
    let interface = get(&sandbox, "/api/dcim/interfaces/1/");
    assert_eq!(interface["cable"]["label"], "HAM-1");
    assert_eq!(interface["link_peers"][0]["id"], 3);
    assert_eq!(interface["connected_endpoints_reachable"], true);
    let trace = get(&sandbox, "/api/dcim/interfaces/1/trace/");
    assert_eq!(trace[0][0][0]["id"], 1);
    assert_eq!(trace[0][1]["label"], "HAM-1");
    assert_eq!(trace[0][2][0]["id"], 3);
    let peer = "/api/dcim/connected-device/?peer_device=ham-rtr-01&peer_interface=Gi0/0";
    assert_eq!(get(&sandbox, peer)["name"], "ham-sw-01");
    expect(&sandbox, 204, &Method::DELETE, "/api/dcim/cables/1/", &Value::Null);
    let interface = get(&sandbox, "/api/dcim/interfaces/1/");
    assert_eq!((&interface["cable"], &interface["link_peers"]), (&Value::Null, &json!([])));
    assert_eq!(get(&sandbox, "/api/dcim/interfaces/1/trace/"), json!([]));
    create(&sandbox, "dcim/cables", &ends(end(1), end(3)));
}

#[test]
fn deleting_asks_what_depends() {
    let sandbox = seeded();
    let answer = expect(&sandbox, 409, &Method::DELETE, "/api/dcim/device-roles/3/", &Value::Null);
    let detail =
        "Unable to delete object. 2 dependent objects were found: ham-fw-01 (3), muc-fw-01 (6)";
    assert_eq!(answer, json!({ "detail": detail }));
    // A device takes its interfaces along, those their addresses, and cables stay.
    expect(&sandbox, 204, &Method::DELETE, "/api/dcim/devices/1/", &Value::Null);
    assert_eq!(get(&sandbox, "/api/dcim/interfaces/?device_id=2")["count"], 3);
    assert_eq!(get(&sandbox, "/api/ipam/ip-addresses/?address=10.0.10.1")["count"], 0);
    assert_eq!(get(&sandbox, "/api/dcim/cables/1/")["a_terminations"], json!([]));
    expect(&sandbox, 204, &Method::DELETE, "/api/extras/tags/1/", &Value::Null);
}

#[test]
fn new_devices_get_their_types_components() {
    let sandbox = seeded();
    create(
        &sandbox,
        "dcim/power-port-templates",
        &json!({"device_type": 2, "name": "PSU", "maximum_draw": 50}),
    );
    create(
        &sandbox,
        "dcim/power-outlet-templates",
        &json!({"device_type": 2, "name": "out", "power_port": 1}),
    );
    let device = create(
        &sandbox,
        "dcim/devices",
        &json!({"name": "new", "device_type": 2, "role": 2, "site": 1}),
    );
    assert_eq!(device["interface_count"], 3);
    let outlets = get(&sandbox, "/api/dcim/power-outlets/?device=new");
    assert_eq!(outlets["results"][0]["power_port"]["name"], "PSU");
}

#[test]
fn prefixes_nest_and_give_away_what_is_free() {
    let sandbox = seeded();
    let parent = get(&sandbox, "/api/ipam/prefixes/1/");
    assert_eq!((&parent["children"], &parent["_depth"]), (&json!(2), &json!(0)));
    assert_eq!(get(&sandbox, "/api/ipam/prefixes/2/")["_depth"], 1);
    refuse(
        &sandbox,
        "ipam/prefixes",
        &json!({"prefix": "10.0.10.0/24"}),
        &json!({"prefix": ["Duplicate prefix found in global table: 10.0.10.0/24"]}),
    );
    let free = get(&sandbox, "/api/ipam/prefixes/2/available-ips/?limit=2");
    assert_eq!(free[0]["address"], "10.0.10.3/24");
    assert_eq!(free.as_array().unwrap().len(), 2);
    let path = "/api/ipam/prefixes/2/available-ips/";
    let one = expect(&sandbox, 201, &Method::POST, path, &json!({"dns_name": "a.b"}));
    assert_eq!(one["address"], "10.0.10.3/24");
    let two = expect(&sandbox, 201, &Method::POST, path, &json!([{}, {}]));
    assert_eq!(two[1]["address"], "10.0.10.5/24");
    let many = Value::Array(vec![json!({}); 300]);
    expect(&sandbox, 409, &Method::POST, path, &many);
    let path = "/api/ipam/prefixes/1/available-prefixes/";
    let lengths = json!([{"prefix_length": 26}, {"prefix_length": 24}]);
    let made = expect(&sandbox, 201, &Method::POST, path, &lengths);
    assert_eq!(
        (&made[0]["prefix"], &made[1]["prefix"]),
        (&json!("10.0.0.0/26"), &json!("10.0.1.0/24"))
    );
    let answer = expect(&sandbox, 400, &Method::POST, path, &json!({}));
    assert_eq!(answer, json!([{"prefix_length": "this field can not be missing"}]));
}

#[test]
fn vlan_groups_keep_to_their_ranges() {
    let sandbox = seeded();
    let group = json!({"name": "G", "slug": "g", "vid_ranges": [[100, 102]]});
    create(&sandbox, "ipam/vlan-groups", &group);
    let path = "/api/ipam/vlan-groups/1/available-vlans/";
    let vlan = expect(&sandbox, 201, &Method::POST, path, &json!({"name": "a"}));
    assert_eq!(vlan["vid"], 100);
    assert_eq!(get(&sandbox, path)[0]["vid"], 101);
    refuse(
        &sandbox,
        "ipam/vlans",
        &json!({"name": "b", "vid": 99, "group": 1}),
        &json!({"vid": ["VID must be in ranges 100-102 for VLANs in group G"]}),
    );
    refuse(
        &sandbox,
        "ipam/vlans",
        &json!({"name": "b", "vid": 100, "group": 1}),
        &json!({"__all__": ["VLAN with this Group and VLAN ID already exists."]}),
    );
}

#[test]
fn addresses_are_unique_in_their_vrf() {
    let sandbox = seeded();
    refuse(
        &sandbox,
        "ipam/ip-addresses",
        &json!({"address": "10.0.10.1/32"}),
        &json!({"address": ["Duplicate IP address found in global table: 10.0.10.1/24"]}),
    );
    create(&sandbox, "ipam/ip-addresses", &json!({"address": "10.0.10.1/24", "vrf": 1}));
    refuse(
        &sandbox,
        "ipam/ip-addresses",
        &json!({"address": "300.1.1.1/24"}),
        &json!({"address": ["Invalid IP address format: 300.1.1.1/24"]}),
    );
    refuse(
        &sandbox,
        "ipam/ip-addresses",
        &json!({
            "address": "10.0.11.0/24", "assigned_object_type": "dcim.interface", "assigned_object_id": 1,
        }),
        &json!({"__all__": ["10.0.11.0 is a network ID, which may not be assigned to an interface."]}),
    );
}

#[test]
fn trees_have_no_circles() {
    let sandbox = seeded();
    create(&sandbox, "dcim/regions", &json!({"name": "Harbour", "slug": "harbour", "parent": 1}));
    let answer = patch(&sandbox, 400, "dcim/regions/1", &json!({"parent": 3}));
    assert_eq!(answer, json!({"parent": ["Cannot assign self or a descendant as parent."]}));
    patch(&sandbox, 200, "dcim/sites/1", &json!({"region": 3}));
    let north = get(&sandbox, "/api/dcim/regions/1/");
    assert_eq!(north["site_count"], 1, "what lies below counts");
    assert_eq!(get(&sandbox, "/api/dcim/sites/?region=north")["count"], 1);
}

#[test]
fn tags_are_set_added_and_removed() {
    let sandbox = seeded();
    create(&sandbox, "extras/tags", &json!({"name": "Edge", "slug": "edge"}));
    let slugs = |device: &Value| {
        let tags = device["tags"].as_array().unwrap().iter();
        tags.map(|tag| tag["slug"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let device = patch(&sandbox, 200, "dcim/devices/1", &json!({"add_tags": [{"slug": "edge"}]}));
    assert_eq!(slugs(&device), ["core", "edge"]);
    let device = patch(&sandbox, 200, "dcim/devices/1", &json!({"remove_tags": [1]}));
    assert_eq!(slugs(&device), ["edge"]);
    let answer = patch(&sandbox, 400, "dcim/devices/1", &json!({"tags": [1], "add_tags": [2]}));
    let message = "Cannot specify \"tags\" together with \"add_tags\" or \"remove_tags\".";
    assert_eq!(answer, json!({"tags": [message]}));
    patch(&sandbox, 400, "dcim/devices/1", &json!({"tags": ["edge"]}));
}

#[test]
fn changes_are_recorded_with_their_message() {
    let sandbox = seeded();
    let body = json!({"description": "d", "changelog_message": "why"});
    patch(&sandbox, 200, "dcim/regions/1", &body);
    let list = get(&sandbox, "/api/core/object-changes/?limit=1");
    let change = &list["results"][0];
    assert_eq!(change["display"], "DCIM | region North updated by sandbox");
    assert_eq!(change["message"], "why");
    assert_eq!(change["prechange_data"]["description"], "");
    assert_eq!(change["postchange_data"]["description"], "d");
    let long = json!({"changelog_message": "x".repeat(201)});
    let answer = patch(&sandbox, 500, "dcim/regions/1", &long);
    assert_eq!(answer["exception"], "DataError");
}

#[test]
fn config_contexts_are_merged() {
    let sandbox = seeded();
    create(&sandbox, "extras/config-contexts", &json!({"name": "all", "data": {"ntp": {"a": 1}}}));
    create(
        &sandbox,
        "extras/config-contexts",
        &json!({"name": "north", "weight": 2000, "regions": [1], "data": {"ntp": {"b": 2}}}),
    );
    let context =
        |id: u64| get(&sandbox, &format!("/api/dcim/devices/{id}/"))["config_context"].clone();
    assert_eq!(context(1), json!({"ntp": {"a": 1, "b": 2}}));
    assert_eq!(context(4), json!({"ntp": {"a": 1}}));
}
