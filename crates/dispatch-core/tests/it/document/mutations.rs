//! Whatever is done to a document, lowering it ends, and ends with whole types.

use dispatch_core::catalog::{Additional, Shape, Types};
use dispatch_core::{Document, Draft, LowerOptions};
use proptest::prelude::{Strategy, any, prop_oneof, proptest};
use proptest::sample::{Index, select};
use proptest::test_runner::Config;
use serde_json::{Value, json};

/// A small document with a bit of everything.
fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Pets", "version": "1" },
        "servers": [{ "url": "https://{host}/api", "variables": { "host": { "default": "a" } } }],
        "paths": {
            "/pets/{id}": {
                "parameters": [{ "$ref": "#/components/parameters/Id" }],
                "get": {
                    "operationId": "get",
                    "tags": ["pets"],
                    "parameters": [
                        { "name": "q", "in": "query", "style": "form", "explode": false, "schema": { "type": "array", "items": { "type": "string" } } },
                        { "name": "X-A", "in": "header", "schema": { "type": "integer", "minimum": 1, "exclusiveMaximum": 9 } },
                        { "name": "c", "in": "query", "content": { "application/json": { "schema": {} } } },
                    ],
                    "responses": { "200": { "$ref": "#/components/responses/Pet" }, "default": { "description": "" } },
                },
                "put": {
                    "operationId": "put",
                    "requestBody": { "required": true, "content": {
                        "application/json": { "schema": { "$ref": "#/components/schemas/Pet" } },
                        "multipart/form-data": { "schema": { "$ref": "#/components/schemas/Upload" } },
                    } },
                    "responses": { "2XX": { "description": "", "content": { "*/*": { "schema": { "$ref": "#/components/schemas/Any" } } } } },
                },
            },
            "/more": { "$ref": "#/components/pathItems/More" },
        },
        "components": {
            "parameters": { "Id": { "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } } },
            "responses": { "Pet": { "description": "", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Pet" } } } } },
            "pathItems": { "More": { "get": { "operationId": "more", "responses": { "204": { "description": "" } } } } },
            "schemas": {
                "Base": { "type": "object", "required": ["id"], "properties": { "id": { "type": ["integer", "null"], "readOnly": true } } },
                "Pet": { "allOf": [{ "$ref": "#/components/schemas/Base" }, { "properties": { "kind": { "enum": ["a", "", null] }, "parent": { "allOf": [{ "$ref": "#/components/schemas/Pet" }], "nullable": true } } }] },
                "Upload": { "type": "object", "required": ["file"], "properties": { "file": { "type": "string", "format": "binary" } } },
                "Any": { "oneOf": [{ "$ref": "#/components/schemas/Pet" }, { "type": "object", "additionalProperties": { "$ref": "#/components/schemas/Any" } }, { "type": "array", "prefixItems": [{ "const": 1 }], "items": { "$ref": "#/components/schemas/Any" } }], "properties": { "x": {} } },
            },
        },
    })
}

/// The pointers of all values in a value, itself first.
fn pointers(value: &Value) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut at = 0;
    while let Some(pointer) = all.get(at).cloned() {
        at += 1;
        match value.pointer(&pointer) {
            Some(Value::Object(map)) => {
                let key = |key: &String| key.replace('~', "~0").replace('/', "~1");
                all.extend(map.keys().map(|name| format!("{pointer}/{}", key(name))));
            }
            Some(Value::Array(list)) => {
                all.extend((0..list.len()).map(|i| format!("{pointer}/{i}")))
            }
            _ => {}
        }
    }
    all
}

#[derive(Clone, Debug)]
enum Mutation {
    /// Another value of the document in its place.
    Copy(Index),
    /// A reference to another value of the document.
    Refer(Index),
    /// This value.
    Set(Value),
    /// A new key with another value of the document.
    Key(&'static str, Index),
    Remove,
}

const KEYS: [&str; 20] = [
    "$ref",
    "allOf",
    "oneOf",
    "anyOf",
    "type",
    "enum",
    "const",
    "items",
    "properties",
    "required",
    "additionalProperties",
    "nullable",
    "minimum",
    "in",
    "style",
    "schema",
    "content",
    "responses",
    "parameters",
    "patternProperties",
];

fn mutations() -> impl Strategy<Value = Vec<(Index, Mutation)>> {
    let scalars = vec![
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(-1.5),
        json!(u64::MAX),
        json!(""),
        json!("a"),
        json!("é{"),
        json!("#"),
        json!("#/paths"),
        json!([]),
        json!({}),
        json!("object"),
        json!(["null"]),
        json!([[]]),
        json!("array"),
        json!({ "$ref": "#/components/schemas/Any" }),
    ];
    let mutation = prop_oneof![
        any::<Index>().prop_map(Mutation::Copy),
        any::<Index>().prop_map(Mutation::Refer),
        select(scalars).prop_map(Mutation::Set),
        (select(KEYS.to_vec()), any::<Index>()).prop_map(|(key, from)| Mutation::Key(key, from)),
        proptest::strategy::Just(Mutation::Remove),
    ];
    proptest::collection::vec((any::<Index>(), mutation), 1..12)
}

fn mutate(document: &mut Value, place: &Index, mutation: &Mutation) {
    let all = pointers(document);
    let other = |index: &Index| &all[index.index(all.len())];
    let pointer = &all[place.index(all.len())];
    let new = match mutation {
        Mutation::Copy(from) => document.pointer(other(from)).cloned().unwrap(),
        Mutation::Refer(to) => json!({ "$ref": format!("#{}", other(to)) }),
        Mutation::Set(value) => value.clone(),
        Mutation::Key(key, from) => {
            let from = document.pointer(other(from)).cloned().unwrap();
            if let Some(Value::Object(map)) = document.pointer_mut(pointer) {
                map.insert((*key).to_owned(), from);
            }
            return;
        }
        Mutation::Remove => {
            let Some((parent, key)) = pointer.rsplit_once('/') else { return };
            if let Some(Value::Object(map)) = document.pointer_mut(parent) {
                map.shift_remove(&key.replace("~1", "/").replace("~0", "~"));
            }
            return;
        }
    };
    // A document that doubles with every mutation tests nothing but patience.
    if new.to_string().len() < 10_000 && !pointer.is_empty() {
        *document.pointer_mut(pointer).unwrap() = new;
    }
}

/// Every id exists, unions are flat and have a choice, and nothing is `null` twice over.
fn assert_whole(types: &Types) {
    let exists = |id: &dispatch_core::catalog::TypeId| assert!((id.0 as usize) < types.0.len());
    for ty in &types.0 {
        match &ty.shape {
            Shape::Any => assert!(!ty.nullable),
            Shape::Array { items, .. } | Shape::Map(items) => exists(items),
            Shape::Object(object) => {
                object.fields.iter().for_each(|field| exists(&field.ty));
                if let Additional::Allowed(ty) = &object.additional {
                    exists(ty);
                }
            }
            Shape::Union(variants) => {
                assert!(variants.len() > 1);
                for id in variants {
                    let variant = types.get(*id);
                    assert!(!variant.nullable, "{variant:?}");
                    assert!(!matches!(variant.shape, Shape::Union(_) | Shape::Any), "{variant:?}");
                }
            }
            Shape::Enum(values) => assert!(!values.is_empty()),
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(Config { cases: 400, failure_persistence: None, ..Config::default() })]

    #[test]
    fn a_mutated_document_is_lowered_or_refused(
        old in any::<bool>(),
        mutations in mutations(),
        correction in any::<Index>(),
    ) {
        let mut value = document();
        if old {
            value["openapi"] = "3.0.3".into();
        }
        for (place, mutation) in &mutations {
            mutate(&mut value, place, mutation);
        }
        if let Ok(document) = Document::parse(value.to_string().as_bytes()) {
            let mut draft = Draft::lower(&document, &LowerOptions::default());
            assert_whole(&draft.types);
            let all = pointers(&value);
            let n_types = draft.types.0.len();
            draft.schema(value.pointer(&all[correction.index(all.len())]).unwrap());
            assert_whole(&draft.types);
            assert!(draft.types.0.len() >= n_types);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Document::parse(&bytes);
    }
}
