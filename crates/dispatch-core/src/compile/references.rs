//! References: which fields of a request name an object of another resource.
//!
//! A document says it in two ways. In a request, a component schema of a known name stands beside an
//! id (`oneOf: [integer, BriefSiteRequest]`) or alone. Or a request holds a bare id, or a list of
//! them, and the answer's field of the same name holds an object, or a list of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{
    Bounds, Field, Length, ObjectType, Reference, Shape, Type, TypeId, Types, normalize,
};
use crate::lower::Draft;
use crate::policy::Models;

use super::body::{Forms, forms};
use super::names::Named;
use super::paths::{Place, Spot};

/// Turns into references what names an object of another resource in a request.
pub(super) fn refer(draft: &mut Draft, places: &[Place], resources: &[Named], models: &Models) {
    let targets = Targets::new(draft, places, resources, models);
    let BySchema { attributes, bodies } = by_schema(draft, &targets);
    // Operations that share both types share the outcome.
    let mut known = BTreeMap::new();
    for operation in &mut draft.operations {
        let Some(body) = &mut operation.body else { continue };
        let types = &mut draft.types;
        let answered = operation.answer.ty.map(|ty| forms(types, ty));
        let answered = answered.and_then(|answered| answered.one.or(answered.many));
        let sent = forms(types, body.ty);
        let mut told = |sent: TypeId| {
            let sent = bodies.get(&sent).copied().unwrap_or(sent);
            let Some(answered) = answered else { return sent };
            *known
                .entry((sent, answered))
                .or_insert_with(|| by_answer(types, sent, answered, &targets, &attributes))
        };
        let told = Forms { one: sent.one.map(&mut told), many: sent.many.map(&mut told) };
        if told != sent
            && let Some(ty) = told.join(&mut draft.types)
        {
            body.ty = ty;
        }
    }
}

/// A resource that a model leads to.
struct Target {
    resource: String,
    /// The type of its id, as the path of one object has it.
    id: Option<TypeId>,
}

/// The resources that models lead to.
struct Targets<'a> {
    models: &'a Models,
    by_model: BTreeMap<String, Target>,
}

impl<'a> Targets<'a> {
    /// Collects the models, as normalized names. Of two resources of one model, the one whose
    /// objects have paths is meant, else the first.
    fn new(draft: &Draft, places: &[Place], resources: &[Named], models: &'a Models) -> Self {
        let mut by_model: BTreeMap<String, Target> = BTreeMap::new();
        for resource in resources {
            let Some(model) = &resource.model else { continue };
            let item = resource.operations.iter().find(|place| places[**place].spot == Spot::Item);
            let id = item.and_then(|place| draft.operations[*place].path_parameters.last());
            let target = Target { resource: resource.name.clone(), id: id.map(|id| id.ty) };
            let model = normalize(model);
            if by_model.get(&model).is_none_or(|known| known.id.is_none() && target.id.is_some()) {
                by_model.insert(model, target);
            }
        }
        Self { models, by_model }
    }

    /// The resource that a schema of this name refers to when it stands in a request.
    fn referred(&self, schema: &str) -> Option<&Target> {
        self.target(&self.models.references, schema)
    }

    /// The resource that a schema of this name stands for in an answer.
    fn nested(&self, schema: &str) -> Option<&Target> {
        self.target(&self.models.nested, schema)
    }

    fn target(&self, patterns: &[String], schema: &str) -> Option<&Target> {
        patterns.iter().find_map(|pattern| {
            let (before, after) = pattern.split_once('*')?;
            let model = schema.strip_prefix(before)?.strip_suffix(after)?;
            self.by_model.get(&normalize(model))
        })
    }
}

/// The attributes that identify an object of a resource, by the resource's name.
type Attributes = BTreeMap<String, TypeId>;

/// A type that refers to an object.
struct Found {
    ty: TypeId,
    id: Option<TypeId>,
    object: ObjectType,
    resource: String,
}

/// What came of the schemas that refer.
struct BySchema {
    attributes: Attributes,
    /// Copies, as they were, of those that are themselves bodies of requests: there, one is the
    /// object and no reference to it.
    bodies: BTreeMap<TypeId, TypeId>,
}

/// Turns every schema that refers into a reference.
fn by_schema(draft: &mut Draft, targets: &Targets<'_>) -> BySchema {
    let sent = bodies(draft);
    let types = &mut draft.types;
    let ids = (0..).map(TypeId).take(types.0.len());
    let found: Vec<Found> = ids.filter_map(|ty| refers(types, ty, targets)).collect();
    let sent = found.iter().map(|found| found.ty).filter(|ty| sent.contains(ty));
    let bodies = sent.map(|ty| (ty, types.push(types.get(ty).clone()))).collect();
    let mut integer = None;
    let mut known = Attributes::new();
    for Found { ty, id, object, resource } in found {
        let id = id.unwrap_or_else(|| {
            *integer.get_or_insert_with(|| types.push(Type::new(Shape::Integer(Bounds::default()))))
        });
        let fields = object.fields.into_iter().map(|field| Field { required: false, ..field });
        let attributes = ObjectType { fields: fields.collect(), ..object };
        let attributes = types.push(Type::new(Shape::Object(attributes)));
        known.entry(resource.clone()).or_insert(attributes);
        let attributes = Some(attributes);
        let reference = Reference { resource, id, attributes };
        types.0[ty.0 as usize].shape = Shape::Reference(reference);
    }
    BySchema { attributes: known, bodies }
}

/// The types that are bodies of requests, or their elements.
fn bodies(draft: &Draft) -> BTreeSet<TypeId> {
    let bodies = draft.operations.iter().filter_map(|operation| operation.body.as_ref());
    let forms = bodies.map(|body| forms(&draft.types, body.ty));
    forms.flat_map(|forms| forms.one.into_iter().chain(forms.many)).collect()
}

/// Whether a type refers: an object of a known name, alone or in a union with an id.
fn refers(types: &Types, ty: TypeId, targets: &Targets<'_>) -> Option<Found> {
    let is_id = |id: TypeId| matches!(types.get(id).shape, Shape::Integer(_) | Shape::String(_));
    let (id, object) = match &types.get(ty).shape {
        Shape::Object(object) => (None, object),
        Shape::Union(variants) => {
            let [first, second] = *variants.as_slice() else {
                return None;
            };
            let (id, object) = if is_id(first) { (first, second) } else { (second, first) };
            match &types.get(object).shape {
                Shape::Object(object) if is_id(id) => (Some(id), object),
                _ => return None,
            }
        }
        _ => return None,
    };
    let target = targets.referred(object.schema.as_deref()?)?;
    let id = id.or_else(|| target.id.filter(|id| is_id(*id)));
    Some(Found { ty, id, object: object.clone(), resource: target.resource.clone() })
}

/// Turns bare ids in a request's object into references, told by the answer's object. In place of
/// one id, attributes may stand where the resource has any; in a list of ids they may not.
///
/// Answers the object as it was, or a copy: another operation may send the same object and answer
/// with another one.
fn by_answer(
    types: &mut Types,
    request: TypeId,
    answer: TypeId,
    targets: &Targets<'_>,
    attributes: &Attributes,
) -> TypeId {
    let (Shape::Object(sent), Shape::Object(shown)) =
        (&types.get(request).shape, &types.get(answer).shape)
    else {
        return request;
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
    if found.is_empty() {
        return request;
    }
    let nullable = types.get(request).nullable;
    let mut object = sent.clone();
    for (place, ty) in found {
        object.fields[place].ty = match ty {
            Identified::One(ty) => types.push(ty),
            Identified::List(item, nullable, length) => {
                let items = types.push(item);
                types.push(Type { nullable, shape: Shape::Array { items, length } })
            }
        };
    }
    types.push(Type { nullable, shape: Shape::Object(object) })
}

/// What a field of bare ids really is.
enum Identified {
    One(Type),
    /// A list of this type, and whether it may be `null` and how long it may be.
    List(Type, bool, Length),
}

fn identified(
    types: &Types,
    sent: TypeId,
    answered: TypeId,
    targets: &Targets<'_>,
    attributes: &Attributes,
) -> Option<Identified> {
    let target = |ty: TypeId| match &types.get(ty).shape {
        Shape::Object(object) => targets.nested(object.schema.as_deref()?),
        _ => None,
    };
    let is_id = |ty: TypeId| matches!(types.get(ty).shape, Shape::Integer(_));
    let nullable = types.get(sent).nullable;
    match (&types.get(sent).shape, &types.get(answered).shape) {
        (Shape::Array { items, length }, Shape::Array { items: shown, .. }) if is_id(*items) => {
            let resource = target(*shown)?.resource.clone();
            let reference = Reference { resource, id: *items, attributes: None };
            let item = Type::new(Shape::Reference(reference));
            Some(Identified::List(item, nullable, length.clone()))
        }
        (Shape::Integer(_), _) => {
            let resource = target(answered)?.resource.clone();
            let attributes = attributes.get(&resource).copied();
            let shape = Shape::Reference(Reference { resource, id: sent, attributes });
            Some(Identified::One(Type { nullable, shape }))
        }
        _ => None,
    }
}
