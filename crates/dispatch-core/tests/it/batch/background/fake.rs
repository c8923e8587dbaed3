//! A fake API that does bulk writes by jobs, and its document.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dispatch_core::compile::compile;
use dispatch_core::policy::Policy;
use dispatch_core::{Catalog, Dispatcher, DispatcherOptions, Document};
use http::Method;
use serde_json::{Value, json};

use crate::dispatch::fixture::{Recorder, json_response};

/// How the fake API does jobs.
#[derive(Clone)]
pub(super) struct FakeJobs {
    pub(super) n_workers: u64,
    /// The status and the answer to the list of those that wait.
    pub(super) waiting: (u16, Value),
    /// The status and the answer to a write that is to be done in the background.
    pub(super) taken: (u16, Value),
    /// The statuses and the answers to looks at the job; the last is repeated.
    pub(super) looks: Vec<(u16, Value)>,
}

impl FakeJobs {
    /// One worker, and nothing that waits.
    pub(super) fn new(looks: &[(u16, Value)]) -> Self {
        Self {
            n_workers: 1,
            waiting: (200, json!({"count": 0, "next": null, "results": []})),
            taken: (202, json!({"job": {"id": 12, "status": "pending"}})),
            looks: looks.to_vec(),
        }
    }

    pub(super) fn into_api(self) -> Recorder {
        let n_looks = AtomicUsize::new(0);
        Recorder::new(move |request, _| {
            let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
            let path = request.uri().path();
            let is_background = request.uri().query().is_some_and(|it| it == "background=true");
            let (status, answer) = match (request.method(), path) {
                (&Method::GET, "/api/health/") => (200, json!({"workers": self.n_workers})),
                (&Method::GET, "/api/jobs/") => self.waiting.clone(),
                (&Method::GET, "/api/jobs/12/") => {
                    let n = n_looks.fetch_add(1, Ordering::SeqCst);
                    self.looks[n.min(self.looks.len() - 1)].clone()
                }
                _ if is_background => self.taken.clone(),
                (&Method::POST, _) => (201, numbered(&body)),
                (&Method::DELETE, _) => (204, Value::Null),
                _ => (200, body),
            };
            Ok(json_response(status, &answer))
        })
    }
}

/// The objects that are made of these.
pub(super) fn numbered(rows: &Value) -> Value {
    let number = |(n, row): (usize, &Value)| {
        let mut row = row.clone();
        row["id"] = json!(101 + n);
        row
    };
    rows.as_array().into_iter().flatten().enumerate().map(number).collect()
}

/// A job that stands so.
pub(super) fn job(status: &str) -> (u16, Value) {
    (200, json!({"id": 12, "status": {"value": status}, "data": null, "error": ""}))
}

/// A job that ended so, with the answer to its write.
pub(super) fn ended(status: &str, answer_status: u16, answer: &Value) -> (u16, Value) {
    let data = json!({"data": answer, "status_code": answer_status});
    (200, json!({"id": 12, "status": {"value": status}, "data": data, "error": ""}))
}

/// A dispatcher over it that writes two objects at once, and three to six in the background.
pub(super) fn dispatcher(api: &Recorder, policy: &str) -> Dispatcher<Recorder> {
    let mut options = DispatcherOptions::default();
    options.batch.n_bulk_rows = 2;
    options.limits.sleep = |_| Box::pin(async {});
    Dispatcher::new(catalog(policy), api.clone()).with_options(options)
}

fn catalog(policy: &str) -> Arc<Catalog> {
    let document = Document::parse(&serde_json::to_vec(&document()).unwrap()).unwrap();
    let policy = Policy::from_toml(policy).unwrap_or_else(|error| panic!("failed to {error}"));
    let compiled = compile(&document, &policy);
    Arc::new(compiled.unwrap_or_else(|error| panic!("failed to {error}")).catalog)
}

/// What the policy says of the background of the fake API.
pub(crate) const POLICY: &str = r#"
base_path = "/api"
bulk_is_atomic = true

[background]
parameter = "background"
from_rows = 3
most_rows = 6
most_waiting = 1
resource = "job"
key = "job.id"
status = "status.value"
filter = "status"
waiting = ["pending"]
ended = ["completed", "errored", "failed"]
answer_status = "data.status_code"
answer = "data.data"
error = "error"
workers = { resource = "health", count = "workers" }

[groups]
inventory = ["device"]
core = ["job", "health"]
"#;

/// The document of the fake API.
pub(crate) fn document() -> Value {
    let text = json!({"type": "string"});
    let integer = json!({"type": "integer"});
    let device = json!({"type": "object", "required": ["name"],
        "properties": {"id": {"type": "integer", "readOnly": true}, "name": text, "serial": text}});
    let keyed = json!({"type": "object", "required": ["id"], "properties": {"id": integer}});
    let statuses = json!(["pending", "running", "completed", "errored", "failed"]);
    let job = json!({"type": "object", "properties": {"id": integer, "data": {}, "error": text,
        "status": {"type": "object", "properties": {"value": {"enum": statuses}}}}});
    let many = |item: &Value| json!({"type": "array", "items": item});
    let content = |schema: &Value| json!({"application/json": {"schema": schema}});
    let answer = |schema: &Value| json!({"200": {"description": "", "content": content(schema)}});
    let page = |item: &Value| {
        answer(&json!({"type": "object", "properties": {"count": integer, "next": text,
            "results": many(item)}}))
    };
    let query = |name: &str, schema: &Value| json!({"name": name, "in": "query", "schema": schema});
    let paged = [query("limit", &integer), query("offset", &integer)];
    let background = [query("background", &json!({"type": "boolean"}))];
    let of_status: Vec<Value> =
        paged.iter().cloned().chain([query("status", &many(&text))]).collect();
    let key = json!([{"name": "id", "in": "path", "required": true, "schema": integer}]);
    let body = |schema: &Value| json!({"required": true, "content": content(schema)});
    let one_or_many = json!({"oneOf": [device, many(&device)]});
    json!({"openapi": "3.0.3", "info": {"title": "Devices", "version": "1"}, "paths": {
        "/api/devices/": {
            "get": {"parameters": paged, "responses": page(&device)},
            "post": {"parameters": background, "requestBody": body(&one_or_many),
                "responses": answer(&one_or_many)},
            "delete": {"parameters": background, "requestBody": body(&many(&keyed)),
                "responses": {"204": {"description": ""}}},
        },
        "/api/devices/{id}/": {
            "get": {"parameters": key, "responses": answer(&device)},
            "delete": {"parameters": key, "responses": {"204": {"description": ""}}},
        },
        "/api/jobs/": {"get": {"parameters": of_status, "responses": page(&job)}},
        "/api/jobs/{id}/": {"get": {"parameters": key, "responses": answer(&job)}},
        "/api/health/": {"get": {"responses": answer(&json!({"type": "object",
            "properties": {"workers": integer}}))}},
    }})
}
