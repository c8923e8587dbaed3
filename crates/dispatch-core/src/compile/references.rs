//! References: which fields of a request name an object of another resource.
//!
//! A document says it in two ways. In a request, a component schema of a known name stands beside an
//! id (`oneOf: [integer, BriefSiteRequest]`) or alone. Or a request holds a list of bare ids, and
//! the answer's field of the same name holds a list of objects.

use std::collections::BTreeMap;

use crate::catalog::{Bounds, Field, ObjectType, Reference, Shape, Type, TypeId, Types, normalize};
use crate::policy::Models;

/// The resources that models lead to.
pub(super) struct Targets<'a> {
    models: &'a Models,
    by_model: BTreeMap<String, String>,
}

impl<'a> Targets<'a> {
    /// Collects the models, as normalized names, with the names of their resources.
    pub(super) fn new(models: &'a Models, by_model: BTreeMap<String, String>) -> Self {
        Self { models, by_model }
    }

    /// The resource that a schema of this name refers to when it stands in a request.
    fn referred(&self, schema: &str) -> Option<&str> {
        self.target(&self.models.references, schema)
    }

    /// The resource that a schema of this name stands for in an answer.
    fn nested(&self, schema: &str) -> Option<&str> {
        self.target(&self.models.nested, schema)
    }

    fn target(&self, patterns: &[String], schema: &str) -> Option<&str> {
        patterns.iter().find_map(|pattern| {
            let (before, after) = pattern.split_once('*')?;
            let model = schema.strip_prefix(before)?.strip_suffix(after)?;
            self.by_model.get(&normalize(model)).map(String::as_str)
        })
    }
}

/// Turns every schema that refers into a reference.
pub(super) fn by_schema(types: &mut Types, targets: &Targets<'_>) {
    let mut found = Vec::new();
    for (place, ty) in types.0.iter().enumerate() {
        match &ty.shape {
            Shape::Object(object) => {
                if let Some(resource) = object.schema.as_deref().and_then(|s| targets.referred(s)) {
                    found.push((place, None, object.clone(), resource.to_owned()));
                }
            }
            Shape::Union(variants) => {
                if let Some((id, object, resource)) = id_or_object(types, variants, targets) {
                    found.push((place, Some(id), object.clone(), resource.to_owned()));
                }
            }
            _ => {}
        }
    }
    let mut integer = None;
    for (place, id, object, resource) in found {
        let id = id.unwrap_or_else(|| {
            *integer.get_or_insert_with(|| types.push(Type::new(Shape::Integer(Bounds::default()))))
        });
        let fields = object.fields.into_iter().map(|field| Field { required: false, ..field });
        let attributes = ObjectType { fields: fields.collect(), ..object };
        let attributes = Some(types.push(Type::new(Shape::Object(attributes))));
        types.0[place].shape = Shape::Reference(Reference { resource, id, attributes });
    }
}

/// A union of an id and one object that refers. The object may already be a reference.
fn id_or_object<'t>(
    types: &'t Types,
    variants: &[TypeId],
    targets: &'t Targets<'_>,
) -> Option<(TypeId, &'t ObjectType, &'t str)> {
    let [first, second] = *variants else {
        return None;
    };
    let is_id = |id: TypeId| matches!(types.get(id).shape, Shape::Integer(_) | Shape::String(_));
    let (id, object) = if is_id(first) { (first, second) } else { (second, first) };
    let Shape::Object(object) = &types.get(object).shape else {
        return None;
    };
    let resource = targets.referred(object.schema.as_deref()?)?;
    is_id(id).then_some((id, object, resource))
}

/// Turns lists of bare ids in a request's object into lists of references, told by the answer's.
pub(super) fn by_answer(types: &mut Types, request: TypeId, answer: TypeId, targets: &Targets<'_>) {
    let (Shape::Object(request_object), Shape::Object(answer_object)) =
        (&types.get(request).shape, &types.get(answer).shape)
    else {
        return;
    };
    let mut found = Vec::new();
    for (place, field) in request_object.fields.iter().enumerate() {
        let Shape::Array { items, length } = &types.get(field.ty).shape else {
            continue;
        };
        if !matches!(types.get(*items).shape, Shape::Integer(_)) {
            continue;
        }
        let shown = answer_object.fields.iter().find(|shown| shown.name == field.name);
        if let Some(resource) = shown.and_then(|shown| listed(types, shown.ty, targets)) {
            found.push((place, *items, length.clone(), resource.to_owned()));
        }
    }
    for (place, id, length, resource) in found {
        let reference = Shape::Reference(Reference { resource, id, attributes: None });
        let items = types.push(Type::new(reference));
        let list = types.push(Type::new(Shape::Array { items, length }));
        if let Shape::Object(object) = &mut types.0[request.0 as usize].shape {
            object.fields[place].ty = list;
        }
    }
}

/// The resource whose objects a field of an answer lists.
fn listed<'t>(types: &'t Types, ty: TypeId, targets: &'t Targets<'_>) -> Option<&'t str> {
    let Shape::Array { items, .. } = types.get(ty).shape else {
        return None;
    };
    let Shape::Object(object) = &types.get(items).shape else {
        return None;
    };
    targets.nested(object.schema.as_deref()?)
}
