//! Finishing the types: nullable twins are filled, unions flattened, cycles reported.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexSet;
use serde_json::Value;

use super::schemas::Schemas;
use crate::catalog::{Additional, Length, Shape, Type, TypeId, Types};
use crate::diagnostic::Code;

/// How many types a union may hold; of more of them nobody could be told which one is meant.
const MAX_VARIANTS: usize = 1024;

impl Schemas<'_, '_> {
    /// Finishes every type that was lowered since the last time.
    pub(super) fn finish(&mut self) {
        let start = self.known.n_finished;
        for (twin, slot) in self.known.untwinned.iter().filter(|(twin, _)| twin.0 as usize >= start)
        {
            let shape = self.types.get(*slot).shape.clone();
            let nullable = shape != Shape::Any;
            self.types.0[twin.0 as usize] = Type { nullable, shape };
        }
        for place in start..self.types.0.len() {
            if matches!(self.types.0[place].shape, Shape::Union(_)) {
                let flat = self.flattened(place);
                self.types.0[place] = flat;
            }
        }
        self.cycles(start);
        self.known.n_finished = self.types.0.len();
    }

    /// A union without unions in it: no variant twice, `null` and enums taken together.
    fn flattened(&mut self, place: usize) -> Type {
        let root = self.types.0[place].clone();
        let mut nullable = root.nullable;
        let mut seen = BTreeSet::new();
        let mut leaves: IndexSet<TypeId> = IndexSet::new();
        let mut values: Option<(usize, IndexSet<Value>)> = None;
        let mut steps = match root.shape {
            Shape::Union(variants) => variants,
            shape => return Type { nullable, shape },
        };
        steps.reverse();
        while let Some(id) = steps.pop() {
            if !seen.insert(id) {
                continue;
            }
            if seen.len() > MAX_VARIANTS {
                let message =
                    format!("a union of more than {MAX_VARIANTS} types accepts any value");
                self.note(Code::SchemaWidened, "", message);
                return Type::new(Shape::Any);
            }
            let ty = self.types.get(id).clone();
            nullable |= ty.nullable;
            match ty.shape {
                Shape::Any => return Type::new(Shape::Any),
                Shape::Union(variants) => steps.extend(variants.into_iter().rev()),
                Shape::Enum(more) => {
                    let (_, values) = values.get_or_insert((leaves.len(), IndexSet::new()));
                    values.extend(more.into_iter().filter(|value| !value.is_null()));
                }
                shape => {
                    leaves.insert(if ty.nullable { self.without_null(id, shape) } else { id });
                }
            }
        }
        if let Some((at, values)) = values.filter(|(_, values)| !values.is_empty()) {
            leaves.shift_insert(
                at,
                self.intern(Type::new(Shape::Enum(values.into_iter().collect()))),
            );
        }
        let leaves = self.widest(&leaves.into_iter().collect::<Vec<_>>());
        let shape = match leaves[..] {
            [] if nullable => Shape::Enum(vec![Value::Null]),
            [] => return Type::new(Shape::Any),
            [one] => self.types.get(one).shape.clone(),
            _ => Shape::Union(leaves),
        };
        Type { nullable, shape }
    }

    /// The twin of a nullable type that does not allow `null`.
    fn without_null(&mut self, id: TypeId, shape: Shape) -> TypeId {
        match self.known.untwinned.get(&id) {
            Some(slot) if !self.types.get(*slot).nullable => *slot,
            _ => self.intern(Type::new(shape)),
        }
    }

    /// The variants without strings that another variant's strings include.
    fn widest(&self, variants: &[TypeId]) -> Vec<TypeId> {
        let strings: Vec<_> = variants
            .iter()
            .filter_map(|id| match &self.types.get(*id).shape {
                Shape::String(length) => Some((*id, length)),
                _ => None,
            })
            .collect();
        let included = |id: TypeId| {
            let own = strings.iter().position(|(known, _)| *known == id)?;
            let (_, narrow) = strings[own];
            strings.iter().enumerate().find(|(other, (_, wide))| {
                // Of two that include each other the first stays.
                includes(wide, narrow)
                    && (*other < own || (*other > own && !includes(narrow, wide)))
            })
        };
        variants.iter().copied().filter(|id| included(*id).is_none()).collect()
    }

    /// Says which schemas contain themselves. Every cycle goes through the target of a reference.
    fn cycles(&mut self, start: usize) {
        let pointers: BTreeMap<TypeId, &str> = self
            .known
            .slots
            .iter()
            .flat_map(|(pointer, slot)| {
                let twin = self.known.twins.get(slot).copied();
                [Some(*slot), twin].into_iter().flatten().map(move |id| (id, pointer.as_str()))
            })
            .collect();
        let mut recursive = BTreeSet::new();
        let mut done = vec![false; self.types.0.len()];
        for root in pointers.keys().filter(|id| id.0 as usize >= start) {
            if done[root.0 as usize] {
                continue;
            }
            // The path from the root: each type with those of its inner types not yet visited.
            let mut path = vec![(*root, inner(self.types, *root))];
            let mut places = BTreeMap::from([(*root, 0)]);
            while let Some((_, rest)) = path.last_mut() {
                let Some(next) = rest.pop() else {
                    if let Some((id, _)) = path.pop() {
                        done[id.0 as usize] = true;
                        places.remove(&id);
                    }
                    continue;
                };
                if let Some(at) = places.get(&next).copied() {
                    let pointer = path[at..].iter().find_map(|(id, _)| pointers.get(id));
                    recursive.extend(pointer.map(|pointer| (*pointer).to_owned()));
                } else if !done[next.0 as usize] {
                    let inner = inner(self.types, next);
                    places.insert(next, path.len());
                    path.push((next, inner));
                }
            }
        }
        for pointer in recursive {
            self.note(
                Code::RecursiveSchema,
                pointer,
                "it contains itself; the catalog keeps the cycle",
            );
        }
    }
}

/// Whether every string of the one length is one of the other.
fn includes(wide: &Length, narrow: &Length) -> bool {
    wide.format.is_none()
        && wide.min.unwrap_or(0) <= narrow.min.unwrap_or(0)
        && wide.max.is_none_or(|wide| narrow.max.is_some_and(|narrow| narrow <= wide))
}

/// The types that a type is made of.
fn inner(types: &Types, id: TypeId) -> Vec<TypeId> {
    match &types.get(id).shape {
        Shape::Any
        | Shape::Boolean
        | Shape::Integer(_)
        | Shape::Number(_)
        | Shape::String(_)
        | Shape::Enum(_) => Vec::new(),
        Shape::Array { items, length: _ } | Shape::Map(items) => vec![*items],
        Shape::Union(variants) => variants.clone(),
        Shape::Object(object) => {
            let fields = object.fields.iter().map(|field| field.ty);
            let additional = match object.additional {
                Additional::Allowed(ty) => Some(ty),
                Additional::Unstated | Additional::Forbidden => None,
            };
            fields.chain(additional).collect()
        }
        Shape::Reference(reference) => {
            [Some(reference.id), reference.attributes].into_iter().flatten().collect()
        }
    }
}
