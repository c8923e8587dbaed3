//! Lists: what is a page of one, and how the next page is asked for.

use dispatch_core::catalog::{AnswerKind, Paging};
use serde_json::{Value, json};

use super::documents::{answers, document, list_of, lists, object, takes};
use super::{catalog, operation, resource};

fn row() -> Value {
    object(json!({"id": {"type": "integer"}, "name": {"type": "string"}, "size": {}}))
}

/// What an answer is: `one`, `list`, or `list in rows` with the keys of total and next.
#[track_caller]
fn check_answer(answer: Value, expected: &str) {
    let catalog = catalog(&document(&[("GET /books/{id}", answers(answer))]), "");
    let seen = match &operation(&catalog, "book.get").answer.kind {
        AnswerKind::One { .. } => "one".to_owned(),
        AnswerKind::List { envelope: None, .. } => "list".to_owned(),
        AnswerKind::List { envelope: Some(envelope), .. } => {
            let key = |key: &Option<String>| key.clone().unwrap_or_else(|| "-".to_owned());
            format!("list in {} {} {}", envelope.rows, key(&envelope.total), key(&envelope.next))
        }
        kind => format!("{kind:?}"),
    };
    assert_eq!(seen, expected);
}

#[test]
fn a_page_is_an_object_that_is_nothing_but_the_frame_of_a_list() {
    let rows = || list_of(row());
    check_answer(row(), "one");
    check_answer(rows(), "list");
    check_answer(object(json!({"results": rows(), "count": {}})), "list in results count -");
    check_answer(
        object(json!({"count": {}, "next": {}, "previous": {}, "results": rows()})),
        "list in results count next",
    );
    check_answer(
        object(json!({"total_count": {}, "incomplete_results": {}, "items": rows()})),
        "list in items total_count -",
    );
    check_answer(
        object(json!({"data": rows(), "has_more": {}, "object": {}, "nextCursor": {}})),
        "list in data - nextCursor",
    );
    check_answer(
        object(json!({"data": rows(), "meta": object(json!({"total": {}})), "links": {}})),
        "list in data - -",
    );
    check_answer(object(json!({"id": {}, "data": rows()})), "one");
    check_answer(object(json!({"data": row(), "meta": {}})), "one");
    check_answer(object(json!({"items": rows(), "data": rows()})), "one");
    check_answer(object(json!({"books": rows(), "count": {}})), "one");
}

#[track_caller]
fn check_paging(query: &[(&str, Value)], answer: Value, expected: Option<&Paging>) {
    let catalog = catalog(&document(&[("GET /books", lists(query, answer))]), "");
    let list = catalog.operations().first().unwrap();
    assert_eq!(list.paging.as_ref(), expected, "{query:?}");
    // What pages is a parameter of the operation.
    for name in expected.into_iter().flat_map(Paging::parameters) {
        assert!(list.query.iter().any(|parameter| parameter.name == *name));
    }
}

#[test]
fn paging_is_told_by_the_parameters_that_are_numbers() {
    let number = || json!({"type": "integer"});
    let text = || json!({"type": "string"});
    let name = |name: &str| name.to_owned();
    check_paging(
        &[("limit", number()), ("page", number()), ("offset", number())],
        list_of(row()),
        Some(&Paging::Offset { limit: name("limit"), offset: name("offset") }),
    );
    check_paging(
        &[("page", number()), ("per_page", number())],
        list_of(row()),
        Some(&Paging::Page { page: name("page"), first: 1, size: Some(name("per_page")) }),
    );
    check_paging(
        &[("page", json!({"type": "integer", "minimum": 0})), ("limit", number())],
        list_of(row()),
        Some(&Paging::Page { page: name("page"), first: 0, size: Some(name("limit")) }),
    );
    check_paging(&[("offset", number())], list_of(row()), None);
    check_paging(&[("page", object(json!({"size": {}})))], list_of(row()), None);
    let first = Paging::First { limit: name("limit") };
    check_paging(&[("limit", number())], list_of(row()), Some(&first));
    let framed = object(json!({"results": list_of(row()), "count": {}}));
    check_paging(&[("limit", number())], framed, None);
    check_paging(&[("limit", number()), ("offset", number())], row(), None);
    check_paging(&[("limit", text()), ("offset", number())], list_of(row()), None);
}

#[test]
fn a_cursor_pages_only_where_the_answer_has_the_next_one() {
    let query = [("cursor", json!({"type": "string"})), ("limit", json!({"type": "integer"}))];
    let page = |next: &str| {
        let mut page = object(json!({"data": list_of(row()), "has_more": {}}));
        page["properties"][next] = json!({"type": "string"});
        page
    };
    let expected = Paging::Cursor { cursor: "cursor".to_owned(), limit: Some("limit".to_owned()) };
    check_paging(&query, page("next_cursor"), Some(&expected));
    check_paging(&query, page("kind"), None);
    check_paging(&query, list_of(row()), None);
}

#[test]
fn what_is_not_read_is_not_paged() {
    let mut search = takes(object(json!({})), list_of(row()));
    search["parameters"] = lists(
        &[("limit", json!({"type": "integer"})), ("offset", json!({"type": "integer"}))],
        json!({}),
    )["parameters"]
        .clone();
    let catalog = catalog(&document(&[("POST /search", search)]), "");
    assert_eq!(operation(&catalog, "search.create").paging, None);
}

#[track_caller]
fn check_columns(row: Value, create: Value, policy: &str, expected: &[&str]) {
    let document = document(&[
        ("GET /books", answers(list_of(row.clone()))),
        ("GET /books/{id}", answers(row)),
        ("POST /books", takes(create, json!({}))),
    ]);
    let catalog = catalog(&document, policy);
    assert_eq!(resource(&catalog, "book").columns, expected);
}

#[test]
fn columns_are_what_identifies_a_row_and_what_a_new_one_must_have() {
    let mut create = object(json!({"shelf": {}, "slug": {}, "unseen": {}, "note": {}}));
    create["required"] = json!(["shelf", "slug", "unseen"]);
    let row = object(json!({
        "note": {}, "shelf": {}, "status": {}, "slug": {}, "title": {}, "id": {}, "more": {},
    }));
    check_columns(row.clone(), create.clone(), "", &["id", "title", "status", "shelf"]);
    // Few fields are all shown.
    check_columns(
        object(json!({"x": {}, "id": {}, "y": {}})),
        create.clone(),
        "",
        &["x", "id", "y"],
    );
    check_columns(
        row.clone(),
        create.clone(),
        "[columns]\nbook = [\"title\", \"shelf.name\", \"isbn?\"]",
        &["title", "shelf.name"],
    );
    check_columns(row, create, "[columns]\n\"*\" = [\"id\", \"nothing\"]", &["id"]);
}
