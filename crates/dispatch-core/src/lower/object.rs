//! Objects, maps and lists: the shapes that hold other types.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde_json::Value;

use super::conjunction::Part;
use super::keywords::is_true;
use super::schemas::Schemas;
use crate::catalog::{Additional, Field, ObjectType, Shape, Type, TypeId};
use crate::diagnostic::Code;
use crate::document::pointer::child;

/// Schemas that all apply in one place, with the places they stand at.
type Applied<'d> = Vec<(String, &'d Value)>;

impl<'d> Schemas<'d, '_> {
    /// An object with the fields of all parts, or a map if they name none.
    pub(super) fn object(&mut self, parts: &[Part<'d>], name: Option<String>) -> Shape {
        let mut properties: IndexMap<&'d str, Applied<'d>> = IndexMap::new();
        for part in parts {
            match part.map.get("properties") {
                None => {}
                Some(Value::Object(map)) => {
                    let at = child(&part.place, "properties");
                    for (name, value) in map {
                        let applied = properties.entry(name).or_default();
                        // Most repetitions are word for word; they keep the type they have alone.
                        if applied.first().is_none_or(|(_, known)| *known != value) {
                            applied.push((child(&at, name), value));
                        }
                    }
                }
                Some(_) => self.unreadable(&part.place, "properties"),
            }
        }
        let additional = self.additional(parts);
        if properties.is_empty() {
            return match additional {
                Additional::Forbidden => {
                    Shape::Object(ObjectType { schema: name, fields: Vec::new(), additional })
                }
                Additional::Allowed(ty) => Shape::Map(ty),
                Additional::Unstated => Shape::Map(self.any()),
            };
        }
        let required = self.required(parts, &properties);
        let fields = properties
            .into_iter()
            .map(|(name, applied)| self.field(name, applied, required.contains(&name)))
            .collect();
        Shape::Object(ObjectType { schema: name, fields, additional })
    }

    fn field(&mut self, name: &str, applied: Applied<'d>, required: bool) -> Field {
        let described = |value: &Value| {
            let text = value.get("description").and_then(Value::as_str)?;
            Some(text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        let description = match self.options.descriptions {
            true => applied.iter().find_map(|(_, value)| described(value)),
            false => None,
        };
        let gathered = self.gather(Vec::new(), applied.clone()).unwrap_or_default();
        let is = |keyword| gathered.iter().any(|part| is_true(part.map, keyword));
        Field {
            name: name.to_owned(),
            ty: self.applied(applied),
            required,
            read_only: is("readOnly"),
            write_only: is("writeOnly"),
            description,
        }
    }

    /// The type of what several schemas say of one place.
    fn applied(&mut self, mut applied: Applied<'d>) -> TypeId {
        if applied.len() == 1
            && let Some((place, value)) = applied.pop()
        {
            return self.lower(place, value);
        }
        let ty = self.ty(applied, None);
        self.intern(ty)
    }

    /// The names of fields that must be there.
    fn required(
        &mut self,
        parts: &[Part<'d>],
        properties: &IndexMap<&'d str, Applied<'d>>,
    ) -> BTreeSet<&'d str> {
        let mut required = BTreeSet::new();
        for part in parts {
            let names = match part.map.get("required") {
                None => continue,
                Some(Value::Array(names)) => names,
                Some(_) => {
                    self.unreadable(&part.place, "required");
                    continue;
                }
            };
            for name in names.iter().filter_map(Value::as_str) {
                if properties.contains_key(name) {
                    required.insert(name);
                } else {
                    let message = format!("`{name}` is no property and is not asked for");
                    self.note(Code::KeywordWidened, child(&part.place, "required"), message);
                }
            }
        }
        required
    }

    /// What the parts say of keys that are no field.
    fn additional(&mut self, parts: &[Part<'d>]) -> Additional {
        let mut applied: Applied<'d> = Vec::new();
        let mut forbidden = false;
        let mut patterned = false;
        for part in parts {
            patterned |= part.map.contains_key("patternProperties");
            match part.map.get("additionalProperties") {
                None => {}
                Some(Value::Bool(false)) => forbidden = true,
                Some(value) => applied.push((child(&part.place, "additionalProperties"), value)),
            }
        }
        if patterned {
            // Some keys follow a pattern that the types cannot hold, so every key is allowed.
            return Additional::Allowed(self.any());
        }
        if forbidden {
            return Additional::Forbidden;
        }
        if applied.is_empty() {
            Additional::Unstated
        } else {
            Additional::Allowed(self.applied(applied))
        }
    }

    /// A list; the elements that `prefixItems` describes one by one become a union.
    pub(super) fn array(&mut self, parts: &[Part<'d>]) -> Shape {
        let length = self.length(parts, "minItems", "maxItems", false);
        let mut applied: Applied<'d> = Vec::new();
        let mut prefix: Applied<'d> = Vec::new();
        for part in parts {
            let tuple = match part.map.get("items") {
                // A list of schemas is how `prefixItems` was written before 3.1.
                Some(Value::Array(tuple)) => {
                    let message = "a list of schemas is read as `prefixItems`";
                    self.note(Code::OtherDialect, child(&part.place, "items"), message);
                    Some(("items", tuple))
                }
                Some(value) => {
                    applied.push((child(&part.place, "items"), value));
                    None
                }
                None => None,
            };
            let own = match part.map.get("prefixItems") {
                Some(Value::Array(tuple)) => Some(("prefixItems", tuple)),
                _ => None,
            };
            for (keyword, tuple) in tuple.into_iter().chain(own) {
                let at = child(&part.place, keyword);
                prefix
                    .extend(tuple.iter().enumerate().map(|(i, v)| (child(&at, &i.to_string()), v)));
            }
        }
        let items = if prefix.is_empty() {
            if applied.is_empty() { self.any() } else { self.applied(applied) }
        } else {
            self.tuple(prefix, applied)
        };
        Shape::Array { items, length }
    }

    /// Any of the types that the elements of a tuple have.
    fn tuple(&mut self, prefix: Applied<'d>, rest: Applied<'d>) -> TypeId {
        let closed = rest.iter().any(|(_, value)| matches!(value, Value::Bool(false)));
        let mut variants: Vec<_> =
            prefix.into_iter().map(|(place, value)| self.lower(place, value)).collect();
        if !closed {
            variants.push(if rest.is_empty() { self.any() } else { self.applied(rest) });
        }
        self.intern(Type::new(Shape::Union(variants)))
    }
}
