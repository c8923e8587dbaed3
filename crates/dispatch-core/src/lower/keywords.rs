//! What each keyword of a schema is to the lowering.

use serde_json::{Map, Value};

/// Keywords that decide which values a schema accepts. All others are annotations.
const ASSERTIONS: &[&str] = &[
    "$dynamicRef",
    "$recursiveRef",
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contains",
    "contentEncoding",
    "contentMediaType",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "if",
    "items",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "oneOf",
    "pattern",
    "patternProperties",
    "prefixItems",
    "properties",
    "propertyNames",
    "required",
    "then",
    "type",
    "unevaluatedItems",
    "unevaluatedProperties",
    "uniqueItems",
];

/// Assertions that the catalog's types cannot hold. A value is accepted whatever they say.
pub(super) const WIDENED: &[&str] = &[
    "$dynamicRef",
    "$recursiveRef",
    "contains",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "if",
    "maxContains",
    "maxProperties",
    "minContains",
    "minProperties",
    "multipleOf",
    "not",
    "pattern",
    "patternProperties",
    "prefixItems",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "uniqueItems",
];

/// Whether a schema asserts anything beside these keywords.
pub(super) fn asserts_beside(map: &Map<String, Value>, but: &[&str]) -> bool {
    map.keys().any(|key| ASSERTIONS.contains(&key.as_str()) && !but.contains(&key.as_str()))
}

/// Whether a keyword is there and `true`.
pub(super) fn is_true(map: &Map<String, Value>, keyword: &str) -> bool {
    matches!(map.get(keyword), Some(Value::Bool(true)))
}

/// Whether a schema accepts `null` and nothing else.
pub(super) fn is_null(value: &Value) -> bool {
    let only_null =
        |list: &[Value], null: &Value| !list.is_empty() && list.iter().all(|v| v == null);
    let Value::Object(map) = value else { return false };
    match (map.get("type"), map.get("enum"), map.get("const")) {
        (Some(Value::String(name)), ..) => name == "null",
        (Some(Value::Array(names)), ..) => only_null(names, &Value::from("null")),
        (_, Some(Value::Array(values)), _) => only_null(values, &Value::Null),
        (.., Some(value)) => value.is_null(),
        _ => false,
    }
}

/// The JSON types a schema accepts, as JSON Schema names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kinds(u8);

impl Kinds {
    pub(super) const NULL: Self = Self(1);
    pub(super) const BOOLEAN: Self = Self(2);
    pub(super) const INTEGER: Self = Self(4);
    /// Numbers; every integer is a number.
    pub(super) const NUMBER: Self = Self(8 | 4);
    pub(super) const STRING: Self = Self(16);
    pub(super) const ARRAY: Self = Self(32);
    pub(super) const OBJECT: Self = Self(64);
    pub(super) const ALL: Self = Self(127);

    /// Reads the keyword `type`; none if it is no name or list of names of types.
    pub(super) fn read(value: &Value) -> Option<Self> {
        match value {
            Value::String(name) => Self::named(name),
            Value::Array(names) if !names.is_empty() => names
                .iter()
                .try_fold(Self(0), |all, name| Some(Self(all.0 | Self::named(name.as_str()?)?.0))),
            _ => None,
        }
    }

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "null" => Self::NULL,
            "boolean" => Self::BOOLEAN,
            "integer" => Self::INTEGER,
            "number" => Self::NUMBER,
            "string" => Self::STRING,
            "array" => Self::ARRAY,
            "object" => Self::OBJECT,
            _ => return None,
        })
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}
