//! Bulk calls of more items than one request has, made in parts.

use dispatch_core::{BackendError, BackendErrorKind, DispatcherOptions};
use serde_json::{Value, json};

use super::fixture::api;
use crate::dispatch::fixture::{Recorder, admin, call_as, dispatcher, json_response};

/// Creates devices in requests of two at most; compares what was sent and what was answered.
#[track_caller]
fn check(names: &[&str], n_requests: usize, text: &str, is_error: bool) {
    let api = api();
    let mut options = DispatcherOptions::default();
    options.batch.n_bulk_rows = 2;
    let items: Vec<Value> = names.iter().map(|name| json!({"name": name, "site": 7})).collect();
    let arguments =
        json!({"resource": "device", "action": "bulk_create", "params": {"items": items}});
    let dispatcher = dispatcher(&api).with_options(options);
    let answer = call_as(&dispatcher, admin(), "inventory", &arguments);
    assert_eq!(api.lines().len(), n_requests, "{}", answer.0);
    assert_eq!(answer, (text.to_owned(), is_error));
}

#[test]
fn a_large_bulk_call_is_made_in_parts() {
    check(&["a", "b"], 1, "created 2 devices: 101-102 (a, b)", false);
    check(
        &["a", "$1.id", "c", "$d", "e"],
        3,
        "created 5 devices: 101-105 (a, $1.id, c, $d, e)",
        false,
    );
}

#[test]
fn what_was_done_of_it_is_told_by_row() {
    check(
        &["a", "b", "c", "bad", "e", "f"],
        2,
        "2 of 6 rows done: created 2 devices: 101-102 (a, b)\n\
         failed: rows 3-4: the API refused device bulk_create (400 Bad Request):\n  \
         not all could be written\n  \
         row 4 (bad): name: is bad\n\
         the other rows of this request may have been written; look before you try again\n\
         not run: rows 5-6",
        true,
    );
}

#[test]
fn what_is_wrong_with_it_is_told_before_it_is_begun() {
    let api = api();
    let mut options = DispatcherOptions::default();
    options.batch.n_bulk_rows = 2;
    let arguments = json!({"resource": "device", "action": "bulk_create", "params": {"items": [
        {"name": "a", "site": 7}, {"name": "b", "site": 7}, {"nme": "c", "site": 7}]}});
    let dispatcher = dispatcher(&api).with_options(options);
    let (text, is_error) = call_as(&dispatcher, admin(), "inventory", &arguments);
    assert!(is_error && text.contains("items[2].nme"), "{text}");
    assert_eq!(api.lines(), [""; 0]);
}

#[test]
fn what_has_too_many_bytes_is_made_in_parts_too() {
    let api = api();
    let mut options = DispatcherOptions::default();
    options.max_body_bytes = 50;
    let items =
        json!([{"name": "a", "site": 7}, {"name": "b", "site": 7}, {"name": "c", "site": 7}]);
    let arguments =
        json!({"resource": "device", "action": "bulk_create", "params": {"items": items}});
    let dispatcher = dispatcher(&api).with_options(options);
    let (text, is_error) = call_as(&dispatcher, admin(), "inventory", &arguments);
    assert!(!is_error && text.starts_with("created 3 devices: 101-103"), "{text}");
    assert_eq!(api.lines().len(), 2, "{:?}", api.lines());
}

/// What happens on the way of one request says nothing of its rows, and nothing more is sent.
#[test]
fn what_breaks_off_in_the_middle_is_in_doubt() {
    for is_told in [true, false] {
        let api = Recorder::new(move |request, n_before| {
            if n_before == 1 {
                let broke = BackendError::new(BackendErrorKind::EffectUnknown, "it broke off");
                let told = json_response(502, &json!({"error": "bad gateway"}));
                return is_told.then_some(told).ok_or(broke);
            }
            let rows: Vec<Value> = serde_json::from_slice(request.body()).unwrap();
            let row = |(n, row): (usize, &Value)| json!({"id": 101 + n, "name": row["name"]});
            let rows: Vec<Value> = rows.iter().enumerate().map(row).collect();
            Ok(json_response(201, &json!(rows)))
        });
        let mut options = DispatcherOptions::default();
        options.batch.n_bulk_rows = 2;
        let items: Vec<Value> =
            ["a", "b", "c", "d", "e"].map(|name| json!({"name": name, "site": 7})).into();
        let arguments =
            json!({"resource": "device", "action": "bulk_create", "params": {"items": items}});
        let dispatcher = dispatcher(&api).with_options(options);
        let (text, is_error) = call_as(&dispatcher, admin(), "inventory", &arguments);
        assert!(is_error, "{text}");
        for said in ["2 of 5 rows done", "rows 3-4", "look", "not run: row 5"] {
            assert!(text.contains(said), "{said}: {text}");
        }
        assert_eq!(api.lines().len(), 2, "{text}");
    }
}
