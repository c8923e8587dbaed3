//! Malformed input of every kind gets a proper answer.

use bytes::Bytes;
use http::{Method, Request};
use netbox_sandbox::{Sandbox, covered};
use serde_json::{Value, json};

use crate::client::{call, expect, get, seeded, send};

#[track_caller]
fn raw(sandbox: &Sandbox, method: &str, path: &str, body: &str) -> u16 {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", "application/json")
        .body(Bytes::from(body.to_owned()))
        .unwrap();
    send(sandbox, request).status.as_u16()
}

#[test]
fn bodies_that_are_no_json_object_are_refused() {
    let sandbox = Sandbox::new();
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let deep_object = format!("{}1{}", "{\"a\":".repeat(5000), "}".repeat(5000));
    for body in ["{", "{\"a\":}", "nul", "\u{0}", "\"", "5", "null", "true", "[1]", "[[{}]]"] {
        assert_eq!(raw(&sandbox, "POST", "/api/dcim/regions/", body), 400, "{body}");
    }
    for body in [&deep, &deep_object] {
        assert_eq!(raw(&sandbox, "POST", "/api/dcim/regions/", body), 400);
    }
    let huge = format!("{{\"name\": \"{}\"}}", "x".repeat(3_000_000));
    assert_eq!(raw(&sandbox, "POST", "/api/dcim/regions/", &huge), 500);
    let answer =
        call(&sandbox, &Method::POST, "/api/dcim/regions/", &json!({"name": "a", "slug": "a"}));
    assert_eq!(answer.status, 201, "the sandbox still serves");
}

#[test]
fn a_parse_error_says_where() {
    let request =
        Request::post("/api/dcim/regions/").body(Bytes::from_static(b"{\"a\":}")).unwrap();
    let answer = send(&Sandbox::new(), request);
    let detail = "JSON parse error - Expecting value: line 1 column 6 (char 5)";
    assert_eq!(answer.json(), json!({ "detail": detail }));
}

#[test]
fn paths_that_do_not_exist_are_not_found() {
    let sandbox = seeded();
    for path in [
        "/",
        "/dcim/sites/",
        "/api/nosuch/",
        "/api/dcim/nosuch/",
        "/api/dcim/sites/x/",
        "/api/dcim/sites/-1/",
        "/api/dcim/sites/0/",
        "/api/dcim/sites/99999999999999999999999/",
        "/api/dcim/sites/1/nosuch/",
        "/api/dcim/sites/1/nosuch/more/",
        "/api/dcim/sites/%00/",
        "/api/dcim/sites/%ff%fe/",
        "/api/dcim/sites/..%2f1/",
        "/api//dcim/sites/",
        "/api/dcim/sites//1/",
    ] {
        assert_eq!(raw(&sandbox, "GET", path, ""), 404, "{path}");
    }
    assert_eq!(raw(&sandbox, "GET", "/api/dcim/sites", ""), 301);
    assert_eq!(raw(&sandbox, "POST", "/api/dcim/sites", "{}"), 404);
    assert_eq!(raw(&sandbox, "TRACE", "/api/dcim/sites/", ""), 405);
    assert_eq!(raw(&sandbox, "POST", "/api/core/object-changes/", "{}"), 405);
    let long = format!("/api/dcim/sites/?{}", "id=1&".repeat(1000));
    assert_eq!(raw(&sandbox, "GET", &long, ""), 400);
}

#[test]
fn queries_never_break_a_list() {
    let sandbox = seeded();
    for query in [
        "limit=abc",
        "limit=-1",
        "limit=99999999999999999999",
        "offset=-1",
        "offset=999999999999",
        "ordering=nosuch",
        "ordering=-",
        "ordering=,,",
        "%ff=%fe",
        "=",
        "&&&",
        "name=%00",
        "q=%",
        "q=%25",
        "nosuch=1",
        "name__nosuch=1",
        "cf_nosuch=1",
        "cf_=1",
        "cf_x__n=1",
        "brief=0",
        "fields=,,,",
        "omit=,",
        "enabled=maybe",
        "parent=xx",
        "contains=xx",
        "within=1/2/3",
        "name__empty=maybe",
    ] {
        for path in ["dcim/devices", "dcim/interfaces", "ipam/prefixes", "ipam/ip-addresses"] {
            let answer =
                call(&sandbox, &Method::GET, &format!("/api/{path}/?{query}"), &Value::Null);
            let status = answer.status.as_u16();
            assert!(matches!(status, 200 | 400), "{path}?{query}: {status} {}", answer.text);
        }
    }
}

/// Every resource takes every kind of value in every field without a panic, and what it takes it
/// can show.
#[test]
fn wrong_types_are_refused_everywhere() {
    let sandbox = seeded();
    let values = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!(1.5),
        json!(""),
        json!("x\u{0}y"),
        json!("x".repeat(1000)),
        json!([]),
        json!([null]),
        json!([[1, 2]]),
        json!(["x"]),
        json!({}),
        json!({"a": {"b": null}}),
        json!({"object_type": "dcim.site", "object_id": 1}),
        json!([{"object_type": "dcim.interface", "object_id": 9_999_999_u64}]),
        json!("dcim.nosuch"),
    ];
    for resource in covered().into_iter().filter(|resource| resource.writes) {
        let path = format!("/api/{}/", resource.path);
        let required = expect(&sandbox, 400, &Method::POST, &path, &json!({}));
        let mut names: Vec<String> = required.as_object().unwrap().keys().cloned().collect();
        names.extend(
            ["name", "tags", "custom_fields", "status", "parent", "site"].map(str::to_owned),
        );
        for value in &values {
            let body: Value = names.iter().map(|name| (name.clone(), value.clone())).collect();
            let answer = call(&sandbox, &Method::POST, &path, &body);
            let status = answer.status.as_u16();
            assert!(matches!(status, 201 | 400 | 500 | 501), "{path} {body}: {status}");
        }
        get(&sandbox, &path);
        get(&sandbox, &format!("{path}?brief=1&ordering=-id"));
    }
}

#[test]
fn what_has_no_rule_says_so() {
    let sandbox = seeded();
    for (method, path) in [
        ("GET", "/api/schema/"),
        ("POST", "/graphql/"),
        ("GET", "/api/extras/scripts/"),
        ("GET", "/api/core/background-queues/"),
        ("OPTIONS", "/api/dcim/sites/"),
        ("GET", "/api/dcim/devices/?name__regex=x"),
        ("GET", "/api/dcim/sites/?contact=1"),
        ("GET", "/api/dcim/racks/1/elevation/?render=svg"),
    ] {
        let request = Request::builder().method(method).uri(path).body(Bytes::new()).unwrap();
        let answer = send(&sandbox, request);
        assert_eq!(answer.status, 501, "{path}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with("netbox-sandbox (not NetBox): "), "{detail}");
        assert_eq!(answer.headers["server"], "netbox-sandbox");
    }
    let status = get(&sandbox, "/api/status/");
    assert_eq!(status["sandbox"], true);
    assert_eq!(status["netbox-version"], netbox_sandbox::VERSION);
}
