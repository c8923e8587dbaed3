//! Pruning: only the types that an operation refers to stay, numbered in the order they are met.

use std::collections::BTreeMap;

use crate::catalog::{
    Additional, AnswerKind, CatalogParts, Operation, Reference, Shape, Type, TypeId, Types,
};

/// Leaves out what nothing refers to.
pub(super) fn prune(mut parts: CatalogParts) -> CatalogParts {
    let mut kept = Kept { old: parts.types, new: BTreeMap::new(), order: Vec::new() };
    for operation in &mut parts.operations {
        kept.operation(operation);
    }
    parts.types = kept.finish();
    parts
}

struct Kept {
    old: Types,
    new: BTreeMap<TypeId, TypeId>,
    order: Vec<TypeId>,
}

impl Kept {
    fn operation(&mut self, operation: &mut Operation) {
        let parameters = [
            &mut operation.path_parameters,
            &mut operation.query,
            &mut operation.query_prefixes,
            &mut operation.headers,
        ];
        for parameter in parameters.into_iter().flatten() {
            self.keep(&mut parameter.ty);
            parameter.choices.iter_mut().for_each(|ty| self.keep(ty));
        }
        if let Some(body) = &mut operation.body {
            body.one.iter_mut().chain(body.many.iter_mut()).for_each(|ty| self.keep(ty));
        }
        match &mut operation.answer.kind {
            AnswerKind::One { ty } | AnswerKind::List { item: ty, .. } => self.keep(ty),
            AnswerKind::Empty | AnswerKind::Other { .. } => {}
        }
    }

    /// Gives a type its new place, the first time it is met.
    #[expect(clippy::cast_possible_truncation, reason = "bounded by the size of a document")]
    fn keep(&mut self, id: &mut TypeId) {
        let next = TypeId(self.order.len() as u32);
        let new = *self.new.entry(*id).or_insert(next);
        if new == next {
            self.order.push(*id);
        }
        *id = new;
    }

    /// Moves the types over, meeting what they refer to on the way.
    fn finish(mut self) -> Types {
        let mut types = Vec::new();
        while let Some(old) = self.order.get(types.len()) {
            let mut ty: Type = self.old.get(*old).clone();
            self.inner(&mut ty.shape);
            types.push(ty);
        }
        Types(types)
    }

    fn inner(&mut self, shape: &mut Shape) {
        match shape {
            Shape::Array { items, length: _ } | Shape::Map(items) => self.keep(items),
            Shape::Union(variants) => variants.iter_mut().for_each(|variant| self.keep(variant)),
            Shape::Reference(Reference { resource: _, id, attributes }) => {
                self.keep(id);
                attributes.iter_mut().for_each(|ty| self.keep(ty));
            }
            Shape::Object(object) => {
                object.fields.iter_mut().for_each(|field| self.keep(&mut field.ty));
                if let Additional::Allowed(ty) = &mut object.additional {
                    self.keep(ty);
                }
            }
            Shape::Any
            | Shape::Boolean
            | Shape::Integer(_)
            | Shape::Number(_)
            | Shape::String(_)
            | Shape::Enum(_) => {}
        }
    }
}
