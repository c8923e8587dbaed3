//! NetBox's documents, read without the compiler.
//!
//! What is in this module and below shares nothing with the compiler or the policy: it reads the
//! JSON of the document, follows its references itself, makes values for its schemas, and knows
//! where the document is wrong from what was seen on a running NetBox. So it can say what a request
//! must look like, and be believed.

use serde_json::Value;

pub(crate) mod corrected;
pub(crate) mod generate;
pub(crate) mod judge;
pub(crate) mod random;

/// A document.
#[derive(Debug)]
pub(crate) struct Raw {
    document: Value,
}

/// An operation of a document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawOperation<'a> {
    raw: &'a Raw,
    /// The method in lower case, as the document writes it.
    method: &'a str,
    pub(crate) path: &'a str,
    value: &'a Value,
}

impl Raw {
    pub(crate) fn new(document: Value) -> Self {
        Self { document }
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = RawOperation<'_>> {
        let paths = self.document["paths"].as_object().expect("paths");
        paths.iter().flat_map(move |(path, item)| {
            let item = item.as_object().expect("a path item");
            item.iter().map(move |(method, value)| RawOperation { raw: self, method, path, value })
        })
    }

    pub(crate) fn operation(&self, method: &str, path: &str) -> RawOperation<'_> {
        let found = self.operations().find(|known| known.is(method, path));
        found.unwrap_or_else(|| panic!("{method} {path} is not in the document"))
    }

    /// A schema with its reference followed.
    pub(crate) fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema.get("$ref").and_then(Value::as_str) {
            Some(reference) => {
                let pointer = reference.strip_prefix('#').expect("a reference within the document");
                let target = self.document.pointer(pointer);
                self.resolved(target.unwrap_or_else(|| panic!("{reference} leads nowhere")))
            }
            None => schema,
        }
    }
}

impl<'a> RawOperation<'a> {
    pub(crate) fn is(&self, method: &str, path: &str) -> bool {
        self.method.eq_ignore_ascii_case(method) && self.path == path
    }

    pub(crate) fn method(&self) -> String {
        self.method.to_uppercase()
    }

    /// Whether the path leads to one object, or below it.
    pub(crate) fn is_about_one(&self) -> bool {
        self.path.contains('{')
    }

    /// The schemas of what is answered when all went well.
    pub(crate) fn answers(&self) -> impl Iterator<Item = &'a Value> {
        let responses = self.value["responses"].as_object().expect("responses");
        let good = responses.iter().filter(|(status, _)| status.starts_with('2'));
        good.filter_map(|(_, response)| response.pointer("/content/application~1json/schema"))
    }

    /// Whether one object of what is answered, alone or as a row, has a field.
    pub(crate) fn answers_field(&self, name: &str) -> bool {
        let raw = self.raw;
        let has = |schema: &Value| raw.resolved(schema)["properties"].get(name).is_some();
        self.answers().any(|schema| {
            let schema = raw.resolved(schema);
            let rows = schema.pointer("/properties/results/items").or(schema.get("items"));
            has(schema)
                || rows.is_some_and(has)
                || schema["oneOf"].as_array().into_iter().flatten().any(has)
        })
    }

    /// The parameters in the path or in the query: the name and the schema.
    pub(crate) fn parameters(&self, place: &str) -> Vec<(&'a str, &'a Value)> {
        let parameters = self.value["parameters"].as_array().into_iter().flatten();
        let placed = parameters.filter(|parameter| parameter["in"] == place);
        placed.map(|it| (it["name"].as_str().expect("a name"), &it["schema"])).collect()
    }

    /// The names of the query's parameters that a request must have.
    pub(crate) fn required_parameters(&self) -> Vec<&'a str> {
        let parameters = self.value["parameters"].as_array().into_iter().flatten();
        let required = parameters.filter(|it| it["in"] == "query" && it["required"] == true);
        required.filter_map(|it| it["name"].as_str()).collect()
    }

    /// The schema of the body, in JSON, and whether a request must have it.
    pub(crate) fn body(&self) -> Option<(&'a Value, bool)> {
        let body = self.value.get("requestBody")?;
        let schema = body.pointer("/content/application~1json/schema")?;
        Some((schema, body["required"] == true))
    }
}
