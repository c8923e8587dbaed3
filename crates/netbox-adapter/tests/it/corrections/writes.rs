//! Writes: messages for the change log, tags, references, preconditions, the background.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use super::deletes::messages;
use crate::netbox::{ADMIN, with_netbox};

#[tokio::test]
async fn writes_take_a_changelog_message() {
    with_netbox(|netbox| async move {
        for token in ADMIN {
            let client = netbox.client(token).await;
            let name = format!("{}-{}", netbox.name, token.replace('_', "-"));
            let create = json!({"name": name, "slug": name, "changelog_message": "one"});
            let made = client.ask("dcim", "region", "create", create).await;
            let id = made["id"].as_i64().expect("an id");
            netbox.keep("/api/dcim/regions/", id);
            let update = json!({"id": id, "description": "a", "changelog_message": "two"});
            client.ask("dcim", "region", "update", update).await;
            let replace =
                json!({"id": id, "name": name, "slug": name, "description": "c", "changelog_message": "three"});
            client.ask("dcim", "region", "replace", replace).await;
            let item = json!({"id": id, "description": "b", "changelog_message": "four"});
            client.ask("dcim", "region", "bulk_update", json!({"items": [item]})).await;
            let seen = messages(&netbox, "dcim.region", id).await;
            assert_eq!(seen, ["four", "three", "two", "one"]);
            // NetBox would answer 500.
            let long = json!({"id": id, "changelog_message": "x".repeat(201)});
            let text = client.refused("dcim", "region", "update", long).await;
            assert!(text.contains("changelog_message") && text.contains("200"), "{text}");
        }
    })
    .await;
}

#[tokio::test]
async fn tags_are_added_and_removed() {
    with_netbox(|netbox| async move {
        let name = netbox.name.clone();
        for tag in ["a", "b"] {
            let tag = format!("{name}-{tag}");
            netbox.make("/api/extras/tags/", json!({"name": tag, "slug": tag})).await;
        }
        let (a, b) = (json!({"slug": format!("{name}-a")}), json!({"name": format!("{name}-b")}));
        for token in ADMIN {
            let client = netbox.client(token).await;
            let name = format!("{name}-{}", token.replace('_', "-"));
            let made = json!({"name": name, "slug": name, "tags": [a]});
            let id = netbox.make("/api/dcim/regions/", made).await;
            let tags = |region: &Value| -> Vec<String> {
                let tags = region["tags"].as_array().expect("tags").iter();
                let names = tags.map(|tag| tag["name"].as_str().expect("a name"));
                names.map(|tag| tag[tag.len() - 1..].to_owned()).collect()
            };
            let both =
                client.ask("dcim", "region", "update", json!({"id": id, "add_tags": [b]})).await;
            assert_eq!(tags(&both), ["a", "b"]);
            let item = json!({"id": id, "remove_tags": [a]});
            client.ask("dcim", "region", "bulk_update", json!({"items": [item]})).await;
            let region = netbox.get(&format!("/api/dcim/regions/{id}/")).await;
            assert_eq!(tags(&region), ["b"]);
        }
    })
    .await;
}

#[tokio::test]
async fn references_take_any_unique_attribute() {
    with_netbox(|netbox| async move {
        let name = netbox.name.clone();
        let region = netbox
            .make("/api/dcim/regions/", json!({"name": name, "slug": format!("{name}-r")}))
            .await;
        for token in ADMIN {
            let client = netbox.client(token).await;
            for (n, reference) in [
                json!(region),
                json!({"name": name}),
                json!({"slug": format!("{name}-r")}),
                json!({"name": name, "slug": format!("{name}-r")}),
            ]
            .into_iter()
            .enumerate()
            {
                let site = format!("{name}-{}-{n}", token.replace('_', "-"));
                let create = json!({"name": site, "slug": site, "region": reference});
                let made = client.ask("dcim", "site", "create", create).await;
                netbox.keep("/api/dcim/sites/", made["id"].as_i64().expect("an id"));
                assert_eq!(made["region"]["id"], region, "{reference}");
            }
            let unknown = json!({"name": "x", "slug": "x", "region": {"slugg": "x"}});
            let text = client.refused("dcim", "site", "create", unknown).await;
            assert!(text.contains("slug"), "{text}");
        }
    })
    .await;
}

#[tokio::test]
async fn writes_take_if_match() {
    with_netbox(|netbox| async move {
        for token in ADMIN {
            let client = netbox.client(token).await;
            let name = format!("{}-{}", netbox.name, token.replace('_', "-"));
            let id = netbox.make("/api/dcim/regions/", json!({"name": name, "slug": name})).await;
            let path = format!("/api/dcim/regions/{id}/");
            let region = netbox.get(&path).await;
            let updated = region["last_updated"].as_str().expect("a time").replace('Z', "+00:00");
            let current = format!("W/\"{updated}\"");
            let stale = "W/\"2001-01-01T00:00:00+00:00\"";
            for (action, params) in [
                ("update", json!({"id": id, "description": "x", "If-Match": stale})),
                ("replace", json!({"id": id, "name": "x", "slug": "x", "If-Match": stale})),
                ("delete", json!({"id": id, "If-Match": stale})),
            ] {
                let text = client.refused("dcim", "region", action, params).await;
                assert!(text.contains("412"), "{action}: {text}");
            }
            assert_eq!(netbox.get(&path).await["last_updated"], region["last_updated"]);
            let update = json!({"id": id, "description": "y", "If-Match": current});
            let changed = client.ask("dcim", "region", "update", update).await;
            assert_eq!(changed["description"], "y");
        }
    })
    .await;
}

#[tokio::test]
async fn bulk_writes_run_in_the_background() {
    with_netbox(|netbox| async move {
        let client = netbox.client("admin_v2").await;
        let name = netbox.name.clone();
        let items: Vec<Value> = (0..2)
            .map(|n| json!({"name": format!("{name}-{n}"), "slug": format!("{name}-{n}")}))
            .collect();
        let params = json!({"items": items, "background": true});
        let answer = client.ask("dcim", "region", "bulk_create", params).await;
        let job = answer["job"]["id"].as_i64().expect("a job");
        let mut done = Value::Null;
        for _ in 0..60 {
            done = client.ask("core", "job", "get", json!({"id": job})).await;
            if ["completed", "errored", "failed"]
                .contains(&done["status"]["value"].as_str().unwrap_or_default())
            {
                break;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        assert_eq!(done["status"]["value"], "completed", "{done}");
        assert_eq!(done["data"]["status_code"], 201);
        let regions = netbox.get(&format!("/api/dcim/regions/?name__isw={name}")).await;
        for region in regions["results"].as_array().expect("rows") {
            netbox.keep("/api/dcim/regions/", region["id"].as_i64().expect("an id"));
        }
        assert_eq!(regions["count"], 2);
    })
    .await;
}

/// A secret that is written in the background is in the answer of its job, where it is masked.
#[tokio::test]
async fn a_job_tells_no_secret() {
    with_netbox(|netbox| async move {
        let client = netbox.client("admin_v1").await;
        let name = netbox.name.clone();
        let secret = format!("psk-of-{name}");
        let item = json!({"name": name, "version": 2, "preshared_key": secret});
        let params = json!({"items": [item], "background": true});
        let answer = client.ask("vpn", "ikepolicy", "bulk_create", params).await;
        let job = answer["job"]["id"].as_i64().expect("a job");
        let path = format!("/api/core/jobs/{job}/");
        let mut seen = Value::Null;
        for _ in 0..60 {
            seen = netbox.get(&path).await;
            if !seen["completed"].is_null() {
                break;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let made = &seen["data"]["data"][0];
        netbox.keep("/api/vpn/ike-policies/", made["id"].as_i64().expect("an id"));
        assert_eq!(made["preshared_key"], secret, "NetBox tells it");
        let shown = client.ask("core", "job", "get", json!({"id": job})).await;
        assert!(!shown.to_string().contains(&secret), "{shown}");
        let answer = client.call("core", "job", "list", &json!({"limit": 50})).await;
        assert!(!answer.text.contains(&secret), "{}", answer.text);
        netbox.ask(Method::DELETE, &path, None).await;
    })
    .await;
}
