//! Batches of which nothing is sent.

use serde_json::{Value, json};

use super::fixture::{api, create, on, run, with};

/// Runs a batch that must not reach the API.
#[track_caller]
fn check(arguments: &Value, text: &str) {
    let api = api();
    let (answered, is_error) = run(&api, arguments);
    assert!(is_error && api.lines().is_empty(), "{answered}\n{:?}", api.lines());
    assert_eq!(answered, text);
}

#[test]
fn every_faulty_step_is_told() {
    check(
        &json!({"steps": [
            create("a", &json!({"site": "$2.id"})),
            with(on("get", &json!("$1")), &json!({"as": "x"})),
            on("update", &json!("$each")),
        ]}),
        "batch not sent:\n\
         step 3: \"$each\" stands for an element of each, and the step has none",
    );
    check(
        &json!({"steps": [
            create("a", &json!({"site": "$2.id"})),
            on("get", &json!("$2.id")),
            on("get", &json!("$y.id")),
        ]}),
        "batch not sent:\n\
         step 1 (device create): \"$2.id\" refers to a later step; only what comes before can be used\n\
         step 2 (device get): \"$2.id\" refers to its own step\n\
         step 3 (device get): \"$y.id\" refers to no step; a text that begins with $ is written $$",
    );
    check(
        &json!({"steps": [
            create("a", &json!({"status": "actve"})),
            with(on("update", &json!("$1.id")), &json!({"params": {"id": "$1.id", "nme": "$1.x"}})),
        ]}),
        "batch not sent:\n\
         step 1 (device create): status: the string \"actve\" is none of active, planned, offline; did you mean active?\n\
         step 2 (device update): nme: no such field; did you mean name?\n\
         nothing to change: give at least one field with its new value",
    );
}
