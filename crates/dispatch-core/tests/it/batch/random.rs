//! Whatever the steps are and whatever the API answers, every step is told of once, and nothing is
//! written after a failure that stops the batch.

use std::sync::atomic::{AtomicU64, Ordering};

use dispatch_core::{BackendError, BackendErrorKind};
use http::Method;
use mcp_protocol::tool::{ToolCall, ToolServer};
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert, prop_oneof};
use proptest::sample::select;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::fixture::run;
use crate::dispatch::fixture::{Recorder, admin, dispatcher, json_response};

/// What the API makes of a request.
#[derive(Clone, Copy, Debug)]
enum Mood {
    Good,
    Refuses,
    Fails,
    Breaks,
    Rambles,
}

/// An API of changing moods.
fn moody(moods: Vec<Mood>) -> Recorder {
    let next = AtomicU64::new(1);
    Recorder::new(move |request, n_before| {
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let created = |row: &Value| json!({"id": next.fetch_add(1, Ordering::SeqCst), "name": row["name"], "serial": row["serial"]});
        match moods[n_before % moods.len()] {
            Mood::Good => Ok(match (request.method(), &body) {
                (&Method::GET, _) if request.uri().path() == "/api/devices/" => {
                    let rows = [json!({"id": 1, "name": "$1.id"}), json!({"id": 2})];
                    json_response(200, &json!({"count": 2, "next": null, "results": rows}))
                }
                (_, Value::Array(rows)) => json_response(200, &rows.iter().map(created).collect()),
                (_, body) => json_response(200, &created(body)),
            }),
            Mood::Refuses => Ok(json_response(400, &json!({"name": ["is bad"]}))),
            Mood::Fails => Ok(json_response(500, &json!("oops"))),
            Mood::Breaks => {
                Err(BackendError::new(BackendErrorKind::EffectUnknown, "the connection broke"))
            }
            Mood::Rambles => Ok(json_response(200, &json!([null, {"id": {}}, "$2"]))),
        }
    })
}

fn mood() -> impl Strategy<Value = Mood> {
    prop_oneof![
        6 => Just(Mood::Good),
        1 => Just(Mood::Refuses),
        1 => Just(Mood::Fails),
        1 => Just(Mood::Breaks),
        1 => Just(Mood::Rambles),
    ]
}

/// Steps whose writes say which step they are of.
fn steps() -> impl Strategy<Value = Vec<Value>> {
    let kind = (0..9_u8, any::<u8>());
    vec(kind, 1..8).prop_map(|kinds| {
        (1..).zip(kinds).map(|(number, (kind, other))| step(number, kind, other)).collect()
    })
}

fn step(number: usize, kind: u8, other: u8) -> Value {
    let mark = format!("m{number}");
    let earlier = (number > 1).then(|| 1 + usize::from(other) % (number - 1));
    let id = match earlier {
        Some(earlier) if other.is_multiple_of(3) => json!(format!("${earlier}.id")),
        Some(earlier) if other % 3 == 1 => json!(format!("${earlier}[0].id")),
        _ => json!(5),
    };
    let step = |action: &str, params: Value| json!({"resource": "device", "action": action, "params": params});
    let with_each = |mut step: Value, each: Value| {
        step["each"] = each;
        step
    };
    match kind {
        0 => step("list", json!({})),
        1 => step("get", json!({"id": id})),
        2 | 3 => step("create", json!({"name": "a", "site": 7, "serial": mark})),
        4 => step("update", json!({"id": id, "serial": mark})),
        5 => with_each(
            step("create", json!({"name": "$each", "site": 7, "serial": mark})),
            json!(["a", "b", "c"]),
        ),
        6 => with_each(step("update", json!({"serial": mark})), json!([{"id": id}, {"id": 6}])),
        7 => match earlier {
            Some(earlier) => with_each(
                step("update", json!({"id": "$each.id", "serial": mark})),
                json!(format!("${earlier}")),
            ),
            None => step("list", json!({})),
        },
        _ => step("update", json!({"id": 7, "serial": mark, "status": "planned"})),
    }
}

/// The step that a write is of.
fn marked(line: &str) -> Option<usize> {
    let (_, rest) = line.split_once("\"serial\":\"m")?;
    rest.split('"').next()?.parse().ok()
}

#[test]
fn every_step_is_told_once_and_nothing_is_written_after_a_stop() {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) };
    let on_error = select(vec!["stop", "continue", "undo"]);
    let strategy = (steps(), vec(mood(), 1..12), on_error);
    let told = TestRunner::new(config).run(&strategy, |(steps, moods, on_error)| {
        let api = moody(moods);
        let (text, is_error) = run(&api, &json!({"steps": steps, "on_error": on_error}));
        let lines = api.lines();
        for number in 1..=steps.len() {
            let heads = [format!("{number}: "), format!("{number} device ")];
            let is_of = |line: &&str| heads.iter().any(|head| line.starts_with(head));
            prop_assert!(text.lines().filter(is_of).count() == 1, "step {number} in {text}");
        }
        if on_error == "stop" && is_error {
            let first_not_run = (1..=steps.len()).find(|number| {
                text.lines().any(|line| {
                    line.starts_with(&format!("{number} device ")) && line.ends_with(": not run")
                })
            });
            let written = lines.iter().filter_map(|line| marked(line)).max();
            prop_assert!(
                first_not_run.is_none_or(|not_run| written.is_none_or(|step| step < not_run)),
                "{lines:?}\n{text}"
            );
        }
        let writes: Vec<usize> = lines.iter().filter_map(|line| marked(line)).collect();
        prop_assert!(writes.is_sorted(), "{writes:?}");
        Ok(())
    });
    told.unwrap();
}

/// Values of which batches may be made.
fn value() -> impl Strategy<Value = Value> {
    let words = vec![
        "device",
        "list",
        "get",
        "create",
        "update",
        "help",
        "steps",
        "batch",
        "$1",
        "$1.id",
        "$1[*].id",
        "$each",
        "$each.id",
        "$$",
        "$",
        "$x[",
        "$1[99999999999999999999]",
        "a",
        "undo",
        "[[\"id\"],[1]]",
        "{}",
        "",
    ];
    let keys = vec![
        "steps", "on_error", "resource", "action", "params", "options", "as", "each", "id", "name",
        "site", "items", "limit", "cursor", "body", "serial",
    ];
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<i64>().prop_map(Value::from),
        1 => (0..9).prop_map(Value::from),
        6 => select(words).prop_map(Value::from),
        1 => any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 5, move |inner| {
        let key = select(keys.clone()).prop_map(str::to_owned);
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec((key, inner), 0..6).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// A step that means something more often than not.
fn any_step() -> impl Strategy<Value = Value> {
    let called = select(vec![
        ("list", json!({})),
        ("get", json!({"id": 5})),
        ("get", json!({"id": "$1.id"})),
        ("update", json!({"id": "$each", "name": "a"})),
        ("update", json!({"id": "$x[0].id", "name": "$1.name"})),
        ("create", json!({"name": "a", "site": 7})),
        ("create", json!({"name": "$each.name", "site": {"slug": "$each", "name": "$$"}})),
        ("bulk_create", json!({"items": "$1[*]"})),
        ("delete", json!({"id": 5})),
    ]);
    let each = select(vec![
        json!([1, 2]),
        json!("$1"),
        json!("$1[*].id"),
        json!([{"id": 5, "name": "$1.id"}, {"id": 6}]),
        json!([["id", "name"], [5, "a"]]),
    ]);
    let each = prop_oneof![8 => Just(Value::Null), 4 => each, 1 => value()];
    let name = prop_oneof![6 => Just(Value::Null), 3 => Just(json!("x")), 1 => value()];
    let other = prop_oneof![8 => Just(None), 1 => value().prop_map(Some)];
    (called, other, each, name).prop_map(|((action, params), other, each, name)| {
        let params = other.unwrap_or(params);
        json!({"resource": "device", "action": action, "params": params, "each": each, "as": name})
    })
}

#[test]
fn every_batch_is_answered() {
    let recorder = moody(vec![Mood::Good, Mood::Rambles, Mood::Good, Mood::Refuses]);
    let dispatcher = dispatcher(&recorder);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3_000) };
    let arguments = prop_oneof![
        4 => vec(any_step(), 1..4).prop_map(|steps| json!({"steps": steps}).to_string()),
        1 => vec(any_step(), 1..4)
            .prop_map(|steps| json!({"steps": Value::from(steps).to_string()}).to_string()),
        1 => value().prop_map(|value| json!({"steps": value}).to_string()),
        1 => value().prop_map(|value| value.to_string()),
        1 => any::<String>(),
    ];
    let answered = TestRunner::new(config).run(&arguments, |arguments| {
        let call = ToolCall::new("batch").with_arguments(arguments);
        let _ = dispatcher.authorize(&call, &admin());
        runtime.block_on(dispatcher.call(call, admin())).unwrap();
        Ok(())
    });
    answered.unwrap();
    assert!(recorder.sent().len() > 100, "only {} requests", recorder.sent().len());
}
