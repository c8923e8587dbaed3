//! Schemas that all apply: a schema, what it refers to, and what its `allOf` holds.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::keywords::{WIDENED, asserts_beside};
use super::schemas::Schemas;
use crate::diagnostic::Code;
use crate::document::pointer::child;

/// One of the schemas that all apply, without its `$ref` and `allOf`.
#[derive(Clone, Debug)]
pub(super) struct Part<'d> {
    pub(super) place: String,
    pub(super) map: &'d Map<String, Value>,
    /// Whether `null` is allowed by 3.0's `nullable`.
    pub(super) nullable: bool,
    /// Whether it is the schema itself and not a schema that it refers to.
    pub(super) outermost: bool,
    /// Whether its `oneOf` and `anyOf` are dealt with already.
    pub(super) united: bool,
}

enum Step<'d> {
    Read { place: String, value: &'d Value, outermost: bool },
    Keep(Part<'d>),
}

impl<'d> Schemas<'d, '_> {
    /// Gathers the schemas that apply together, in the document's order, and adds them to those
    /// gathered before. None if anything is to be accepted instead, which was said then.
    pub(super) fn gather(
        &mut self,
        mut parts: Vec<Part<'d>>,
        roots: Vec<(String, &'d Value)>,
    ) -> Option<Vec<Part<'d>>> {
        let mut seen = BTreeSet::new();
        let mut steps: Vec<_> = roots
            .into_iter()
            .rev()
            .map(|(place, value)| Step::Read { place, value, outermost: true })
            .collect();
        while let Some(step) = steps.pop() {
            let (place, value, outermost) = match step {
                Step::Keep(part) => {
                    parts.push(part);
                    continue;
                }
                Step::Read { place, value, outermost } => (place, value, outermost),
            };
            if !self.count() {
                return None;
            }
            let map = match value {
                Value::Bool(true) => continue,
                Value::Object(map) => map,
                Value::Bool(false) => {
                    let message = "nothing fits `false`; any value is accepted";
                    self.note(Code::SchemaWidened, place, message);
                    return None;
                }
                _ => {
                    self.note(Code::SchemaWidened, place, "it is no schema; any value is accepted");
                    return None;
                }
            };
            let mut inner = Vec::new();
            if let Some(reference) = map.get("$ref")
                && let Some((pointer, value)) = self.follow(&place, reference)
                && seen.insert(pointer.clone())
            {
                inner.push(Step::Read { place: pointer, value, outermost: false });
            }
            if !self.siblings_apply(map) {
                self.ignored_siblings(&place, map);
                steps.append(&mut inner);
                continue;
            }
            match map.get("allOf") {
                None => {}
                Some(Value::Array(schemas)) => {
                    let at = child(&place, "allOf");
                    inner.extend(schemas.iter().enumerate().map(|(i, value)| Step::Read {
                        place: child(&at, &i.to_string()),
                        value,
                        outermost: false,
                    }));
                }
                Some(_) => self.unreadable(&place, "allOf"),
            }
            self.widened(&place, map);
            let nullable = self.is_nullable(&place, map);
            let own = Step::Keep(Part { place, map, nullable, outermost, united: false });
            // Fields stand in the order of the document: `allOf` is before or after `properties`.
            let own_first = map
                .keys()
                .find_map(|key| match key.as_str() {
                    "properties" => Some(true),
                    "allOf" | "$ref" => Some(false),
                    _ => None,
                })
                .unwrap_or_default();
            if own_first {
                steps.extend(inner.into_iter().rev());
                steps.push(own);
            } else {
                steps.push(own);
                steps.extend(inner.into_iter().rev());
            }
        }
        Some(parts)
    }

    /// Says which assertions of a schema the types cannot hold.
    fn widened(&mut self, place: &str, map: &Map<String, Value>) {
        for keyword in map.keys().filter(|key| WIDENED.contains(&key.as_str())) {
            if matches!(map[keyword], Value::Bool(false)) && keyword == "uniqueItems" {
                continue;
            }
            let message = format!("`{keyword}` is not checked");
            self.note(Code::KeywordWidened, child(place, keyword), message);
        }
    }

    /// Says what 3.0 ignores beside a `$ref`.
    pub(super) fn ignored_siblings(&mut self, place: &str, map: &Map<String, Value>) {
        if asserts_beside(map, &["$ref"]) {
            let message = "3.0 ignores what stands beside `$ref`, and so does this";
            self.note(Code::OtherDialect, place, message);
        }
    }

    /// Says that a keyword's value is not what it must be.
    pub(super) fn unreadable(&mut self, place: &str, keyword: &str) {
        let message = format!("`{keyword}` could not be read and is not checked");
        self.note(Code::SchemaWidened, child(place, keyword), message);
    }
}
