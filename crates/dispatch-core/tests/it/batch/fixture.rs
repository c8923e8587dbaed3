//! An API that creates devices, and batches for it.

use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::dispatch::fixture::{Recorder, admin, call_as, dispatcher, json_response};

/// An API that does what it is asked: it numbers what is created from 101 on, and refuses what is
/// called `bad`.
pub(super) fn api() -> Recorder {
    let next = AtomicU64::new(101);
    Recorder::new(move |request, _| Ok(answer(request, &next)))
}

fn answer(request: &Request<Bytes>, next: &AtomicU64) -> Response<Bytes> {
    let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    let id = request.uri().path().trim_matches('/').rsplit('/').next().unwrap().parse::<u64>();
    let is_bad = |row: &Value| row["name"] == "bad" || row["status"] == "offline";
    let created = |row: &Value| {
        let mut row = row.clone();
        row["id"] = json!(next.fetch_add(1, Ordering::SeqCst));
        row
    };
    match (request.method(), body) {
        (&Method::GET, _) if id == Ok(404) => json_response(404, &json!({"detail": "Not found."})),
        (&Method::GET, _) if id.is_ok() => json_response(200, &device(id.unwrap())),
        (&Method::GET, _) => {
            let rows: Vec<Value> = (1..=3).map(device).collect();
            json_response(200, &json!({"count": 3, "next": null, "results": rows}))
        }
        (&Method::DELETE, _) => {
            let mut response = Response::new(Bytes::new());
            *response.status_mut() = StatusCode::NO_CONTENT;
            response
        }
        (_, Value::Array(rows)) if rows.iter().any(is_bad) => {
            let errors: Vec<Value> = rows
                .iter()
                .enumerate()
                .filter(|(_, row)| is_bad(row))
                .map(|(index, _)| json!({"index": index, "errors": {"name": ["is bad"]}}))
                .collect();
            json_response(400, &json!({"detail": "not all could be written", "errors": errors}))
        }
        (_, body) if is_bad(&body) => json_response(400, &json!({"name": ["is bad"]})),
        (&Method::POST, Value::Array(rows)) => {
            json_response(201, &rows.iter().map(created).collect())
        }
        (&Method::POST, body) => json_response(201, &created(&body)),
        // It answers in an order of its own.
        (_, Value::Array(rows)) => json_response(200, &rows.into_iter().rev().collect()),
        (_, Value::Object(body)) => {
            let mut device = device(id.unwrap_or_default());
            device.as_object_mut().unwrap().extend(body);
            json_response(200, &device)
        }
        _ => json_response(200, &json!({})),
    }
}

fn device(id: u64) -> Value {
    let site = json!({"id": 7, "name": "Ams", "url": "http://x/7/"});
    json!({"id": id, "name": format!("d{id}"), "status": {"value": "active", "label": "Active"},
        "site": site, "serial": "s", "backup_site": null, "tags": []})
}

/// Runs steps as somebody who may do everything.
pub(super) fn run(recorder: &Recorder, arguments: &Value) -> (String, bool) {
    call_as(&dispatcher(recorder), admin(), "batch", arguments)
}

/// A step that creates a device of this name, with more parameters.
pub(super) fn create(name: &str, more: &Value) -> Value {
    let mut params =
        Map::from_iter([("name".to_owned(), json!(name)), ("site".to_owned(), json!(7))]);
    params.extend(more.as_object().cloned().unwrap_or_default());
    json!({"resource": "device", "action": "create", "params": params})
}

/// A step of an action on one device.
pub(super) fn on(action: &str, id: &Value) -> Value {
    json!({"resource": "device", "action": action, "params": {"id": id}})
}

/// A step with more members.
pub(super) fn with(mut step: Value, more: &Value) -> Value {
    step.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    step
}
