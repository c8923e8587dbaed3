//! Steps that fail: what is done, what is not run, and what is undone.

use dispatch_core::{BackendError, BackendErrorKind};
use http::Method;
use serde_json::{Value, json};

use super::fixture::{api, create, on, run, with};
use crate::dispatch::fixture::{Recorder, json_response};

/// Runs a batch in which something fails, and compares what was sent and what was said.
#[track_caller]
fn check(arguments: &Value, sent: &[&str], text: &str) {
    check_with(&api(), arguments, sent, text);
}

#[track_caller]
fn check_with(api: &Recorder, arguments: &Value, sent: &[&str], text: &str) {
    let (answered, is_error) = run(api, arguments);
    assert_eq!(api.lines(), sent, "answered: {answered}");
    assert!(is_error, "{answered}");
    assert_eq!(answered, text);
}

/// A step that updates a device.
fn update(id: &Value, more: &Value) -> Value {
    let step = json!({"resource": "device", "action": "update"});
    with(step, &json!({"params": with(json!({"id": id}), more)}))
}

#[test]
fn the_steps_after_a_failure_are_not_run() {
    check(
        &json!({"steps": [
            on("get", &json!(5)), on("get", &json!("$1.nme")), create("a", &json!({})),
        ]}),
        &["GET /api/devices/5/"],
        "1 of 3 steps done; not atomic: what is done stays done\n\
         1 device get:\nid: 5\nname: d5\nstatus: active\nsite: Ams\nserial: s\n\
         2 device get: not sent: $1 has no \"nme\"; it has id, name, status, site, serial, \
         backup_site, tags\n\
         3 device create: not run",
    );
}

#[test]
fn a_refused_bulk_request_is_told_by_row_or_by_step() {
    let each = json!(["a", "bad", "c", "bad"]);
    let sent: Vec<String> = ["a", "bad", "c", "bad"]
        .iter()
        .map(|name| format!(r#"{{"name":"{name}","site":7}}"#))
        .collect();
    check(
        &json!({"steps": [with(create("$each", &json!({})), &json!({"each": each}))]}),
        &[&format!("POST /api/devices/ [{}]", sent.join(","))],
        "0 of 1 steps done; not atomic: what is done stays done\n\
         1 device create x4:\n\
         the API refused device bulk_create (400 Bad Request):\n  \
         not all could be written\n  \
         rows 2,4: name: is bad\n\
         the other rows of this request may have been written; look before you try again",
    );
    check(
        &json!({"steps": [create("a", &json!({})), create("bad", &json!({}))]}),
        &[&format!("POST /api/devices/ [{}]", sent[..2].join(","))],
        "0 of 2 steps done; not atomic: what is done stays done\n\
         1 device create:\n\
         the API refused device bulk_create (400 Bad Request):\n  \
         not all could be written\n  \
         step 2 (bad): name: is bad\n\
         the other rows of this request may have been written; look before you try again\n\
         2 device create: not done: sent in one request with step 1",
    );
}

#[test]
fn what_can_go_on_goes_on_where_it_is_asked() {
    check(
        &json!({"on_error": "continue", "steps": [
            create("bad", &json!({})),
            update(&json!("$1.id"), &json!({"serial": "x"})),
            with(create("$each", &json!({})), &json!({"each": ["a", "bad", "c"]})),
            update(&json!(5), &json!({"serial": "x"})),
        ]}),
        &[
            r#"POST /api/devices/ {"name":"bad","site":7}"#,
            r#"POST /api/devices/ {"name":"a","site":7}"#,
            r#"POST /api/devices/ {"name":"bad","site":7}"#,
            r#"POST /api/devices/ {"name":"c","site":7}"#,
            r#"PATCH /api/devices/5/ {"serial":"x"}"#,
        ],
        "1 of 4 steps done; not atomic: what is done stays done\n\
         1: the API refused device create (400 Bad Request):\n  name: is bad\n\
         2 device update: not run: needs step 1\n\
         3: 2 of 3 rows done: created 2 devices: 101-102 (a, c)\n\
         failed: row 2: the API refused device create (400 Bad Request):\n  name: is bad\n\
         4: updated device 5 d5: serial=x",
    );
}

#[test]
fn what_was_done_is_undone_in_reverse() {
    check(
        &json!({"on_error": "undo", "steps": [
            create("a", &json!({})),
            update(&json!(5), &json!({"serial": "x", "status": "planned", "site": 8})),
            on("delete", &json!(9)),
            create("bad", &json!({})),
            create("never", &json!({"serial": "$1.id"})),
        ]}),
        &[
            r#"POST /api/devices/ {"name":"a","site":7}"#,
            "GET /api/devices/5/",
            r#"PATCH /api/devices/5/ {"serial":"x","status":"planned","site":8}"#,
            "DELETE /api/devices/9/",
            r#"POST /api/devices/ {"name":"bad","site":7}"#,
            r#"PATCH /api/devices/5/ {"serial":"s","status":"active","site":7}"#,
            "DELETE /api/devices/101/",
        ],
        "3 of 5 steps done; NOT all of it could be undone\n\
         1: created device 101 a\n  undone\n\
         2: updated device 5 d5: serial=x status=planned site=8\n  undone\n\
         3: deleted device 9\n  NOT undone: delete cannot be undone\n\
         4: the API refused device create (400 Bad Request):\n  name: is bad\n\
         5 device create: not run",
    );
}

#[test]
fn an_object_that_cannot_be_read_is_not_changed_where_it_would_have_to_be_undone() {
    check(
        &json!({"on_error": "undo", "steps": [update(&json!(404), &json!({"serial": "x"}))]}),
        &["GET /api/devices/404/"],
        "0 of 1 steps done; nothing was written\n\
         1 device update:\nthe API refused device get 404 (404 Not Found):\n  Not found.\n\
         there is no device 404, or the credential this server uses may not see it",
    );
}

#[test]
fn an_undo_that_fails_is_told() {
    let api = Recorder::new(|request, n_before| match (request.method(), n_before) {
        (&Method::POST, 0) => Ok(json_response(201, &json!({"id": 1, "name": "a"}))),
        (&Method::POST, _) => {
            let kind = BackendErrorKind::Timeout { sent: true };
            Err(BackendError::new(kind, "no answer came in 30 s"))
        }
        _ => Ok(json_response(409, &json!({"detail": "has cables"}))),
    });
    check_with(
        &api,
        &json!({"on_error": "undo", "steps": [
            create("a", &json!({})), create("b", &json!({"serial": "$1.name"})),
        ]}),
        &[
            r#"POST /api/devices/ {"name":"a","site":7}"#,
            r#"POST /api/devices/ {"name":"b","site":7,"serial":"a"}"#,
            "DELETE /api/devices/1/",
        ],
        "1 of 2 steps done; NOT all of it could be undone\n\
         1: created device 1 a\n  NOT undone: the API refused device delete 1 (409 Conflict):\n  \
         has cables\n\
         2: device create: its effect is unknown. The request was sent, then no answer came in 30 \
         s. It may have been done in whole or not at all, and was not sent again. Before you try \
         again, look what was done with resource=device action=list params={\"name\":\"b\"}\n  \
         NOT undone: its effect is not known",
    );
}
