//! Steps that run: references, lists, folding and order.

use serde_json::{Value, json};

use super::fixture::{api, create, on, run, with};

/// Runs a batch in which nothing fails, and compares what was sent and what was said.
#[track_caller]
fn check(arguments: &Value, sent: &[&str], text: &str) {
    let api = api();
    let (answered, is_error) = run(&api, arguments);
    assert_eq!(api.lines(), sent, "answered: {answered}");
    assert!(!is_error, "{answered}");
    assert_eq!(answered, text);
}

#[test]
fn steps_use_what_came_before() {
    let update = |id: &str, more: Value| {
        with(on("update", &json!(id)), &json!({"params": with(json!({"id": id}), &more)}))
    };
    check(
        &json!({"steps": [
            with(create("a", &json!({})), &json!({"as": "leaf"})),
            update("$1.id", json!({"serial": "$leaf.name"})),
            update("$leaf", json!({"serial": "$$1.id", "site": "$2.site", "status": "$2.status"})),
        ]}),
        &[
            r#"POST /api/devices/ {"name":"a","site":7}"#,
            r#"PATCH /api/devices/101/ {"serial":"a"}"#,
            r#"PATCH /api/devices/101/ {"serial":"$1.id","site":7,"status":"active"}"#,
        ],
        "1: created device 101 a\n\
         2: updated device 101 d101: serial=a\n\
         3: updated device 101 d101: serial=$1.id site=7 status=active",
    );
}

#[test]
fn each_is_one_request_where_the_api_has_one() {
    let sent = &[r#"POST /api/devices/ [{"site":7,"name":"a"},{"site":8,"name":"b"}]"#];
    let said = "1: created 2 devices: 101-102 (a, b)";
    let params = json!({"site": 7});
    for each in [
        json!([{"name": "a"}, {"name": "b", "site": 8}]),
        json!([["site", "name"], [7, "a"], [8, "b"]]),
        json!(r#"[{"name":"a"},{"name":"b","site":8}]"#),
    ] {
        let step = json!({"resource": "device", "action": "create", "each": each});
        let step = with(
            step,
            &json!({"params": if each[0].is_array() { json!({}) } else { params.clone() }}),
        );
        check(&json!({"steps": [step]}), sent, said);
    }
    let step = with(create("$each", &json!({"serial": "$each"})), &json!({"each": ["a", "b"]}));
    check(
        &json!({"steps": [step]}),
        &[
            r#"POST /api/devices/ [{"name":"a","site":7,"serial":"a"},{"name":"b","site":7,"serial":"b"}]"#,
        ],
        said,
    );
}

#[test]
fn rows_of_a_bulk_request_are_told_apart_by_their_id() {
    let update = json!({"resource": "device", "action": "update",
        "params": {"id": "$each.id", "status": "planned"}, "each": "$1[*]"});
    check(
        &json!({"steps": [
            {"resource": "device", "action": "list", "options": {"fields": ["name"]}},
            update,
            with(on("get", &json!("$2[0].id")), &json!({"options": {"fields": ["name"]}})),
        ]}),
        &[
            "GET /api/devices/?limit=50",
            r#"PATCH /api/devices/ [{"id":1,"status":"planned"},{"id":2,"status":"planned"},{"id":3,"status":"planned"}]"#,
            "GET /api/devices/1/",
        ],
        "1 device list:\n3 of 3 devices\nid\tname\n1\td1\n2\td2\n3\td3\n\
         2: updated 3 devices: 1-3\n\
         3 device get:\nid: 1\nname: d1",
    );
}

#[test]
fn a_run_of_one_action_is_one_request() {
    check(
        &json!({"steps": [
            create("a", &json!({})), create("b", &json!({})),
            create("c", &json!({"serial": "$2.name"})),
        ]}),
        &[
            r#"POST /api/devices/ [{"name":"a","site":7},{"name":"b","site":7}]"#,
            r#"POST /api/devices/ {"name":"c","site":7,"serial":"b"}"#,
        ],
        "1: created device 101 a\n2: created device 102 b\n3: created device 103 c",
    );
}

#[test]
fn what_has_no_bulk_form_runs_one_by_one() {
    check(
        &json!({"steps": [with(on("delete", &json!("$each")), &json!({"each": [1, 2, 5], "expect": 3}))]}),
        &["DELETE /api/devices/1/", "DELETE /api/devices/2/", "DELETE /api/devices/5/"],
        "1: deleted 3 devices: 1-2,5",
    );
}
