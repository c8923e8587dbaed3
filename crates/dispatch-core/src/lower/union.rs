//! `oneOf` and `anyOf`: a value of any of these types.

use serde_json::Value;

use super::conjunction::Part;
use super::keywords::{asserts_beside, is_null};
use super::schemas::Schemas;
use crate::catalog::{Shape, TypeId};
use crate::diagnostic::Code;
use crate::document::pointer::{Target, child, component};

/// A list of variants, where it stands, and in which part.
struct Variants<'d> {
    part: usize,
    place: String,
    schemas: &'d [Value],
}

impl<'d> Schemas<'d, '_> {
    /// The union of the variants, each together with the parts around them; none if there are none.
    ///
    /// It is raw: variants may be unions or allow `null` themselves until the types are finished.
    pub(super) fn union(&mut self, parts: &mut Vec<Part<'d>>) -> Option<Shape> {
        let variants = self.variants(parts)?;
        for part in parts.iter_mut() {
            part.united = true;
        }
        // Where the variants stand alone, they keep the types of the components they refer to.
        let around = ["allOf", "anyOf", "oneOf", "type", "$ref"];
        let alone = !parts.iter().any(|part| asserts_beside(part.map, &around));
        let typed = parts.iter().any(|part| part.map.contains_key("type"));
        let mut ids = Vec::new();
        for (i, value) in variants.schemas.iter().enumerate() {
            let place = child(&variants.place, &i.to_string());
            if matches!(value, Value::Bool(false)) {
                self.note(
                    Code::SchemaWidened,
                    place,
                    "nothing fits `false`; left out of the union",
                );
            } else if alone && (!typed || is_typed(value)) {
                ids.push(self.lower(place, value));
            } else if is_null(value) {
                parts[variants.part].nullable = true;
            } else {
                ids.extend(self.variant(parts, place, value));
            }
        }
        Some(if ids.is_empty() { Shape::Any } else { Shape::Union(ids) })
    }

    /// The type of one variant together with the parts around it; none if nothing fits both.
    fn variant(&mut self, around: &[Part<'d>], place: String, value: &'d Value) -> Option<TypeId> {
        let name =
            value.get("$ref").and_then(Value::as_str).and_then(|reference| {
                match Target::of(reference) {
                    Target::Local(pointer) => component(&pointer),
                    Target::External => None,
                }
            });
        let ty = self.conjunction(around.to_vec(), vec![(place, value)], name)?;
        Some(self.intern(ty))
    }

    /// The list of variants to distribute over, if there is one. Of several lists only the first is
    /// taken, as all combinations of their variants would be too many.
    fn variants(&mut self, parts: &[Part<'d>]) -> Option<Variants<'d>> {
        let mut chosen = None;
        for (i, part) in parts.iter().enumerate().filter(|(_, part)| !part.united) {
            for keyword in ["oneOf", "anyOf"] {
                let place = child(&part.place, keyword);
                let schemas = match part.map.get(keyword) {
                    None => continue,
                    Some(Value::Array(schemas)) if !schemas.is_empty() => schemas.as_slice(),
                    Some(_) => {
                        self.unreadable(&part.place, keyword);
                        continue;
                    }
                };
                if schemas.iter().all(only_requires) {
                    let message = "which of the fields must be there together is not checked";
                    self.note(Code::KeywordWidened, place, message);
                } else if chosen.is_some() {
                    let message = format!("a second `{keyword}` is not checked");
                    self.note(Code::KeywordWidened, place, message);
                } else {
                    chosen = Some(Variants { part: i, place, schemas });
                }
            }
        }
        chosen
    }
}

/// Whether a schema tells by itself of which JSON type its values are.
fn is_typed(value: &Value) -> bool {
    let tells = ["$ref", "type", "enum", "const", "properties", "items", "allOf", "oneOf", "anyOf"];
    tells.iter().any(|keyword| value.get(keyword).is_some())
}

/// Whether a schema says nothing but which fields must be there.
fn only_requires(value: &Value) -> bool {
    match value {
        Value::Object(map) => !asserts_beside(map, &["required", "not"]),
        _ => false,
    }
}
