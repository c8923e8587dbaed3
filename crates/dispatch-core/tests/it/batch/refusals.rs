//! Batches of which nothing is sent.

use mcp_protocol::tool::{ToolCall, ToolServer};
use serde_json::{Value, json};

use super::fixture::{api, create, on, run, with};
use crate::dispatch::fixture::{call_as, caller, dispatcher};

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

#[test]
fn what_is_no_batch_is_told() {
    let step = create("a", &json!({}));
    for (arguments, text) in [
        (json!({}), "steps is missing or empty"),
        (json!({"steps": []}), "steps is missing or empty"),
        (json!({"steps": "x"}), "steps must be a list of steps"),
        (json!({"steps": [step], "onerror": "stop"}), "did you mean on_error?"),
        (json!({"steps": [step], "on_error": "abort"}), "on_error must be \"stop\""),
        (json!({"steps": [step, 5]}), "step 2: the step must be an object"),
        (json!({"steps": [{"steps": [step]}]}), "step 1: a batch holds no batch"),
        (json!({"steps": [{"resource": "device"}]}), "step 1: action is missing; help is no step"),
        (json!({"steps": [{"resource": "device", "action": "help"}]}), "help is no step"),
        (json!({"steps": [{"action": "list"}]}), "resource is missing; every call names one"),
        (json!({"steps": [with(step.clone(), &json!({"as": "1x"}))]}), "is no name"),
        (json!({"steps": [with(step.clone(), &json!({"each": []}))]}), "each is empty"),
        (json!({"steps": [with(step.clone(), &json!({"each": [1, [2]]}))]}), "each must be a list"),
        (json!({"steps": [with(step.clone(), &json!({"each": [1, 2]}))]}), "nothing in params is"),
        (
            json!({"steps": [with(step.clone(), &json!({"each": [["name"], ["a"], ["b", 1]]}))]}),
            "row 2 has 2 values, the header 1 names",
        ),
        (
            json!({"steps": [with(step.clone(), &json!({"as": "x"})), with(step.clone(), &json!({"as": "x"}))]}),
            "step 2: as x is another step's name already",
        ),
        (json!({"steps": [create("$5 a month", &json!({}))]}), "is written $$"),
        (
            json!({"steps": vec![step.clone(); 51]}),
            "51 steps are more than one batch may have (50)",
        ),
        (
            json!({"steps": [with(create("$each", &json!({})), &json!({"each": vec![1; 1001]}))]}),
            "each has 1001 elements over all steps",
        ),
        (
            json!({"steps": [with(create("$each", &json!({})), &json!({"each": ["a", "too-long-a-name"]}))]}),
            "step 1 (device create): row 2: name:",
        ),
    ] {
        let api = api();
        let (answered, is_error) = run(&api, &arguments);
        assert!(is_error && answered.contains(text), "{answered:?} does not say {text:?}");
        assert!(api.lines().is_empty(), "{answered}");
    }
}

#[track_caller]
fn check_scopes(granted: &[&str], arguments: &Value, text: &str, scopes: Option<&[&str]>) {
    let api = api();
    let dispatcher = dispatcher(&api);
    let cx = caller(granted, &["read", "write"]);
    let call = ToolCall::new("batch").with_arguments(arguments.to_string());
    let challenge = dispatcher.authorize(&call, &cx).err();
    let (answered, is_error) = call_as(&dispatcher, cx, "batch", arguments);
    assert!(is_error && api.lines().is_empty(), "{answered}");
    assert_eq!(answered, text);
    let scopes = scopes.map(|scopes| scopes.iter().map(|scope| (*scope).to_owned()).collect());
    assert_eq!(challenge.map(|challenge| challenge.required), scopes);
}

#[test]
fn one_step_above_the_callers_scopes_refuses_all() {
    let steps = json!({"steps": [on("get", &json!(1)), on("delete", &json!(1)), create("a", &json!({"nme": 1}))]});
    check_scopes(
        &["read"],
        &steps,
        "batch not sent: device.delete, device.create needs the scope write, which this \
         connection does not have",
        Some(&["write"]),
    );
    check_scopes(
        &[],
        &steps,
        "batch not sent: device.get, device.delete, device.create need the scopes read write, \
         which this connection does not have",
        Some(&["read", "write"]),
    );
    // What is hidden is unknown, and unknown comes first.
    check_scopes(
        &["read"],
        &json!({"steps": [on("delete", &json!(1)), on("wipe", &json!(1))]}),
        "batch not sent:\nstep 2: unknown action \"wipe\" of device; it has list, get, create, \
         update, delete, bulk_create, bulk_update, render, upload",
        None,
    );
}

#[test]
fn who_sees_nothing_has_no_batch() {
    let dispatcher = dispatcher(&api());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let error = |tool: &str| {
        let call = ToolCall::new(tool).with_arguments(json!({"steps": []}).to_string());
        runtime.block_on(dispatcher.call(call, caller(&[], &[]))).unwrap_err().to_string()
    };
    assert_eq!(error("batch").replace("batch", "nobody"), error("nobody"));
}
