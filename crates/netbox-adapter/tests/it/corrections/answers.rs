//! Answers that are not what the document says, and actions that take no body.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::netbox::{ADMIN, NetBox, with_netbox};

/// The ids of two devices with one interface each.
async fn devices(netbox: &NetBox) -> [(i64, i64); 2] {
    let name = &netbox.name;
    let of = netbox.make_for_devices(1).await;
    let mut devices = [(0, 0); 2];
    for (n, device) in devices.iter_mut().enumerate() {
        let id = netbox.make_device(of, &format!("{name}-{n}"), &json!({})).await;
        let interface = json!({"device": id, "name": format!("eth{n}"), "type": "1000base-t"});
        *device = (id, netbox.make("/api/dcim/interfaces/", interface).await);
    }
    devices
}

#[tokio::test]
async fn trace_answers_with_segments() {
    with_netbox(|netbox| async move {
        let [(_, near), (_, far)] = devices(&netbox).await;
        let client = netbox.client(ADMIN[1]).await;
        let uncabled = client.ask("dcim", "interface", "trace", json!({"id": near})).await;
        assert_eq!(uncabled, json!([]));
        let end = |id: i64| json!([{"object_type": "dcim.interface", "object_id": id}]);
        let cable = json!({"a_terminations": end(near), "b_terminations": end(far)});
        netbox.make("/api/dcim/cables/", cable).await;
        for token in ADMIN {
            let client = netbox.client(token).await;
            let hops = client.ask("dcim", "interface", "trace", json!({"id": near})).await;
            assert_eq!(hops.as_array().map(Vec::len), Some(1), "{hops}");
            assert_eq!(hops[0][0][0]["id"], near);
            assert_eq!(hops[0][2][0]["id"], far);
            // The shaped answer names both ends.
            let answer = client.call("dcim", "interface", "trace", &json!({"id": near})).await;
            assert!(!answer.is_error, "{}", answer.text);
            assert!(
                answer.text.contains("eth0") && answer.text.contains("eth1"),
                "{}",
                answer.text
            );
        }
    })
    .await;
}

#[tokio::test]
async fn render_config_has_no_format() {
    with_netbox(|netbox| async move {
        let [(device, _), _] = devices(&netbox).await;
        let code = "hostname {{ device.name }} {{ ntpServers[0] }}";
        let template = json!({"name": netbox.name, "template_code": code});
        let template = netbox.make("/api/extras/config-templates/", template).await;
        let body = json!({"config_template": template});
        let path = format!("/api/dcim/devices/{device}/");
        netbox.ask(Method::PATCH, &path, Some(&body)).await;
        let path = format!("{path}render-config/?format=txt");
        let (status, _) = netbox.ask(Method::POST, &path, Some(&json!({}))).await;
        assert_eq!(status, StatusCode::NOT_ACCEPTABLE, "the document offers what is refused");
        for token in ADMIN {
            let client = netbox.client(token).await;
            // What the template is given keeps its keys as they are.
            let params = json!({"id": device, "ntpServers": ["192.0.2.1"]});
            let rendered = client.ask("dcim", "device", "render-config", params).await;
            let expected = format!("hostname {}-0 192.0.2.1", netbox.name);
            assert_eq!(rendered["content"], expected, "{rendered}");
            let params = json!({"id": template, "device": {"name": "x"}, "ntpServers": ["y"]});
            let rendered = client.ask("extras", "configtemplate", "render", params).await;
            assert_eq!(rendered["content"], "hostname x y", "{rendered}");
        }
        // Without a template, NetBox says so under a key of its own.
        let client = netbox.client(ADMIN[0]).await;
        let body = json!({"config_template": Value::Null});
        let path = format!("/api/dcim/devices/{device}/");
        netbox.ask(Method::PATCH, &path, Some(&body)).await;
        let text = client.refused("dcim", "device", "render-config", json!({"id": device})).await;
        assert!(text.contains("template"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn special_answers_have_shapes_of_their_own() {
    with_netbox(|netbox| async move {
        let name = netbox.name.clone();
        let site = netbox.make("/api/dcim/sites/", json!({"name": name, "slug": name})).await;
        let rack = json!({"name": name, "site": site, "u_height": 4});
        let rack = netbox.make("/api/dcim/racks/", rack).await;
        let set = json!({"name": name, "extra_choices": [["a", "The first"], ["b", "The second"]]});
        let set = netbox.make("/api/extras/custom-field-choice-sets/", set).await;
        for token in ADMIN {
            let client = netbox.client(token).await;
            let units = client.call("dcim", "rack", "elevation", &json!({"id": rack})).await;
            assert!(!units.is_error && units.text.contains("U4"), "{}", units.text);
            let choices =
                client.call("extras", "customfieldchoiceset", "choices", &json!({"id": set})).await;
            assert!(!choices.is_error && choices.text.contains("The second"), "{}", choices.text);
        }
    })
    .await;
}

#[tokio::test]
async fn actions_take_no_body() {
    with_netbox(|netbox| async move {
        let source =
            json!({"name": netbox.name, "type": "local", "source_url": "file:///nonexistent"});
        let source = netbox.make("/api/core/data-sources/", source).await;
        for token in ADMIN {
            let client = netbox.client(token).await;
            let synced = client.ask("core", "datasource", "sync", json!({"id": source})).await;
            assert_eq!(synced["id"], source, "{synced}");
        }
        let client = netbox.client(ADMIN[1]).await;
        let named = json!({"id": source, "name": "x"});
        let text = client.refused("core", "datasource", "sync", named).await;
        assert!(text.contains("name"), "{text}");
    })
    .await;
}
