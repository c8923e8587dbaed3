//! Requests: what was asked for is what is sent, and nothing else.

use bytes::Bytes;
use dispatch_core::access::Access;
use dispatch_core::call::Members;
use dispatch_core::check::check;
use dispatch_core::request::{Caller, RequestError, UpstreamContext, build};
use dispatch_core::tier::Tier;
use http::Request;
use mcp_protocol::auth::AuthInfo;
use mcp_protocol::tool::TraceContext;
use percent_encoding::percent_decode_str;
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};
use serde_json::{Value, json};

use crate::dispatch::fixture::catalog;

fn request(action: &str, params: &str) -> Result<Request<Bytes>, String> {
    let catalog = catalog();
    let (resource, action) = action.split_once('.').unwrap();
    let id = catalog.resource_spelled(resource, None).unwrap();
    let action = catalog.resource(id).action(action).unwrap();
    let operation = catalog.operation(action.operation);
    let params = Members::parse(params, "params").map_err(|error| error.to_string())?;
    let access = Access::up_to(Tier::Admin);
    let arguments = check(&catalog, access, operation, action.form, params)
        .map_err(|faults| faults.to_string())?;
    let mut trace = TraceContext::default();
    trace.traceparent = Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned());
    let (auth, granted) = (Some(AuthInfo::new("alice")), Some(Tier::Write));
    let caller = Caller { auth, granted, trace, client: None };
    build(operation, &arguments, &caller).map_err(|error: RequestError| error.to_string())
}

#[track_caller]
fn check_target(action: &str, params: &str, target: &str) {
    assert_eq!(request(action, params).unwrap().uri().to_string(), target);
}

#[test]
fn styles_are_written_as_the_document_says() {
    let search = "site.search";
    check_target(search, r#"{"ids":[1,2]}"#, "/api/sites/search/?ids=1,2");
    check_target(search, r#"{"ids":7}"#, "/api/sites/search/?ids=7");
    check_target(search, r#"{"names":["a|b","c"]}"#, "/api/sites/search/?names=a%7Cb%7Cc");
    check_target(search, r#"{"words":["a","b c"]}"#, "/api/sites/search/?words=a%20b%20c");
    check_target(
        search,
        r#"{"range":{"from":1,"to":2}}"#,
        "/api/sites/search/?range%5Bfrom%5D=1&range%5Bto%5D=2",
    );
    check_target("device.list", r#"{"name":["a","b"]}"#, "/api/devices/?name=a&name=b");
    check_target("device.list", r#"{"cf_a b":"x&y=z"}"#, "/api/devices/?cf_a%20b=x%26y%3Dz");
    check_target("user.get", r#"{"name":"ä?#%"}"#, "/api/users/%C3%A4%3F%23%25/");
}

#[test]
fn a_body_is_the_text_that_was_sent() {
    let body = |action: &str, params: &str| {
        let request = request(action, params).unwrap();
        String::from_utf8(request.body().to_vec()).unwrap()
    };
    assert_eq!(
        body(
            "device.render",
            r#"{"id":1,"n":12345678901234567890123,"d":1.10,"s":"\u00e9","z":{"b":1, "a":2}}"#
        ),
        r#"{"n":12345678901234567890123,"d":1.10,"s":"\u00e9","z":{"b":1, "a":2}}"#
    );
    assert_eq!(
        body("device.bulk_update", r#"{"items":[ {"id":1,"status":"active"} ]}"#),
        r#"[ {"id":1,"status":"active"} ]"#
    );
    assert_eq!(body("device.render", r#"{"id":1}"#), "");
}

#[test]
fn a_file_goes_as_multipart() {
    let file =
        r#"{"id":1,"title":"a \"b\"","file":{"filename":"x\r\n\".txt","content_base64":"aGk="}}"#;
    let request = request("device.upload", file).unwrap();
    let content_type = request.headers()["content-type"].to_str().unwrap();
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    let body = String::from_utf8(request.body().to_vec()).unwrap();
    let expected = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\na \"b\"\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"file\"; \
         filename=\"x%0D%0A%22.txt\"\r\nContent-Type: application/octet-stream\r\n\r\nhi\r\n\
         --{boundary}--\r\n"
    );
    assert_eq!(body, expected);
}

#[test]
fn a_request_says_who_calls_and_what() {
    let request = request("device.update", r#"{"id":5,"status":"active"}"#).unwrap();
    assert_eq!(request.headers()["accept"], "application/json");
    assert_eq!(request.headers()["content-type"], "application/json");
    assert!(request.headers().contains_key("traceparent"));
    assert_eq!(request.extensions().get::<AuthInfo>().unwrap().subject, "alice");
    let context = request.extensions().get::<UpstreamContext>().unwrap();
    assert_eq!(context.operation, "devices_update");
    assert_eq!((context.tier, context.idempotent), (Tier::Write, false));
    assert_eq!(context.granted, Some(Tier::Write));
}

#[test]
fn a_query_that_no_server_takes_is_refused() {
    let names = vec!["abcdefghij".repeat(10); 700];
    let error = request("device.list", &json!({"name": names}).to_string()).unwrap_err();
    assert!(error.contains("filter by fewer values"), "{error}");
}

/// The pairs of a query, decoded.
fn decoded(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn a_query_decodes_to_what_was_asked(names in proptest::collection::vec(any::<String>(), 1..4), key in any::<String>()) {
        let key = format!("cf_x{key}");
        let params = json!({"name": names, key.clone(): "v"}).to_string();
        let request = request("device.list", &params).unwrap();
        let mut expected: Vec<_> = names.into_iter().map(|name| ("name".to_owned(), name)).collect();
        expected.push((key, "v".to_owned()));
        prop_assert_eq!(request.uri().path(), "/api/devices/");
        prop_assert_eq!(decoded(request.uri().query().unwrap()), expected);
    }

    #[test]
    fn a_path_never_gains_a_segment(name in any::<String>()) {
        let Ok(request) = request("user.get", &json!({"name": name}).to_string()) else {
            prop_assert!(name.is_empty() || name == "." || name == ".."
                || name.chars().any(|c| c.is_control() || c == '/' || c == '\\'));
            return Ok(());
        };
        let segments: Vec<&str> = request.uri().path().split('/').collect();
        prop_assert_eq!(segments.len(), 5);
        prop_assert_eq!(percent_decode_str(segments[3]).decode_utf8().unwrap(), name);
        prop_assert!(request.uri().query().is_none());
    }

    #[test]
    fn a_body_holds_what_was_asked(name in ".{1,8}", serial in any::<String>(), tags in any::<Vec<i64>>()) {
        let params = json!({"name": name, "site": 1, "serial": serial, "tags": tags});
        let request = request("device.create", &params.to_string()).unwrap();
        let body: Value = serde_json::from_slice(request.body()).unwrap();
        prop_assert_eq!(body, params);
    }
}
