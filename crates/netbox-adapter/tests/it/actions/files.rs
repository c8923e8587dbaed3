//! Files: images of device types, attached images, modules of scripts.

use serde_json::{Value, json};

use super::background::{job_of, settled};
use crate::netbox::{ADMIN, with_netbox};

/// One black pixel.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9\
                   awAAAABJRU5ErkJggg==";

fn png(name: &str) -> Value {
    json!({"filename": name, "content_base64": PNG})
}

#[tokio::test]
async fn images_of_a_device_type_are_set_and_cleared() {
    with_netbox(|netbox| async move {
        let name = &netbox.name;
        let manufacturer = json!({"name": name, "slug": name});
        let manufacturer = netbox.make("/api/dcim/manufacturers/", manufacturer).await;
        let kind = json!({"manufacturer": manufacturer, "model": name, "slug": name});
        let kind = netbox.make("/api/dcim/device-types/", kind).await;
        let path = format!("/api/dcim/device-types/{kind}/");
        let client = netbox.client(ADMIN[1]).await.noting_changes();
        let update = |params: Value| client.ask("dcim", "devicetype", "update", params);

        let images = json!({"id": name, "front_image": png("front.png"), "rear_image": png("r.png"),
            "part_number": "P-1", "airflow": null});
        let updated = update(images).await;
        assert_eq!(updated["part_number"], "P-1");
        assert_eq!(updated["is_full_depth"], true, "a form leaves out what it does not change");
        let shown = netbox.get(&path).await;
        for image in ["front_image", "rear_image"] {
            assert!(shown[image].as_str().is_some_and(|url| url.ends_with(".png")), "{shown}");
        }
        // Other fields go as JSON, as ever, and an image is cleared.
        update(json!({"id": kind, "tags": [], "rear_image": null})).await;
        let shown = netbox.get(&path).await;
        assert!(shown["front_image"].is_string() && shown["rear_image"].is_null(), "{shown}");

        let image = || png("a.png");
        for (action, params, words) in [
            ("update", json!({"id": kind, "front_image": "a.png"}), "front_image: expected a file"),
            (
                "create",
                json!({"model": "x", "slug": "x", "manufacturer": name, "front_image": {
                    "filename": "a.png", "content_base64": "?"}}),
                "front_image: content_base64 is no base64",
            ),
            (
                "bulk_update",
                json!({"items": [{"id": kind, "front_image": image()}]}),
                "items[0].front_image: a list of objects cannot carry a file",
            ),
        ] {
            let text = client.refused("dcim", "devicetype", action, params).await;
            assert!(text.contains("not sent") && text.contains(words), "{text}");
        }
        let text = client
            .refused(
                "dcim",
                "devicetype",
                "update",
                json!({"id": kind, "front_image": {"filename":
                "a.png", "content": "no image"}}),
            )
            .await;
        assert!(text.contains("front_image: Upload a valid image"), "{text}");

        let dry = json!({"resource": "devicetype", "action": "update", "options": {"dry_run": true},
            "params": {"id": kind, "rear_image": png("rear.png")}});
        let answer = client.send("dcim", &dry).await.expect("an answer");
        assert!(answer.text.contains("rear_image: - -> rear.png"), "{}", answer.text);

        // What is one step each in a batch does not become a list with files.
        let step = |image: &str| {
            let params = json!({"id": kind, "rear_image": png(image)});
            json!({"resource": "devicetype", "action": "update", "params": params})
        };
        let steps = json!({"steps": [step("1.png"), step("2.png")]});
        let answer = client.send("batch", &steps).await.expect("an answer");
        assert!(!answer.is_error, "{}", answer.text);
        assert!(netbox.get(&path).await["rear_image"].is_string());
    })
    .await;
}

/// NetBox loses references that stand in a form without a word, so images follow in a request of
/// their own.
#[tokio::test]
async fn a_device_type_is_created_with_its_images_in_one_call() {
    with_netbox(|netbox| async move {
        let name = &netbox.name;
        let maker = json!({"name": name, "slug": name});
        netbox.make("/api/dcim/manufacturers/", maker).await;
        netbox.make("/api/extras/tags/", json!({"name": name, "slug": name})).await;
        let client = netbox.client(ADMIN[1]).await.noting_changes();
        let of = |model: &str, image: Value| {
            json!({"manufacturer": name, "model": model, "slug": format!("{name}-{model}"),
                "tags": [name], "front_image": image, "rear_image": png("rear.png")})
        };
        let call = |action: &str, params: Value, options: Value| {
            json!({"resource": "devicetype", "action": action, "params": params, "options": options})
        };
        let find = |model: &str| format!("/api/dcim/device-types/?slug={name}-{model}");

        let dry = call("create", of("a", png("front.png")), json!({"dry_run": true}));
        let answer = client.send("dcim", &dry).await.expect("an answer");
        let words = "\nthen, in an update of it: front_image, rear_image";
        assert!(!answer.is_error && answer.text.ends_with(words), "{}", answer.text);
        assert_eq!(netbox.get(&find("a")).await["count"], 0);

        let created = client.ask("dcim", "devicetype", "create", of("a", png("front.png"))).await;
        let id = created["id"].as_i64().expect("an id");
        netbox.keep("/api/dcim/device-types/", id);
        let shown = netbox.get(&format!("/api/dcim/device-types/{id}/")).await;
        assert_eq!((&shown["manufacturer"]["slug"], &shown["tags"][0]["slug"]), (&json!(name), &json!(name)));
        assert!(shown["front_image"].is_string() && shown["rear_image"].is_string(), "{shown}");

        // What was done, what was not, and what does it.
        let no_image = json!({"filename": "a.png", "content": "no image"});
        let create = call("create", of("b", no_image.clone()), json!({}));
        let answer = client.send("dcim", &create).await.expect("an answer");
        let id = netbox.get(&find("b")).await["results"][0]["id"].as_i64().expect("an id");
        netbox.keep("/api/dcim/device-types/", id);
        assert!(answer.is_error, "{}", answer.text);
        for words in [
            format!("created devicetype {id} b"),
            "BUT front_image, rear_image not set: ".to_owned(),
            "front_image: Upload a valid image".to_owned(),
            format!("resource=devicetype action=update params={{\"id\":{id},\"front_image\":\"…\""),
        ] {
            assert!(answer.text.contains(&words), "{}", answer.text);
        }

        let update = json!({"id": id, "tags": [], "front_image": png("front.png")});
        let updated = client.ask("dcim", "devicetype", "update", update).await;
        assert!(updated["tags"] == json!([]) && updated["front_image"].is_string(), "{updated}");

        // In a batch that is undone, what was created goes again.
        let steps = json!({"on_error": "undo", "steps": [call("create", of("c", no_image), json!({}))]});
        let answer = client.send("batch", &steps).await.expect("an answer");
        assert!(answer.is_error && answer.text.contains("undone"), "{}", answer.text);
        assert_eq!(netbox.get(&find("c")).await["count"], 0);
    })
    .await;
}

#[tokio::test]
async fn an_attached_image_is_replaced() {
    with_netbox(|netbox| async move {
        let name = &netbox.name;
        let site = netbox.make("/api/dcim/sites/", json!({"name": name, "slug": name})).await;
        let client = netbox.client(ADMIN[1]).await;
        let object = json!({"site": name});
        let create = json!({"object": object, "image": png("a.png"), "name": name});
        let id = client.ask("extras", "imageattachment", "create", create).await["id"].clone();
        netbox.keep("/api/extras/image-attachments/", id.as_i64().expect("an id"));
        let update = |params: Value| client.ask("extras", "imageattachment", "update", params);
        let updated = update(json!({"id": id, "object": object, "image": png("b.png")})).await;
        assert_eq!(updated["object_id"], site);
        let updated = update(json!({"id": id, "object": object, "description": "x"})).await;
        assert_eq!(updated["description"], "x");
        let replace = json!({"id": id, "object": object, "image": png("c.png"), "name": "n"});
        let replaced = client.ask("extras", "imageattachment", "replace", replace).await;
        assert_eq!(replaced["name"], "n");
        let items = json!({"items": [{"id": id, "object": object, "name": "m"}]});
        let listed = client.ask("extras", "imageattachment", "bulk_update", items.clone()).await;
        assert_eq!(listed[0]["name"], "m");

        for (action, params, words) in [
            // NetBox itself fails where it is not told.
            ("update", json!({"id": id, "name": "x"}), "object: required, {KIND: name}"),
            ("update", json!({"id": id, "object": object, "image": null}), "image: expected"),
            ("bulk_replace", items, "items: a list of objects cannot carry a file"),
        ] {
            let text = client.refused("extras", "imageattachment", action, params).await;
            assert!(text.contains("not sent") && text.contains(words), "{text}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_script_module_is_uploaded_anew() {
    with_netbox(|netbox| async move {
        let client = netbox.client(ADMIN[1]).await;
        let name = format!("Say{}", netbox.name.replace('-', ""));
        let module = netbox.name.replace('-', "_");
        let code = |word: &str| {
            format!(
                "from extras.scripts import Script\n\nclass {name}(Script):\n    \
                 def run(self, data, commit):\n        return '{word}'\n"
            )
        };
        let file = |word: &str| json!({"filename": format!("{module}.py"), "content": code(word)});
        let create = json!({"file": file("one")});
        let made = client.ask("extras", "scriptmodule", "create", create).await;
        for (action, word) in [("update", "two"), ("replace", "three")] {
            let params = json!({"id": made["id"], "file": file(word)});
            client.ask("extras", "scriptmodule", action, params).await;
            let run = json!({"id": name, "data": {}, "commit": true});
            client.ask("extras", "script", "run", run).await;
            let job = settled(&netbox, &job_of(&netbox, &name).await).await;
            assert_eq!(job["data"]["output"], word, "{job}");
        }
    })
    .await;
}
