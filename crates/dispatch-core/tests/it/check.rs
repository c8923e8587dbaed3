//! The check of parameters before anything is sent.

use dispatch_core::access::Access;
use dispatch_core::call::Members;
use dispatch_core::check::{Arguments, Faults, check};
use dispatch_core::tier::Tier;

use crate::dispatch::fixture::catalog;

fn checked(action: &str, params: &str) -> Result<Arguments, Faults> {
    let catalog = catalog();
    let (resource, action) = action.split_once('.').unwrap();
    let id = catalog.resource_spelled(resource, None).unwrap();
    let action = catalog.resource(id).action(action).unwrap();
    let operation = catalog.operation(action.operation);
    let params = Members::parse(params, "params").unwrap();
    check(&catalog, Access::up_to(Tier::Admin), operation, action.form, params)
}

#[track_caller]
fn passes(action: &str, params: &str) {
    if let Err(faults) = checked(action, params) {
        panic!("{action} {params}: {faults}");
    }
}

#[track_caller]
fn fails(action: &str, params: &str, faults: &[&str]) {
    let found = checked(action, params).expect_err(params).to_string();
    assert_eq!(found.lines().collect::<Vec<_>>(), faults, "{action} {params}");
}

const CREATE: &str = "device.create";

#[test]
fn what_the_document_allows_passes() {
    passes(CREATE, r#"{"name":"a","site":1}"#);
    passes(CREATE, r#"{"name":"a","site":{"slug":"ams"}}"#);
    passes(CREATE, r#"{"name":"äöüäöüäö","site":1.0,"height":null}"#);
    passes(CREATE, r#"{"name":"a","site":1,"height":999.99,"tags":[],"backup_site":null}"#);
    passes(CREATE, r#"{"name":"a","site":1,"position":5}"#);
    passes(CREATE, r#"{"name":"a","site":1,"position":{"x":1,"y":2}}"#);
    passes(CREATE, r#"{"name":"a","site":1,"position":"planned"}"#);
    passes(CREATE, r#"{"name":"a","site":1,"custom_fields":{"x":{"deep":[null]}}}"#);
    passes(CREATE, r#"{"body":{"name":"a","site":1}}"#);
    passes(CREATE, r#"{"body.name":"a","site":1}"#);
    passes(CREATE, r#"{"items":[{"name":"a","site":1}]}"#);
    passes("device.bulk_create", r#"{"items":[{"name":"a","site":1},{"name":"b","site":1}]}"#);
    passes("device.bulk_create", r#"{"body":[{"name":"a","site":1}]}"#);
    passes("device.render", r#"{"id":1}"#);
    passes("device.render", r#"{"id":1,"anything":{"goes":1}}"#);
    passes("device.upload", r#"{"id":1,"file":{"filename":"a","content_base64":"eA=="}}"#);
}

#[test]
fn a_file_is_given_with_its_content() {
    fails(
        "device.upload",
        r#"{"id":1,"file":"text"}"#,
        &[
            r#"file: expected a file: {"filename": "a.png", "content_base64": "..."}, or its text as "content""#,
        ],
    );
    fails(
        "device.upload",
        r#"{"id":1,"file":{"content_base64":"!"}}"#,
        &["file: content_base64 is no base64"],
    );
}

#[test]
fn parameters_are_read_as_text() {
    let list = "device.list";
    passes(list, "{}");
    passes(list, r#"{"name":"a","site_id":[1,"2",null],"active":true,"size":"5"}"#);
    passes(list, r#"{"name":5,"active":"false","site_id":null}"#);
    passes(list, r#"{"name":["a",1,true]}"#);
    passes(list, r#"{"site_id":"null","cf_color":"red","x-branch":"main"}"#);
    passes(list, r#"{"query.name":"a"}"#);
    fails(list, r#"{"active":"True"}"#, &[r#"active: expected bool, not the string "True""#]);
    fails(list, r#"{"active":1}"#, &["active: expected bool, not 1"]);
    fails(list, r#"{"size":0}"#, &["size: 0 is less than the least, 1"]);
    fails(list, r#"{"size":"101"}"#, &["size: 101 is greater than the greatest, 100"]);
    fails(list, r#"{"size":[1]}"#, &["size: takes one value (int(1..100)), not a list"]);
    fails(list, r#"{"site_id":"1,2"}"#, &[r#"site_id: expected int?, not the string "1,2""#]);
    fails(list, r#"{"active":null}"#, &["active: expected bool, not null"]);
    fails(
        list,
        r#"{"name":[]}"#,
        &["name: an empty list would not be sent at all; leave it out, or name values"],
    );
    fails(
        list,
        r#"{"status":["active","plnned"]}"#,
        &[
            r#"status[1]: the string "plnned" is none of active, planned, offline; did you mean planned?"#,
        ],
    );
    fails(list, r#"{"x-branch":"a\r\nb: c"}"#, &["X-Branch: cannot be sent as a header"]);
}

#[test]
fn a_filter_is_never_lost_on_the_way() {
    passes("site.search", r#"{"range":{"from":1}}"#);
    let range = |value: &str| format!(r#"{{"range":{value}}}"#);
    let search = |value: &str| checked("site.search", &range(value)).unwrap_err().to_string();
    assert!(search(r#"{"from":1,"from":2}"#).contains("from is given twice"));
    assert_eq!(search(r#"{"fro":1}"#), "range.fro: no such field; did you mean from?");
    assert!(search("{}").starts_with("range: expected"));
    assert!(search("5").starts_with("range: expected"));
}

#[test]
fn unknown_names_are_refused_with_the_nearest() {
    fails("device.list", r#"{"naem":"a"}"#, &["naem: no such parameter; did you mean name?"]);
    fails("device.list", r#"{"zzz":"a"}"#, &["zzz: no such parameter"]);
    fails("device.list", r#"{"cf_":"a"}"#, &["cf_: no such parameter"]);
    fails(
        CREATE,
        r#"{"name":"a","site":1,"statsu":"active"}"#,
        &["statsu: no such field; did you mean status?"],
    );
    fails(
        CREATE,
        r#"{"name":"a","site":{"slg":"x"}}"#,
        &["site.slg: no such field; did you mean slug?"],
    );
    fails(
        CREATE,
        r#"{"name":"a","site":1,"locked":"x"}"#,
        &["locked: read-only: only the API sets it"],
    );
    fails(
        CREATE,
        r#"{"name":"a","site":1,"created":"x"}"#,
        &["created: read-only: only the API sets it"],
    );
    fails(
        "device.update",
        r#"{"id":1,"items":[]}"#,
        &[
            "items: no such parameter: this action takes one object, not a list",
            "nothing to change: give at least one field with its new value",
        ],
    );
    fails(
        "device.bulk_create",
        r#"{"name":"a","items":[{"name":"a","site":1}]}"#,
        &["name: belongs into each of the items"],
    );
}

#[test]
fn wrong_values_are_told_with_their_place() {
    fails(
        CREATE,
        r#"{"name":5,"site":"ams","height":1000,"tags":[1,"x"]}"#,
        &[
            "name: expected str, not 5",
            r#"site: "ams" is no id (int) of a site; by attributes it is an object of name, slug"#,
            "height: must be less than 1000",
            r#"tags[1]: expected int, not the string "x""#,
        ],
    );
    fails(CREATE, r#"{"name":"","site":1}"#, &["name: must not be empty"]);
    fails(
        CREATE,
        r#"{"name":"123456789","site":1}"#,
        &["name: has 9 characters, at most 8 are allowed"],
    );
    fails(CREATE, "{}", &["name: required, str", "site: required, ->site"]);
    fails(
        CREATE,
        r#"{"name":"a","site":{}}"#,
        &["site: names no attribute of the object it refers to"],
    );
    fails(CREATE, r#"{"name":"a","site":null}"#, &["site: expected ->site, not null"]);
    fails(CREATE, r#"{"name":"a","site":1,"position":{"x":1}}"#, &["position.y: required, int"]);
    fails(
        "device.bulk_update",
        r#"{"items":[{"id":1,"status":"active"},{"status":"actve"},{"id":"x"}]}"#,
        &[
            r#"items[1].status: the string "actve" is none of active, planned, offline; did you mean active?"#,
            "items[1].id: required, int",
            r#"items[2].id: expected int, not the string "x""#,
        ],
    );
    fails("device.bulk_update", "{}", &["items: required: the list of objects"]);
    fails("device.bulk_update", r#"{"items":{"id":1}}"#, &["items: expected a list"]);
    fails("device.update", r#"{"status":"active"}"#, &["id: required, int"]);
    fails(
        "device.update",
        r#"{"id":1}"#,
        &["nothing to change: give at least one field with its new value"],
    );
    fails(
        CREATE,
        r#"{"name":"\ud800","site":1}"#,
        &["name: cannot be read: unexpected end of hex escape at line 1 column 8"],
    );
}

#[test]
fn a_path_parameter_cannot_change_the_path() {
    let get = |value: &str| format!(r#"{{"name":{value}}}"#);
    passes("user.get", &get(r#""ä b?c#d%2F;x""#));
    passes("user.get", &get(r#""..a""#));
    let dots = r#"name: "." and ".." cannot stand in a path"#;
    fails("user.get", &get(r#""..""#), &[dots]);
    fails("user.get", &get(r#"".""#), &[dots]);
    fails("user.get", &get(r#""""#), &["name: must not be empty"]);
    let separator = r#"name: must not contain "/" or "\""#;
    fails("user.get", &get(r#""a/b""#), &[separator]);
    fails("user.get", &get(r#""a\\b""#), &[separator]);
    let control = "name: must not contain control characters";
    fails("user.get", &get(r#""a\r\nb""#), &[control]);
    fails("user.get", &get(r#""a\u0000""#), &[control]);
    fails("device.get", r#"{"id":"5/wipe"}"#, &[r#"id: expected int, not the string "5/wipe""#]);
}

#[test]
fn a_call_of_many_faults_tells_the_first_of_them() {
    let items = vec![r#"{"id":"x"}"#; 50].join(",");
    let faults = checked("device.bulk_update", &format!(r#"{{"items":[{items}]}}"#)).unwrap_err();
    assert_eq!(faults.n_faults(), 50);
    let text = faults.to_string();
    assert_eq!(text.lines().count(), 11);
    assert!(text.ends_with("\n... and 40 more"), "{text}");
}
