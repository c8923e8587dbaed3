//! How a call is refused: in one order, in `authorize`, in the call and with a cursor alike.

use dispatch_core::access::Access;
use dispatch_core::request::UpstreamContext;
use dispatch_core::tier::Tier;
use dispatch_core::{Dispatcher, DispatcherOptions};
use mcp_protocol::auth::AuthInfo;
use mcp_protocol::revision::Revision;
use mcp_protocol::tool::{RequestContext, ToolCall, ToolServer};
use serde_json::{Value, json};

use super::fixture::{Recorder, call_as, caller, catalog, dispatcher};

/// What a refused call is answered, and what `authorize` says of it.
struct Refused {
    text: String,
    scopes: Option<Vec<String>>,
}

/// Makes a call that must not reach the API.
#[track_caller]
fn refused(cx: &RequestContext, tool: &str, arguments: &Value) -> Refused {
    let recorder = Recorder::json(200, json!({"count": 0, "results": []}));
    let dispatcher = dispatcher(&recorder);
    let call = ToolCall::new(tool).with_arguments(arguments.to_string());
    let challenge = dispatcher.authorize(&call, cx).err();
    let (text, is_error) = call_as(&dispatcher, cx.clone(), tool, arguments);
    assert!(is_error, "{text}");
    assert_eq!(recorder.lines(), [""; 0], "nothing is sent");
    Refused { text, scopes: challenge.map(|challenge| challenge.required) }
}

#[track_caller]
fn check(cx: &RequestContext, arguments: &Value, text: &str, scopes: Option<&[&str]>) {
    let refused = refused(cx, "inventory", arguments);
    assert_eq!(refused.text, text);
    let scopes = scopes.map(|scopes| scopes.iter().map(|scope| (*scope).to_owned()).collect());
    assert_eq!(refused.scopes, scopes);
}

#[test]
fn the_order_of_refusals() {
    let reader = caller(&["read"], &["read", "write"]);
    // Unknown comes before everything else.
    check(
        &reader,
        &json!({"resource": "devcie", "action": "wipe", "params": {"x": 1}}),
        r#"unknown resource "devcie" in inventory; did you mean device?"#,
        None,
    );
    // What can be obtained is a challenge, even with wrong arguments.
    check(
        &reader,
        &json!({"resource": "device", "action": "create", "params": {"nme": 1}}),
        "device.create needs the scope write, which this connection does not have; nothing was sent",
        Some(&["write"]),
    );
    // Wrong arguments come last.
    check(
        &reader,
        &json!({"resource": "device", "action": "get", "params": {"id": "x"}}),
        "device get not sent:\nid: expected int, not the string \"x\"",
        None,
    );
}

#[test]
fn hidden_and_unknown_are_the_same() {
    let reader = caller(&["read"], &["read", "write"]);
    let arguments = |action: &str| json!({"resource": "device", "action": action});
    let hidden = refused(&reader, "inventory", &arguments("wipe"));
    let unknown = refused(&reader, "inventory", &arguments("wipx"));
    assert_eq!(hidden.text.replace("wipe", "wipx"), unknown.text);
    assert_eq!(hidden.scopes, None);
    assert!(!unknown.text.replace("wipx", "").contains("wip"), "{}", unknown.text);
}

#[test]
fn a_tool_without_anything_visible_does_not_exist() {
    let dispatcher = dispatcher(&Recorder::json(200, json!({})));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let error = |tool: &str, cx: RequestContext| {
        runtime.block_on(dispatcher.call(ToolCall::new(tool), cx)).unwrap_err().to_string()
    };
    let reader = || caller(&["read"], &["read", "write"]);
    assert_eq!(error("people", reader()).replace("people", "nobody"), error("nobody", reader()));
    let tools = dispatcher.tools(&reader()).unwrap().tools;
    let tools: Value = serde_json::from_slice(&tools).unwrap();
    let names: Vec<&Value> = tools.as_array().unwrap().iter().map(|tool| &tool["name"]).collect();
    assert_eq!(names, ["inventory", "batch"]);
}

#[test]
fn anonymous_callers_get_the_challenge_that_sends_them_to_sign_in() {
    let anonymous = AuthInfo::anonymous().with_obtainable(["read", "write"]);
    let cx = RequestContext::new(Revision::LATEST_HANDSHAKE).with_auth(anonymous);
    let refused = refused(&cx, "inventory", &json!({"resource": "device", "action": "list"}));
    assert_eq!(refused.scopes.unwrap(), ["read"]);
}

#[test]
fn without_an_access_layer_nothing_is_open_unless_it_is_said() {
    let recorder = Recorder::json(200, json!({"count": 0, "results": []}));
    let cx = || RequestContext::new(Revision::LATEST_HANDSHAKE);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let list = json!({"resource": "device", "action": "list"});

    let closed = dispatcher(&recorder);
    let call = ToolCall::new("inventory").with_arguments(list.to_string());
    let error = runtime.block_on(closed.call(call.clone(), cx())).unwrap_err();
    assert!(error.message().contains("no access without sign-in"), "{error}");
    assert!(closed.tools(&cx()).is_err());
    assert_eq!(recorder.lines(), [""; 0]);

    let mut access = Access::up_to(Tier::Read);
    access.obtainable = Some(Tier::Write);
    let options = DispatcherOptions::default().with_access_without_auth(access);
    let open = Dispatcher::new(catalog(), recorder.clone()).with_options(options);
    assert!(!call_as(&open, cx(), "inventory", &list).1);
    // There is no sign-in here, so more is needed than can be had.
    let delete = json!({"resource": "device", "action": "delete", "params": {"id": 1}});
    let call = ToolCall::new("inventory").with_arguments(delete.to_string());
    assert_eq!(open.authorize(&call, &cx()), Ok(()));
    let (text, is_error) = call_as(&open, cx(), "inventory", &delete);
    assert!(is_error && text.starts_with("device.delete needs the scope write"), "{text}");
}

/// A server whose credentials reach no further offers no more, whatever a caller holds.
#[test]
fn nobody_has_more_than_the_highest_tier() {
    let recorder = Recorder::json(200, json!({"count": 0, "results": []}));
    let options = DispatcherOptions::default().with_highest_tier(Tier::Read);
    let narrow = Dispatcher::new(catalog(), recorder.clone()).with_options(options);
    let admin = || caller(&["read", "write", "admin"], &["read", "write", "admin"]);
    let create = json!({"resource": "device", "action": "create", "params": {"name": "x"}});
    let call = ToolCall::new("inventory").with_arguments(create.to_string());
    assert_eq!(narrow.authorize(&call, &admin()), Ok(()));
    let (text, is_error) = call_as(&narrow, admin(), "inventory", &create);
    assert!(is_error && text.contains("unknown action"), "{text}");
    assert_eq!(recorder.lines(), [""; 0]);

    let list = json!({"resource": "device", "action": "list"});
    assert!(!call_as(&narrow, admin(), "inventory", &list).1);
    let sent = recorder.sent();
    let context = sent[0].extensions().get::<UpstreamContext>().unwrap();
    assert_eq!(context.granted, Some(Tier::Read));
}

/// Every operation against every pair of granted and obtainable tiers: what is sent is granted.
#[test]
fn no_caller_reaches_an_operation_above_its_tier() {
    let scopes = ["read", "write", "admin"];
    let catalog = catalog();
    for n_granted in 0..=3 {
        for n_obtainable in n_granted..=3 {
            let cx = caller(&scopes[..n_granted], &scopes[..n_obtainable]);
            for resource in catalog.resources() {
                let group = &catalog.group(resource.group).name;
                for action in &resource.actions {
                    let tier = catalog.operation(action.operation).tier;
                    let recorder = Recorder::json(200, json!({}));
                    let dispatcher = dispatcher(&recorder);
                    let arguments = json!({"resource": resource.name, "action": action.name,
                        "params": {"id": 1}});
                    let call = ToolCall::new(group).with_arguments(arguments.to_string());
                    let challenged = dispatcher.authorize(&call, &cx).is_err();
                    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                    let _ = runtime.block_on(dispatcher.call(call, cx.clone()));
                    let needs = tier as usize + 1;
                    let place =
                        format!("{}.{} {n_granted} {n_obtainable}", resource.name, action.name);
                    assert_eq!(challenged, n_granted < needs && needs <= n_obtainable, "{place}");
                    assert!(n_granted >= needs || recorder.sent().is_empty(), "{place}");
                }
            }
        }
    }
}
