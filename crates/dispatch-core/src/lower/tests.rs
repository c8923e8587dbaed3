//! What schemas and operations become.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Draft, LowerOptions};
use crate::catalog::{Additional, Bounds, Length, Shape, TypeId, Types};
use crate::document::Document;

mod operations;
mod references;
mod schemas;
mod structure;

const BOTH: [&str; 2] = ["3.0.3", "3.1.0"];

/// A document with these parts beside its version and info.
fn document(version: &str, parts: &Value) -> Document {
    let mut root = json!({ "openapi": version, "info": { "title": "Pets", "version": "1" } });
    for (key, value) in parts.as_object().unwrap() {
        root[key] = value.clone();
    }
    Document::parse(root.to_string().as_bytes()).unwrap()
}

fn lower(version: &str, parts: &Value) -> Draft {
    Draft::lower(&document(version, parts), &LowerOptions::default())
}

/// The codes of a draft's diagnostics, each once, in order.
fn codes(draft: &Draft) -> Vec<&'static str> {
    let codes: BTreeSet<_> = draft.diagnostics.iter().map(|d| d.code.as_str()).collect();
    codes.into_iter().collect()
}

/// A type in a notation of these tests: `string(1..5 uri)?`, `{a*: integer(>=1), !}`, `^Name`.
fn text(types: &Types, id: TypeId) -> String {
    Text { types, path: Vec::new() }.of(id)
}

struct Text<'a> {
    types: &'a Types,
    path: Vec<TypeId>,
}

impl Text<'_> {
    fn of(&mut self, id: TypeId) -> String {
        if self.path.contains(&id) {
            return "^".to_owned();
        }
        self.path.push(id);
        let ty = self.types.get(id);
        let text = match &ty.shape {
            Shape::Any => "any".to_owned(),
            Shape::Boolean => "boolean".to_owned(),
            Shape::Integer(bounds) => format!("integer{}", limits(bounds)),
            Shape::Number(bounds) => format!("number{}", limits(bounds)),
            Shape::String(length) => format!("string{}", lengths(length)),
            Shape::Enum(values) => Value::from(values.clone()).to_string(),
            Shape::Array { items, length } => format!("[{}]{}", self.of(*items), lengths(length)),
            Shape::Map(ty) => format!("map<{}>", self.of(*ty)),
            Shape::Union(ids) => {
                let variants: Vec<_> = ids.iter().map(|id| self.of(*id)).collect();
                format!("({})", variants.join(" | "))
            }
            Shape::Object(object) => {
                let mut entries: Vec<_> = object
                    .fields
                    .iter()
                    .map(|field| {
                        let mark = |is: bool, mark| if is { mark } else { "" };
                        let (required, read) =
                            (mark(field.required, "*"), mark(field.read_only, "-r"));
                        let write = mark(field.write_only, "-w");
                        format!("{}{required}{read}{write}: {}", field.name, self.of(field.ty))
                    })
                    .collect();
                match object.additional {
                    Additional::Unstated => {}
                    Additional::Forbidden => entries.push("!".to_owned()),
                    Additional::Allowed(ty) => entries.push(format!("...{}", self.of(ty))),
                }
                format!(
                    "{}{{{}}}",
                    object.schema.as_deref().unwrap_or_default(),
                    entries.join(", ")
                )
            }
            Shape::Reference(_) => unreachable!("lowering makes no references"),
        };
        self.path.pop();
        if ty.nullable { format!("{text}?") } else { text }
    }
}

fn limits(bounds: &Bounds) -> String {
    let min = bounds
        .min
        .as_ref()
        .map(|n| format!("{}{n}", if bounds.exclusive_min { ">" } else { ">=" }));
    let max = bounds
        .max
        .as_ref()
        .map(|n| format!("{}{n}", if bounds.exclusive_max { "<" } else { "<=" }));
    match (min, max) {
        (None, None) => String::new(),
        (min, max) => {
            format!("({})", [min, max].into_iter().flatten().collect::<Vec<_>>().join(" "))
        }
    }
}

fn lengths(length: &Length) -> String {
    let number = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
    let range = match (length.min, length.max) {
        (None, None) => None,
        (min, max) => Some(format!("{}..{}", number(min), number(max))),
    };
    let parts: Vec<_> = range.into_iter().chain(length.format.clone()).collect();
    if parts.is_empty() { String::new() } else { format!("({})", parts.join(" ")) }
}
