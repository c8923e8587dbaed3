//! The shape of a conjunction: what its parts' keywords come to together.

use std::cmp::Ordering;

use indexmap::IndexSet;
use serde_json::{Number, Value};

use super::conjunction::Part;
use super::keywords::Kinds;
use super::schemas::Schemas;
use crate::catalog::{Bounds, Length, Shape, Type};
use crate::diagnostic::Code;
use crate::document::Dialect;
use crate::document::pointer::child;

impl<'d> Schemas<'d, '_> {
    /// The type of values that fit all parts; none if no value does.
    pub(super) fn shape(
        &mut self,
        place: &str,
        mut parts: Vec<Part<'d>>,
        name: Option<String>,
    ) -> Option<Type> {
        let kinds = self.kinds(&parts);
        let nullable = accepts_null(&parts, kinds);
        if let Some(union) = self.union(&mut parts) {
            return Some(Type { nullable, shape: union });
        }
        if let Some(values) = self.values(place, &parts) {
            let nullable = nullable || values.contains(&Value::Null);
            return Some(Type { nullable, shape: Shape::Enum(values) });
        }
        let kinds = match kinds {
            Some(kinds) => kinds,
            None => match implied(&parts) {
                Some(kinds) => kinds,
                None => {
                    self.untyped(&parts);
                    return Some(Type::new(Shape::Any));
                }
            },
        };
        if kinds == Kinds::ALL {
            return Some(Type::new(Shape::Any));
        }
        let shapes = self.shapes(kinds, &parts, name);
        let shape = match <[Shape; 1]>::try_from(shapes) {
            Ok([shape]) => shape,
            Err(shapes) if shapes.is_empty() => {
                if nullable || kinds == Kinds::NULL {
                    return Some(Type::nullable(Shape::Enum(vec![Value::Null])));
                }
                self.note(Code::SchemaWidened, place, "no value can fit it; any value is accepted");
                return None;
            }
            Err(shapes) => {
                let ids = shapes.into_iter().map(|shape| self.intern(Type::new(shape)));
                Shape::Union(ids.collect())
            }
        };
        Some(Type { nullable, shape })
    }

    /// One shape for each JSON type beside `null`.
    fn shapes(&mut self, kinds: Kinds, parts: &[Part<'d>], name: Option<String>) -> Vec<Shape> {
        let mut shapes = Vec::new();
        if kinds.has(Kinds::STRING) {
            shapes.push(Shape::String(self.length(parts, "minLength", "maxLength", true)));
        }
        if kinds.has(Kinds::NUMBER) {
            shapes.push(Shape::Number(self.bounds(parts)));
        } else if kinds.has(Kinds::INTEGER) {
            shapes.push(Shape::Integer(self.bounds(parts)));
        }
        if kinds.has(Kinds::BOOLEAN) {
            shapes.push(Shape::Boolean);
        }
        if kinds.has(Kinds::ARRAY) {
            shapes.push(self.array(parts));
        }
        if kinds.has(Kinds::OBJECT) {
            shapes.push(self.object(parts, name));
        }
        shapes
    }

    /// The JSON types that every part accepts; none if no part names any.
    fn kinds(&mut self, parts: &[Part<'d>]) -> Option<Kinds> {
        let mut common: Option<Kinds> = None;
        for part in parts {
            let Some(value) = part.map.get("type") else { continue };
            let Some(kinds) = Kinds::read(value) else {
                self.unreadable(&part.place, "type");
                continue;
            };
            if self.document.dialect() == Dialect::V3_0
                && (value.is_array() || kinds == Kinds::NULL)
            {
                let message = "lists of types and `null` are 3.1's";
                self.note(Code::OtherDialect, child(&part.place, "type"), message);
            }
            common = Some(common.map_or(kinds, |common| common.and(kinds)));
        }
        common
    }

    /// The values that every part's `enum` and `const` allow; none if no part has any.
    fn values(&mut self, place: &str, parts: &[Part<'d>]) -> Option<Vec<Value>> {
        let mut common: Option<IndexSet<Value>> = None;
        for part in parts {
            let constant = part.map.get("const").map(std::slice::from_ref);
            let listed = match part.map.get("enum") {
                Some(Value::Array(values)) => Some(values.as_slice()),
                Some(_) => {
                    self.unreadable(&part.place, "enum");
                    None
                }
                None => None,
            };
            for values in [constant, listed].into_iter().flatten() {
                if values.iter().any(|value| value.is_array() || value.is_object()) {
                    let message = "lists and objects as values of an enum are not checked";
                    self.note(Code::KeywordWidened, part.place.as_str(), message);
                    continue;
                }
                let values: IndexSet<Value> = values.iter().cloned().collect();
                common = Some(match common {
                    None => values,
                    Some(common) => common.into_iter().filter(|v| values.contains(v)).collect(),
                });
            }
        }
        if common.as_ref().is_some_and(IndexSet::is_empty) {
            self.note(Code::SchemaWidened, place, "its enum has no value and is not checked");
            return None;
        }
        common.map(|values| values.into_iter().collect())
    }

    /// Says which assertions are lost because no part names a type.
    fn untyped(&mut self, parts: &[Part<'d>]) {
        let typed = [
            "minLength",
            "maxLength",
            "format",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "minItems",
            "maxItems",
            "required",
        ];
        for part in parts {
            for keyword in typed.into_iter().filter(|keyword| part.map.contains_key(*keyword)) {
                let message = format!("`{keyword}` without `type` is not checked");
                self.note(Code::KeywordWidened, child(&part.place, keyword), message);
            }
        }
    }

    /// The tightest limits of a number.
    fn bounds(&mut self, parts: &[Part<'d>]) -> Bounds {
        let (min, exclusive_min) =
            self.bound(parts, "minimum", "exclusiveMinimum", Ordering::Greater);
        let (max, exclusive_max) = self.bound(parts, "maximum", "exclusiveMaximum", Ordering::Less);
        Bounds { min, max, exclusive_min, exclusive_max }
    }

    fn bound(
        &mut self,
        parts: &[Part<'d>],
        inclusive: &str,
        exclusive: &str,
        tighter: Ordering,
    ) -> (Option<Number>, bool) {
        let mut tightest: Option<(Number, bool)> = None;
        for part in parts {
            let modern = self.document.dialect() != Dialect::V3_0;
            // In 3.0 `exclusiveMinimum` is a boolean about `minimum`; in 3.1 it is a limit itself.
            let (excluded, own) = match part.map.get(exclusive) {
                None => (false, None),
                Some(Value::Bool(excluded)) => (*excluded, None),
                Some(Value::Number(number)) => (false, Some(number)),
                Some(_) => {
                    self.unreadable(&part.place, exclusive);
                    (false, None)
                }
            };
            if part.map.get(exclusive).is_some_and(|value| value.is_boolean() == modern) {
                let message = format!("this `{exclusive}` is the other version's");
                self.note(Code::OtherDialect, child(&part.place, exclusive), message);
            }
            let limit = match part.map.get(inclusive) {
                None => None,
                Some(Value::Number(number)) => Some((number, excluded)),
                Some(_) => {
                    self.unreadable(&part.place, inclusive);
                    None
                }
            };
            for (number, excluded) in limit.into_iter().chain(own.map(|number| (number, true))) {
                let replaces = tightest.as_ref().is_none_or(|(known, known_excluded)| {
                    let order = compare(number, known);
                    order == tighter || (order == Ordering::Equal && excluded && !known_excluded)
                });
                if replaces {
                    tightest = Some((number.clone(), excluded));
                }
            }
        }
        tightest.map_or((None, false), |(number, excluded)| (Some(number), excluded))
    }

    /// The tightest limits of a length, and a string's format.
    pub(super) fn length(
        &mut self,
        parts: &[Part<'d>],
        min: &str,
        max: &str,
        has_format: bool,
    ) -> Length {
        let mut length = Length::default();
        for part in parts {
            if let Some(value) = self.count_of(part, min) {
                length.min = length.min.max(Some(value));
            }
            if let Some(value) = self.count_of(part, max) {
                length.max = Some(length.max.map_or(value, |max| max.min(value)));
            }
            if has_format && length.format.is_none() {
                length.format = format(part);
            }
        }
        length
    }

    fn count_of(&mut self, part: &Part<'d>, keyword: &str) -> Option<u64> {
        let value = part.map.get(keyword)?;
        // A whole number may be written as `3.0`.
        let whole =
            |float: f64| (float.fract() == 0.0 && (0.0..9e15).contains(&float)).then_some(float);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked just before"
        )]
        let count =
            value.as_u64().or_else(|| value.as_f64().and_then(whole).map(|float| float as u64));
        if count.is_none() {
            self.unreadable(&part.place, keyword);
        }
        count
    }
}

/// Whether `null` fits all parts.
fn accepts_null(parts: &[Part<'_>], kinds: Option<Kinds>) -> bool {
    // Generators write `nullable` beside a lone `allOf` and mean it, whatever is inside.
    if parts.iter().any(|part| part.outermost && part.nullable) {
        return true;
    }
    kinds.is_some()
        && parts.iter().all(|part| {
            let by_type = match part.map.get("type").and_then(Kinds::read) {
                Some(kinds) => kinds.has(Kinds::NULL),
                None => true,
            };
            let by_value = match (part.map.get("enum"), part.map.get("const")) {
                (Some(Value::Array(values)), _) => values.contains(&Value::Null),
                (_, Some(value)) => value.is_null(),
                _ => true,
            };
            part.nullable || (by_type && by_value)
        })
}

/// The JSON type that is meant where none is named.
fn implied(parts: &[Part<'_>]) -> Option<Kinds> {
    let has = |keywords: &[&str]| {
        parts.iter().any(|part| keywords.iter().any(|keyword| part.map.contains_key(*keyword)))
    };
    if has(&["properties", "additionalProperties", "patternProperties"]) {
        return Some(Kinds::OBJECT);
    }
    has(&["items", "prefixItems"]).then_some(Kinds::ARRAY)
}

/// The format of a string. 3.1 says of bytes by other keywords what 3.0 says by `format`.
fn format(part: &Part<'_>) -> Option<String> {
    let text = |keyword: &str| part.map.get(keyword).and_then(Value::as_str);
    let format = match (text("format"), text("contentEncoding"), text("contentMediaType")) {
        (Some(format), ..) => format,
        (None, Some(encoding), _) if encoding.starts_with("base64") => "byte",
        (None, None, Some("application/octet-stream")) => "binary",
        _ => return None,
    };
    Some(format.to_owned())
}

fn compare(a: &Number, b: &Number) -> Ordering {
    let whole = |n: &Number| n.as_i64().map(i128::from).or_else(|| n.as_u64().map(i128::from));
    match (whole(a), whole(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => {
            let float = |n: &Number| n.as_f64().unwrap_or_default();
            float(a).total_cmp(&float(b))
        }
    }
}
