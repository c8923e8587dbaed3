//! The values of a parameter that the document states elsewhere.
//!
//! A generator that knows of choices (drf-spectacular) writes `x-spec-enum-id`, which is a hash of
//! them, beside the `enum` of a field, and beside the type of every parameter that filters by the
//! field, often without the `enum`. So the values of such a parameter are those of the field.
//!
//! They are told and not checked: a parameter may take more than the document says of it here.

use std::collections::BTreeMap;

use indexmap::IndexSet;
use serde_json::Value;

use super::schemas::Schemas;
use crate::catalog::{Parameter, Shape, Type, TypeId};

/// The values by what identifies their set.
pub(super) type Choices = BTreeMap<String, Vec<Value>>;

impl Schemas<'_, '_> {
    /// The values that a schema, or that of its elements, has only the identity of.
    pub(super) fn choices(&mut self, place: Option<&str>) -> Option<TypeId> {
        let schema = self.document.at(place?)?;
        let schema = schema.get("items").unwrap_or(schema);
        if schema.get("enum").is_some() {
            return None;
        }
        let id = schema.get(ID)?.as_str()?;
        let document = self.document;
        let known = self.known.choices.get_or_insert_with(|| {
            let mut stated = BTreeMap::new();
            if let Some(schemas) = document.at("/components/schemas") {
                gather(schemas, &mut stated, 0);
            }
            let values = |(id, values): (&str, IndexSet<&Value>)| {
                (id.to_owned(), values.into_iter().cloned().collect())
            };
            stated.into_iter().map(values).collect()
        });
        let values = known.get(id)?.clone();
        Some(self.intern(Type::new(Shape::Enum(values))))
    }
}

/// Leaves out the values of lookups: what a part of a value may be is no choice.
pub(super) fn of_bases(query: &mut [Parameter]) {
    let names: Vec<String> = query.iter().map(|parameter| parameter.name.clone()).collect();
    for parameter in query.iter_mut().filter(|parameter| parameter.choices.is_some()) {
        let is_lookup_of = |base: &String| {
            let lookup = parameter.name.strip_prefix(base.as_str());
            lookup.is_some_and(|lookup| lookup.starts_with("__"))
        };
        if names.iter().any(is_lookup_of) {
            parameter.choices = None;
        }
    }
}

/// Finds every set of values that has an identity, blanks aside.
fn gather<'d>(value: &'d Value, into: &mut BTreeMap<&'d str, IndexSet<&'d Value>>, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::Object(members) => {
            let id = members.get(ID).and_then(Value::as_str);
            let values = members.get("enum").and_then(Value::as_array);
            if let (Some(id), Some(values)) = (id, values) {
                let said = values.iter().filter(|value| value.as_str() != Some(""));
                let said = said.filter(|it| it.is_string() || it.is_number() || it.is_boolean());
                into.entry(id).or_default().extend(said);
            }
            members.values().for_each(|member| gather(member, into, depth + 1));
        }
        Value::Array(elements) => {
            elements.iter().for_each(|element| gather(element, into, depth + 1));
        }
        _ => {}
    }
}

/// The extension that identifies a set of choices.
const ID: &str = "x-spec-enum-id";

/// Schemas that are nested deeper are not looked at.
const MAX_DEPTH: usize = 64;
