use serde_json::{Value, json};

use super::{BOTH, codes, lower};

/// The base path of a document with these servers.
#[track_caller]
fn check_base_path(servers: &Value, expected: &str) {
    for version in BOTH {
        let draft = lower(version, &json!({ "paths": {}, "servers": servers }));
        assert_eq!(draft.base_path, expected, "{servers}");
    }
}

#[test]
fn the_base_path_is_that_of_the_first_server() {
    check_base_path(&json!([]), "");
    check_base_path(&json!([{ "url": "" }]), "");
    check_base_path(&json!([{ "url": "/" }]), "");
    check_base_path(&json!([{ "url": "https://example.com" }]), "");
    check_base_path(
        &json!([{ "url": "https://example.com/api/v1/?a=/b#c" }, { "url": "/no" }]),
        "/api/v1",
    );
    check_base_path(&json!([{ "url": "//example.com/api" }]), "/api");
    check_base_path(&json!([{ "url": "/api/v1/" }]), "/api/v1");
    check_base_path(&json!([{ "url": "./api" }]), "/api");
    check_base_path(&json!([{ "url": "api" }]), "/api");
    let variables = json!({ "host": { "default": "a.b" }, "version": { "default": "v2" } });
    check_base_path(
        &json!([{ "url": "https://{host}/{version}/x", "variables": variables }]),
        "/v2/x",
    );
    check_base_path(&json!([{ "url": 3 }]), "");
    check_base_path(&json!("/a"), "");
}

#[test]
fn a_document_may_lack_nearly_everything() {
    for version in BOTH {
        let draft = lower(version, &json!({}));
        assert_eq!((draft.title.as_str(), draft.version.as_str()), ("Pets", "1"));
        assert_eq!((draft.operations.len(), draft.diagnostics.len()), (0, 0));
    }
    let draft = lower("3.1.0", &json!({ "info": { "title": 1, "version": 2.5 }, "paths": 3 }));
    assert_eq!((draft.title.as_str(), draft.version.as_str()), ("1", "2.5"));
    assert_eq!(codes(&draft), ["operation-dropped"]);
}

#[test]
fn what_is_not_used_is_named() {
    let parts = json!({
        "webhooks": { "new": { "post": {} } },
        "paths": { "/a": { "servers": [{ "url": "/x" }], "get": {
            "operationId": "a",
            "servers": [{ "url": "/y" }],
            "callbacks": { "done": { "$ref": "#/components/callbacks/Done" } },
            "responses": {
                "200": { "links": { "next": { "operationId": "b" } } },
                "202": {},
            },
        } } },
    });
    for version in BOTH {
        let draft = lower(version, &parts);
        let places: Vec<_> =
            draft.diagnostics.iter().map(|d| (d.code.as_str(), d.place.as_str())).collect();
        let ignored = [
            "/paths/~1a/get/callbacks",
            "/paths/~1a/get/responses/200/links",
            "/paths/~1a/get/responses/202",
            "/paths/~1a/get/servers",
            "/paths/~1a/servers",
            "/webhooks",
        ];
        assert_eq!(places, ignored.map(|place| ("part-ignored", place)));
    }
}

#[test]
fn path_items_may_be_references() {
    let parts = json!({
        "paths": {
            "/a": { "$ref": "#/components/pathItems/A", "put": { "operationId": "own", "responses": { "200": {} } } },
            "/b": { "$ref": "#/paths/~1b" },
            "/c": { "$ref": "other.yaml#/c" },
        },
        "components": { "pathItems": { "A": {
            "get": { "operationId": "get", "responses": { "200": {} } },
            "put": { "operationId": "put", "responses": { "200": {} } },
        } } },
    });
    for version in BOTH {
        let draft = lower(version, &parts);
        let found: Vec<_> = draft
            .operations
            .iter()
            .map(|o| (o.pointer.as_str(), o.path.as_str(), o.operation_id.as_deref().unwrap()))
            .collect();
        assert_eq!(
            found,
            [("/paths/~1a/put", "/a", "own"), ("/components/pathItems/A/get", "/a", "get")]
        );
        assert_eq!(codes(&draft), ["external-reference", "missing-reference", "part-ignored"]);
    }
}

#[test]
fn references_in_the_structure_may_be_chained_and_must_end() {
    let parts = json!({
        "paths": { "/a": { "get": { "operationId": "a", "parameters": [{ "$ref": "#/components/parameters/A" }, { "$ref": "#/components/parameters/C" }], "responses": { "200": {} } } } },
        "components": { "parameters": {
            "A": { "$ref": "#/components/parameters/B" },
            "B": { "name": "b", "in": "query", "schema": {} },
            "C": { "$ref": "#/components/parameters/C" },
        } },
    });
    let draft = lower("3.0.3", &parts);
    assert_eq!(draft.operations[0].query.len(), 1);
    assert_eq!(codes(&draft), ["missing-reference"]);
}
