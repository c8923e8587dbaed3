//! Writes that are only told of, and writes of another number of objects than was expected.

use serde_json::{Value, json};

use super::fixture::{Recorder, call, json_response};

/// An API with the devices 1 to 5.
fn api() -> Recorder {
    Recorder::new(|request, _| {
        let path = request.uri().path();
        let device = |id: u64| {
            json!({"id": id, "name": format!("d{id}"), "status": {"value": "planned", "label": "Planned"},
                "site": {"id": 1, "name": "Ams"}, "serial": "", "interface_count": id - 1})
        };
        let id =
            path.trim_end_matches('/').rsplit('/').next().and_then(|id| id.parse::<u64>().ok());
        Ok(match id {
            Some(id @ 1..=5) => json_response(200, &device(id)),
            Some(_) => json_response(404, &json!({"detail": "Not found."})),
            None => {
                let rows: Vec<Value> = (1..=5).map(device).collect();
                json_response(200, &json!({"count": 5, "next": null, "results": rows}))
            }
        })
    })
}

/// Makes a call and compares what was sent and what was answered.
#[track_caller]
fn check(action: &str, params: &Value, options: &Value, sent: &[&str], text: &str, is_error: bool) {
    let api = api();
    let arguments =
        json!({"resource": "device", "action": action, "params": params, "options": options});
    let answer = call(&api, &arguments);
    assert_eq!(api.lines(), sent, "{}", answer.0);
    assert_eq!(answer, (text.to_owned(), is_error));
}

#[test]
fn what_a_write_would_do_is_told_and_not_done() {
    let dry = || json!({"dry_run": true});
    check(
        "update",
        &json!({"id": 5, "status": "active", "serial": "X1", "site": 1}),
        &dry(),
        &["GET /api/devices/5/"],
        "would update device 5 d5\nstatus: planned -> active\nserial: - -> X1\nunchanged: site",
        false,
    );
    check(
        "update",
        &json!({"id": 5, "status": "planned"}),
        &dry(),
        &["GET /api/devices/5/"],
        "would change nothing of device 5 d5",
        false,
    );
    check(
        "update",
        &json!({"id": 9, "status": "active"}),
        &dry(),
        &["GET /api/devices/9/"],
        "there is no device 9",
        true,
    );
    check(
        "delete",
        &json!({"id": 3}),
        &dry(),
        &["GET /api/devices/3/"],
        "would delete device 3 d3 (interface_count=2)",
        false,
    );
    check(
        "create",
        &json!({"name": "d6", "site": 1}),
        &dry(),
        &[],
        "would create device d6",
        false,
    );
    check(
        "bulk_create",
        &json!({"items": [{"name": "d6", "site": 1}, {"name": "d7", "site": 1}]}),
        &dry(),
        &[],
        "would create 2 devices: d6, d7",
        false,
    );
    check(
        "wipe",
        &json!({"id": 3}),
        &dry(),
        &["GET /api/devices/3/"],
        "would send device wipe 3; its arguments fit, what it does only the API knows",
        false,
    );
    // A read is done, since it changes nothing.
    let api = api();
    let (text, _) = call(
        &api,
        &json!({"resource": "device", "action": "get", "params": {"id": 5}, "dry_run": true}),
    );
    assert!(text.contains("name: d5"), "{text}");
}

#[test]
fn a_write_that_is_only_told_of_is_checked_as_it_would_be() {
    check(
        "update",
        &json!({"id": 5, "status": "activ"}),
        &json!({"dry_run": true}),
        &[],
        "device update not sent:\nstatus: the string \"activ\" is none of active, planned, offline; did you mean active?",
        true,
    );
    check(
        "update",
        &json!({"id": 5, "status": "active"}),
        &json!({"dry_run": "perhaps"}),
        &[],
        "options.dry_run must be true",
        true,
    );
}

#[test]
fn another_number_of_objects_than_was_expected_is_not_written() {
    let items = json!({"items": [{"id": 1, "status": "active"}, {"id": 2, "status": "active"}]});
    check(
        "bulk_update",
        &items,
        &json!({"expect": 3}),
        &[],
        "device bulk_update not sent: options.expect is 3, but it is about 2 devices; if that is \
         meant, send options {\"expect\":2}",
        true,
    );
    check(
        "update",
        &json!({"id": 1, "serial": "a"}),
        &json!({"expect": 2}),
        &["GET /api/devices/1/"],
        "device update not sent: options.expect is 2, but it is about 1 device: 1 d1; if that is \
         meant, send options {\"expect\":1}",
        true,
    );
    check(
        "list",
        &json!({}),
        &json!({"expect": 2}),
        &[],
        "device list not sent: options.expect is for writes",
        true,
    );
    let api = api();
    let arguments =
        json!({"resource": "device", "action": "bulk_update", "params": items, "expect": 2});
    call(&api, &arguments);
    assert!(api.lines()[0].starts_with("PATCH /api/devices/ ["), "{:?}", api.lines());
}
