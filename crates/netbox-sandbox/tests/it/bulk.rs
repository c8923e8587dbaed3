//! Bulk forms: all or none.

use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};

use crate::client::{call, create, expect, get, seeded, send};

const REGIONS: &str = "/api/dcim/regions/";

#[test]
fn a_failed_bulk_create_stores_nothing_and_names_the_rows() {
    let sandbox = seeded();
    let rows = json!([
        {"name": "East", "slug": "east"},
        {"name": "North", "slug": "north"},
        {"slug": "x y"},
    ]);
    let answer = expect(&sandbox, 400, &Method::POST, REGIONS, &rows);
    assert_eq!(
        answer,
        json!({
            "detail": "2 of 3 objects could not be created.",
            "errors": [
                {"index": 1, "errors": {"__all__": [
                    "A region with this name already exists.",
                    "A region with this slug already exists.",
                ]}},
                {"index": 2, "errors": {
                    "name": ["This field is required."],
                    "slug": [
                        "Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens."
                    ],
                }},
            ],
        })
    );
    assert_eq!(get(&sandbox, REGIONS)["count"], 2);
    // An id that was given once is not given again.
    assert_eq!(create(&sandbox, "dcim/regions", &json!({"name": "W", "slug": "w"}))["id"], 4);
}

#[test]
fn updates_are_all_or_none() {
    let sandbox = seeded();
    let rows = json!([{"id": 1, "description": "x"}, {"id": 2, "slug": "north"}]);
    let answer = expect(&sandbox, 400, &Method::PATCH, REGIONS, &rows);
    assert_eq!(answer["detail"], "1 of 2 objects could not be updated.");
    assert_eq!(answer["errors"][0]["id"], 2);
    assert_eq!(get(&sandbox, "/api/dcim/regions/1/")["description"], "");
    let rows = json!([{"id": "1", "description": "x"}, {"id": 2, "description": "y"}]);
    expect(&sandbox, 200, &Method::PATCH, REGIONS, &rows);
    assert_eq!(get(&sandbox, "/api/dcim/regions/1/")["description"], "x");
}

#[test]
fn malformed_bulk_bodies_are_refused_in_netboxs_words() {
    let sandbox = seeded();
    let cases: &[(Value, &str)] = &[
        (json!({"id": 1}), "Expected a list of objects, but got dict."),
        (json!(null), "Expected a list of objects, but no data was submitted."),
        (json!({}), "Expected a list of objects, but no data was submitted."),
        (json!([1, 2]), "2 of 2 objects failed validation."),
        (json!([{"name": "x"}]), "1 of 1 objects failed validation."),
        (json!([{"id": 1}, {"id": 1}]), "1 of 2 objects are listed more than once."),
        (json!([{"id": 1}, {"id": 99}]), "1 of 2 objects could not be found."),
        (json!([{"id": -1}]), "1 of 1 objects could not be found."),
    ];
    for method in [Method::PATCH, Method::PUT, Method::DELETE] {
        for (body, detail) in cases {
            let answer = expect(&sandbox, 400, &method, REGIONS, body);
            assert_eq!(answer["detail"], *detail, "{method} {body}");
        }
    }
}

#[test]
fn a_protected_bulk_delete_deletes_nothing() {
    let sandbox = seeded();
    create(&sandbox, "dcim/sites", &json!({"name": "Empty", "slug": "empty"}));
    let rows = json!([{"id": 3}, {"id": 1}]);
    let answer = expect(&sandbox, 409, &Method::DELETE, "/api/dcim/sites/", &rows);
    assert_eq!(answer["detail"], "1 of 2 objects could not be deleted.");
    assert_eq!(get(&sandbox, "/api/dcim/sites/")["count"], 3);
}

#[test]
fn preconditions_hold_for_every_row() {
    let sandbox = seeded();
    let request = |etag: &str| {
        Request::patch(REGIONS)
            .header("content-type", "application/json")
            .header("if-match", etag)
            .body(Bytes::from_static(b"[{\"id\": 1, \"description\": \"x\"}]"))
            .unwrap()
    };
    assert_eq!(send(&sandbox, request("W/\"x\"")).status, 412);
    let answer = call(&sandbox, &Method::GET, "/api/dcim/regions/1/", &Value::Null);
    let etag = answer.headers["etag"].to_str().unwrap().to_owned();
    assert_eq!(send(&sandbox, request(&etag)).status, 200);
    assert_eq!(send(&sandbox, request(&etag)).status, 412, "the write changed the ETag");
    assert_eq!(send(&sandbox, request("*")).status, 200);
}
