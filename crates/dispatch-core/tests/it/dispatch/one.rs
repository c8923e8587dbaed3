//! One tool for everything.

use dispatch_core::surface::{Level, SchemaProfile, Surface, SurfaceOptions, Tools};
use dispatch_core::{Dispatcher, DispatcherOptions, Tier};
use mcp_protocol::tool::{ToolCall, ToolServer};
use serde_json::{Value, json};

use super::fixture::{Recorder, admin, call_as, caller, catalog};
use crate::surface::accesses;

fn one() -> SurfaceOptions {
    SurfaceOptions::default().with_tools(Tools::One)
}

fn serve(recorder: &Recorder, surface: SurfaceOptions) -> Dispatcher<Recorder> {
    let options = DispatcherOptions::default().with_surface(surface);
    Dispatcher::new(catalog(), recorder.clone()).with_options(options)
}

fn answers() -> Recorder {
    Recorder::json(200, json!({"id": 7, "count": 0, "results": []}))
}

#[track_caller]
fn check(arguments: &Value, expect: &str, n_sent: usize) {
    let recorder = answers();
    let (text, _) = call_as(&serve(&recorder, one()), admin(), "api", arguments);
    assert!(text.starts_with(expect), "{arguments}: {text}");
    assert_eq!(recorder.lines().len(), n_sent, "{arguments}: {text}");
}

#[test]
fn resources_of_every_group_are_called_through_it() {
    let new = json!({"name": "a", "site": 1});
    check(&json!({"resource": "device", "action": "create", "params": new}), "created device 7", 1);
    check(&json!({"resource": "users", "action": "list"}), "", 1);
    check(&json!({"resource": "Devices", "action": "list"}), "", 1);
    check(&json!({"resource": "devcie", "action": "list"}), "unknown resource \"devcie\"; did", 0);
    check(&json!({"action": "list"}), "resource is missing; every call names one", 0);
}

#[test]
fn it_explains_and_finds() {
    check(&json!({}), "inventory: ", 0);
    check(&json!({"resource": "people", "action": "help"}), "people: actions of its resources", 0);
    check(&json!({"resource": "device", "action": "help"}), "device (inventory)", 0);
    check(&json!({"resource": "create devices", "action": "find"}), "device: create", 0);
    check(&json!({"action": "find", "params": {"words": "device"}}), "device", 0);
    check(&json!({"action": "find"}), "words is missing", 0);
}

#[test]
fn it_takes_steps() {
    let step = json!({"resource": "device", "action": "get", "params": {"id": 7}});
    check(&json!({"steps": [step, step], "on_error": "continue"}), "1 ", 2);
    // Some clients must send every property, and send what they do not use empty.
    check(&json!({"steps": []}), "inventory: ", 0);
}

#[tokio::test]
async fn there_is_no_other_tool() {
    let recorder = answers();
    for tool in ["inventory", "people", "find", "batch", "write", "delete"] {
        let call = ToolCall::new(tool).with_arguments(r#"{"resource":"device","action":"list"}"#);
        let error = serve(&recorder, one()).call(call, admin()).await.unwrap_err();
        assert!(error.to_string().contains(tool), "{error}");
    }
    let call = ToolCall::new("api").with_arguments("{}");
    let groups = serve(&recorder, SurfaceOptions::default());
    assert!(groups.call(call, admin()).await.is_err());
    assert_eq!(recorder.lines(), [""; 0]);
}

#[test]
fn the_surface_shows_only_what_the_caller_may_see() {
    for access in accesses() {
        for level in Level::ALL {
            let surface = Surface::new(&catalog(), access, &one().with_level(level));
            let tools: Vec<Value> = serde_json::from_slice(&surface.tools).unwrap();
            assert_eq!(tools.len(), usize::from(access.obtainable.is_some()), "{access:?}");
            for tool in &tools {
                let description = tool["description"].as_str().unwrap();
                let sees_users = access.obtainable == Some(Tier::Admin);
                let names_users =
                    description.split([' ', '\n']).any(|word| word.starts_with("user"));
                assert_eq!(names_users, sees_users && level > Level::Bare, "{description}");
                let creates = access.obtainable >= Some(Tier::Write);
                assert_eq!(description.contains("create "), creates, "{description}");
                assert_eq!(tool["annotations"]["readOnlyHint"] == true, !creates, "{access:?}");
            }
        }
    }
}

#[test]
fn the_whole_description() {
    let texts: Vec<String> = Level::ALL
        .into_iter()
        .map(|level| {
            let surface = Surface::new(&catalog(), caller_of_all(), &one().with_level(level));
            let tools: Vec<Value> = serde_json::from_slice(&surface.tools).unwrap();
            format!("{}: {}", level.as_str(), tools[0]["description"].as_str().unwrap())
        })
        .collect();
    insta::assert_snapshot!(texts.join("\n\n"));
}

fn caller_of_all() -> dispatch_core::access::Access {
    dispatch_core::access::Access::up_to(Tier::Admin)
}

#[test]
fn its_objects_can_be_published_as_text() {
    let options = one().with_schema_profile(SchemaProfile::ParamsAsString);
    let surface = Surface::new(&catalog(), caller_of_all(), &options);
    let tools: Vec<Value> = serde_json::from_slice(&surface.tools).unwrap();
    let properties = &tools[0]["inputSchema"]["properties"];
    assert_eq!(properties["params"]["type"], "string");
    assert_eq!(properties["steps"]["items"]["type"], "string");
    let description = tools[0]["description"].as_str().unwrap();
    assert!(description.starts_with("params and options: JSON text."), "{description}");
}

#[test]
fn with_a_split_it_only_reads() {
    let recorder = answers();
    let dispatcher = serve(&recorder, one().with_split(true));
    let new = json!({"resource": "device", "action": "create", "params": {"name": "a", "site": 1}});
    let (text, is_error) = call_as(&dispatcher, admin(), "api", &new);
    assert!(is_error && text.contains("through the tool write"), "{text}");
    let steps = json!({"steps": [new]});
    assert!(call_as(&dispatcher, admin(), "api", &steps).1);
    let list = json!({"resource": "device", "action": "list"});
    let (text, is_error) = call_as(&dispatcher, admin(), "write", &list);
    assert!(is_error && text.contains("through the tool api"), "{text}");
    assert_eq!(recorder.lines(), [""; 0]);
    for (tool, arguments) in [("write", &new), ("write", &steps), ("api", &list)] {
        let (text, is_error) = call_as(&dispatcher, admin(), tool, arguments);
        assert!(!is_error, "{tool}: {text}");
    }
    let words = json!({"resource": "create devices", "action": "find"});
    assert_eq!(call_as(&dispatcher, admin(), "api", &words).0, "device (write): create");
}

#[test]
fn tiers_hold_as_with_groups() {
    let recorder = answers();
    let dispatcher = serve(&recorder, one());
    let reader = || caller(&["read"], &["read", "write"]);
    let delete = json!({"resource": "device", "action": "delete", "params": {"id": 7}});
    for arguments in [delete.clone(), json!({"steps": [delete]})] {
        let (text, is_error) = call_as(&dispatcher, reader(), "api", &arguments);
        assert!(is_error && text.contains("the scope write"), "{text}");
        let call = ToolCall::new("api").with_arguments(arguments.to_string());
        assert!(dispatcher.authorize(&call, &reader()).is_err(), "{arguments}");
    }
    let hidden = json!({"resource": "user", "action": "list"});
    let unknown = json!({"resource": "qqqq", "action": "list"});
    let (hidden, unknown) = (
        call_as(&dispatcher, reader(), "api", &hidden).0,
        call_as(&dispatcher, reader(), "api", &unknown).0,
    );
    assert_eq!(hidden.replace("user", "X"), unknown.replace("qqqq", "X"));
    assert_eq!(recorder.lines(), [""; 0]);
}

#[test]
fn a_bare_surface_of_groups_names_the_groups_alone() {
    let options = SurfaceOptions::default().with_level(Level::Bare);
    let surface = Surface::new(&catalog(), caller_of_all(), &options);
    let tools: Vec<Value> = serde_json::from_slice(&surface.tools).unwrap();
    let names: Vec<&str> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["inventory", "people", "find", "batch"]);
    let described = tools[1]["description"].as_str().unwrap();
    assert!(described.ends_with(" resources"), "{described}");
}
