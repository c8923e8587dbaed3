//! Reading split from writing, and `find` through its tool.

use std::fmt::Write as _;

use dispatch_core::compile::compile;
use dispatch_core::policy::Policy;
use dispatch_core::surface::SurfaceOptions;
use dispatch_core::{Dispatcher, DispatcherOptions, Document};
use mcp_protocol::tool::{ToolCall, ToolServer};
use serde_json::{Value, json};

use super::fixture::{Recorder, admin, call_as, caller, catalog};

fn split(recorder: &Recorder) -> Dispatcher<Recorder> {
    let surface = SurfaceOptions::default().with_split(true);
    let options = DispatcherOptions::default().with_surface(surface);
    Dispatcher::new(catalog(), recorder.clone()).with_options(options)
}

#[track_caller]
fn check(tool: &str, resource: &str, action: &str, params: &Value, right: Option<&str>) {
    let recorder = Recorder::json(200, json!({"id": 7, "count": 0, "results": []}));
    let arguments = json!({"resource": resource, "action": action, "params": params});
    let (text, is_error) = call_as(&split(&recorder), admin(), tool, &arguments);
    match right {
        None => assert_eq!((recorder.lines().len(), is_error), (1, false), "{text}"),
        Some(right) => {
            let words = format!(
                "{resource}.{action} is called through the tool {right}, with the same arguments; nothing was sent"
            );
            assert_eq!((text, recorder.lines().len(), is_error), (words, 0, true));
        }
    }
}

#[test]
fn each_tool_does_its_own_part() {
    let (new, id) = (json!({"name": "a", "site": 1}), json!({"id": 7}));
    check("inventory", "device", "list", &json!({}), None);
    check("inventory", "device", "create", &new, Some("write"));
    check("inventory", "device", "delete", &id, Some("delete"));
    check("write", "device", "create", &new, None);
    check("write", "device", "list", &json!({}), Some("inventory"));
    check("write", "device", "delete", &id, Some("delete"));
    check("delete", "device", "delete", &id, None);
    check("delete", "device", "get", &id, Some("inventory"));
    check("delete", "device", "create", &new, Some("write"));
}

#[test]
fn every_tool_explains() {
    let recorder = Recorder::json(200, json!({}));
    for tool in ["inventory", "write", "delete"] {
        let arguments = json!({"resource": "device", "action": "help"});
        let (text, is_error) = call_as(&split(&recorder), admin(), tool, &arguments);
        assert!(!is_error && text.starts_with("device (inventory)"), "{tool}: {text}");
    }
    let (text, is_error) =
        call_as(&split(&recorder), admin(), "write", &json!({"action": "update"}));
    assert!(is_error && text.starts_with("resource is missing"), "{text}");
}

#[tokio::test]
async fn a_reader_has_no_tools_that_write() {
    let recorder = Recorder::json(200, json!({}));
    let reader = caller(&["read"], &["read"]);
    let tools: Vec<Value> =
        serde_json::from_slice(&split(&recorder).tools(&reader).unwrap().tools).unwrap();
    let names: Vec<&Value> = tools.iter().map(|tool| &tool["name"]).collect();
    assert_eq!(names, ["inventory", "batch"]);
    for tool in ["write", "delete", "find"] {
        let call = ToolCall::new(tool).with_arguments("{}");
        let error = split(&recorder).call(call, reader.clone()).await.unwrap_err();
        assert!(error.to_string().contains(tool), "{error}");
    }
}

#[track_caller]
fn check_steps(tool: &str, actions: &[&str], right: Option<&str>) {
    let recorder = Recorder::json(200, json!({"id": 7, "count": 0, "results": []}));
    let step = |action: &&str| {
        let params = match *action {
            "create" => json!({"name": "a", "site": 1}),
            "list" => json!({}),
            _ => json!({"id": 7}),
        };
        json!({"resource": "device", "action": action, "params": params})
    };
    let arguments = json!({"steps": actions.iter().map(step).collect::<Vec<_>>()});
    let (text, is_error) = call_as(&split(&recorder), admin(), tool, &arguments);
    match right {
        None => assert!(!is_error && recorder.lines().len() == actions.len(), "{text}"),
        Some(right) => {
            assert!(is_error && text.contains(&format!("through the tool {right}")), "{text}");
            assert_eq!(recorder.lines(), [""; 0]);
        }
    }
}

#[test]
fn a_batch_goes_through_the_tool_of_its_gravest_step() {
    check_steps("batch", &["list", "get"], None);
    check_steps("batch", &["list", "create"], Some("write"));
    check_steps("write", &["list", "create"], None);
    check_steps("write", &["create", "delete"], Some("delete"));
    check_steps("delete", &["create", "list", "delete"], None);
}

#[test]
fn without_a_split_there_is_no_tool_to_write() {
    let recorder = Recorder::json(200, json!({"id": 7}));
    let dispatcher = Dispatcher::new(catalog(), recorder);
    let arguments =
        json!({"resource": "device", "action": "create", "params": {"name": "a", "site": 1}});
    let (_, is_error) = call_as(&dispatcher, admin(), "inventory", &arguments);
    assert!(!is_error);
}

/// An API of so many resources that looking for one is worth a tool.
fn large(recorder: &Recorder, options: SurfaceOptions) -> Dispatcher<Recorder> {
    let mut paths = String::new();
    for n in 0..30 {
        let operations = r#"{"get":{"responses":{}},"post":{"responses":{}}}"#;
        write!(paths, r#""/shelf/box-{n}":{operations},"#).unwrap();
    }
    let document = format!(
        r#"{{"openapi":"3.0.3","info":{{"title":"Depot","version":"1"}},"paths":{{{paths}"/find/prism":{{"get":{{"responses":{{}}}},"post":{{"summary":"Grinds glass","responses":{{}}}}}}}}}}"#
    );
    let document = Document::parse(document.as_bytes()).unwrap();
    let catalog = compile(&document, &Policy::default()).unwrap().catalog;
    Dispatcher::new(catalog, recorder.clone())
        .with_options(DispatcherOptions::default().with_surface(options))
}

#[test]
fn find_is_a_tool_where_there_is_much_to_find() {
    let recorder = Recorder::json(200, json!({}));
    let plain = large(&recorder, SurfaceOptions::default());
    // A group has the name already.
    let found = |words: &Value| call_as(&plain, admin(), "find_any", words);
    assert_eq!(found(&json!({"words": "prisms"})), ("prism (find)".to_owned(), false));
    assert_eq!(found(&json!({"words": ["grinds", "glass"]})).0, "prism (find)");
    assert_eq!(found(&json!({"words": "create a prism"})).0, "prism (find): create");
    assert!(found(&json!({})).1);
    let split = large(&recorder, SurfaceOptions::default().with_split(true));
    let words = json!({"words": "create a prism"});
    assert_eq!(call_as(&split, admin(), "find_any", &words).0, "prism (write): create");
    assert_eq!(recorder.lines(), [""; 0]);
}
