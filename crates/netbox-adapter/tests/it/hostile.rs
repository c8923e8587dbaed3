//! Whatever is sent to any tool, and whatever the API answers, there is an answer of bounded size.

use std::future::{Ready, ready};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll};

use bytes::Bytes;
use dispatch_core::{BackendError, Catalog};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response, StatusCode};
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert, prop_oneof};
use proptest::sample::select;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};
use tower::Service;

use crate::client::Client;

static CATALOG: LazyLock<Arc<Catalog>> =
    LazyLock::new(|| Arc::new(netbox_adapter::bundled_catalog().expect("the catalog is bundled")));

/// An API that answers one thing after another, whatever it is asked.
#[derive(Clone)]
struct Rambling {
    answers: Arc<Vec<(u16, String)>>,
    n_asked: Arc<AtomicUsize>,
}

impl Rambling {
    fn new() -> Self {
        let row = json!({
            "id": 1, "name": "r1", "slug": "r1", "status": {"value": "active", "label": "Active"},
            "site": {"id": 1, "name": "A", "slug": "a"}, "tags": [{"id": 1, "slug": "x"}],
            "address": "10.0.0.1/24", "vid": 7, "model": "M-5",
        });
        let list = |rows: Vec<Value>| json!({"count": rows.len(), "next": null, "results": rows});
        let long = json!({"id": 2, "name": "x".repeat(300_000), "comments": "\n\t".repeat(50_000)});
        let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
        let many: Vec<Value> =
            (0..250).map(|id| json!({"id": id, "name": format!("r{id}")})).collect();
        let more = json!({"count": 100_000, "next": "http://x/?offset=9", "results": many});
        let answers = vec![
            (200, list(vec![row.clone()]).to_string()),
            (200, row.to_string()),
            (200, list(vec![row.clone(), row.clone()]).to_string()),
            (201, json!([row, {"id": {}}, null, "$1"]).to_string()),
            (200, more.to_string()),
            (400, json!({"name": ["is taken"], "__all__": vec!["no"; 5000]}).to_string()),
            (200, list(Vec::new()).to_string()),
            (200, list(vec![long.clone(), json!(7), json!(null), json!({"id": "1"})]).to_string()),
            (200, long.to_string()),
            (204, String::new()),
            (200, format!("{{\"count\":1,\"results\":{deep}}}")),
            (500, "<html>".repeat(50_000)),
            (200, "not json".to_owned()),
            (200, json!({"count": -1, "results": {"id": 1}}).to_string()),
            (409, json!(["is", ["taken"], {"by": null}]).to_string()),
        ];
        Self { answers: Arc::new(answers), n_asked: Arc::default() }
    }
}

impl Service<Request<Bytes>> for Rambling {
    type Response = Response<Bytes>;
    type Error = BackendError;
    type Future = Ready<Result<Response<Bytes>, BackendError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BackendError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Bytes>) -> Self::Future {
        let n = self.n_asked.fetch_add(1, Ordering::Relaxed);
        let (status, body) = &self.answers[n % self.answers.len()];
        let mut response = Response::new(Bytes::from(body.clone()));
        *response.status_mut() = StatusCode::from_u16(*status).expect("a status");
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        ready(Ok(response))
    }
}

/// Words of the tools, of NetBox, and of neither.
fn word() -> impl Strategy<Value = String> {
    let words = [
        "device",
        "interface",
        "cable",
        "ipaddress",
        "prefix",
        "vlan",
        "site",
        "tag",
        "user",
        "list",
        "get",
        "create",
        "update",
        "delete",
        "ensure",
        "bulk_create",
        "bulk_update",
        "bulk_delete",
        "help",
        "trace",
        "render-config",
        "available-ips",
        "id",
        "name",
        "slug",
        "items",
        "limit",
        "offset",
        "fields",
        "cursor",
        "format",
        "count",
        "count_by",
        "sum",
        "where",
        "json",
        "raw",
        "params",
        "options",
        "steps",
        "each",
        "as",
        "on_error",
        "words",
        "$1",
        "$1.id",
        "$1[*]",
        "$each",
        "$x.a[0]",
        "$$",
        "..",
        "/",
        "a/b",
        "10.0.0.1/24",
        "null",
        "name__ic",
        "name__regex",
        "(a*)*$",
        "site.name",
        "a.a.a.a.a",
        "path.id",
        "body.name",
        "device.list@",
        "dcim.device",
        "\u{0}",
        "\u{2028}",
        "\u{1f4a9}",
        "-1",
        "",
    ];
    prop_oneof![
        8 => select(words.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => (0..6_000_usize).prop_map(|n| "ab.".repeat(n)),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        2 => (0..9).prop_map(Value::from),
        6 => word().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            3 => vec(inner.clone(), 0..6).prop_map(Value::from),
            3 => vec((word(), inner.clone()), 0..6).prop_map(object),
            1 => (inner, 0..400_usize).prop_map(|(value, n)| Value::from(vec![value; n])),
        ]
    })
}

fn object(members: Vec<(String, Value)>) -> Value {
    Value::Object(members.into_iter().collect::<Map<_, _>>())
}

/// Calls that are right.
fn right() -> Vec<Value> {
    let call = |resource: &str, action: &str, params: Value| json!({"resource": resource, "action": action, "params": params});
    let device = json!({"name": "r1", "site": "A", "role": {"slug": "x"},
        "device_type": {"manufacturer": "Soong", "model": "M-5"}, "tags": ["x", {"name": "Y"}]});
    let end = json!([{"object_type": "dcim.interface", "object_id": "r1/e0"}]);
    vec![
        call("device", "list", json!({"site": "A", "name__ic": ["r", "s"]})),
        call("vlan", "list", json!({"group": {"name": "g"}})),
        call("device", "get", json!({"id": "r1"})),
        call("site", "get", json!({"slug": "a"})),
        call("interface", "trace", json!({"id": {"device": "r1", "name": "e0"}})),
        call("prefix", "available-ips", json!({"id": "10.0.0.0/24"})),
        call("device", "create", device.clone()),
        call("device", "ensure", device),
        call("site", "ensure", json!({"name": "A", "slug": "a"})),
        call("device", "update", json!({"id": "r1", "serial": "x"})),
        call("tag", "delete", json!({"id": 1})),
        call("device", "bulk_update", json!({"items": [{"id": "r1", "serial": "x"}, {"id": 2}]})),
        call(
            "interface",
            "bulk_create",
            json!({"items": vec![
            json!({"device": "r1", "name": "e0", "type": "virtual", "parent": "r1/e1"}); 3]}),
        ),
        call(
            "cable",
            "bulk_create",
            json!({"items": [{"a_terminations": end, "b_terminations": end}]}),
        ),
        call(
            "device",
            "bulk_delete",
            json!({"items": (0..150).map(|n| json!({"id": format!("r{n}")})).collect::<Vec<_>>()}),
        ),
        call("interface", "help", json!({})),
    ]
}

/// A call that is right more often than not.
fn call() -> impl Strategy<Value = Value> {
    let options = vec![
        json!({"where": {"status": "active", "name__regex": "r.*"}, "count_by": ["site", "status"]}),
        json!({"count": true}),
        json!({"sum": "vid", "where": {"vid__gte": 1}}),
        json!({"fields": ["name", "site.name", "nonsense"], "limit": 3}),
        json!({"format": "json"}),
        json!({"format": "raw"}),
    ];
    let options = prop_oneof![6 => Just(json!({})), 4 => select(options), 1 => value()];
    let more = prop_oneof![5 => Just(None), 1 => (word(), value()).prop_map(Some)];
    (select(right()), options, more).prop_map(|(mut call, options, more)| {
        call["options"] = options;
        if let Some((name, value)) = more {
            call["params"][name] = value;
        }
        call
    })
}

fn batch() -> impl Strategy<Value = Value> {
    let each = prop_oneof![6 => Just(Value::Null), 1 => value(), 1 => Just(json!("$1[*].id"))];
    let step = (call(), each, prop_oneof![6 => Just(Value::Null), 1 => value()]);
    let step = step.prop_map(|(mut step, each, name)| {
        step["each"] = each;
        step["as"] = name;
        step
    });
    (vec(step, 0..4), select(vec!["stop", "continue", "undo", "never"]))
        .prop_map(|(steps, on_error)| json!({"steps": steps, "on_error": on_error}))
}

#[test]
fn every_tool_answers_everything_in_bounded_size() {
    let client = Client::new(Arc::clone(&CATALOG), Rambling::new());
    let tools: Vec<String> = client
        .tools()
        .iter()
        .map(|tool| tool["name"].as_str().expect("a name").to_owned())
        .collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let arguments = prop_oneof![
        5 => call(),
        3 => batch(),
        1 => (word(), value()).prop_map(|(name, value)| object(vec![(name, value)])),
        1 => value().prop_map(|words| json!({"words": words})),
        1 => value(),
    ];
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) };
    let strategy = (select(tools), any::<u8>(), arguments);
    let answered = TestRunner::new(config).run(&strategy, |(any_tool, n, arguments)| {
        let tool = tool_of(&arguments).filter(|_| n > 20).unwrap_or(&any_tool);
        if let Ok(answer) = runtime.block_on(client.send(tool, &arguments)) {
            prop_assert!(answer.text.len() <= MOST_BYTES, "{} bytes", answer.text.len());
        }
        Ok(())
    });
    answered.unwrap();
    let n_asked = client.backend.n_asked.load(Ordering::Relaxed);
    assert!(n_asked > 300, "only {n_asked} requests were made");
}

/// The tool that takes these arguments.
fn tool_of(arguments: &Value) -> Option<&str> {
    let resource = arguments.get("resource").and_then(Value::as_str);
    let id = resource.and_then(|resource| CATALOG.resource_spelled(resource, None));
    match id {
        Some(id) => Some(&CATALOG.group(CATALOG.resource(id).group).name),
        None if arguments.get("steps").is_some() => Some("batch"),
        None if arguments.get("words").is_some() => Some("find"),
        None => None,
    }
}

/// 20,000 tokens of three bytes, and a little for what is said beside them.
const MOST_BYTES: usize = 62_000;
