//! Small documents.

use serde_json::{Map, Value, json};

/// A document of operations, each `METHOD path` with what is beside a plain answer.
pub(super) fn document(operations: &[(&str, Value)]) -> Value {
    with_schemas(operations, json!({}))
}

/// The same with component schemas.
pub(super) fn with_schemas(operations: &[(&str, Value)], schemas: Value) -> Value {
    let mut paths = Map::new();
    for (key, operation) in operations {
        let (method, path) = key.split_once(' ').unwrap();
        let item = paths.entry(path).or_insert_with(|| json!({}));
        let mut operation = operation.clone();
        if operation.get("responses").is_none() {
            operation["responses"] = json!({"204": {"description": "done"}});
        }
        item[method.to_lowercase()] = operation;
    }
    let mut document = json!({
        "openapi": "3.0.3",
        "info": {"title": "Library", "version": "2.1"},
        "paths": paths,
        "components": {},
    });
    document["components"]["schemas"] = schemas;
    document
}

/// An operation that answers with this schema.
pub(super) fn answers(schema: Value) -> Value {
    json!({"responses": {"200": ok(schema)}})
}

/// An operation that takes and answers with these schemas.
pub(super) fn takes(body: Value, answer: Value) -> Value {
    let body = json!({"content": content(body), "required": true});
    json!({"requestBody": body, "responses": {"200": ok(answer)}})
}

/// A `GET` with these query parameters.
pub(super) fn lists(query: &[(&str, Value)], answer: Value) -> Value {
    let parameters: Vec<Value> = query
        .iter()
        .map(|(name, schema)| json!({"name": name, "in": "query", "schema": schema}))
        .collect();
    json!({"parameters": parameters, "responses": {"200": ok(answer)}})
}

pub(super) fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

pub(super) fn list_of(items: Value) -> Value {
    let mut list = json!({"type": "array"});
    list["items"] = items;
    list
}

pub(super) fn object(properties: Value) -> Value {
    let mut object = json!({"type": "object"});
    object["properties"] = properties;
    object
}

fn ok(schema: Value) -> Value {
    json!({"description": "ok", "content": content(schema)})
}

fn content(schema: Value) -> Value {
    let mut content = json!({"application/json": {}});
    content["application/json"]["schema"] = schema;
    content
}

/// Operations that say nothing but that they are there.
pub(super) fn bare(keys: &[&str]) -> Value {
    let operations: Vec<(&str, Value)> = keys.iter().map(|key| (*key, json!({}))).collect();
    document(&operations)
}

/// Books, their authors and a status: lists and objects, in the plainest way.
pub(super) fn library() -> Value {
    let book = json!({
        "type": "object",
        "required": ["title"],
        "properties": {
            "id": {"type": "integer", "readOnly": true},
            "title": {"type": "string"},
            "pages": {"type": "integer"},
            "secret_notes": {"type": "string"},
            "meta": {"type": "object", "properties": {"shelf": {"type": "string"}}},
        },
    });
    let author = object(json!({"id": {"type": "integer"}, "name": {"type": "string"}}));
    with_schemas(
        &[
            ("GET /books", lists(&[("q", json!({"type": "string"}))], list_of(reference("Book")))),
            ("POST /books", takes(reference("Book"), reference("Book"))),
            ("GET /books/{id}", answers(reference("Book"))),
            ("PATCH /books/{id}", takes(reference("Book"), reference("Book"))),
            ("DELETE /books/{id}", json!({})),
            ("GET /authors", answers(list_of(reference("Author")))),
            ("GET /authors/{id}", answers(reference("Author"))),
            ("GET /status", answers(object(json!({"ok": {"type": "boolean"}})))),
        ],
        json!({"Book": book, "Author": author}),
    )
}
