//! Bare ids: fields of which only the policy knows that they refer to objects of a resource.

use crate::catalog::{Reference, Shape, Type, TypeId, Types};
use crate::policy::{Models, optional};

use super::names::Named;

/// Turns the fields that the policy names into references.
pub(super) fn refer(
    types: &mut Types,
    resources: &[Named],
    models: &Models,
    faults: &mut Vec<String>,
) {
    for (entry, resource) in &models.ids {
        let (name, is_optional) = optional(entry);
        let found = name.split_once('.').map_or_else(Vec::new, |it| fields(types, it));
        let is_known = resources.iter().any(|known| known.name == *resource);
        if (found.is_empty() || !is_known) && !is_optional {
            faults.push(format!("models: ids: no {name:?} holds the id of a {resource:?}"));
        }
        for (object, place, held) in found.into_iter().filter(|_| is_known) {
            let Type { nullable, shape } = types.get(held).clone();
            let refers = |types: &mut Types, id: TypeId| {
                let nullable = types.get(id).nullable;
                let reference = Reference { resource: resource.clone(), id, attributes: None };
                types.push(Type { nullable, shape: Shape::Reference(reference) })
            };
            let ty = match shape {
                Shape::Array { items, length } => {
                    let items = refers(types, items);
                    types.push(Type { nullable, shape: Shape::Array { items, length } })
                }
                _ => refers(types, held),
            };
            if let Shape::Object(object) = &mut types.0[object.0 as usize].shape {
                object.fields[place].ty = ty;
            }
        }
    }
}

/// Where a schema has a field that holds a number, or a list of such: the object, the place of the
/// field, its type. A name that begins with `*` is the end of those of several schemas.
fn fields(types: &Types, (schema, name): (&str, &str)) -> Vec<(TypeId, usize, TypeId)> {
    let is_number = |ty: TypeId| matches!(types.get(ty).shape, Shape::Integer(_));
    let is_named = |known: &str| match schema.strip_prefix('*') {
        Some(end) => known.ends_with(end),
        None => known == schema,
    };
    let of_object = |(ty, known): (TypeId, &Type)| {
        let Shape::Object(object) = &known.shape else { return None };
        let is_it = object.schema.as_deref().is_some_and(is_named);
        let place = object.fields.iter().position(|field| is_it && field.name == name)?;
        let id = object.fields[place].ty;
        let holds_ids = match types.get(id).shape {
            Shape::Array { items, .. } => is_number(items),
            _ => is_number(id),
        };
        holds_ids.then_some((ty, place, id))
    };
    (0..).map(TypeId).zip(&types.0).filter_map(of_object).collect()
}
