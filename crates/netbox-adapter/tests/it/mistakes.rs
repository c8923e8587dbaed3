//! Mistakes that agents make on NetBox: each is answered before anything is sent, in few tokens, and
//! the answer names the remedy.

use dispatch_core::access::Access;
use dispatch_core::{Tier, resolve};
use serde_json::{Value, json};
use tiktoken_rs::o200k_base;

use crate::client::Client;
use crate::documents;

/// The most that an answer to a mistake costs.
const MOST_TOKENS: usize = 120;

/// A call, and what its refusal has to say.
type Mistake = (&'static str, &'static str, Value, &'static [&'static str]);

fn mistakes() -> Vec<Mistake> {
    let device = |more: Value| {
        let mut device = json!({"name": "r1", "site": 1, "role": 1, "device_type": 1});
        for (key, value) in more.as_object().expect("an object") {
            device[key] = value.clone();
        }
        device
    };
    let interfaces = |wrong: Value| {
        let mut items = vec![json!({"device": 1, "name": "e0", "type": "virtual"}); 20];
        items[16] = wrong;
        json!({"items": items})
    };
    vec![
        // A wrong field.
        ("device", "create", device(json!({"serail": "X"})), &["serail", "serial"]),
        ("device", "create", device(json!({"device_role": 1})), &["device_role", "role"]),
        (
            "device",
            "create",
            device(json!({"ip": "10.0.0.1"})),
            &["ip", "device create takes|create takes"],
        ),
        ("site", "update", json!({"id": 1, "descripton": "x"}), &["descripton", "description"]),
        ("ipaddress", "create", json!({"adress": "10.0.0.1/24"}), &["adress", "address"]),
        // A wrong value of an enumeration.
        ("device", "create", device(json!({"status": "activ"})), &["activ", "active"]),
        ("device", "create", device(json!({"status": "up"})), &["up", "active", "planned"]),
        (
            "interface",
            "create",
            json!({"device": 1, "name": "e0", "type": "10gbase-x"}),
            &["10gbase-x-sfpp", "interface.type"],
        ),
        ("cable", "create", json!({"type": "fibre"}), &["fibre", "cat6", "cable.type"]),
        // An id where a name, and the other way round.
        ("device", "get", json!({"id": true}), &["id", "int"]),
        // Something that is missing.
        ("device", "create", json!({"name": "r1"}), &["site", "role", "device_type"]),
        ("interface", "create", json!({"device": 1, "name": "e0"}), &["type"]),
        ("device", "get", json!({}), &["id: required, int", "name"]),
        ("site", "create", json!({"name": "A"}), &["slug"]),
        // An unknown filter, which NetBox would ignore.
        ("device", "list", json!({"sites": ["ams"]}), &["sites", "site"]),
        ("device", "list", json!({"name__contains": "r"}), &["name__contains", "name__empty,ic,"]),
        ("device", "list", json!({"hostname": "r1"}), &["hostname", "name"]),
        ("device", "list", json!({"serial_number": "X"}), &["did you mean serial?"]),
        ("prefix", "list", json!({"within": 7, "statuss": "active"}), &["statuss", "status"]),
        // A wrong type.
        ("vlan", "create", json!({"vid": "one", "name": "a"}), &["vid", "int"]),
        ("vlan", "create", json!({"vid": 5000, "name": "a"}), &["vid", "4094"]),
        ("device", "create", device(json!({"tags": "core"})), &["tags"]),
        (
            "interface",
            "create",
            json!({"device": 1, "name": "e0", "type": "lag", "enabled": "sure"}),
            &["enabled", "bool"],
        ),
        // Item 17 of a bulk form.
        (
            "interface",
            "bulk_create",
            interfaces(json!({"device": 1, "name": "e0"})),
            &["items[16]", "type"],
        ),
        (
            "interface",
            "bulk_create",
            interfaces(json!({"device": 1, "name": "e0", "type": "vitrual"})),
            &["items[16].type", "virtual"],
        ),
        ("device", "bulk_update", json!({"name": "r1"}), &["items"]),
        // A wrong action or resource.
        ("device", "remove", json!({"id": 1}), &["remove", "delete"]),
        ("devise", "list", json!({}), &["devise", "device"]),
        ("cable", "connect", json!({}), &["connect", "create"]),
    ]
}

#[tokio::test]
async fn a_mistake_is_answered_with_its_remedy_in_few_tokens() {
    let Some(document) = documents::newest() else { return };
    let catalog = &document.catalog;
    let counter = o200k_base().expect("the encoding is built in");
    let client = Client::recording(document);
    let mut faults = Vec::new();
    for (resource, action, params, remedies) in mistakes() {
        let group = catalog.resource_spelled(resource, None).map(|id| catalog.resource(id).group);
        let tool = group.map_or("dcim", |group| &catalog.group(group).name);
        let answer = client.call(tool, resource, action, &params).await;
        let n_tokens = counter.encode_ordinary(&answer.text).len();
        let names = |remedy: &&str| remedy.split('|').any(|word| answer.text.contains(word));
        let is_right = answer.is_error
            && client.backend.take().is_empty()
            && n_tokens <= MOST_TOKENS
            && remedies.iter().all(names);
        if !is_right {
            let text = &answer.text;
            faults.push(format!("{resource} {action} {remedies:?}: {n_tokens} tokens\n{text}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// What agents write for a resource whose name they have not been told.
#[test]
fn a_guessed_resource_is_understood_or_leads_to_the_right_one() {
    let catalog = netbox_adapter::bundled_catalog().unwrap();
    for (guess, right) in [
        ("devices", "device"),
        ("Device-Types", "devicetype"),
        ("ip_addresses", "ipaddress"),
        ("ip address", "ipaddress"),
        ("dcim.interfaces", "interface"),
        ("virtual_machines", "virtualmachine"),
        ("prefixes", "prefix"),
        ("vlan group", "vlangroup"),
        ("devcie", "device"),
        ("servers", "device"),
        ("switch", "device"),
        ("cabinet", "rack"),
        ("vendor", "manufacturer"),
        ("data center", "site"),
        ("operating_system", "platform"),
    ] {
        match resolve::resource(&catalog, Access::up_to(Tier::Admin), None, guess) {
            Ok(id) => assert_eq!(catalog.resource(id).name, right, "{guess}"),
            Err(refusal) => {
                let said = refusal.to_string();
                assert!(said.contains(&format!("did you mean {right}")), "{guess}: {said}");
            }
        }
    }
}
