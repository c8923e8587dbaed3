use serde_json::{Value, json};

use super::{BOTH, codes, lower, text};

/// Lowers a schema in a dialect and compares type and diagnostics.
#[track_caller]
fn check_in(version: &str, schema: &Value, expected: &str, diagnostics: &[&str]) {
    let mut draft = lower(version, &json!({ "paths": {} }));
    let id = draft.schema(schema);
    let found = text(&draft.types, id);
    assert_eq!(
        (found.as_str(), codes(&draft)),
        (expected, diagnostics.to_vec()),
        "{version}: {schema}"
    );
}

/// The same in both dialects, and nothing to say about it.
#[track_caller]
fn check(schema: &Value, expected: &str) {
    for version in BOTH {
        check_in(version, schema, expected, &[]);
    }
}

/// The same in both dialects, with these diagnostics.
#[track_caller]
fn check_noted(schema: &Value, expected: &str, diagnostics: &[&str]) {
    for version in BOTH {
        check_in(version, schema, expected, diagnostics);
    }
}

#[track_caller]
fn check_3_0(schema: &Value, expected: &str, diagnostics: &[&str]) {
    check_in("3.0.3", schema, expected, diagnostics);
}

#[track_caller]
fn check_3_1(schema: &Value, expected: &str, diagnostics: &[&str]) {
    check_in("3.1.0", schema, expected, diagnostics);
}

const OTHER: &[&str] = &["other-dialect"];
const KEYWORD: &[&str] = &["keyword-widened"];
const SCHEMA: &[&str] = &["schema-widened"];

#[test]
fn scalars() {
    check(&json!({}), "any");
    check(&json!({ "title": "x", "description": "y", "x-z": 1, "default": 2 }), "any");
    check(&json!({ "type": "boolean" }), "boolean");
    check(&json!({ "type": "string" }), "string");
    check(&json!({ "type": "string", "format": "uri" }), "string(uri)");
    check(&json!({ "type": "string", "minLength": 1, "maxLength": 5 }), "string(1..5)");
    check(&json!({ "type": "string", "maxLength": 5.0 }), "string(..5)");
    check(&json!({ "type": "integer", "format": "int64" }), "integer");
    check(&json!({ "type": "integer", "minimum": -1, "maximum": 5 }), "integer(>=-1 <=5)");
    check(&json!({ "type": "number", "format": "double", "minimum": 0.5 }), "number(>=0.5)");
    check(&json!({ "type": "integer", "maximum": u64::MAX }), "integer(<=18446744073709551615)");
    check_noted(&json!({ "type": "string", "pattern": "^a" }), "string", KEYWORD);
    check_noted(&json!({ "type": "number", "multipleOf": 2 }), "number", KEYWORD);
    check_noted(&json!({ "minLength": 2 }), "any", KEYWORD);
    check_noted(&json!({ "not": { "type": "string" } }), "any", KEYWORD);
}

#[test]
fn numbers_have_exclusive_bounds_in_both_styles() {
    let old = json!({ "type": "number", "minimum": 1, "exclusiveMinimum": true, "maximum": 9, "exclusiveMaximum": false });
    check_3_0(&old, "number(>1 <=9)", &[]);
    check_3_1(&old, "number(>1 <=9)", OTHER);
    let new = json!({ "type": "number", "exclusiveMinimum": 1, "exclusiveMaximum": 9 });
    check_3_1(&new, "number(>1 <9)", &[]);
    check_3_0(&new, "number(>1 <9)", OTHER);
    check_3_1(
        &json!({ "type": "integer", "minimum": 1, "exclusiveMinimum": 1 }),
        "integer(>1)",
        &[],
    );
    check_3_1(
        &json!({ "type": "integer", "minimum": 2, "exclusiveMinimum": 1 }),
        "integer(>=2)",
        &[],
    );
    check_3_1(
        &json!({ "type": "integer", "maximum": 2, "exclusiveMaximum": 3 }),
        "integer(<=2)",
        &[],
    );
}

#[test]
fn null_is_a_value_of_its_own() {
    check_3_0(&json!({ "type": "string", "nullable": true }), "string?", &[]);
    check_3_1(&json!({ "type": "string", "nullable": true }), "string?", OTHER);
    check_3_1(&json!({ "type": ["string", "null"] }), "string?", &[]);
    check_3_0(&json!({ "type": ["string", "null"] }), "string?", OTHER);
    check_3_1(
        &json!({ "type": ["string", "null", "integer"], "minimum": 1, "minLength": 2 }),
        "(string(2..) | integer(>=1))?",
        &[],
    );
    check_3_1(&json!({ "type": "null" }), "[null]?", &[]);
    check_3_1(&json!({ "anyOf": [{ "type": "integer" }, { "type": "null" }] }), "integer?", &[]);
    check_3_1(
        &json!({ "anyOf": [{ "type": "integer" }, { "type": "string" }, { "type": "null" }] }),
        "(integer | string)?",
        &[],
    );
    check_3_1(&json!({ "type": ["string", "null"], "enum": ["a"] }), "[\"a\"]", &[]);
    check_3_0(&json!({ "nullable": true, "allOf": [{ "type": "integer" }] }), "integer?", &[]);
    check_3_0(&json!({ "nullable": true }), "any", &[]);
    check_3_0(
        &json!({ "nullable": true, "oneOf": [{ "type": "integer" }, { "type": "string" }] }),
        "(integer | string)?",
        &[],
    );
    check_3_0(
        &json!({ "type": "object", "allOf": [{ "type": "object", "nullable": true, "properties": { "a": {} } }, { "required": ["a"] }] }),
        "{a*: any}",
        &[],
    );
}

#[test]
fn enums_keep_their_values() {
    check(&json!({ "type": "string", "enum": ["b", "a", "b"] }), r#"["b","a"]"#);
    check_3_0(
        &json!({ "type": "string", "nullable": true, "enum": ["a", "", null] }),
        r#"["a","",null]?"#,
        &[],
    );
    check_3_0(&json!({ "type": "string", "nullable": true, "enum": ["a"] }), r#"["a"]?"#, &[]);
    check(&json!({ "enum": [1, true, "x", 1.5] }), r#"[1,true,"x",1.5]"#);
    check_3_1(&json!({ "const": "x" }), r#"["x"]"#, &[]);
    check_3_1(&json!({ "const": null }), "[null]?", &[]);
    check(&json!({ "allOf": [{ "enum": [1, 2, 3] }, { "enum": [3, 2] }] }), "[2,3]");
    check(
        &json!({ "oneOf": [{ "enum": ["a"] }, { "enum": [""] }, { "enum": [null] }] }),
        r#"["a",""]?"#,
    );
    check_noted(&json!({ "type": "array", "enum": [[1]] }), "[any]", KEYWORD);
    check_noted(&json!({ "const": { "a": 1 } }), "any", KEYWORD);
    check_noted(&json!({ "type": "string", "enum": [] }), "string", SCHEMA);
    check_noted(&json!({ "type": "string", "enum": "a" }), "string", SCHEMA);
    check_noted(
        &json!({ "allOf": [{ "enum": [1] }, { "enum": [2] }], "type": "integer" }),
        "integer",
        SCHEMA,
    );
}

#[test]
fn lists() {
    check(
        &json!({ "type": "array", "items": { "type": "integer" }, "minItems": 1, "maxItems": 3 }),
        "[integer](1..3)",
    );
    check(&json!({ "type": "array" }), "[any]");
    check(&json!({ "items": { "type": "string" } }), "[string]");
    check(&json!({ "type": "array", "items": {}, "uniqueItems": false }), "[any]");
    check_noted(&json!({ "type": "array", "items": {}, "uniqueItems": true }), "[any]", KEYWORD);
    let tuple = json!([{ "type": "integer" }, { "type": "string" }]);
    check_3_1(
        &json!({ "type": "array", "prefixItems": tuple, "items": false }),
        "[(integer | string)]",
        KEYWORD,
    );
    check_3_1(
        &json!({ "type": "array", "prefixItems": tuple, "items": { "type": "boolean" } }),
        "[(integer | string | boolean)]",
        KEYWORD,
    );
    check_3_1(&json!({ "type": "array", "prefixItems": tuple }), "[any]", KEYWORD);
    check_noted(&json!({ "type": "array", "items": tuple }), "[any]", OTHER);
}

#[test]
fn objects_and_maps() {
    check(&json!({ "type": "object" }), "map<any>");
    check(&json!({ "type": "object", "additionalProperties": {} }), "map<any>");
    check(&json!({ "type": "object", "additionalProperties": true }), "map<any>");
    check(
        &json!({ "type": "object", "additionalProperties": { "type": "integer" } }),
        "map<integer>",
    );
    check(&json!({ "type": "object", "additionalProperties": false }), "{!}");
    check(
        &json!({ "properties": { "b": {}, "a": { "type": "string" } }, "required": ["a"] }),
        "{b: any, a*: string}",
    );
    let fields = json!({ "a": { "type": "integer", "readOnly": true }, "b": { "type": "string", "writeOnly": true } });
    check(&json!({ "type": "object", "properties": fields }), "{a-r: integer, b-w: string}");
    check(
        &json!({ "type": "object", "properties": { "a": {} }, "additionalProperties": false }),
        "{a: any, !}",
    );
    check(
        &json!({ "type": "object", "properties": { "a": {} }, "additionalProperties": { "type": "string" } }),
        "{a: any, ...string}",
    );
    check_3_0(
        &json!({ "properties": { "a": { "readOnly": true, "nullable": true, "allOf": [{ "type": "string" }] } } }),
        "{a-r: string?}",
        &[],
    );
    check_noted(
        &json!({ "type": "object", "properties": { "a": {} }, "required": ["b"] }),
        "{a: any}",
        KEYWORD,
    );
    check_noted(
        &json!({ "type": "object", "properties": { "a": {} }, "required": true }),
        "{a: any}",
        SCHEMA,
    );
    check_noted(&json!({ "type": "object", "properties": { "a": 1 } }), "{a: any}", SCHEMA);
    check_noted(&json!({ "type": "object", "properties": [] }), "map<any>", SCHEMA);
    check_noted(&json!({ "type": "object", "minProperties": 1 }), "map<any>", KEYWORD);
    check_noted(
        &json!({ "patternProperties": { "^x": { "type": "string" } }, "additionalProperties": false }),
        "map<any>",
        KEYWORD,
    );
    check_3_1(&json!({ "type": "object", "properties": { "a": true } }), "{a: any}", &[]);
    check_3_1(&json!({ "type": "object", "properties": { "a": false } }), "{a: any}", SCHEMA);
}

#[test]
fn all_of_is_merged() {
    let a = json!({ "type": "object", "properties": { "a": { "type": "integer", "minimum": 1 } }, "required": ["a"] });
    let b = json!({ "type": "object", "properties": { "b": {}, "a": { "maximum": 5 } } });
    check(&json!({ "allOf": [a, b] }), "{a*: integer(>=1 <=5), b: any}");
    check(&json!({ "allOf": [a], "properties": { "z": {} } }), "{a*: integer(>=1), z: any}");
    check(&json!({ "properties": { "z": {} }, "allOf": [a] }), "{z: any, a*: integer(>=1)}");
    check(&json!({ "allOf": [{ "properties": { "a": {} } }, { "required": ["a"] }] }), "{a*: any}");
    check(&json!({ "allOf": [{ "type": "number" }, { "type": "integer" }] }), "integer");
    check(&json!({ "type": "object", "allOf": [a] }), "{a*: integer(>=1)}");
    check_noted(&json!({ "allOf": [{ "type": "string" }, { "type": "integer" }] }), "any", SCHEMA);
    check_noted(&json!({ "allOf": [1, { "type": "integer" }] }), "any", SCHEMA);
    check_noted(&json!({ "allOf": {}, "type": "string" }), "string", SCHEMA);
}

#[test]
fn unions_are_flat() {
    let (i, s) = (json!({ "type": "integer" }), json!({ "type": "string" }));
    check(&json!({ "oneOf": [i, s] }), "(integer | string)");
    check(&json!({ "anyOf": [i, { "oneOf": [s, i] }, s] }), "(integer | string)");
    check(&json!({ "oneOf": [i] }), "integer");
    check(&json!({ "oneOf": [i, {}] }), "any");
    check(
        &json!({ "oneOf": [{ "type": "string", "maxLength": 9 }, { "type": "string", "maxLength": 0 }] }),
        "string(..9)",
    );
    check_3_0(
        &json!({ "oneOf": [i, { "type": "string", "nullable": true }] }),
        "(integer | string)?",
        &[],
    );
    check_noted(&json!({ "oneOf": [], "type": "string" }), "string", SCHEMA);
    check_3_1(&json!({ "oneOf": [i, false, s] }), "(integer | string)", SCHEMA);
    check(
        &json!({ "type": "string", "oneOf": [{ "maxLength": 2 }, { "minLength": 4 }] }),
        "(string(..2) | string(4..))",
    );
}

#[test]
fn unions_beside_fields_are_distributed() {
    let base = json!({ "a": { "type": "integer" } });
    let both =
        json!([{ "properties": { "b": { "type": "string" } } }, { "properties": { "c": {} } }]);
    check(
        &json!({ "type": "object", "properties": base, "oneOf": both }),
        "({a: integer, b: string} | {a: integer, c: any})",
    );
    let either = json!([{ "required": ["a"] }, { "required": ["b"] }]);
    check_noted(
        &json!({ "type": "object", "properties": base, "anyOf": either }),
        "{a: integer}",
        KEYWORD,
    );
    check_noted(
        &json!({ "type": "object", "properties": base, "oneOf": both, "anyOf": both }),
        "({a: integer, b: string} | {a: integer, c: any})",
        KEYWORD,
    );
    check_noted(
        &json!({ "type": "object", "properties": base, "oneOf": [{ "type": "string" }, both[0]] }),
        "{a: integer, b: string}",
        SCHEMA,
    );
}

#[test]
fn what_a_type_cannot_hold_is_widened() {
    check_3_1(&json!(true), "any", &[]);
    check_3_1(&json!(false), "any", SCHEMA);
    check_noted(&json!("string"), "any", SCHEMA);
    check_noted(&json!({ "type": "file" }), "any", SCHEMA);
    check_noted(&json!({ "type": 3 }), "any", SCHEMA);
    check_noted(&json!({ "type": "integer", "minimum": "1" }), "integer", SCHEMA);
    check_noted(&json!({ "type": "string", "minLength": -1 }), "string", SCHEMA);
    let conditional = json!({ "type": "string", "if": { "const": "a" }, "then": { "maxLength": 1 }, "else": false });
    check_3_1(&conditional, "string", KEYWORD);
    check_3_1(
        &json!({ "type": "object", "dependentRequired": { "a": ["b"] }, "unevaluatedProperties": false }),
        "map<any>",
        KEYWORD,
    );
    check_3_1(&json!({ "type": "array", "contains": { "type": "integer" } }), "[any]", KEYWORD);
    check_3_1(&json!({ "type": "string", "contentEncoding": "base64" }), "string(byte)", &[]);
}
