//! References: which fields of a request name an object of another resource.
//!
//! A document says it in two ways. In a request, a component schema of a known name stands beside an
//! id (`oneOf: [integer, BriefSiteRequest]`) or alone. Or a request holds a bare id, or a list of
//! them, and the answer's field of the same name holds an object, or a list of them.

use std::collections::BTreeMap;

use crate::catalog::{Bounds, Field, Length, ObjectType, Reference, Shape, Type, TypeId, Types, normalize};
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

/// The attributes that identify an object of a resource, by the resource's name.
pub(super) type Attributes = BTreeMap<String, TypeId>;

/// Turns every schema that refers into a reference.
pub(super) fn by_schema(types: &mut Types, targets: &Targets<'_>) -> Attributes {
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
    let mut known = Attributes::new();
    for (place, id, object, resource) in found {
        let id = id.unwrap_or_else(|| {
            *integer.get_or_insert_with(|| types.push(Type::new(Shape::Integer(Bounds::default()))))
        });
        let fields = object.fields.into_iter().map(|field| Field { required: false, ..field });
        let attributes = ObjectType { fields: fields.collect(), ..object };
        let attributes = types.push(Type::new(Shape::Object(attributes)));
        known.entry(resource.clone()).or_insert(attributes);
        let attributes = Some(attributes);
        types.0[place].shape = Shape::Reference(Reference { resource, id, attributes });
    }
    known
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

/// Turns bare ids in a request's object into references, told by the answer's object. In place of
/// one id, attributes may stand where the resource has any; in a list of ids they may not.
pub(super) fn by_answer(
    types: &mut Types,
    request: TypeId,
    answer: TypeId,
    targets: &Targets<'_>,
    attributes: &Attributes,
) {
    let (Shape::Object(sent), Shape::Object(shown)) =
        (&types.get(request).shape, &types.get(answer).shape)
    else {
        return;
    };
    let mut found = Vec::new();
    for (place, field) in sent.fields.iter().enumerate() {
        let Some(answered) = shown.fields.iter().find(|shown| shown.name == field.name) else {
            continue;
        };
        if let Some(ty) = identified(types, field.ty, answered.ty, targets, attributes) {
            found.push((place, ty));
        }
    }
    for (place, ty) in found {
        let ty = match ty {
            Identified::One(ty) => types.push(ty),
            Identified::List(item, length) => {
                let items = types.push(item);
                types.push(Type::new(Shape::Array { items, length }))
            }
        };
        if let Shape::Object(object) = &mut types.0[request.0 as usize].shape {
            object.fields[place].ty = ty;
        }
    }
}

/// What a field of bare ids really is.
enum Identified {
    One(Type),
    List(Type, Length),
}

fn identified(
    types: &Types,
    sent: TypeId,
    answered: TypeId,
    targets: &Targets<'_>,
    attributes: &Attributes,
) -> Option<Identified> {
    let object = |ty: TypeId| match &types.get(ty).shape {
        Shape::Object(object) => targets.nested(object.schema.as_deref()?),
        _ => None,
    };
    let is_id = |ty: TypeId| matches!(types.get(ty).shape, Shape::Integer(_));
    match (&types.get(sent).shape, &types.get(answered).shape) {
        (Shape::Array { items, length }, Shape::Array { items: shown, .. }) if is_id(*items) => {
            let resource = object(*shown)?.to_owned();
            let reference = Reference { resource, id: *items, attributes: None };
            Some(Identified::List(Type::new(Shape::Reference(reference)), length.clone()))
        }
        (Shape::Integer(_), _) => {
            let resource = object(answered)?.to_owned();
            let attributes = attributes.get(&resource).copied();
            let nullable = types.get(sent).nullable;
            let id = sent;
            let shape = Shape::Reference(Reference { resource, id, attributes });
            Some(Identified::One(Type { nullable, shape }))
        }
        _ => None,
    }
}
