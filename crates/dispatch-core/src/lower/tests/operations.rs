use serde_json::{Value, json};

use super::{BOTH, codes, lower, text};
use crate::catalog::{Method, Parameter, Shape, Style};
use crate::diagnostic::Severity;
use crate::lower::{Draft, DraftOperation, LowerOptions};

/// A draft of a document with one operation, `GET` of this path.
fn get(version: &str, path: &str, operation: &Value) -> Draft {
    lower(version, &json!({ "paths": { path: { "get": operation } } }))
}

fn ok() -> Value {
    json!({ "200": { "description": "" } })
}

fn shown(draft: &Draft, parameters: &[Parameter]) -> Vec<String> {
    parameters
        .iter()
        .map(|parameter| {
            let required = if parameter.required { "*" } else { "" };
            let ty = text(&draft.types, parameter.ty);
            format!("{}{required}: {ty} {:?}", parameter.name, parameter.style)
        })
        .collect()
}

/// Lowers one query parameter in both dialects.
#[track_caller]
fn check_query(parameter: &Value, expected: &[&str], diagnostics: &[&str]) {
    for version in BOTH {
        let operation = json!({ "operationId": "a", "parameters": [parameter], "responses": ok() });
        let draft = get(version, "/a", &operation);
        assert_eq!(draft.operations.len(), 1);
        assert_eq!(shown(&draft, &draft.operations[0].query), expected, "{parameter}");
        assert_eq!(codes(&draft), diagnostics, "{parameter}");
    }
}

#[test]
fn query_parameters_have_a_style() {
    let query = |style: &str, explode: Option<bool>| {
        let mut parameter = json!({ "name": "q", "in": "query", "schema": { "type": "array", "items": { "type": "integer" } } });
        if !style.is_empty() {
            parameter["style"] = style.into();
        }
        if let Some(explode) = explode {
            parameter["explode"] = explode.into();
        }
        parameter
    };
    for (style, explode, expected) in [
        ("", None, Style::Repeated),
        ("form", Some(true), Style::Repeated),
        ("form", Some(false), Style::Comma),
        ("spaceDelimited", None, Style::Space),
        ("pipeDelimited", Some(false), Style::Pipe),
        ("pipeDelimited", Some(true), Style::Repeated),
        ("deepObject", Some(true), Style::DeepObject),
    ] {
        check_query(&query(style, explode), &[&format!("q: [integer] {expected:?}")], &[]);
    }
    check_query(&query("simple", None), &["q: [integer] Repeated"], &["keyword-widened"]);
}

#[test]
fn query_parameters_of_every_sort() {
    check_query(
        &json!({ "name": "q", "in": "query", "required": true, "schema": { "type": "string" } }),
        &["q*: string Repeated"],
        &[],
    );
    check_query(&json!({ "name": "q", "in": "query" }), &["q: any Repeated"], &[]);
    check_query(
        &json!({ "name": "q", "in": "query", "content": { "application/json": { "schema": { "type": "object" } } } }),
        &["q: string(application/json) Repeated"],
        &["media-type"],
    );
    check_query(
        &json!({ "name": "q", "in": "query", "content": { "text/plain": { "schema": { "type": "integer" } } } }),
        &["q: integer Repeated"],
        &[],
    );
    check_query(
        &json!({ "name": "q", "in": "query", "allowReserved": true, "schema": {} }),
        &["q: any Repeated"],
        &["part-ignored"],
    );
    check_query(&json!({ "name": "q", "in": "query", "required": "no" }), &[], &["part-ignored"]);
    check_query(&json!({ "name": "q", "in": "cookie", "schema": {} }), &[], &["part-ignored"]);
    check_query(
        &json!({ "name": "q", "in": "formData", "type": "string" }),
        &[],
        &["part-ignored"],
    );
    check_query(&json!({ "$ref": "#/components/parameters/Gone" }), &[], &["missing-reference"]);
    check_query(&json!({ "$ref": "other.json#/Q" }), &[], &["external-reference"]);
}

#[test]
fn headers_that_belong_to_the_protocol_are_ignored() {
    let header =
        |name: &str| json!({ "name": name, "in": "header", "schema": { "type": "string" } });
    let parameters =
        [header("Accept"), header("content-type"), header("Authorization"), header("X-Trace")];
    let draft = get(
        "3.0.0",
        "/a",
        &json!({ "operationId": "a", "parameters": parameters, "responses": ok() }),
    );
    assert_eq!(shown(&draft, &draft.operations[0].headers), ["X-Trace: string Comma"]);
    assert_eq!(codes(&draft), ["part-ignored"]);
}

#[test]
fn parameters_of_a_path_item_are_shared_and_overridden() {
    let parts = json!({
        "paths": { "/a/{id}/{name}": {
            "parameters": [
                { "name": "page", "in": "query", "schema": { "type": "string" } },
                { "name": "name", "in": "path", "required": true, "schema": { "type": "string" } },
                { "$ref": "#/components/parameters/Id" },
            ],
            "get": {
                "operationId": "a",
                "parameters": [
                    { "name": "q", "in": "query", "schema": {} },
                    { "name": "page", "in": "query", "schema": { "type": "integer" } },
                    { "name": "page", "in": "query", "schema": { "type": "boolean" } },
                    { "name": "other", "in": "path", "required": true, "schema": {} },
                ],
                "responses": ok(),
            },
        } },
        "components": { "parameters": { "Id": { "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } } } },
    });
    for version in BOTH {
        let draft = lower(version, &parts);
        let operation = &draft.operations[0];
        assert_eq!(shown(&draft, &operation.query), ["page: integer Repeated", "q: any Repeated"]);
        assert_eq!(
            shown(&draft, &operation.path_parameters),
            ["id*: integer Comma", "name*: string Comma"]
        );
        assert_eq!(codes(&draft), ["part-ignored"]);
        assert_eq!(draft.diagnostics.len(), 2);
    }
}

#[test]
fn a_path_parameter_that_is_not_described_is_a_string() {
    let draft = get("3.1.0", "/a/{id}", &json!({ "operationId": "a", "responses": ok() }));
    assert_eq!(shown(&draft, &draft.operations[0].path_parameters), ["id*: string Comma"]);
    assert_eq!(codes(&draft), ["schema-widened"]);
}

#[test]
fn an_operation_that_cannot_be_called_is_dropped_alone() {
    let matrix =
        json!([{ "name": "id", "in": "path", "required": true, "style": "matrix", "schema": {} }]);
    let body = json!([{ "name": "b", "in": "body", "required": true, "schema": {} }]);
    let parts = json!({ "paths": {
        "/a/{id}": { "get": { "parameters": matrix, "responses": ok() } },
        "/b": { "get": { "parameters": body, "responses": ok() }, "post": { "operationId": "b", "responses": ok() } },
        "/c/{id": { "get": { "responses": ok() } },
        "/d?x=1": { "get": { "responses": ok() } },
        "/e": { "get": "nothing", "query": {} },
        "/f": 3,
        "x-hidden": 3,
    } });
    for version in BOTH {
        let draft = lower(version, &parts);
        let dropped: Vec<_> = draft
            .diagnostics
            .iter()
            .filter(|d| d.severity == Severity::Dropped)
            .map(|d| d.place.as_str())
            .collect();
        assert_eq!(
            dropped,
            [
                "/paths/~1a~1{id}/get",
                "/paths/~1b/get",
                "/paths/~1c~1{id/get",
                "/paths/~1d?x=1/get",
                "/paths/~1e/get",
                "/paths/~1e/query",
                "/paths/~1f"
            ]
        );
        assert_eq!(draft.n_dropped, 7);
        let ids: Vec<_> = draft.operations.iter().map(|o| o.operation_id.as_deref()).collect();
        assert_eq!(ids, [Some("b")]);
    }
}

#[test]
fn operation_ids_are_unique() {
    let parts = json!({ "paths": { "/a": { "get": { "operationId": "a" }, "put": { "operationId": "a" }, "post": {}, "patch": { "operationId": "" } } } });
    let draft = lower("3.1.0", &parts);
    let ids: Vec<_> =
        draft.operations.iter().map(|o| (o.method, o.operation_id.as_deref())).collect();
    assert_eq!(
        ids,
        [
            (Method::Get, Some("a")),
            (Method::Put, None),
            (Method::Post, None),
            (Method::Patch, None)
        ]
    );
    assert_eq!(codes(&draft), ["duplicate-operation-id", "no-operation-id", "schema-widened"]);
}

/// Lowers a request body in both dialects: media type and type.
#[track_caller]
fn check_body(body: &Value, expected: &str) {
    for version in BOTH {
        let operation = json!({ "operationId": "a", "requestBody": body, "responses": ok() });
        let draft = lower(version, &json!({ "paths": { "/a": { "post": operation } } }));
        let found = draft.operations[0].body.as_ref();
        let found = found.map(|body| format!("{:?} {}", body.media, text(&draft.types, body.ty)));
        assert_eq!(found.unwrap_or_default(), expected, "{body}");
    }
}

#[test]
fn json_is_the_preferred_body() {
    let schema = json!({ "schema": { "properties": { "a": { "type": "string" } } } });
    let short = json!({ "schema": { "type": "string", "maxLength": 3 } });
    let any = json!({});
    let check = |content: Value, expected| check_body(&json!({ "content": content }), expected);
    check(
        json!({ "multipart/form-data": schema, "application/json": schema }),
        r#"Json("application/json") {a: string}"#,
    );
    check(
        json!({ "text/plain": any, "application/merge-patch+json": schema }),
        r#"Json("application/merge-patch+json") {a: string}"#,
    );
    check(json!({ "*/*": any }), r#"Json("application/json") any"#);
    check(
        json!({ "multipart/form-data": schema, "application/x-www-form-urlencoded": schema }),
        "Form {a: string}",
    );
    check(json!({ "text/csv": schema }), r#"Text("text/csv") string"#);
    check(
        json!({ "application/xml": any, "text/plain": short }),
        r#"Text("text/plain") string(..3)"#,
    );
    check(json!({}), "");
    let gone = json!({ "$ref": "#/components/requestBodies/Gone" });
    check_body(&gone, r#"Json("application/json") any"#);
}

#[test]
fn a_required_file_needs_multipart() {
    let body = |required: &[&str]| {
        let file = json!({ "type": "string", "format": "binary" });
        let object = json!({ "properties": { "file": file }, "required": required });
        let schema =
            json!({ "schema": { "oneOf": [object, { "type": "array", "items": object }] } });
        json!({ "content": { "application/json": schema, "multipart/form-data": schema } })
    };
    check_body(&body(&["file"]), "Multipart ({file*: string(binary)} | [{file*: string(binary)}])");
    check_body(
        &body(&[]),
        r#"Json("application/json") ({file: string(binary)} | [{file: string(binary)}])"#,
    );
}

/// Lowers responses in both dialects: status, media type, type, schema.
#[track_caller]
fn check_answer(responses: &Value, expected: (u16, Option<&str>, Option<&str>, Option<&str>)) {
    for version in BOTH {
        let parts = json!({
            "paths": { "/a": { "get": { "operationId": "a", "responses": responses } } },
            "components": {
                "schemas": { "Pet": { "type": "object", "properties": { "a": {} } } },
                "responses": { "Pet": { "description": "", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Pet" } } } } },
            },
        });
        let draft = lower(version, &parts);
        let answer = &draft.operations[0].answer;
        let ty = answer.ty.map(|ty| text(&draft.types, ty));
        let found =
            (answer.status, answer.media.as_deref(), ty.as_deref(), answer.schema.as_deref());
        assert_eq!(found, expected, "{responses}");
    }
}

#[test]
fn the_answer_is_that_of_the_lowest_success() {
    let pet = json!({ "$ref": "#/components/responses/Pet" });
    let json = Some("application/json");
    let is_pet = |status| (status, json, Some("Pet{a: any}"), Some("Pet"));
    check_answer(&json!({ "404": {}, "202": {}, "201": pet }), is_pet(201));
    check_answer(&json!({ "404": {}, "2XX": pet, "default": {} }), is_pet(200));
    check_answer(&json!({ "404": {}, "2xx": pet }), is_pet(200));
    check_answer(&json!({ "404": {}, "default": pet }), is_pet(200));
    check_answer(&json!({ "204": { "description": "none" } }), (204, None, None, None));
    check_answer(&json!({ "404": pet }), (200, json, Some("any"), None));
    check_answer(&json!([]), (200, json, Some("any"), None));
    check_answer(
        &json!({ "200": { "$ref": "#/components/responses/Gone" } }),
        (200, json, Some("any"), None),
    );
    check_answer(
        &json!({ "200": { "content": { "text/csv": {}, "image/png": {} } } }),
        (200, Some("text/csv"), None, None),
    );
    let list =
        json!({ "schema": { "type": "array", "items": { "$ref": "#/components/schemas/Pet" } } });
    check_answer(
        &json!({ "200": { "content": { "text/html": {}, "application/hal+json": list } } }),
        (200, Some("application/hal+json"), Some("[Pet{a: any}]"), None),
    );
}

#[test]
fn descriptions_are_kept_on_demand() {
    let parts = json!({ "paths": { "/a": { "get": {
        "operationId": "a",
        "description": " Lists all\n  pets. Slowly.",
        "parameters": [{ "name": "q", "in": "query", "description": "What to look for.\n", "schema": {} }],
        "responses": { "200": { "content": { "application/json": { "schema": { "properties": { "a": { "description": "A pet." } } } } } } },
    } } } });
    let document = super::document("3.0.3", &parts);
    let described = |descriptions| {
        let draft = Draft::lower(&document, &LowerOptions { descriptions, ..Default::default() });
        let DraftOperation { description, query, answer, .. } = draft.operations[0].clone();
        let Shape::Object(object) = &draft.types.get(answer.ty.unwrap()).shape else { panic!() };
        [description, query[0].description.clone(), object.fields[0].description.clone()]
    };
    assert_eq!(described(false), [None, None, None]);
    let texts = ["Lists all pets.", "What to look for.", "A pet."];
    assert_eq!(described(true), texts.map(|text| Some(text.to_owned())));
}
