//! Objects by what people know them by, on the sandbox: what is sent, and what is answered.

pub(crate) mod traced;

use serde_json::json;
use traced::Traced;

/// Makes a call and compares what was sent and the answer's beginning.
#[track_caller]
fn check(arguments: serde_json::Value, sent: &[&str], text: &str) {
    let traced = Traced::small();
    let (answer, is_error) = traced.call("dcim", &arguments);
    assert_eq!(traced.sent(), sent, "{answer}");
    assert!(!is_error && answer.contains(text), "{answer}");
}

#[test]
fn names_in_a_body_cost_no_request() {
    check(
        json!({"resource": "device", "action": "create", "params": {
            "name": "ham-rtr-02", "site": "Hamburg", "role": "router",
            "device_type": {"manufacturer": "Acme", "model": "R100"}, "tags": ["core"],
        }}),
        &[
            r#"POST /api/dcim/devices/ {"name":"ham-rtr-02","site":{"name":"Hamburg"},"role":{"slug":"router"},"device_type":{"manufacturer":{"name":"Acme"},"model":"R100"},"tags":[{"slug":"core"}]}"#,
        ],
        "created device 7 ham-rtr-02",
    );
    check(
        json!({"resource": "interface", "action": "create", "params": {
            "device": "ham-rtr-01", "name": "lag1", "type": "lag",
        }}),
        &[
            r#"POST /api/dcim/interfaces/ {"device":{"name":"ham-rtr-01"},"name":"lag1","type":"lag"}"#,
        ],
        "created interface",
    );
    check(
        json!({"resource": "interface", "action": "bulk_create", "params": {"items": [
            {"device": "ham-rtr-01", "name": "a", "type": "virtual", "parent": "ham-rtr-01/Gi0/0"},
            {"device": 1, "name": "b", "type": "virtual", "mtu": 1500},
        ]}}),
        &[
            r#"POST /api/dcim/interfaces/ [{"device":{"name":"ham-rtr-01"},"name":"a","type":"virtual","parent":{"device":{"name":"ham-rtr-01"},"name":"Gi0/0"}},{"device":1,"name":"b","type":"virtual","mtu":1500}]"#,
        ],
        "created 2 interfaces",
    );
    check(
        json!({"resource": "device", "action": "update", "params": {
            "id": 1, "primary_ip4": "10.0.10.1/24", "site": {"slug": "hamburg"},
        }}),
        &[
            r#"PATCH /api/dcim/devices/1/ {"primary_ip4":{"address":"10.0.10.1/24"},"site":{"slug":"hamburg"}}"#,
        ],
        "updated device 1 ham-rtr-01",
    );
}
