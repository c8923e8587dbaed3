//! Calls from the tool's arguments to the request and back to the answer.

mod cursors;
mod documents;
mod execution;
mod failures;
pub(crate) mod fixture;
#[cfg(feature = "http-client")]
mod http;
mod in_process;
mod lists;
mod one;
mod permissions;
mod plans;
mod policy_words;
mod prefix;
mod random;
mod reducers;
mod refusals;
mod rehearsals;
#[cfg(feature = "http-client")]
mod road;
mod split;

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

#[test]
fn an_option_is_told_from_a_parameter_of_its_name() {
    let page =
        || (200, json!({"count": 1, "results": [{"id": 1, "name": "a", "status": "active"}]}));
    // A cursor, a limit and fields may be the API's own parameters too.
    check_sent(
        (200, json!({"data": [{"id": 1}]})),
        &json!({"resource": "event", "action": "list", "params": {"cursor": "abc"}}),
        &["GET /api/events/?cursor=abc"],
        "1",
    );
    for arguments in [
        json!({"resource": "device", "action": "list", "options": {"limit": 2, "fields": ["name"]}}),
        json!({"resource": "device", "action": "list", "limit": 2, "fields": "name"}),
        json!({"resource": "device", "action": "list", "params": {"limit": 2, "fields": ["name"]}}),
    ] {
        check_sent(page(), &arguments, &["GET /api/devices/?limit=2"], "name");
    }
}
