//! Steps that fail: what is done, what is not run, and what is undone.

use serde_json::{Value, json};

use super::fixture::{api, create, on, run};

/// Runs a batch in which something fails, and compares what was sent and what was said.
#[track_caller]
fn check(arguments: &Value, sent: &[&str], text: &str) {
    let api = api();
    let (answered, is_error) = run(&api, arguments);
    assert_eq!(api.lines(), sent, "answered: {answered}");
    assert!(is_error, "{answered}");
    assert_eq!(answered, text);
}

#[test]
fn the_steps_after_a_failure_are_not_run() {
    check(
        &json!({"steps": [on("get", &json!(5)), on("get", &json!("$1.nme")), create("a", &json!({}))]}),
        &["GET /api/devices/5/"],
        "1 of 3 steps done; not atomic: what is done stays done\n\
         1 device get:\nid: 5\nname: d5\nstatus: active\nsite: Ams\nserial: s\n\
         2 device get: not sent: $1 has no \"nme\"; it has id, name, status, site, serial, \
         backup_site, tags\n\
         3 device create: not run",
    );
}
