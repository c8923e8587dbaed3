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
        for (object, place, id) in found.into_iter().filter(|_| is_known) {
            let reference = Reference { resource: resource.clone(), id, attributes: None };
            let nullable = types.get(id).nullable;
            let ty = types.push(Type { nullable, shape: Shape::Reference(reference) });
            if let Shape::Object(object) = &mut types.0[object.0 as usize].shape {
                object.fields[place].ty = ty;
            }
        }
    }
}

/// Where a schema has a field that holds a number: the object, the place of the field, its type.
fn fields(types: &Types, (schema, name): (&str, &str)) -> Vec<(TypeId, usize, TypeId)> {
    let of_object = |(ty, known): (TypeId, &Type)| {
        let Shape::Object(object) = &known.shape else { return None };
        let is_it = object.schema.as_deref() == Some(schema);
        let place = object.fields.iter().position(|field| is_it && field.name == name)?;
        let id = object.fields[place].ty;
        matches!(types.get(id).shape, Shape::Integer(_)).then_some((ty, place, id))
    };
    (0..).map(TypeId).zip(&types.0).filter_map(of_object).collect()
}
