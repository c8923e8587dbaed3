//! Corrections: what the policy says against the document, and only where it says it.

use dispatch_core::Catalog;
use dispatch_core::catalog::{AnswerKind, Operation, Parameter, Shape, TypeId};
use serde_json::{Value, json};

use super::documents::{answers, library, list_of, object, reference, takes, with_schemas};
use super::{catalog, check_refused, compiled, operation};

/// Two kinds of records that are written with one schema.
fn records() -> Value {
    let mut record = object(json!({
        "id": {"type": "integer", "readOnly": true},
        "name": {"type": "string"},
        "tags": list_of(json!({"type": "string"})),
    }));
    record["required"] = json!(["name"]);
    let mut answer = object(json!({"id": {"type": "integer"}, "changed": {"type": "string"}}));
    answer["required"] = json!(["id"]);
    let mut list = answers(list_of(reference("Answer")));
    list["parameters"] = json!([
        {"name": "q", "in": "query", "schema": {"type": "string"}},
        {"name": "secret__ic", "in": "query", "schema": {"type": "string"}},
        {"name": "limit", "in": "query", "schema": {"type": "integer"}},
        {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
    ]);
    let union = json!({"oneOf": [reference("Record"), list_of(reference("Record"))]});
    with_schemas(
        &[
            ("GET /a", list),
            ("POST /a", takes(union, reference("Answer"))),
            ("PUT /a/{id}", takes(reference("Record"), reference("Answer"))),
            ("DELETE /a", takes(list_of(reference("Record")), json!({}))),
            ("DELETE /a/{id}", json!({})),
            ("POST /b", takes(reference("Record"), reference("Other"))),
            (
                "POST /c",
                takes(json!({"oneOf": [reference("Record"), reference("Other")]}), json!({})),
            ),
        ],
        json!({"Record": record, "Answer": answer, "Other": object(json!({"x": {"type": "integer"}}))}),
    )
}

fn corrected(correction: &str) -> Catalog {
    catalog(&records(), &format!("[[corrections]]\n{correction}"))
}

/// An operation's request as text: `{name! tags}`, `[{..}]`, both joined by `|`, `!` if required.
fn body(catalog: &Catalog, name: &str) -> String {
    let Some(body) = &operation(catalog, name).body else {
        return "none".to_owned();
    };
    let one = body.one.map(|ty| shown(catalog, ty));
    let many = body.many.map(|ty| format!("[{}]", shown(catalog, ty)));
    let forms: Vec<String> = one.into_iter().chain(many).collect();
    format!("{}{}", forms.join(" | "), if body.required { " !" } else { "" })
}

fn shown(catalog: &Catalog, ty: TypeId) -> String {
    match &catalog.types().get(ty).shape {
        Shape::Object(object) => {
            let field = |field: &dispatch_core::catalog::Field| {
                let mark = if field.required { "!" } else { "" };
                let mark = if field.read_only { "~" } else { mark };
                format!("{}{mark}", field.name)
            };
            format!("{{{}}}", object.fields.iter().map(field).collect::<Vec<_>>().join(" "))
        }
        Shape::Union(variants) => {
            let variants = variants.iter().map(|ty| shown(catalog, *ty));
            variants.collect::<Vec<_>>().join(" or ")
        }
        Shape::Integer(_) => "integer".to_owned(),
        Shape::String(_) => "string".to_owned(),
        Shape::Array { items, .. } => format!("list of {}", shown(catalog, *items)),
        shape => format!("{shape:?}"),
    }
}

fn parameters(parameters: &[Parameter], catalog: &Catalog) -> Vec<String> {
    let shown = |it: &Parameter| format!("{} {}", it.name, shown(catalog, it.ty));
    parameters.iter().map(shown).collect()
}

/// The body of one operation after a correction; every other operation is as without one.
#[track_caller]
fn check_body(correction: &str, name: &str, expected: &str) {
    let corrected = corrected(correction);
    assert_eq!(body(&corrected, name), expected, "{correction}");
    let plain = catalog(&records(), "");
    for other in NAMES.iter().filter(|other| **other != name) {
        if operation(&corrected, other).name != operation(&corrected, name).name {
            assert_eq!(
                body(&corrected, other),
                body(&plain, other),
                "{correction} leaks to {other}"
            );
        }
    }
}

const NAMES: &[&str] =
    &["a.list", "a.create", "a.replace", "a.bulk_delete", "a.delete", "b.create", "c.create"];

#[test]
fn without_a_correction_bodies_are_the_document_s() {
    let catalog = catalog(&records(), "");
    let bodies: Vec<String> = NAMES.iter().map(|name| body(&catalog, name)).collect();
    assert_eq!(
        bodies,
        [
            "none",
            "{id~ name! tags} | [{id~ name! tags}] !",
            "{id~ name! tags} !",
            "[{id~ name! tags}] !",
            "none",
            "{id~ name! tags} !",
            "{id~ name! tags} or {x} !",
        ]
    );
}

#[test]
fn fields_are_added_retyped_taken_out_and_made_optional_where_the_correction_is_about() {
    check_body(
        "on = [\"PUT /a/{id}\"]\nfields = { note = {} }",
        "a.replace",
        "{id~ name! tags note} !",
    );
    check_body(
        "on = [\"POST /a\"]\nfields = { note = {} }",
        "a.create",
        "{id~ name! tags note} | [{id~ name! tags note}] !",
    );
    check_body("on = [\"POST /b\"]\nwithout_fields = [\"tags\"]", "b.create", "{id~ name!} !");
    check_body("on = [\"POST /b\"]\noptional_fields = [\"name\"]", "b.create", "{id~ name tags} !");
    check_body(
        "on = [\"POST /b\"]\nrequired_fields = [\"tags\"]",
        "b.create",
        "{id~ name! tags!} !",
    );
    check_body("on = [\"POST /b\"]\nfields = { id = {} }", "b.create", "{id name! tags} !");
    check_body(
        "on = [\"POST /c\"]\nfields = { note = {} }",
        "c.create",
        "{id~ name! tags note} or {x note} !",
    );
    check_body(
        "on = [\"POST /c\"]\nfields_of = \"PUT /a/{any}\"\nwithout_fields = [\"id\"]",
        "c.create",
        "{name! tags} or {x name tags} !",
    );
    // There is no body that could have it.
    check_body("on = [\"DELETE /a/{id}\"]\nfields = { note = {} }", "a.delete", "none");
}

#[test]
fn a_retyped_field_keeps_being_required() {
    let catalog = corrected("on = [\"POST /b\"]\nfields = { name = { type = \"integer\" } }");
    let ty = operation(&catalog, "b.create").body.as_ref().unwrap().one.unwrap();
    let Shape::Object(object) = &catalog.types().get(ty).shape else { panic!("an object") };
    let name = object.fields.iter().find(|field| field.name == "name").unwrap();
    assert!(name.required);
    assert_eq!(shown(&catalog, name.ty), "integer");
}

#[test]
fn bodies_are_replaced_added_and_taken_away() {
    let message = "{ type = \"object\", properties = { message = {} } }";
    let check = |on: &str, correction: &str, name: &str, expected: &str| {
        check_body(&format!("on = [\"{on}\"]\n{correction}"), name, expected);
    };
    check("DELETE /a/{id}", &format!("body = {message}"), "a.delete", "{message}");
    check("DELETE /a", &format!("items = {message}"), "a.bulk_delete", "[{message}] !");
    check("POST /b", "no_body = true", "b.create", "none");
    check("POST /b", "body_required = false", "b.create", "{id~ name! tags}");
    check("DELETE /a/{id}", "body_required = true", "a.delete", "none");
    check("POST /b", "one_or_many = true", "b.create", "{id~ name! tags} | [{id~ name! tags}] !");
    check(
        "POST /b",
        &format!("body = {message}\nitems = {{ type = \"integer\" }}"),
        "b.create",
        "{message} | [integer] !",
    );
    let one = corrected(&format!("on = [\"POST /a\"]\nbody = {message}"));
    assert_eq!(body(&one, "a.create"), "{message} !");
    let reference = "{ \"$ref\" = \"#/components/schemas/Other\" }";
    check("POST /b", &format!("body = {reference}"), "b.create", "{x} !");
}

#[test]
fn conditions_choose_among_the_selected_operations() {
    let noted = |condition: &str| -> Vec<&str> {
        let catalog =
            corrected(&format!("on = [\"* /**\"]\n{condition}\nfields = {{ note = {{}} }}"));
        NAMES.iter().copied().filter(|name| body(&catalog, name).contains("note")).collect()
    };
    assert_eq!(noted(""), ["a.create", "a.replace", "a.bulk_delete", "b.create", "c.create"]);
    assert_eq!(noted("where_list = true"), ["a.create", "a.bulk_delete"]);
    assert_eq!(noted("where_field = \"tags\"")[..2], ["a.create", "a.replace"]);
    assert_eq!(noted("where_answer_field = \"changed\""), ["a.create", "a.replace"]);
    assert_eq!(noted("where_answer_field = \"x\""), ["b.create"]);
}

#[test]
fn a_correction_that_is_due_and_fits_nothing_is_refused() {
    let correction = |on: &str| {
        format!(
            "[[corrections]]\nreason = \"wrong\"\non = [\"{on}\"]\nwhere_field = \"no\"\nno_body = true"
        )
    };
    check_refused(
        &records(),
        &correction("POST /b"),
        &["corrections: no operation of it fits its `where_` conditions (\"wrong\")"],
    );
    catalog(&records(), &correction("POST /b?"));
}

#[test]
fn a_correction_of_a_later_version_is_not_looked_at() {
    let correction = |since: &str, on: &str| {
        format!("[[corrections]]\nsince = \"{since}\"\non = [\"{on}\"]\nno_body = true")
    };
    // The document is of version 2.1.
    for (since, expected) in [("2", "none"), ("2.1", "none"), ("2.1.0", "none")] {
        let catalog = catalog(&records(), &correction(since, "POST /b"));
        assert_eq!(body(&catalog, "b.create"), expected, "{since}");
    }
    let later = catalog(&records(), &correction("2.2", "POST /b"));
    assert_eq!(body(&later, "b.create"), "{id~ name! tags} !");
    catalog(&records(), &correction("2.10", "POST /not/there/yet"));
    assert!(compiled(&records(), &correction("2.1", "POST /not/there/yet")).is_err());
}

#[test]
fn what_a_correction_refers_to_must_exist() {
    let check = |correction: &str, fault: &str| {
        let policy = format!("[[corrections]]\non = [\"POST /b\"]\n{correction}");
        check_refused(&records(), &policy, &[&format!("corrections: {fault} (POST /b)")]);
    };
    check("fields_of = \"GET /a\"", "fields_of: \"GET /a\" is no operation whose body has fields");
    check(
        "fields = { x = { \"$ref\" = \"#/components/schemas/Gone\" } }",
        "in a schema of it, `#/components/schemas/Gone` does not exist",
    );
    check(
        "answer = { \"$ref\" = \"other.json\" }",
        "in a schema of it, `other.json` is outside the document",
    );
}

#[test]
fn parameters_are_added_retyped_and_hidden() {
    let query = |catalog: &Catalog| parameters(&operation(catalog, "a.list").query, catalog);
    let list = "on = [\"GET /a\"]\n";
    let given = corrected(&format!(
        "{list}query = {{ new = {{ type = \"integer\" }}, q = {{ type = \"integer\" }} }}"
    ));
    assert_eq!(query(&given), ["q integer", "secret__ic string", "limit integer", "new integer"]);
    let hidden = corrected(&format!("{list}hidden_query = [\"secret*\", \"lim\"]"));
    assert_eq!(query(&hidden), ["q string", "limit integer"]);
    let headers = corrected(&format!(
        "{list}headers = {{ If-Match = {{ type = \"string\" }}, x-trace = {{ type = \"integer\" }} }}"
    ));
    let headers = parameters(&operation(&headers, "a.list").headers, &headers);
    assert_eq!(headers, ["X-Trace integer", "If-Match string"]);
}

#[test]
fn families_stay_with_their_operations_when_others_are_hidden() {
    let policy = r#"
        hidden = ["DELETE /**", "POST /a"]
        [[corrections]]
        on = ["GET /a", "DELETE /a", "PUT /a/{id}"]
        query_prefixes = { cf_ = { type = "string" } }
        [[corrections]]
        on = ["PUT /a/{id}"]
        query_prefixes = { cf_ = { type = "integer" }, x_ = { type = "string" } }
    "#;
    let catalog = catalog(&records(), policy);
    let families = |name: &str| parameters(&operation(&catalog, name).query_prefixes, &catalog);
    assert_eq!(families("a.list"), ["cf_ string"]);
    assert_eq!(families("a.replace"), ["cf_ integer", "x_ string"]);
    assert_eq!(families("b.create"), [] as [&str; 0]);
}

#[test]
fn an_answer_is_what_the_correction_says() {
    let answer = |schema: &str| -> Operation {
        let catalog = corrected(&format!("on = [\"GET /a\"]\nanswer = {schema}"));
        let place = catalog.operations().iter().position(|it| it.path == "/a");
        catalog.operations()[place.unwrap()].clone()
    };
    assert!(matches!(answer("{}").answer.kind, AnswerKind::One { .. }));
    let list = answer("{ type = \"array\", items = {} }");
    assert!(matches!(list.answer.kind, AnswerKind::List { envelope: None, .. }));
    // What had no answer has one.
    let catalog = corrected("on = [\"DELETE /a/{id}\"]\nanswer = { type = \"integer\" }");
    let kind = &operation(&catalog, "a.delete").answer.kind;
    assert_eq!(kind.object().map(|ty| shown(&catalog, ty)).as_deref(), Some("integer"));
}

#[test]
fn a_later_correction_sees_what_an_earlier_one_did() {
    let policy = r#"
        [[corrections]]
        on = ["DELETE /books/{id}"]
        body = { type = "object", properties = { reason = {} } }
        [[corrections]]
        on = ["* /**"]
        where_field = "reason"
        fields = { by = {} }
    "#;
    let catalog = catalog(&library(), policy);
    assert_eq!(body(&catalog, "book.delete"), "{reason by}");
    assert!(!body(&catalog, "book.create").contains("by"));
}
