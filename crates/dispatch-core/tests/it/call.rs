//! The ways in which clients write the arguments of a call.

use dispatch_core::call::{Call, Members};
use dispatch_core::shape::Format;
use serde_json::value::RawValue;

/// Reads arguments for an operation that takes `limit` and `name`, and gives the parameters.
fn read(arguments: &str) -> Result<(Call, String), String> {
    let call = Call::parse(arguments.as_bytes()).map_err(|error| error.to_string())?;
    let takes = |name: &str, _: &RawValue| matches!(name, "limit" | "name");
    let (params, options) = call.clone().settle(takes).map_err(|error| error.to_string())?;
    Ok((call, format!("{}{options:?}", written(&params))))
}

fn written(params: &Members) -> String {
    params.iter().map(|(name, value)| format!("{name}={} ", value.get())).collect()
}

#[track_caller]
fn check(arguments: &str, params: &str) {
    let (_, read) = read(arguments).unwrap();
    let read = read.split("Options").next().unwrap();
    assert_eq!(read.trim_end(), params, "{arguments}");
}

#[track_caller]
fn check_refused(arguments: &str, error: &str) {
    assert_eq!(read(arguments).unwrap_err(), error, "{arguments}");
}

#[test]
fn params_are_found_wherever_clients_put_them() {
    check(r#"{"resource":"d"}"#, "");
    check(r#"{"resource":"d","params":null}"#, "");
    check(r#"{"resource":"d","params":{"a":1,"b":[2]}}"#, "a=1 b=[2]");
    check(r#"{"resource":"d","params":"{\"a\": 1}"}"#, "a=1");
    check(r#"{"resource":"d","params":" "}"#, "");
    check(r#"{"resource":"d","params":[{"a":1}]}"#, r#"items=[{"a":1}]"#);
    check(r#"{"resource":"d","params":" [1,2] "}"#, "items=[1,2]");
    check(r#"{"resource":"d","a":1,"b":2}"#, "a=1 b=2");
    check(r#"{"resource":"d","params":{},"a":1}"#, "a=1");
    check(r#"{"resource":"d","params":{"b":2},"a":1}"#, "b=2 a=1");
    check(r#"{"resource":"d","items":[1]}"#, "items=[1]");
}

#[test]
fn values_keep_the_text_they_were_sent_in() {
    check(
        r#"{"params":{"n":12345678901234567890123,"d":1.10,"e":1e2,"o":{"z":1,"a":2,"a":3}}}"#,
        r#"n=12345678901234567890123 d=1.10 e=1e2 o={"z":1,"a":2,"a":3}"#,
    );
    check(r#"{"params":"{\"d\":1.10,\"s\":\"\\u00e9\"}"}"#, r#"d=1.10 s="\u00e9""#);
}

#[test]
fn options_are_told_from_parameters() {
    let (_, read_options) =
        read(r#"{"options":{"limit":5,"fields":"a, b.c","format":"json"}}"#).unwrap();
    assert!(
        read_options.contains(r#"fields: Some(["a", "b.c"]), limit: Some(5)"#),
        "{read_options}"
    );
    assert!(read_options.contains(&format!("{:?}", Format::Json)));
    // Beside `params`, or in them where the operation has no such parameter, they are options.
    check(r#"{"params":{"a":1},"limit":5,"fields":["x"]}"#, "a=1");
    check(r#"{"params":{"a":1,"fields":["x"]}}"#, "a=1");
    // What the operation takes is its own.
    check(r#"{"params":{"limit":5}}"#, "limit=5");
    check(r#"{"resource":"d","limit":5}"#, "limit=5");
    check(r#"{"options":"{\"limit\": 3}"}"#, "");
}

#[test]
fn several_resources_are_for_help() {
    let call = |text: &str| Call::parse(text.as_bytes()).unwrap();
    assert_eq!(call(r#"{"resource":"a, b"}"#).resources, ["a", "b"]);
    assert_eq!(call(r#"{"resource":["a","b"]}"#).resources, ["a", "b"]);
    assert!(call(r#"{"resource":" "}"#).resources.is_empty());
    assert_eq!(call(r#"{"action":" "}"#).action, None);
}

#[test]
fn what_cannot_be_read_says_why() {
    check_refused("[]", "the arguments object must be an object");
    check_refused(
        r#"{"params":{"a":1,"a":2}}"#,
        "params cannot be read as JSON: a is given twice at line 1 column 13",
    );
    check_refused(r#"{"params":{"a":1},"a":2}"#, "a is given twice");
    check_refused(r#"{"params":5}"#, "params must be an object");
    check_refused(r#"{"resource":5}"#, "resource must be a string");
    check_refused(r#"{"action":{}}"#, "action must be a string");
    check_refused(r#"{"options":[1]}"#, "options must be an object");
    check_refused(
        r#"{"options":{"feilds":["a"]}}"#,
        r#"unknown option "feilds"; did you mean fields? (options: fields, limit, cursor, format, count, count_by, sum, where, dry_run, expect, if_match, reason)"#,
    );
    check_refused(
        r#"{"options":{"limit":0}}"#,
        "options.limit must be a number of rows, at least 1",
    );
    check_refused(
        r#"{"options":{"limit":-1}}"#,
        "options.limit must be a number of rows, at least 1",
    );
    check_refused(r#"{"options":{"fields":[1]}}"#, "options.fields must be a list of field names");
    check_refused(
        r#"{"options":{"format":"xml"}}"#,
        r#"options.format must be "auto", "json" or "raw""#,
    );
    for broken in ["", "{", "\u{0}", r#"{"a":}"#, r#"{"params":"{"}"#, r#"{"\ud800":1}"#] {
        assert!(read(broken).is_err(), "{broken}");
    }
    assert!(Call::parse(b"{\"a\":\"\xff\"}").is_err());
}
