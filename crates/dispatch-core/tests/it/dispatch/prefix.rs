//! A dispatcher beside others, whose tools have a prefix: every text that names a tool says it.

use std::sync::Arc;

use dispatch_core::surface::{SurfaceOptions, Tools};
use dispatch_core::{Dispatcher, DispatcherOptions, Starting};
use mcp_protocol::tool::{
    Composition, Content, Implementation, ListChanges, ToolCall, ToolReply, ToolServer,
};
use serde_json::{Value, json};

use super::fixture::{Recorder, admin, caller, catalog};

fn recorder() -> Recorder {
    Recorder::json(200, json!({"id": 7, "count": 0, "results": []}))
}

/// The same API twice.
fn both(options: SurfaceOptions, [lab, prod]: [&Recorder; 2]) -> Composition {
    let of = |recorder: &Recorder| {
        let options = DispatcherOptions::default().with_surface(options);
        Dispatcher::new(catalog(), recorder.clone()).with_options(options)
    };
    let info = Implementation::new("both", "1");
    let both = Composition::new(info).mount("lab", of(lab)).unwrap();
    both.mount("prod", of(prod)).unwrap()
}

fn call(server: &impl ToolServer, tool: &str, arguments: &Value) -> String {
    let call = ToolCall::new(tool).with_arguments(arguments.to_string());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    match runtime.block_on(server.call(call, admin())) {
        Err(error) => error.to_string(),
        Ok(ToolReply::Complete(result)) => match result.content.as_slice() {
            [Content::Text { text, .. }] => text.clone(),
            other => panic!("{other:?}"),
        },
        Ok(other) => panic!("{other:?}"),
    }
}

/// Calls a tool and says what is answered, and what reached each API.
#[track_caller]
fn check(tool: &str, arguments: &Value, expected: &str, n_sent: [usize; 2]) {
    for options in [SurfaceOptions::default(), SurfaceOptions::default().with_split(true)] {
        let (lab, prod) = (recorder(), recorder());
        let text = call(&both(options, [&lab, &prod]), tool, arguments);
        assert!(text.contains(expected), "{tool} {arguments}: {text}");
        assert_eq!([lab.lines().len(), prod.lines().len()], n_sent, "{tool} {arguments}: {text}");
    }
}

#[test]
fn each_tool_reaches_its_own_api() {
    let list = json!({"resource": "device", "action": "list"});
    check("lab_inventory", &list, "", [1, 0]);
    check("prod_inventory", &list, "", [0, 1]);
    check("prod_batch", &json!({"steps": [list]}), "", [0, 1]);
    check("inventory", &list, "the tools here are lab_*, prod_*", [0, 0]);
    check("lab_what", &list, "unknown tool: lab_what", [0, 0]);
}

#[test]
fn texts_name_tools_as_clients_see_them() {
    let help = |resource: &str| json!({"resource": resource, "action": "help"});
    check("lab_inventory", &help("device"), "device (lab_inventory)", [0, 0]);
    check("prod_inventory", &help("device"), "device (prod_inventory)", [0, 0]);
    check("lab_inventory", &help(""), "lab_inventory: actions of its resources", [0, 0]);
    check("lab_inventory", &help("lab_inventory"), "lab_inventory: actions of its", [0, 0]);
    check("lab_inventory", &help("inventory"), "lab_inventory: actions of its", [0, 0]);
    check("lab_inventory", &help("lab_inventory.device"), "device (lab_inventory)", [0, 0]);
    check("lab_inventory", &json!({"action": "list"}), "lab_inventory has device", [0, 0]);
    let list = |resource: &str| json!({"resource": resource, "action": "list"});
    check(
        "lab_inventory",
        &list("user"),
        "user is a resource of the tool lab_people, not of lab_inventory",
        [0, 0],
    );
    check("lab_inventory", &list("usr"), "did you mean user (tool lab_people)?", [0, 0]);
    check("lab_inventory", &list("zzz"), "unknown resource \"zzz\" in lab_inventory", [0, 0]);
}

#[test]
fn what_is_of_another_is_said_to_be() {
    let expected = "\"prod_inventory.site\" is of the tools prod_*; lab_* reach only their own";
    let step = |resource: &str| json!({"resource": resource, "action": "list"});
    check("lab_inventory", &step("prod_inventory.site"), expected, [0, 0]);
    let steps = json!({"steps": [step("lab_inventory.site"), step("prod_inventory.site")]});
    check("lab_batch", &steps, expected, [0, 0]);
    check(
        "lab_inventory",
        &json!({"resource": "prod_inventory"}),
        "is of the tools prod_*",
        [0, 0],
    );
}

#[test]
fn a_cursor_is_of_the_server_that_gave_it() {
    let page = || {
        let rows: Vec<Value> = (1..=3).map(|id| json!({"id": id, "name": "a"})).collect();
        Recorder::json(200, json!({"count": 9, "next": "/api/devices/?offset=3", "results": rows}))
    };
    let (lab, prod) = (page(), page());
    let both = both(SurfaceOptions::default(), [&lab, &prod]);
    let list = json!({"resource": "device", "action": "list", "options": {"limit": 2}});
    let text = call(&both, "lab_inventory", &list);
    let cursor = text.split('"').find(|part| part.contains('~')).expect("a cursor").to_owned();
    let next = json!({"cursor": cursor});
    let refused = call(&both, "prod_inventory", &next);
    assert!(refused.contains("this cursor is damaged or from elsewhere"), "{refused}");
    assert_eq!(prod.lines().len(), 0);
    let text = call(&both, "lab_inventory", &next);
    assert!(!text.contains("cursor is damaged") && lab.lines().len() == 2, "{text}");
}

fn names(server: &impl ToolServer) -> Vec<String> {
    let list = server.tools(&admin()).unwrap();
    let tools: Vec<Value> = serde_json::from_slice(&list.tools).unwrap();
    tools.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn tools_that_are_no_groups_are_named_in_full() {
    let (lab, prod) = (recorder(), recorder());
    let split = both(SurfaceOptions::default().with_split(true), [&lab, &prod]);
    let list = String::from_utf8(split.tools(&admin()).unwrap().tools.to_vec()).unwrap();
    assert!(list.contains("Or steps, as lab_batch"), "{list}");
    assert!(list.contains("Or steps that delete, as prod_batch"), "{list}");
    let delete = json!({"resource": "device", "action": "delete", "params": {"id": 7}});
    let text = call(&split, "lab_inventory", &delete);
    assert!(text.contains("through the tool lab_delete"), "{text}");

    let one = both(SurfaceOptions::default().with_tools(Tools::One), [&lab, &prod]);
    assert_eq!(names(&one), ["lab_api", "prod_api"]);
    let find = json!({"action": "find", "resource": "device"});
    assert!(call(&one, "lab_api", &find).starts_with("device"));
    let list = json!({"resource": "device", "action": "list"});
    call(&one, "prod_api", &list);
    assert_eq!([lab.lines().len(), prod.lines().len()], [0, 1]);
}

#[test]
fn each_caller_is_asked_for_the_scopes_of_the_one_it_calls() {
    let (lab, prod) = (recorder(), recorder());
    let both = both(SurfaceOptions::default(), [&lab, &prod]);
    let cx = caller(&["read"], &["read", "write"]);
    let arguments = json!({"resource": "device", "action": "create", "params": {"name": "a"}});
    for tool in ["lab_inventory", "prod_inventory"] {
        let call = ToolCall::new(tool).with_arguments(arguments.to_string());
        let challenge = both.authorize(&call, &cx).unwrap_err();
        assert_eq!(challenge.required, ["write"]);
    }
    let call = ToolCall::new("inventory").with_arguments(arguments.to_string());
    assert_eq!(both.authorize(&call, &cx), Ok(()), "it is refused as unknown");
}

#[test]
fn one_that_comes_later_is_told_to_clients_and_a_new_catalog_keeps_the_names() {
    let changes = ListChanges::new();
    let starting = || {
        let info = Implementation::new("netbox", "1");
        let starting = Starting::new(info, std::time::Duration::from_secs(1), "it is being read");
        Arc::new(starting.with_list_changes(changes.clone()))
    };
    let (lab, prod) = (starting(), starting());
    let both =
        Composition::new(Implementation::new("both", "1")).mount("lab", lab.clone()).unwrap();
    let both = both.mount("prod", prod.clone()).unwrap().with_list_changes(changes.clone());
    assert!(both.ready().is_err());
    let recorder = recorder();
    assert!(lab.start(Dispatcher::new(catalog(), recorder.clone())).is_ok());
    assert_eq!(names(&both), ["lab_inventory", "lab_people", "lab_batch"]);
    let list = json!({"resource": "device", "action": "list"});
    assert!(call(&both, "prod_inventory", &list).contains("it is being read"));
    assert!(prod.start(Dispatcher::new(catalog(), recorder)).is_ok());
    let all = names(&both);
    assert_eq!(all.len(), 6);
    prod.server().unwrap().replace_catalog(catalog());
    assert_eq!(names(&both), all);
    let help = json!({"resource": "device", "action": "help"});
    assert!(call(&both, "prod_inventory", &help).starts_with("device (prod_inventory)"));
}
