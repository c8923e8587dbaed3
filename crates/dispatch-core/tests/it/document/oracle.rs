//! Whatever a schema accepts, its type accepts: `jsonschema` tells what a schema accepts.

use dispatch_core::catalog::{Additional, Bounds, Shape, TypeId, Types};
use dispatch_core::{Document, Draft, LowerOptions};
use proptest::prelude::{any, proptest};
use proptest::test_runner::Config;
use serde_json::{Map, Value, json};

/// Choices drawn from bytes, so that a failing case shrinks; all zeros end everything soon.
struct Choices<'a>(std::slice::Iter<'a, u8>);

impl Choices<'_> {
    fn below(&mut self, n: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or(0)) % n
    }

    fn of<T: Clone>(&mut self, options: &[T]) -> T {
        options[self.below(options.len())].clone()
    }

    fn scalar(&mut self) -> Value {
        self.of(&[
            json!(0),
            json!(null),
            json!("a"),
            json!(true),
            json!(1),
            json!(1.0),
            json!(-2),
            json!(2.5),
            json!(""),
            json!("abc"),
        ])
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.below(if depth == 0 { 4 } else { 7 }) {
            0..=3 => self.scalar(),
            4 => (0..self.below(3)).map(|_| self.value(depth - 1)).collect(),
            _ => {
                let n = self.below(4);
                let entries =
                    (0..n).map(|_| (self.of(&["a", "b", "c"]).to_owned(), self.value(depth - 1)));
                Value::Object(entries.collect())
            }
        }
    }

    /// A schema. References in place of a schema lead forward only, those below it anywhere: a
    /// schema that is in place its own part is no schema.
    fn schema(&mut self, depth: usize, in_place: std::ops::Range<usize>, all: usize) -> Value {
        let inner = depth.saturating_sub(1);
        match self.below(if depth == 0 { 9 } else { 16 }) {
            0 => json!({}),
            1 => {
                json!({ "type": "string", "minLength": self.below(3), "maxLength": self.below(4) })
            }
            2 => {
                json!({ "type": self.of(&["integer", "number"]), "minimum": self.below(3), "exclusiveMaximum": self.of(&[json!(1), json!(2.5), json!(9)]) })
            }
            3 => json!({ "type": "boolean" }),
            4 => {
                json!({ "type": [self.of(&["string", "integer", "number", "object", "array"]), self.of(&["null", "boolean"])] })
            }
            5 => json!({ "enum": [self.scalar(), self.scalar()] }),
            6 => json!({ "const": self.scalar() }),
            7 if !in_place.is_empty() => {
                let i = in_place.start + self.below(in_place.len());
                json!({ "$ref": format!("#/components/schemas/S{i}") })
            }
            7 | 8 => json!(self.below(4) != 0),
            9 => {
                json!({ "type": "array", "items": self.schema(inner, 0..all, all), "maxItems": self.below(4) })
            }
            10 => {
                json!({ "type": "array", "prefixItems": [self.schema(inner, 0..all, all)], "items": self.schema(inner, 0..all, all), "uniqueItems": true })
            }
            11 => {
                json!({ "allOf": [self.schema(inner, in_place.clone(), all), self.schema(inner, in_place, all)] })
            }
            12 => {
                json!({ self.of(&["oneOf", "anyOf"]): [self.schema(inner, in_place.clone(), all), self.schema(inner, in_place, all)] })
            }
            13 => {
                let mut object = self.object(inner, all);
                let variants =
                    [self.schema(inner, in_place.clone(), all), self.schema(inner, in_place, all)];
                object.insert(self.of(&["oneOf", "anyOf", "allOf"]).to_owned(), json!(variants));
                object.into()
            }
            _ => self.object(inner, all).into(),
        }
    }

    fn object(&mut self, depth: usize, all: usize) -> Map<String, Value> {
        let mut object = Map::new();
        object.insert("type".to_owned(), self.of(&[json!("object"), json!(["object", "null"])]));
        let n = self.below(3);
        let properties: Map<_, _> = (0..n)
            .map(|_| (self.of(&["a", "b"]).to_owned(), self.schema(depth, 0..all, all)))
            .collect();
        object.insert("properties".to_owned(), properties.into());
        match self.below(6) {
            0 => object.insert("additionalProperties".to_owned(), self.schema(depth, 0..all, all)),
            1 => object.insert("additionalProperties".to_owned(), json!(false)),
            2 => object.insert("required".to_owned(), json!([self.of(&["a", "b", "c"])])),
            3 => object.insert("patternProperties".to_owned(), json!({ "^b": {} })),
            4 => object.insert("if".to_owned(), json!({ "required": ["a"] })),
            _ => None,
        };
        object
    }
}

fn accepts(types: &Types, id: TypeId, value: &Value) -> bool {
    let ty = types.get(id);
    if value.is_null() && ty.nullable {
        return true;
    }
    match (&ty.shape, value) {
        (Shape::Any, _) => true,
        (Shape::Union(variants), _) => variants.iter().any(|id| accepts(types, *id, value)),
        (Shape::Enum(values), Value::Number(number)) => {
            values.iter().any(|v| v.as_f64() == number.as_f64())
        }
        (Shape::Enum(values), _) => values.contains(value),
        (Shape::Boolean, Value::Bool(_)) => true,
        (Shape::Integer(bounds), Value::Number(number)) => {
            number.as_f64().is_some_and(|n| n.fract() == 0.0 && within(bounds, n))
        }
        (Shape::Number(bounds), Value::Number(number)) => {
            number.as_f64().is_some_and(|n| within(bounds, n))
        }
        (Shape::String(length), Value::String(text)) => {
            let n = text.chars().count() as u64;
            length.min.is_none_or(|min| n >= min) && length.max.is_none_or(|max| n <= max)
        }
        (Shape::Array { items, length }, Value::Array(list)) => {
            let n = list.len() as u64;
            length.min.is_none_or(|min| n >= min)
                && length.max.is_none_or(|max| n <= max)
                && list.iter().all(|value| accepts(types, *items, value))
        }
        (Shape::Map(ty), Value::Object(map)) => {
            map.values().all(|value| accepts(types, *ty, value))
        }
        (Shape::Object(object), Value::Object(map)) => {
            object.fields.iter().all(|field| !field.required || map.contains_key(&field.name))
                && map.iter().all(|(name, value)| {
                    match (
                        object.fields.iter().find(|field| field.name == *name),
                        object.additional,
                    ) {
                        (Some(field), _) => accepts(types, field.ty, value),
                        (None, Additional::Allowed(ty)) => accepts(types, ty, value),
                        (None, Additional::Forbidden) => false,
                        // Refused in a request, but not because the document says so.
                        (None, Additional::Unstated) => true,
                    }
                })
        }
        _ => false,
    }
}

fn within(bounds: &Bounds, n: f64) -> bool {
    let limit =
        |limit: &Option<serde_json::Number>| limit.as_ref().and_then(serde_json::Number::as_f64);
    let above = limit(&bounds.min).is_none_or(|min| n > min || (n == min && !bounds.exclusive_min));
    let below = limit(&bounds.max).is_none_or(|max| n < max || (n == max && !bounds.exclusive_max));
    above && below
}

proptest! {
    #![proptest_config(Config { cases: 600, failure_persistence: None, ..Config::default() })]

    #[test]
    fn a_type_accepts_what_its_schema_accepts(
        old in any::<bool>(),
        schemas in proptest::collection::vec(any::<u8>(), 0..120),
        values in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        const N: usize = 3;
        let mut choices = Choices(schemas.iter());
        let components: Map<_, _> =
            (0..N).map(|i| (format!("S{i}"), choices.schema(3, i + 1..N, N))).collect();
        let root = json!({
            "openapi": if old { "3.0.3" } else { "3.1.0" },
            "$ref": "#/components/schemas/S0",
            "components": { "schemas": components },
        });
        let oracle = jsonschema::draft202012::new(&root).unwrap();
        let document = Document::parse(root.to_string().as_bytes()).unwrap();
        let mut draft = Draft::lower(&document, &LowerOptions::default());
        let ty = draft.schema(&json!({ "$ref": "#/components/schemas/S0" }));
        let mut choices = Choices(values.iter());
        for _ in 0..30 {
            let value = choices.value(3);
            if oracle.is_valid(&value) {
                assert!(accepts(&draft.types, ty, &value), "{value} of {}", root["components"]);
            }
        }
    }
}
