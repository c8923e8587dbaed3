//! Whatever is sent as arguments, there is an answer, and what leaves is what the catalog says.

use mcp_protocol::tool::{ToolCall, ToolServer};
use proptest::collection::{btree_map, vec};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof};
use proptest::sample::select;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::fixture::{Recorder, admin, dispatcher};

/// Words that mean something, and some that do not.
fn word() -> impl Strategy<Value = String> {
    let words = vec![
        "device",
        "site",
        "event",
        "list",
        "get",
        "create",
        "update",
        "bulk_create",
        "bulk_update",
        "delete",
        "render",
        "upload",
        "search",
        "help",
        "id",
        "name",
        "status",
        "items",
        "body",
        "limit",
        "offset",
        "fields",
        "cursor",
        "format",
        "position",
        "custom_fields",
        "range",
        "site_id",
        "path.id",
        "query.name",
        "body.name",
        "..",
        "/",
        "\u{0}",
        "",
    ];
    prop_oneof![4 => select(words).prop_map(str::to_owned), 1 => any::<String>()]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0..9).prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            btree_map(word(), inner, 0..5).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// Arguments that mean something as often as not.
fn arguments() -> impl Strategy<Value = String> {
    let resource = || {
        let known = select(vec!["device", "devices", "Site", "event", "user"]);
        prop_oneof![5 => known.prop_map(str::to_owned), 1 => word()]
    };
    let action = || {
        let known = vec!["list", "get", "create", "update", "delete", "bulk_update", "render"];
        prop_oneof![5 => select(known).prop_map(str::to_owned), 1 => word()]
    };
    let member = || {
        let known = vec![
            ("id", json!(5)),
            ("id", json!("5")),
            ("name", json!("a/../b")),
            ("name", json!(["?a", "#b"])),
            ("status", json!("active")),
            ("site", json!({"slug": "a"})),
            ("site", json!(7)),
            ("items", json!([{"id": 1, "status": "offline"}])),
            ("limit", json!(3)),
        ];
        let known = select(known).prop_map(|(name, value)| (name.to_owned(), value));
        prop_oneof![8 => known, 1 => (word(), value())]
    };
    let params = || vec(member(), 0..4).prop_map(|members| members.into_iter().collect::<Value>());
    let called = (resource(), action(), params(), value()).prop_map(
        |(resource, action, params, options)| {
            json!({"resource": resource, "action": action, "params": params, "options": options})
        },
    );
    let short = (resource(), action(), params()).prop_map(|(resource, action, params)| {
        json!({"resource": resource, "action": action, "params": params})
    });
    prop_oneof![
        6 => short.prop_map(|arguments| arguments.to_string()),
        2 => called.prop_map(|arguments| arguments.to_string()),
        1 => value().prop_map(|value| value.to_string()),
        1 => any::<String>(),
    ]
}

#[test]
fn every_call_is_answered() {
    let recorder = Recorder::json(200, json!({"count": 1, "results": [{"id": 1}], "next": null}));
    let dispatcher = dispatcher(&recorder);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(10_000) };
    let answered = TestRunner::new(config).run(&arguments(), |arguments| {
        let call = ToolCall::new("inventory").with_arguments(arguments);
        let _ = dispatcher.authorize(&call, &admin());
        runtime.block_on(dispatcher.call(call, admin())).unwrap();
        Ok(())
    });
    answered.unwrap();
    let sent = recorder.sent();
    assert!(sent.len() > 100, "only {} of the calls mean something", sent.len());
    for request in sent {
        let path = request.uri().path();
        assert!(path.starts_with("/api/") && !path.contains("//"), "{}", request.uri());
    }
}

#[test]
fn hostile_arguments_are_answered() {
    let recorder = Recorder::json(200, json!({}));
    let dispatcher = dispatcher(&recorder);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(200), close.repeat(200));
    let render = |value: &str| {
        format!(r#"{{"resource":"device","action":"render","params":{{"id":1,"x":{value}}}}}"#)
    };
    for arguments in [
        render(&deep("[", "]")),
        render(&deep("{\"a\":", "}").replace(":}", ":1}")),
        render("1e999"),
        render("\"\\ud800\""),
        render("\"\u{0}\""),
        "[".repeat(100_000),
        format!(r#"{{"resource":"{}"}}"#, "x".repeat(1_000_000)),
        format!(r#"{{"a":"{}"}}"#, "x".repeat(17_000_000)),
        format!(r#"{{"params":{:?}}}"#, render(&deep("[", "]"))),
        // Each unknown name would be compared with every known one.
        format!(
            r#"{{"resource":"device","action":"create","params":{{{}}}}}"#,
            (0..200_000).map(|n| format!(r#""unknown_field_{n}":1"#)).collect::<Vec<_>>().join(",")
        ),
    ] {
        let call = ToolCall::new("inventory").with_arguments(arguments);
        assert_eq!(dispatcher.authorize(&call, &admin()), Ok(()));
        runtime.block_on(dispatcher.call(call, admin())).unwrap();
    }
    assert!(recorder.sent().is_empty(), "{:?}", recorder.lines());
}
