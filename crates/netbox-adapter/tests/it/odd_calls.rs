//! Calls as agents make them that are odd, wrong or at the edge, on a running NetBox: what each is
//! answered is true, and says what would be right.

use serde_json::{Value, json};

use crate::client::Client;
use crate::netbox::{ADMIN, Backend, with_netbox};

/// A call whose answer, a refusal or not, has these words.
async fn check(client: &Client<Backend>, call: (&str, &str, &str), params: Value, words: &str) {
    let (tool, resource, action) = call;
    let answer = client.call(tool, resource, action, &params).await;
    assert!(answer.text.contains(words), "{resource} {action} {params}: {}", answer.text);
}

#[tokio::test]
async fn what_is_free_is_told_to_the_end() {
    with_netbox(|netbox| async move {
        let client = netbox.client(ADMIN[1]).await;
        let octet = netbox.name.bytes().fold(7_u8, |sum, byte| sum.wrapping_mul(31) ^ byte);
        let mut prefixes = Vec::new();
        for prefix in [
            format!("10.{octet}.7.0/24"),
            format!("10.{octet}.8.0/31"),
            format!("2001:db8:{octet:x}::/64"),
            format!("2001:db8:{octet:x}:1::/127"),
        ] {
            let made = netbox.make("/api/ipam/prefixes/", json!({"prefix": prefix})).await;
            prefixes.push(made);
        }
        let free = ("ipam", "prefix", "available-ips");
        // NetBox tells 50 and nothing of the others.
        check(&client, free, json!({"id": prefixes[0]}), "(rows 1-50), more: options.cursor=")
            .await;
        check(&client, free, json!({"id": prefixes[0], "limit": 254}), "254 rows of").await;
        let first = format!("10.{octet}.7.1/24");
        let three =
            client.ask("ipam", "prefix", "available-ips", json!({"id": prefixes[0], "limit": 3}));
        let three = three.await;
        assert_eq!(
            (three.as_array().map(Vec::len), &three[0]["address"]),
            (Some(3), &json!(first))
        );
        let count = |id: i64| {
            json!({"resource": "prefix", "action": "available-ips", "params": {"id": id},
                "options": {"count": true}})
        };
        for (id, words) in
            [(0, "254 rows"), (1, "2 rows"), (2, "there would be more"), (3, "2 rows")]
        {
            let answer = client.send("ipam", &count(prefixes[id])).await.expect("an answer");
            assert!(answer.text.contains(words), "{}", answer.text);
        }
        let page =
            client.call("ipam", "prefix", "available-ips", &json!({"id": prefixes[0]})).await;
        let cursor =
            page.text.split("options.cursor=\"").nth(1).and_then(|it| it.split('"').next());
        let next = json!({"resource": "prefix", "action": "available-ips",
            "options": {"cursor": cursor.expect("a cursor")}});
        let next = client.send("ipam", &next).await.expect("an answer").text;
        assert!(
            next.contains("(rows 51-100)") && next.contains(&format!("10.{octet}.7.51/24")),
            "{next}"
        );

        let allocate = ("ipam", "prefix", "allocate-ips");
        check(&client, allocate, json!({"id": prefixes[1], "count": 2}), "count: no such field")
            .await;
        let several = ("ipam", "prefix", "bulk_allocate-ips");
        let items = json!({"id": prefixes[1], "items": [{}, {}, {}]});
        check(&client, several, items, "Insufficient resources").await;
        check(&client, several, json!({"id": prefixes[1], "items": []}), "nothing to do").await;
    })
    .await;
}

#[tokio::test]
async fn filters_that_filter_nothing_are_refused() {
    with_netbox(|netbox| async move {
        let client = netbox.client(ADMIN[1]).await;
        let list = ("ipam", "ipaddress", "list");
        let empty =
            "dns_name: an empty text filters nothing; dns_name__empty: true finds those without";
        check(&client, list, json!({"dns_name": ""}), empty).await;
        check(&client, list, json!({"dns_name": [""]}), empty).await;
        check(&client, ("dcim", "site", "list"), json!({"q": ""}), "q: an empty text").await;
        check(&client, ("dcim", "site", "list"), json!({"status": []}), "an empty list").await;
    })
    .await;
}

#[tokio::test]
async fn patch_panels_are_built_and_traced_by_name() {
    with_netbox(|netbox| async move {
        let client = netbox.client(ADMIN[1]).await;
        let name = &netbox.name;
        let named = json!({"name": name, "slug": name});
        let site = netbox.make("/api/dcim/sites/", named.clone()).await;
        let role = netbox.make("/api/dcim/device-roles/", named.clone()).await;
        let maker = netbox.make("/api/dcim/manufacturers/", named).await;
        let kind = json!({"manufacturer": maker, "model": name, "slug": name});
        let kind = netbox.make("/api/dcim/device-types/", kind).await;
        // A slash in a name, and one in the name of a port.
        let device = |it: &str| format!("{name}/{it}");
        for it in ["a", "b", "p", "q"] {
            let body = json!({"name": device(it), "site": site, "role": role, "device_type": kind});
            netbox.make("/api/dcim/devices/", body).await;
        }
        for it in ["a", "b"] {
            let body =
                json!({"device": {"name": device(it)}, "name": "xe-0/0/1", "type": "1000base-t"});
            client.ask("dcim", "interface", "create", body).await;
        }
        for it in ["p", "q"] {
            let rear = json!({"device": device(it), "name": "R/1", "type": "mpo", "positions": 2});
            client.ask("dcim", "rearport", "create", rear).await;
            for n in 1..=2 {
                let rear = json!({"device": device(it), "name": "R/1"});
                let front = json!({"device": device(it), "name": format!("F/{n}"), "type": "lc",
                    "rear_ports": [{"position": 1, "rear_port": rear, "rear_port_position": n}]});
                client.ask("dcim", "frontport", "create", front).await;
            }
        }
        let port =
            |kind: &str, it: &str, port: &str| json!({kind: {"device": device(it), "name": port}});
        for (near, far) in [
            (port("interface", "a", "xe-0/0/1"), port("frontport", "p", "F/2")),
            (port("rearport", "p", "R/1"), port("rearport", "q", "R/1")),
            (port("frontport", "q", "F/2"), port("interface", "b", "xe-0/0/1")),
        ] {
            let cable = json!({"a_terminations": [near], "b_terminations": [far]});
            let cable = client.ask("dcim", "cable", "create", cable).await;
            netbox.keep("/api/dcim/cables/", cable["id"].as_i64().expect("an id"));
        }
        let trace = ("dcim", "interface", "trace");
        let of = |it: &str| json!({"id": {"device": device(it), "name": "xe-0/0/1"}});
        check(&client, trace, of("a"), &format!("interface {}/xe-0/0/1", device("b"))).await;
        check(&client, trace, of("b"), &format!("interface {}/xe-0/0/1", device("a"))).await;
        let words = "id: expected int or {\"device\": …, \"name\": …}, not the string \"eth0\"";
        check(&client, trace, json!({"id": "eth0"}), words).await;
    })
    .await;
}

#[tokio::test]
async fn a_template_that_fails_is_no_write_in_doubt() {
    with_netbox(|netbox| async move {
        let client = netbox.client(ADMIN[1]).await;
        let template = json!({"name": netbox.name, "template_code": "{{ nothing.here.x }}"});
        netbox.make("/api/extras/config-templates/", template).await;
        let render = json!({"id": netbox.name});
        let text = client.refused("extras", "configtemplate", "render", render).await;
        assert!(text.contains("'nothing' is undefined"), "{text}");
        assert!(!text.contains("look what was done"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn words_that_users_made_up_are_told_where_another_was_written() {
    with_netbox(|netbox| async move {
        let client = netbox.client(ADMIN[1]).await;
        let name = &netbox.name;
        let field = name.replace('-', "_");
        let set = json!({"name": name, "extra_choices": [["prod", "Prod"], ["test", "Test"]]});
        let set = netbox.make("/api/extras/custom-field-choice-sets/", set).await;
        let custom = json!({"name": field, "type": "select", "choice_set": set,
            "object_types": ["tenancy.contactrole"]});
        netbox.make("/api/extras/custom-fields/", custom).await;
        let create = |fields: Value| json!({"name": name, "slug": name, "custom_fields": fields});
        let told = format!("custom_fields of contactrole:\n{field}: select prod|test");
        for fields in [json!({"nope": 1}), json!({(field.as_str()): "dev"})] {
            let params = create(fields);
            let text = client.refused("tenancy", "contactrole", "create", params.clone()).await;
            assert!(text.contains(&told), "{text}");
            let items = json!({"items": [params]});
            let text = client.refused("tenancy", "contactrole", "bulk_create", items).await;
            assert!(text.contains(&told), "{text}");
        }
        let dry = json!({"resource": "contactrole", "action": "create", "options": {"dry_run": true},
            "params": create(json!({(format!("{field}x")): "prod"}))});
        let answer = client.send("tenancy", &dry).await.expect("an answer");
        let words = format!("there is none for contactrole; did you mean {field}?");
        assert!(answer.is_error && answer.text.contains(&words), "{}", answer.text);
        let tags = json!({"name": name, "slug": name, "tags": ["no-such-tag"]});
        let text = client.refused("tenancy", "contactrole", "create", tags).await;
        assert!(text.contains("tags[0]: no tag \"no-such-tag\""), "{text}");
    })
    .await;
}

#[tokio::test]
async fn bare_ids_of_the_document_take_names() {
    with_netbox(|netbox| async move {
        let client = netbox.client(ADMIN[1]).await;
        let name = &netbox.name;
        let named = json!({"name": name, "slug": name});
        let site = netbox.make("/api/dcim/sites/", named.clone()).await;
        netbox.make("/api/ipam/rirs/", named).await;
        let policy = json!({"name": name});
        let policy = netbox.make("/api/ipam/vlan-translation-policies/", policy).await;
        let rule = json!({"policy": name, "local_vid": 10, "remote_vid": 20});
        let rule = client.ask("ipam", "vlantranslationrule", "create", rule).await;
        assert_eq!(rule["policy"], policy, "{rule}");
        netbox.keep("/api/ipam/vlan-translation-rules/", rule["id"].as_i64().expect("an id"));
        let asn = 4_200_000_000_i64 + i64::from(std::process::id() % 90_000_000);
        let asn = json!({"asn": asn, "rir": name, "sites": [name]});
        let asn = client.ask("ipam", "asn", "create", asn).await;
        netbox.keep("/api/ipam/asns/", asn["id"].as_i64().expect("an id"));
        assert!(asn["sites"].to_string().contains(&site.to_string()), "{asn}");
        let entry = json!({"assigned_object": {"site": name}, "comments": "x", "created_by": "admin"});
        let entry = client.ask("extras", "journalentry", "create", entry).await;
        netbox.keep("/api/extras/journal-entries/", entry["id"].as_i64().expect("an id"));
        let number = asn["asn"].as_i64().expect("a number");
        let words = format!("; by its asn: {{\"asn\":{number}}}");
        check(&client, ("ipam", "asn", "get"), json!({"id": number}), &words).await;
        let target = netbox.make("/api/ipam/route-targets/", json!({"name": &name[8..]})).await;
        let vrf = json!({"name": name, "rd": &name[12..], "import_targets": [&name[8..]]});
        let vrf = client.ask("ipam", "vrf", "create", vrf).await;
        netbox.keep("/api/ipam/vrfs/", vrf["id"].as_i64().expect("an id"));
        assert_eq!(vrf["import_targets"][0]["id"], target, "{vrf}");
        let list = ("ipam", "routetarget", "list");
        check(&client, list, json!({"importing_vrf": name}), &name[8..]).await;
        // Where a range ends is seen.
        let group = json!({"name": name, "slug": name, "vid_ranges": [[100, 199], [300, 399]]});
        netbox.make("/api/ipam/vlan-groups/", group).await;
        let words = "vid_ranges: [[100,199],[300,399]]";
        check(&client, ("ipam", "vlangroup", "get"), json!({"id": name}), words).await;
        // A filter by texts takes attributes where there is one by ids.
        let of = json!({"interface": {"device": name, "name": "eth0"}});
        let words = "interface_id: no interface {\"device\":";
        check(&client, ("ipam", "ipaddress", "list"), of, words).await;
        let bay = json!({"device": 1, "module_bay": "FPC0", "module_type": 1});
        let words = "module_bay: \"FPC0\" is no id (int) of a modulebay; by attributes it is an object of device, name";
        check(&client, ("dcim", "module", "create"), bay, words).await;
    })
    .await;
}
