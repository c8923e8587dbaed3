//! Deletes: ids in place of whole objects, and a message for the change log.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::netbox::{ADMIN, NetBox, with_netbox};

/// The messages of the change log for one object, newest first.
pub(crate) async fn messages(netbox: &NetBox, model: &str, id: i64) -> Vec<String> {
    let path = format!(
        "/api/core/object-changes/?changed_object_type={model}&changed_object_id={id}&ordering=-time"
    );
    let changes = netbox.get(&path).await;
    let rows = changes["results"].as_array().expect("rows");
    rows.iter().map(|row| row["message"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn is_there(netbox: &NetBox, path: &str) -> bool {
    netbox.ask(Method::GET, path, None).await.0 == StatusCode::OK
}

#[tokio::test]
async fn bulk_delete_takes_ids() {
    with_netbox(|netbox| async move {
        for token in ADMIN {
            let client = netbox.client(token).await;
            let name = format!("{}-{}", netbox.name, token.replace('_', "-"));
            let items: Vec<Value> = (0..3)
                .map(|n| json!({"name": format!("{name}-{n}"), "slug": format!("{name}-{n}")}))
                .collect();
            let made = client.ask("dcim", "region", "bulk_create", json!({"items": items})).await;
            let ids: Vec<i64> = made
                .as_array()
                .expect("rows")
                .iter()
                .filter_map(|row| row["id"].as_i64())
                .collect();
            assert_eq!(ids.len(), 3);
            ids.iter().for_each(|id| netbox.keep("/api/dcim/regions/", *id));
            let message = format!("{name} is no more");
            let items = json!([{"id": ids[0], "changelog_message": message}, {"id": ids[1]}]);
            let answer =
                client.call("dcim", "region", "bulk_delete", &json!({"items": items})).await;
            assert!(!answer.is_error, "{}", answer.text);
            for (id, expected) in ids.iter().zip([false, false, true]) {
                let path = format!("/api/dcim/regions/{id}/");
                assert_eq!(is_there(&netbox, &path).await, expected);
            }
            assert_eq!(messages(&netbox, "dcim.region", ids[0]).await[0], message);
            // What the document asks for is refused before it is sent; plain ids are too.
            let whole = json!({"items": [{"name": name, "slug": name}]});
            let text = client.refused("dcim", "region", "bulk_delete", whole).await;
            assert!(text.contains("items[0].id"), "{text}");
            client.refused("dcim", "region", "bulk_delete", json!({"items": [ids[2]]})).await;
            assert!(is_there(&netbox, &format!("/api/dcim/regions/{}/", ids[2])).await);
        }
    })
    .await;
}

#[tokio::test]
async fn delete_takes_a_changelog_message() {
    with_netbox(|netbox| async move {
        for token in ADMIN {
            let client = netbox.client(token).await;
            let name = format!("{}-{}", netbox.name, token.replace('_', "-"));
            let id = netbox.make("/api/dcim/regions/", json!({"name": name, "slug": name})).await;
            let message = format!("deleted by {token}");
            let params = json!({"id": id, "changelog_message": message});
            let answer = client.call("dcim", "region", "delete", &params).await;
            assert!(!answer.is_error, "{}", answer.text);
            assert!(!is_there(&netbox, &format!("/api/dcim/regions/{id}/")).await);
            assert_eq!(messages(&netbox, "dcim.region", id).await[0], message);
        }
    })
    .await;
}
