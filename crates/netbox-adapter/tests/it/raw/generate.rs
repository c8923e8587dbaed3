//! Values that a schema of the document allows.

use serde_json::{Map, Value, json};

use super::Raw;
use super::random::Random;

/// How many of the optional fields a value has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fill {
    /// None of them.
    Least,
    /// Some of them, and now and then a null.
    Some,
    /// All of them.
    All,
}

/// Makes values for schemas.
#[derive(Debug)]
pub(crate) struct Generator<'a> {
    pub(crate) raw: &'a Raw,
    pub(crate) random: Random,
    pub(crate) fill: Fill,
}

impl Generator<'_> {
    /// A value that the schema allows.
    pub(crate) fn value(&mut self, schema: &Value) -> Value {
        let refers = schema["$ref"].as_str().is_some_and(is_identifying);
        let schema = self.raw.resolved(schema).clone();
        if schema["nullable"] == true && self.fill == Fill::Some && self.random.one_in(4) {
            return Value::Null;
        }
        if let Some(choices) = schema["enum"].as_array() {
            return self.random.pick(choices).clone();
        }
        if let Some(variants) = schema["oneOf"].as_array() {
            let variant = self.random.pick(variants).clone();
            return self.value(&variant);
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let [part] = parts.as_slice() else { panic!("allOf of several schemas: {schema}") };
            return self.value(part);
        }
        match schema["type"].as_str() {
            None => self.anything(),
            Some("boolean") => Value::from(self.random.one_in(2)),
            Some("integer") => self.integer(&schema),
            Some("number") => self.number(&schema),
            Some("string") => Value::from(self.string(&schema)),
            Some("array") => self.array(&schema),
            Some("object") => self.object(&schema, refers),
            Some(other) => panic!("the type {other}"),
        }
    }

    fn anything(&mut self) -> Value {
        match self.random.below(4) {
            0 => json!({"camelCase": {"snake_case": [1, 2.5, null, true, "x"]}, "kebab-case": {}}),
            1 => json!(["a", {"Ünïcode": "\u{1F600}"}]),
            2 => json!("plain"),
            _ => json!(9_007_199_254_740_993_u64),
        }
    }

    fn integer(&mut self, schema: &Value) -> Value {
        let limit = |name: &str| schema[name].as_i64();
        let low = limit("minimum").map(|low| low + i64::from(schema["exclusiveMinimum"] == true));
        let high =
            limit("maximum").map(|high| high - i64::from(schema["exclusiveMaximum"] == true));
        let low = low.unwrap_or(1).max(-WIDE);
        let high =
            high.unwrap_or(if schema["format"] == "int64" { WIDE } else { 1 << 30 }).min(WIDE);
        match self.random.below(4) {
            0 => Value::from(low),
            1 => Value::from(high),
            _ => {
                let span = u64::try_from(high - low).expect("low <= high").saturating_add(1);
                Value::from(low + i64::try_from(self.random.below(span)).expect("a span"))
            }
        }
    }

    fn number(&mut self, schema: &Value) -> Value {
        let low = schema["minimum"].as_f64().unwrap_or(-10.0);
        let high = schema["maximum"].as_f64().unwrap_or(10.0);
        let middle = (low.max(-100.0) + high.min(100.0)) / 2.0;
        Value::from(match self.random.below(3) {
            0 => middle.floor() + 0.5,
            1 => (middle * 4.0).floor() / 4.0,
            _ => middle.floor(),
        })
    }

    fn string(&mut self, schema: &Value) -> String {
        let length = |name: &str| schema[name].as_u64().map(|n| usize::try_from(n).expect("small"));
        let (min, max) = (length("minLength").unwrap_or(0), length("maxLength").unwrap_or(200));
        let text = match (schema["format"].as_str(), schema["pattern"].as_str()) {
            (Some(format), _) => self.formatted(format),
            (None, Some(pattern)) => self.matching(pattern),
            (None, None) => (*self.random.pick(TEXTS)).to_owned(),
        };
        let mut text: String = text.chars().take(max).collect();
        while text.chars().count() < min {
            text.push('x');
        }
        text
    }

    fn formatted(&mut self, format: &str) -> String {
        match format {
            "date" => format!("2026-0{}-15", 1 + self.random.below(9)),
            "date-time" => format!("2026-11-22T0{}:30:00+02:00", self.random.below(10)),
            "duration" => "01:30:00".to_owned(),
            "uuid" => format!("00000000-0000-4000-8000-{:012x}", self.random.below(1 << 40)),
            "email" => "ops+netbox@example.com".to_owned(),
            "uri" => "https://example.com/a?b=c&d=%20#e".to_owned(),
            "binary" => "raw".to_owned(),
            other => panic!("the format {other}"),
        }
    }

    /// A text for each of the patterns that NetBox's documents have.
    fn matching(&mut self, pattern: &str) -> String {
        let text = match pattern {
            r"^[-a-zA-Z0-9_]+$" | r"^[-\w]+$" => "a-Slug_1",
            r"^[0-9a-f]{6}$" => "00aaff",
            r"^([0-9A-Za-z_-]+|\*)(\.[0-9A-Za-z_-]+)*\.?$" => "*.leaf-1.example_.com.",
            r"^[\w.@+-]+$" => "first.last+1@host",
            r"^[a-z0-9_]+$" => "field_1",
            r"^[^/]+$" => "a b?c#d%2Fe&f=g;h:i@j+k,l'm\"né",
            other => panic!("the pattern {other}"),
        };
        text.to_owned()
    }

    fn array(&mut self, schema: &Value) -> Value {
        let length = |name: &str| schema[name].as_u64();
        let low = length("minItems").unwrap_or(u64::from(self.fill == Fill::All));
        let high = length("maxItems").unwrap_or(low + 2);
        let n_items = match self.fill {
            Fill::Least => low,
            Fill::Some | Fill::All => low + self.random.below(high - low + 1),
        };
        (0..n_items).map(|_| self.value(&schema["items"])).collect()
    }

    /// An object; one that identifies another needs any of its fields, not all that it requires.
    fn object(&mut self, schema: &Value, identifies: bool) -> Value {
        let mut object = Map::new();
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let fields = schema["properties"].as_object();
        let writable: Vec<(&String, &Value)> =
            fields.into_iter().flatten().filter(|(_, field)| field["readOnly"] != true).collect();
        for (name, field) in &writable {
            let wanted = match self.fill {
                Fill::Least => false,
                Fill::Some => self.random.one_in(2),
                Fill::All => true,
            };
            if wanted || (!identifies && required.contains(&name.as_str())) {
                object.insert((*name).clone(), self.value(field));
            }
        }
        if identifies && object.is_empty() {
            let (name, field) = *self.random.pick(&writable);
            object.insert(name.clone(), self.value(field));
        }
        let additional = &schema["additionalProperties"];
        let is_map = fields.is_none_or(Map::is_empty) && *additional != false;
        if is_map || *additional == true || additional.is_object() {
            for name in ["ntpServers", "with space", "snake_case"] {
                let value =
                    if additional.is_object() { self.value(additional) } else { self.anything() };
                object.insert(name.to_owned(), value);
            }
        }
        Value::Object(object)
    }
}

/// Whether a schema of this name stands for another object in a request. That of an assignment in a
/// circuit makes the assignment rather than refer to one.
pub(crate) fn is_identifying(reference: &str) -> bool {
    let name = reference.rsplit('/').next().unwrap_or_default();
    let is_nested = name.starts_with("Brief") || name.starts_with("Nested");
    is_nested && name.ends_with("Request") && !name.ends_with("Serializer_Request")
}

/// More than a floating-point number can tell apart.
const WIDE: i64 = 1 << 60;

/// Texts that break what is not encoded.
const TEXTS: &[&str] = &[
    "plain",
    "two words",
    "a&b=c",
    "100%",
    "%2e%2e%2f",
    "../../admin/",
    "?x=1#y",
    "quote\" and \\backslash",
    "line\nbreak\ttab",
    "Zürich 東京 \u{1F600}",
    "null",
    "true",
    "007",
    "1e3",
    "+49 30 1234",
    "[1,2]",
    "{\"a\":1}",
    "<b>bold</b>",
    "$1.id",
];
