//! Calls from the tool's arguments to the request and back to the answer.

mod execution;
mod failures;
pub(crate) mod fixture;
#[cfg(feature = "http-client")]
mod http;
mod in_process;
mod lists;
mod random;
mod refusals;

use fixture::{Recorder, call};
use serde_json::{Value, json};

/// Calls `inventory` and compares what was sent and what was answered.
#[track_caller]
fn check_sent(answer: (u16, Value), arguments: &Value, sent: &[&str], text: &str) {
    let recorder = Recorder::json(answer.0, answer.1);
    let (answered, is_error) = call(&recorder, arguments);
    assert_eq!(recorder.lines(), sent, "answered: {answered}");
    assert!(!is_error, "{answered}");
    assert!(answered.contains(text), "{answered:?} does not hold {text:?}");
}

#[test]
fn reads_and_writes_reach_the_api_and_are_told() {
    let device = json!({"id": 5, "name": "ams1", "status": "active"});
    let page = json!({"count": 1, "next": null, "results": [device]});
    check_sent(
        (200, page),
        &json!({"resource": "devices", "action": "list", "params": {"status": ["active", "planned"], "site_id": null}}),
        &["GET /api/devices/?status=active&status=planned&site_id=null&limit=50"],
        "ams1",
    );
    check_sent(
        (200, device.clone()),
        &json!({"resource": "device", "action": "retrieve", "params": {"id": 5}}),
        &["GET /api/devices/5/"],
        "ams1",
    );
    check_sent(
        (201, device.clone()),
        &json!({"resource": "device", "action": "create", "params": {"name": "ams1", "site": {"slug": "a"}}}),
        &[r#"POST /api/devices/ {"name":"ams1","site":{"slug":"a"}}"#],
        "created device 5 ams1",
    );
    check_sent(
        (200, device),
        &json!({"resource": "device", "action": "update", "id": 5, "status": "planned"}),
        &[r#"PATCH /api/devices/5/ {"status":"planned"}"#],
        "5",
    );
}
