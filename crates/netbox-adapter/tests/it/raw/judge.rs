//! Whether a value is what a schema of the document allows, as the `jsonschema` crate judges it.

use jsonschema::{Draft, ValidationError};
use serde_json::{Map, Value, json};

use super::Raw;
use super::generate::is_identifying;

/// What is wrong with a value by a schema of the document; nothing if it is allowed.
pub(crate) fn faults(raw: &Raw, schema: &Value, value: &Value) -> Vec<String> {
    let mut schemas = Map::new();
    gather(raw, schema, &mut schemas);
    let whole =
        json!({"allOf": [translated(schema)], "components": {"schemas": Value::Object(schemas)}});
    let validator = jsonschema::options().with_draft(Draft::Draft4).build(&whole);
    let validator = validator.unwrap_or_else(|error| panic!("{error}"));
    let shown = |error: ValidationError<'_>| format!("{}: {error}", error.instance_path());
    validator.iter_errors(value).map(shown).collect()
}

/// Collects the component schemas that a schema refers to, translated.
fn gather(raw: &Raw, schema: &Value, into: &mut Map<String, Value>) {
    match schema {
        Value::Array(parts) => parts.iter().for_each(|part| gather(raw, part, into)),
        Value::Object(members) => {
            for (key, value) in members {
                let name = value.as_str().and_then(|it| it.strip_prefix("#/components/schemas/"));
                match name.filter(|_| key == "$ref") {
                    Some(name) if !into.contains_key(name) => {
                        let target = raw.resolved(schema);
                        let mut known = translated(target);
                        if is_identifying(name)
                            && let Some(known) = known.as_object_mut()
                        {
                            // 4: any unique attribute will do.
                            known.shift_remove("required");
                        }
                        if name == "NestedTagRequest" {
                            // 4: and so will the id, which the document leaves out here.
                            known = json!({"anyOf": [{"type": "integer"}, known]});
                        }
                        into.insert(name.to_owned(), known);
                        gather(raw, target, into);
                    }
                    _ => gather(raw, value, into),
                }
            }
        }
        _ => {}
    }
}

/// A schema of OpenAPI 3.0 as one of JSON Schema draft 4, of which it is a dialect: `nullable` is
/// the only difference that matters here.
fn translated(schema: &Value) -> Value {
    match schema {
        Value::Array(parts) => parts.iter().map(translated).collect(),
        Value::Object(members) => {
            let inner: Map<String, Value> = members
                .iter()
                .filter(|(key, _)| *key != "nullable")
                .map(|(key, value)| {
                    let value = match (key.as_str(), value) {
                        ("enum" | "default" | "example", data) => data.clone(),
                        ("properties", Value::Object(fields)) => {
                            fields.iter().map(|(key, it)| (key.clone(), translated(it))).collect()
                        }
                        (_, value) => translated(value),
                    };
                    (key.clone(), value)
                })
                .collect();
            if members.get("nullable") == Some(&Value::Bool(true)) {
                json!({"anyOf": [{"type": "null"}, inner]})
            } else {
                Value::Object(inner)
            }
        }
        other => other.clone(),
    }
}
