use std::fmt::Write;

use serde_json::{Value, json};

use super::{BOTH, codes, document, lower, text};
use crate::diagnostic::Code;
use crate::lower::{Draft, LowerOptions};

/// Lowers a schema beside these component schemas, and compares type and diagnostics.
#[track_caller]
fn check_in(
    version: &str,
    components: &Value,
    schema: &Value,
    expected: &str,
    diagnostics: &[&str],
) {
    let mut draft =
        lower(version, &json!({ "paths": {}, "components": { "schemas": components } }));
    let id = draft.schema(schema);
    let found = text(&draft.types, id);
    assert_eq!(
        (found.as_str(), codes(&draft)),
        (expected, diagnostics.to_vec()),
        "{version}: {schema}"
    );
}

#[track_caller]
fn check(components: &Value, schema: &Value, expected: &str, diagnostics: &[&str]) {
    for version in BOTH {
        check_in(version, components, schema, expected, diagnostics);
    }
}

fn to(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

#[test]
fn components_keep_their_names() {
    let components = json!({
        "Pet": { "type": "object", "properties": { "id": { "type": "integer", "readOnly": true } } },
        "Alias": to("Pet"),
        "Wrapped": { "allOf": [to("Alias")], "description": "a pet" },
        "Dog": { "allOf": [to("Pet"), { "properties": { "bark": { "type": "boolean" } } }] },
        "a/b~c d": { "type": "string" },
    });
    check(&components, &to("Pet"), "Pet{id-r: integer}", &[]);
    check(&components, &to("Wrapped"), "Pet{id-r: integer}", &[]);
    check(&components, &to("Dog"), "Dog{id-r: integer, bark: boolean}", &[]);
    check(&components, &to("a~1b~0c%20d"), "string", &[]);
    check(
        &components,
        &json!({ "type": "array", "items": to("Pet") }),
        "[Pet{id-r: integer}]",
        &[],
    );
    check(
        &components,
        &json!({ "$ref": "#/components/schemas/Pet/properties/id" }),
        "integer",
        &[],
    );
    check(
        &components,
        &json!({ "oneOf": [to("Pet"), to("Dog")] }),
        "(Pet{id-r: integer} | Dog{id-r: integer, bark: boolean})",
        &[],
    );
    check_in(
        "3.0.3",
        &components,
        &json!({ "allOf": [to("Pet")], "nullable": true }),
        "Pet{id-r: integer}?",
        &[],
    );
    check_in(
        "3.1.0",
        &components,
        &json!({ "anyOf": [to("Pet"), { "type": "null" }] }),
        "Pet{id-r: integer}?",
        &[],
    );
}

#[test]
fn a_field_is_read_only_if_its_component_is() {
    let components = json!({ "Id": { "type": "integer", "readOnly": true } });
    check(
        &components,
        &json!({ "properties": { "id": { "allOf": [to("Id")] } } }),
        "{id-r: integer}",
        &[],
    );
}

#[test]
fn what_stands_beside_a_reference_applies_since_3_1() {
    let components = json!({ "Name": { "type": "string", "maxLength": 9 } });
    let schema = json!({ "$ref": "#/components/schemas/Name", "minLength": 1, "description": "x" });
    check_in("3.1.0", &components, &schema, "string(1..9)", &[]);
    check_in("3.0.3", &components, &schema, "string(..9)", &["other-dialect"]);
    let nullable = json!({ "$ref": "#/components/schemas/Name", "nullable": true });
    check_in("3.0.3", &components, &nullable, "string(..9)?", &[]);
    check_in("3.1.0", &components, &nullable, "string(..9)?", &["other-dialect"]);
}

#[test]
fn definitions_inside_schemas_are_found() {
    let components = json!({ "A": { "$defs": { "B": { "type": "string" } }, "properties": { "b": { "$ref": "#/components/schemas/A/$defs/B" } } } });
    check(&components, &to("A"), "A{b: string}", &[]);
}

#[test]
fn cycles_are_kept() {
    let components = json!({
        "Node": { "type": "object", "properties": { "next": to("Node"), "all": { "type": "array", "items": to("Node") } } },
        "Left": { "properties": { "right": to("Right") } },
        "Right": { "properties": { "left": { "allOf": [to("Left")], "nullable": true } } },
        "Base": { "properties": { "derived": to("Derived") } },
        "Derived": { "allOf": [to("Base"), { "properties": { "x": {} } }] },
        "Json": { "oneOf": [{ "type": "string" }, { "type": "array", "items": to("Json") }] },
    });
    let recursive = &["recursive-schema"];
    check(&components, &to("Node"), "Node{next: ^, all: [^]}", recursive);
    check_in(
        "3.0.3",
        &components,
        &to("Left"),
        "Left{right: Right{left: Left{right: ^}?}}",
        recursive,
    );
    check(&components, &to("Base"), "Base{derived: Derived{derived: ^, x: any}}", recursive);
    check(&components, &to("Json"), "(string | [^])", recursive);
}

#[test]
fn schemas_that_are_only_themselves_accept_anything() {
    let components = json!({
        "A": to("A"),
        "B": to("C"),
        "C": { "allOf": [to("B")] },
        "D": { "allOf": [to("D"), { "type": "string" }] },
        "E": { "oneOf": [to("E"), { "type": "string" }] },
        "F": { "oneOf": [to("F"), to("G")] },
        "G": { "oneOf": [to("F"), to("G")] },
    });
    let widened = &["schema-widened"];
    check(&components, &to("A"), "any", widened);
    check(&components, &to("B"), "any", widened);
    check(&components, &to("D"), "string", &[]);
    check(&components, &to("E"), "string", &[]);
    check(&components, &to("F"), "any", &[]);
}

#[test]
fn references_that_lead_nowhere_accept_anything() {
    let components =
        json!({ "A": { "properties": { "b": to("Gone"), "c": { "$ref": "other.yaml#/C" } } } });
    check(&components, &to("A"), "A{b: any, c: any}", &["external-reference", "missing-reference"]);
    check(
        &components,
        &json!({ "$ref": "https://example.com/a.json" }),
        "any",
        &["external-reference"],
    );
    check(&components, &json!({ "$ref": 1 }), "any", &["schema-widened"]);
    check(&components, &json!({ "$ref": "#" }), "any", &["missing-reference"]);
    check(
        &components,
        &json!({ "$ref": "#/components/schemas/A/properties/b/0" }),
        "any",
        &["missing-reference"],
    );
    check(&components, &json!({ "$ref": "#anchor" }), "any", &["missing-reference"]);
}

#[test]
fn equal_schemas_are_one_type() {
    let mut draft = lower("3.1.0", &json!({ "paths": {} }));
    let a = draft.schema(&json!({ "type": "array", "items": { "type": "string", "title": "a" } }));
    let b = draft.schema(&json!({ "type": "array", "items": { "type": ["string"] } }));
    assert_eq!(a, b);
    let ty = draft.types.get(a).clone();
    assert_eq!(draft.intern(ty), a);
}

/// Components of which each refers to the next in its own way.
fn chain(length: usize, link: impl Fn(Value) -> Value) -> Value {
    let schema = |i| match i + 1 == length {
        true => json!({ "type": "integer" }),
        false => link(to(&format!("S{}", i + 1))),
    };
    (0..length).map(|i| (format!("S{i}"), schema(i))).collect::<serde_json::Map<_, _>>().into()
}

#[test]
fn long_chains_of_references_end() {
    let length = 1_500;
    type Link = fn(Value) -> Value;
    let links: [(&str, Link); 5] = [
        ("alias", |next| next),
        ("field", |next| json!({ "properties": { "a": next } })),
        ("base", |next| json!({ "allOf": [next], "properties": { "a": {} } })),
        ("variant", |next| json!({ "oneOf": [next, { "type": "string" }] })),
        (
            "variant beside fields",
            |next| json!({ "properties": { "a": {} }, "oneOf": [next, { "properties": { "b": {} } }] }),
        ),
    ];
    for (name, link) in links {
        let parts = json!({ "paths": {}, "components": { "schemas": chain(length, link) } });
        let options = LowerOptions { max_schemas: 30_000, ..LowerOptions::default() };
        let mut draft = Draft::lower(&document("3.1.0", &parts), &options);
        draft.schema(&to("S0"));
        assert!(draft.types.0.len() < 200_000, "{name}: {} types", draft.types.0.len());
    }
}

#[test]
fn what_doubles_at_every_level_is_bounded() {
    // Each variant has two variants of its own, and each is merged with the fields around it.
    let fields = json!({ "a": { "type": "string" } });
    let schemas: serde_json::Map<_, _> = (0..100)
        .map(|i| {
            let next = to(&format!("S{}", (i + 1) % 100));
            (format!("S{i}"), json!({ "properties": fields, "oneOf": [next, next, { "properties": { "b": next } }] }))
        })
        .collect();
    let parts = json!({ "paths": {}, "components": { "schemas": schemas } });
    let options = LowerOptions { max_schemas: 10_000, ..LowerOptions::default() };
    let mut draft = Draft::lower(&document("3.1.0", &parts), &options);
    draft.schema(&to("S0"));
    assert!(draft.diagnostics.iter().any(|d| d.code == Code::SchemaWidened));
}

#[test]
fn deep_schemas_need_little_stack() {
    for (open, close) in [
        ("{\"items\":", "}"),
        ("{\"allOf\":[{\"title\":\"\"},", "]}"),
        ("{\"type\":\"object\",\"oneOf\":[{},", "]}"),
    ] {
        let mut text = String::new();
        for depth in [30, 55] {
            text.clear();
            for _ in 0..depth {
                write!(text, "{open}").unwrap();
            }
            text.push_str("{}");
            for _ in 0..depth {
                write!(text, "{close}").unwrap();
            }
            let schema: Value = serde_json::from_str(&text).unwrap();
            let mut draft = lower("3.1.0", &json!({ "paths": {} }));
            draft.schema(&schema);
        }
    }
    // Deeper than any parser lets a document be, as a caller may build it.
    let mut schema = json!({});
    for _ in 0..200 {
        schema = json!({ "properties": { "a": { "oneOf": [schema, { "type": "string" }] } } });
    }
    let mut draft = lower("3.1.0", &json!({ "paths": {} }));
    draft.schema(&schema);
    assert_eq!(codes(&draft), ["schema-widened"]);
}
