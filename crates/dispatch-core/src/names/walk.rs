//! The references of a request body, wherever they stand in it.

use serde_json::Value;
use serde_json::value::RawValue;

use super::key::{is_digits, is_id};
use crate::call::Members;
use crate::catalog::{Body, Catalog, ObjectType, Reference, ResourceId, Shape, TypeId};
use crate::check::BodyArgument;

/// A reference by name that was met in a body.
#[derive(Debug)]
pub(crate) struct Met<'a> {
    /// The resource that it refers to.
    pub(crate) resource: ResourceId,
    /// The reference, where its type is one.
    pub(crate) reference: Option<&'a Reference>,
    pub(crate) value: Value,
    /// Where it stands: `items[3].site`.
    pub(crate) place: &'a str,
}

/// Asks for every reference by name in a body what is to stand there instead; what is left as it is
/// keeps its text.
pub(crate) fn replace(
    catalog: &Catalog,
    types: &Body,
    body: &mut BodyArgument,
    with: &mut dyn FnMut(Met<'_>) -> Option<Value>,
) {
    let mut walk = Walk { catalog, with, place: String::new() };
    match body {
        BodyArgument::Fields(members) => {
            if let Some(ty) = types.one {
                walk.members(ty, members);
            }
        }
        BodyArgument::Whole(raw) => {
            let replaced = match (types.many, raw.get().starts_with('[')) {
                (Some(item), true) => {
                    walk.place.push_str("items");
                    walk.elements(item, raw)
                }
                _ => types.one.and_then(|ty| walk.value(ty, raw)),
            };
            if let Some(replaced) = replaced {
                *raw = replaced;
            }
        }
    }
}

struct Walk<'a, 'w> {
    catalog: &'a Catalog,
    with: &'w mut dyn FnMut(Met<'_>) -> Option<Value>,
    place: String,
}

impl Walk<'_, '_> {
    fn value(&mut self, ty: TypeId, raw: &RawValue) -> Option<Box<RawValue>> {
        let catalog = self.catalog;
        match &catalog.types().get(ty).shape {
            Shape::Reference(reference) => {
                let value: Value = serde_json::from_str(raw.get()).ok()?;
                let is_name = matches!(value, Value::String(_) | Value::Object(_))
                    && !is_id(catalog.types(), reference.id, &value);
                let resource = catalog.resource_spelled(&reference.resource, None)?;
                let reference = Some(reference);
                let met = Met { resource, reference, value, place: &self.place };
                let replaced = is_name.then(|| (self.with)(met)).flatten()?;
                RawValue::from_string(replaced.to_string()).ok()
            }
            Shape::Object(_) if raw.get().starts_with('{') => {
                let mut members = Members::parse(raw.get(), "the object").ok()?;
                self.members(ty, &mut members).then(|| members.to_raw()).flatten()
            }
            Shape::Array { items, .. } if raw.get().starts_with('[') => self.elements(*items, raw),
            Shape::Union(variants) => variants.iter().find_map(|ty| self.value(*ty, raw)),
            _ => None,
        }
    }

    /// Replaces names in the members of an object; says whether there was any.
    fn members(&mut self, ty: TypeId, members: &mut Members) -> bool {
        let catalog = self.catalog;
        match &catalog.types().get(ty).shape {
            Shape::Object(object) => self.fields(object, members),
            Shape::Union(variants) => variants.iter().any(|ty| self.members(*ty, members)),
            _ => false,
        }
    }

    fn fields(&mut self, object: &ObjectType, members: &mut Members) -> bool {
        let mut is_any = false;
        for field in object.fields.iter().filter(|field| !field.read_only) {
            let Some(raw) = members.get(&field.name) else { continue };
            let n_bytes = self.place.len();
            if n_bytes > 0 {
                self.place.push('.');
            }
            self.place.push_str(&field.name);
            let replaced = match kind_of(self.catalog, &field.name, |kind| members.get(kind)) {
                Some(resource) => self.generic(resource, raw),
                None => self.value(field.ty, raw),
            };
            self.place.truncate(n_bytes);
            if let Some(replaced) = replaced {
                members.replace(&field.name, replaced);
                is_any = true;
            }
        }
        is_any
    }

    /// Replaces the id of an object whose kind another field says.
    fn generic(&mut self, resource: ResourceId, raw: &RawValue) -> Option<Box<RawValue>> {
        let value: Value = serde_json::from_str(raw.get()).ok()?;
        let is_name = match &value {
            Value::String(text) => !is_digits(text),
            value => value.is_object(),
        };
        let met = Met { resource, reference: None, value, place: &self.place };
        let replaced = is_name.then(|| (self.with)(met)).flatten()?;
        RawValue::from_string(replaced.to_string()).ok()
    }

    fn elements(&mut self, item: TypeId, raw: &RawValue) -> Option<Box<RawValue>> {
        let mut elements: Vec<Box<RawValue>> = serde_json::from_str(raw.get()).ok()?;
        let mut is_any = false;
        for (index, element) in elements.iter_mut().enumerate() {
            let n_bytes = self.place.len();
            self.place.push_str(&format!("[{index}]"));
            let replaced = self.value(item, element);
            self.place.truncate(n_bytes);
            if let Some(replaced) = replaced {
                *element = replaced;
                is_any = true;
            }
        }
        is_any.then(|| serde_json::value::to_raw_value(&elements).ok()).flatten()
    }
}

/// The resource of the object whose id a field holds, where another field of its object says it.
pub(crate) fn kind_of<'m>(
    catalog: &Catalog,
    field: &str,
    member: impl FnOnce(&str) -> Option<&'m RawValue>,
) -> Option<ResourceId> {
    let kind = member(catalog.parts().generic.get(field)?)?;
    let kind: String = serde_json::from_str(kind.get()).ok()?;
    let last = kind.rsplit('.').next().unwrap_or_default();
    catalog.resource_spelled(&kind, None).or_else(|| catalog.resource_spelled(last, None))
}
