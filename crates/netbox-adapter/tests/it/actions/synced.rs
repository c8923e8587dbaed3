//! What is copied from a data source is read again: a source in the background, the others at once.

use std::fs;
use std::time::Duration;

use serde_json::{Value, json};

use crate::netbox::{ADMIN, with_netbox};

#[tokio::test]
async fn what_comes_from_a_source_is_synced() {
    with_netbox(|netbox| async move {
        let client = netbox.client(ADMIN[1]).await;
        // NetBox may run under a root of its own, which has another path for this folder.
        let folder = tempfile::tempdir_in(netbox.text("shared")).expect("a folder");
        // A number as a float, a key out of order, and a letter beyond ASCII. (NetBox reads it as
        // YAML, where `1e5` is a text.)
        let context = r#"{"zone": "Zürich", "b": 1.0, "a": [100]}"#;
        fs::write(folder.path().join("context.json"), context).expect("a file");
        fs::write(folder.path().join("template.j2"), "hostname {{ device.name }}").expect("a file");
        let name = netbox.name.clone();
        let folder_name = folder.path().file_name().expect("a name").to_string_lossy();
        let url = format!("file://{}/{folder_name}", netbox.text("shared_in_netbox"));
        let source = json!({"name": name, "type": "local", "source_url": url});
        let source = netbox.make("/api/core/data-sources/", source).await;
        let answer = client.call("core", "datasource", "sync", &json!({"id": name})).await;
        assert!(!answer.is_error, "{}", answer.text);
        let mut status = Value::Null;
        for _ in 0..60 {
            status =
                netbox.get(&format!("/api/core/data-sources/{source}/")).await["status"]["value"]
                    .clone();
            if status == "completed" || status == "failed" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        assert_eq!(status, "completed", "is there a worker?");
        let files = client.ask("core", "datafile", "list", json!({"source": [name]})).await;
        let file = |path: &str| {
            let rows = files["results"].as_array().into_iter().flatten();
            let mut named = rows.filter(|row| row["path"] == path);
            named.next().expect("the file")["id"].clone()
        };
        let of = |path: &str, more: Value| {
            let mut body = json!({"name": name, "data_source": source, "data_file": file(path)});
            for (key, value) in more.as_object().into_iter().flatten() {
                body[key] = value.clone();
            }
            body
        };
        let code = json!({"template_code": "old"});
        let export = json!({"template_code": "old", "object_types": ["dcim.site"]});
        for (resource, path, body, field) in [
            ("configtemplate", "config-templates", of("template.j2", code), "template_code"),
            ("exporttemplate", "export-templates", of("template.j2", export), "template_code"),
            (
                "configcontext",
                "config-contexts",
                of("context.json", json!({"data": {"x": 1}})),
                "data",
            ),
            (
                "configcontextprofile",
                "config-context-profiles",
                of("context.json", json!({"schema": {"type": "object"}})),
                "schema",
            ),
        ] {
            netbox.make(&format!("/api/extras/{path}/"), body).await;
            let synced = client.ask("extras", resource, "sync", json!({"id": name})).await;
            let expected = match field {
                "template_code" => json!("hostname {{ device.name }}"),
                _ => serde_json::from_str(context).expect("JSON"),
            };
            assert_eq!(synced[field], expected, "{resource}: {synced}");
            let answer = client.call("extras", resource, "sync", &json!({"id": name})).await;
            assert!(!answer.is_error && answer.text.contains(&name), "{}", answer.text);
            assert!(answer.text.len() < 1_500, "{resource}: {}", answer.text);
        }
    })
    .await;
}
