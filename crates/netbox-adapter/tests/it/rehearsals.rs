//! Writes that are only told of, and deletes of many or of what others need, on a running NetBox.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::corrections::deletes::messages;
use crate::netbox::{ADMIN, Backend, NetBox, with_netbox};

/// Calls a tool.
async fn send(client: &Client<Backend>, tool: &str, arguments: Value) -> Answer {
    client.send(tool, &arguments).await.unwrap_or_else(|error| panic!("{error}"))
}

async fn is_there(netbox: &NetBox, path: &str) -> bool {
    netbox.ask(Method::GET, path, None).await.0 == StatusCode::OK
}

#[tokio::test]
async fn what_a_write_would_do_is_told_and_not_done() {
    with_netbox(|netbox| async move {
        let client = netbox.client(ADMIN[1]).await;
        let name = &netbox.name;
        let region = netbox.make("/api/dcim/regions/", json!({"name": name, "slug": name})).await;
        let path = format!("/api/dcim/regions/{region}/");
        let before = netbox.get(&path).await;
        let rehearse = |action: &str, params: Value| {
            json!({"resource": "region", "action": action, "params": params,
                "options": {"dry_run": true}})
        };
        let update = rehearse("update", json!({"id": name, "description": "x", "slug": name}));
        let Answer { text, is_error } = send(&client, "dcim", update).await;
        assert!(!is_error, "{text}");
        let told = format!(
            "would update region {region} {name}\ndescription: - -> x\nunchanged: slug"
        );
        assert!(text.starts_with(&told), "{text}");
        let delete = rehearse("delete", json!({"id": region}));
        let Answer { text, .. } = send(&client, "dcim", delete).await;
        assert!(text.starts_with(&format!("would delete region {region} {name}\nif_match: ")), "{text}");
        let create = rehearse("create", json!({"name": name, "slug": name}));
        let Answer { text, .. } = send(&client, "dcim", create).await;
        assert_eq!(text, format!("would create region {name}; but there is {region} {name}"));
        let items = json!({"items": [{"id": region, "description": "y"}, {"id": i32::MAX}]});
        let Answer { text, is_error } = send(&client, "dcim", rehearse("bulk_update", items)).await;
        assert!(is_error && text.contains("description: - -> y"), "{text}");
        assert!(text.ends_with(&format!("not there: {}", i32::MAX)), "{text}");
        let steps = json!({"dry_run": true, "steps": [
            {"resource": "region", "action": "create", "params": {"name": "a", "slug": format!("{name}-a"), "parent": region}},
            {"resource": "site", "action": "create", "each": ["b", "c"],
                "params": {"name": "$each", "slug": "$each", "region": "$1.id"}},
            {"resource": "region", "action": "update", "params": {"id": region, "parent": "$1.id"}},
        ]});
        let Answer { text, is_error } = send(&client, "batch", steps).await;
        assert!(!is_error, "{text}");
        assert!(text.contains("parent: - -> $1.id"), "{text}");
        assert_eq!(netbox.get(&path).await["last_updated"], before["last_updated"]);
    })
    .await;
}

#[tokio::test]
async fn a_bulk_delete_needs_a_count_that_matches() {
    with_netbox(|netbox| async move {
        let client = netbox.client(ADMIN[1]).await;
        let name = &netbox.name;
        let mut ids = Vec::new();
        for n in 0..3 {
            let region = json!({"name": format!("{name}-{n}"), "slug": format!("{name}-{n}")});
            ids.push(netbox.make("/api/dcim/regions/", region).await);
        }
        let path = format!("/api/dcim/regions/{}/", ids[0]);
        let delete = |options: Value| {
            let items: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
            json!({"resource": "region", "action": "bulk_delete", "params": {"items": items},
                "options": options})
        };
        for options in [json!({}), json!({"expect": 2})] {
            let Answer { text, is_error } = send(&client, "dcim", delete(options)).await;
            assert!(is_error && text.contains(&format!("{name}-1")), "{text}");
            assert!(text.contains("it is about 3 regions"), "{text}");
            assert!(is_there(&netbox, &path).await);
        }
        let Answer { text, is_error } = send(&client, "dcim", delete(json!({"expect": 3}))).await;
        assert!(!is_error && text.starts_with("deleted 3 regions"), "{text}");
        assert!(!is_there(&netbox, &path).await);
    })
    .await;
}

#[tokio::test]
async fn what_keeps_an_object_from_being_deleted_is_told() {
    with_netbox(|netbox| async move {
        let client = netbox.client(ADMIN[1]).await;
        let name = &netbox.name;
        let maker =
            netbox.make("/api/dcim/manufacturers/", json!({"name": name, "slug": name})).await;
        for n in 0..30 {
            let (model, slug) = (format!("{name} M{n}"), format!("{name}-m{n}"));
            let model = json!({"manufacturer": maker, "model": model, "slug": slug});
            netbox.make("/api/dcim/device-types/", model).await;
        }
        let delete = |dry_run: bool| {
            json!({"resource": "manufacturer", "action": "delete", "params": {"id": maker},
                "options": {"dry_run": dry_run}})
        };
        let Answer { text, .. } = send(&client, "dcim", delete(true)).await;
        assert!(text.contains(&format!("{maker} {name} (devicetype_count=30)")), "{text}");
        let Answer { text, is_error } = send(&client, "dcim", delete(false)).await;
        assert!(is_error && text.contains("409 Conflict"), "{text}");
        assert!(text.contains("30 dependent objects") && text.contains(" M0"), "{text}");
        assert!(text.len() < 1_300, "{} bytes: {text}", text.len());
    })
    .await;
}

#[tokio::test]
async fn a_write_is_locked_to_what_was_read() {
    with_netbox(|netbox| async move {
        let client = netbox.client(ADMIN[1]).await;
        let name = &netbox.name;
        let region = netbox.make("/api/dcim/regions/", json!({"name": name, "slug": name})).await;
        let path = format!("/api/dcim/regions/{region}/");
        let read = netbox.get(&path).await["last_updated"].clone();
        let update = |id: Value, stamp: &Value| {
            json!({"resource": "region", "action": "update",
                "params": {"id": id, "description": "x"}, "options": {"if_match": stamp}})
        };
        let first = send(&client, "dcim", update(json!(region), &read)).await;
        assert!(!first.is_error, "{}", first.text);
        for id in [json!(region), json!(name)] {
            let stale = send(&client, "dcim", update(id, &read)).await;
            assert!(stale.is_error && stale.text.contains("was changed after"), "{}", stale.text);
            let now = netbox.get(&path).await["last_updated"].clone();
            assert!(stale.text.ends_with(&format!("options.if_match {now}")), "{}", stale.text);
        }
        // What the entity tag is made of is what a list shows, so that a name is locked too.
        let named = update(json!(name), &Value::Null);
        let named = send(&client, "dcim", named).await;
        assert!(!named.is_error, "{}", named.text);
        let ensure = json!({"resource": "region", "action": "ensure",
            "params": {"name": name, "slug": name, "description": "y"}});
        let ensured = send(&client, "dcim", ensure).await;
        assert!(ensured.text.starts_with("updated region"), "{}", ensured.text);
    })
    .await;
}

#[tokio::test]
async fn the_change_log_is_told_the_reason() {
    with_netbox(|netbox| async move {
        let client = netbox.client(ADMIN[1]).await.noting_changes();
        let name = &netbox.name;
        let region = netbox.make("/api/dcim/regions/", json!({"name": name, "slug": name})).await;
        for (action, params) in [
            ("update", json!({"id": region, "description": "x"})),
            ("bulk_update", json!({"items": [{"id": region, "description": "y"}]})),
            ("delete", json!({"id": region})),
        ] {
            let call = json!({"resource": "region", "action": action, "params": params,
                "options": {"reason": format!("{action} of {name}")}});
            let Answer { text, is_error } = send(&client, "dcim", call).await;
            assert!(!is_error && !text.contains("changelog"), "{text}");
            let told = messages(&netbox, "dcim.region", region).await;
            assert_eq!(told[0], format!("tester-client: {action} of {name}"));
        }
    })
    .await;
}

#[tokio::test]
async fn a_large_bulk_call_is_made_in_parts_that_are_answered_in_time() {
    with_netbox(|netbox| async move {
        let client = netbox.client(ADMIN[1]).await.in_parts_of(20);
        let name = &netbox.name;
        let tag = |n: usize| json!({"name": format!("{name}-{n}"), "slug": format!("{name}-{n}")});
        // The last row is refused by NetBox, and only the part that it is in.
        let mut items: Vec<Value> = (0..25).map(tag).collect();
        items.push(tag(0));
        let create = |items: &[Value]| {
            json!({"resource": "tag", "action": "bulk_create", "params": {"items": items}})
        };
        let Answer { text, is_error } = send(&client, "extras", create(&items)).await;
        assert!(is_error && text.starts_with("20 of 26 rows done: created 20 tags"), "{text}");
        assert!(text.contains("failed: rows 21-26") && text.contains("row 26"), "{text}");
        let list = format!("/api/extras/tags/?name__isw={name}-&limit=1000");
        let made = netbox.get(&list).await;
        let ids: Vec<Value> = made["results"].as_array().expect("rows").iter().map(|row| json!({"id": row["id"]})).collect();
        assert_eq!(ids.len(), 20);
        let (text, is_error) = {
            let delete = json!({"resource": "tag", "action": "bulk_delete", "params": {"items": ids},
                "options": {"expect": 20}});
            let answer = send(&client, "extras", delete).await;
            (answer.text, answer.is_error)
        };
        assert!(!is_error && text.starts_with("deleted 20 tags"), "{text}");
    })
    .await;
}
