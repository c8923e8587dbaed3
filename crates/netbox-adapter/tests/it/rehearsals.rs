//! Writes that are only told of, and deletes of many or of what others need, on a running NetBox.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::{Answer, Client};
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
        assert_eq!(text, told);
        let delete = rehearse("delete", json!({"id": region}));
        let Answer { text, .. } = send(&client, "dcim", delete).await;
        assert_eq!(text, format!("would delete region {region} {name}"));
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
        assert!(text.ends_with("parent: - -> $1.id"), "{text}");
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
        assert_eq!(text, format!("would delete manufacturer {maker} {name} (devicetype_count=30)"));
        let Answer { text, is_error } = send(&client, "dcim", delete(false)).await;
        assert!(is_error && text.contains("409 Conflict"), "{text}");
        assert!(text.contains("30 dependent objects") && text.contains(" M0"), "{text}");
        assert!(text.len() < 1_300, "{} bytes: {text}", text.len());
    })
    .await;
}
