//! Schemas become types: references, slots and the queue.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Map, Value};

use super::LowerOptions;
use super::choices::Choices;
use super::conjunction::Part;
use super::keywords::{asserts_beside, is_null, is_true};
use crate::catalog::{Shape, Type, TypeId, Types};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::pointer::{Target, child, component};
use crate::document::{Dialect, Document};

/// How many references and lone `allOf`s may lead from one to the next.
const MAX_HOPS: usize = 128;

/// How deep schemas may be nested in one component; deeper ones would take too much stack.
const MAX_DEPTH: usize = 64;

/// What the lowering remembers of the schemas it has seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// The types by their hash.
    index: BTreeMap<u64, Vec<TypeId>>,
    /// The slots of the targets of references, by pointer.
    pub(super) slots: BTreeMap<String, TypeId>,
    /// The twins of slots: the slots of the same types with `null` allowed.
    pub(super) twins: BTreeMap<TypeId, TypeId>,
    /// The slots of twins.
    pub(super) untwinned: BTreeMap<TypeId, TypeId>,
    /// How many types are finished; those beyond may still be raw.
    pub(super) n_finished: usize,
    /// How many schemas were read.
    n_schemas: usize,
    /// The values that have an identity, once they are looked for.
    pub(super) choices: Option<Choices>,
}

impl Known {
    /// The id of a type, the same for equal ones.
    pub(super) fn intern(&mut self, types: &mut Types, ty: Type) -> TypeId {
        let mut hasher = DefaultHasher::new();
        ty.hash(&mut hasher);
        let ids = self.index.entry(hasher.finish()).or_default();
        // A type may have been changed since, so equality is looked at anew.
        if let Some(id) = ids.iter().find(|id| *types.get(**id) == ty) {
            return *id;
        }
        let id = types.push(ty);
        ids.push(id);
        id
    }
}

/// Lowers schemas of one document into one list of types.
pub(super) struct Schemas<'d, 'a> {
    pub(super) document: &'d Document,
    pub(super) options: LowerOptions,
    pub(super) types: &'a mut Types,
    pub(super) known: &'a mut Known,
    pub(super) diagnostics: &'a mut BTreeSet<Diagnostic>,
    /// Targets of references that have a slot and are not lowered yet.
    pub(super) queue: VecDeque<Queued<'d>>,
    pub(super) depth: usize,
}

/// A target of a reference that has a slot and is not lowered yet.
pub(super) struct Queued<'d> {
    slot: TypeId,
    pointer: String,
    place: String,
    value: &'d Value,
}

/// A schema without the references and lone `allOf`s around it.
struct Peeled<'d> {
    /// Where the last reference led, if there was one.
    pointer: Option<String>,
    place: String,
    value: &'d Value,
    nullable: bool,
}

impl<'d> Schemas<'d, '_> {
    /// Lowers the schema at this place, and later what it refers to.
    pub(super) fn lower(&mut self, place: String, value: &'d Value) -> TypeId {
        let Some(Peeled { pointer, place, value, nullable }) = self.peel(place, value) else {
            return self.any();
        };
        let Some(pointer) = pointer else {
            let mut ty = self.ty(vec![(place, value)], None);
            ty.nullable |= nullable && ty.shape != Shape::Any;
            return self.intern(ty);
        };
        let slot = match self.known.slots.get(&pointer) {
            Some(slot) => *slot,
            None => {
                let slot = self.types.push(Type::new(Shape::Any));
                self.known.slots.insert(pointer.clone(), slot);
                self.queue.push_back(Queued { slot, pointer, place, value });
                slot
            }
        };
        if nullable { self.nullable(slot) } else { slot }
    }

    /// Lowers everything the queue holds.
    pub(super) fn drain(&mut self) {
        while let Some(Queued { slot, pointer, place, value }) = self.queue.pop_front() {
            let ty = self.ty(vec![(place, value)], component(&pointer));
            self.types.0[slot.0 as usize] = ty;
        }
    }

    /// Lowers schemas that all apply.
    pub(super) fn ty(&mut self, roots: Vec<(String, &'d Value)>, name: Option<String>) -> Type {
        self.conjunction(Vec::new(), roots, name).unwrap_or_else(|| Type::new(Shape::Any))
    }

    /// Lowers schemas that all apply, some of them gathered before; none if nothing fits them all.
    pub(super) fn conjunction(
        &mut self,
        base: Vec<Part<'d>>,
        roots: Vec<(String, &'d Value)>,
        name: Option<String>,
    ) -> Option<Type> {
        let place = roots.first().map(|(place, _)| place.clone()).unwrap_or_default();
        if self.depth == MAX_DEPTH {
            self.note(Code::SchemaWidened, place, "nested too deeply; any value is accepted");
            return Some(Type::new(Shape::Any));
        }
        // Schemas around a variant are read once more for each.
        self.known.n_schemas = self.known.n_schemas.saturating_add(base.len());
        self.depth += 1;
        let ty = match self.gather(base, roots) {
            Some(parts) => self.shape(&place, parts, name),
            None => Some(Type::new(Shape::Any)),
        };
        self.depth -= 1;
        ty.map(|ty| match ty.shape {
            Shape::Any => Type::new(Shape::Any),
            _ => ty,
        })
    }

    /// Takes off the references and lone `allOf`s around a schema.
    fn peel(&mut self, mut place: String, mut value: &'d Value) -> Option<Peeled<'d>> {
        let mut pointer = None;
        let mut nullable = false;
        for _ in 0..MAX_HOPS {
            let Value::Object(map) = value else {
                return Some(Peeled { pointer, place, value, nullable });
            };
            if !self.count() {
                return None;
            }
            if let Some(reference) = map.get("$ref") {
                if self.siblings_apply(map) && asserts_beside(map, &["$ref"]) {
                    return Some(Peeled { pointer, place, value, nullable });
                }
                if !self.siblings_apply(map) {
                    self.ignored_siblings(&place, map);
                }
                nullable |= self.is_nullable(&place, map);
                let (target, found) = self.follow(&place, reference)?;
                pointer = Some(target.clone());
                place = target;
                value = found;
            } else if let Some((at, inner, or_null)) = lone(map) {
                nullable |= or_null || self.is_nullable(&place, map);
                place.push_str(&at);
                value = inner;
            } else {
                return Some(Peeled { pointer, place, value, nullable });
            }
        }
        self.note(
            Code::SchemaWidened,
            place,
            "refers only to itself, or through too many references",
        );
        None
    }

    /// Follows a `$ref`; says so if it leads nowhere.
    pub(super) fn follow(&mut self, place: &str, reference: &Value) -> Option<(String, &'d Value)> {
        let Value::String(text) = reference else {
            self.note(Code::SchemaWidened, place, "`$ref` is no string; any value is accepted");
            return None;
        };
        let Target::Local(pointer) = Target::of(text) else {
            let message = format!("`{text}` is outside the document; any value is accepted");
            self.note(Code::ExternalReference, place, message);
            return None;
        };
        match self.document.at(&pointer) {
            Some(value) => Some((pointer, value)),
            None => {
                let message = format!("`{text}` does not exist; any value is accepted");
                self.note(Code::MissingReference, place, message);
                None
            }
        }
    }

    /// Whether what stands beside a `$ref` applies: it does since 3.1.
    pub(super) fn siblings_apply(&self, map: &Map<String, Value>) -> bool {
        self.document.dialect() != Dialect::V3_0 || !map.contains_key("$ref")
    }

    /// Whether a schema has 3.0's `nullable`.
    pub(super) fn is_nullable(&mut self, place: &str, map: &Map<String, Value>) -> bool {
        let nullable = is_true(map, "nullable");
        if nullable && self.document.dialect() != Dialect::V3_0 {
            self.note(Code::OtherDialect, child(place, "nullable"), "`nullable` is 3.0's");
        }
        nullable
    }

    /// The type that accepts any value.
    pub(super) fn any(&mut self) -> TypeId {
        self.intern(Type::new(Shape::Any))
    }

    /// The id of a type, the same for equal ones.
    pub(super) fn intern(&mut self, ty: Type) -> TypeId {
        self.known.intern(self.types, ty)
    }

    fn nullable(&mut self, slot: TypeId) -> TypeId {
        if let Some(twin) = self.known.twins.get(&slot) {
            return *twin;
        }
        let twin = self.types.push(Type::new(Shape::Any));
        self.known.twins.insert(slot, twin);
        self.known.untwinned.insert(twin, slot);
        twin
    }

    /// Counts one more schema; false once there are too many.
    pub(super) fn count(&mut self) -> bool {
        self.known.n_schemas = self.known.n_schemas.saturating_add(1);
        if self.known.n_schemas > self.options.max_schemas {
            let message = format!(
                "more than {} schemas; any value is accepted for the rest",
                self.options.max_schemas
            );
            self.note(Code::SchemaWidened, "", message);
            return false;
        }
        true
    }

    /// Records a diagnostic.
    pub(super) fn note(
        &mut self,
        code: Code,
        place: impl Into<String>,
        message: impl Into<String>,
    ) {
        self.diagnostics.insert(Diagnostic::new(code, place, message));
    }
}

/// The only schema that a schema is made of: where it is, and whether `null` is allowed beside it.
fn lone(map: &Map<String, Value>) -> Option<(String, &Value, bool)> {
    for keyword in ["allOf", "oneOf", "anyOf"] {
        let Some(Value::Array(schemas)) = map.get(keyword) else { continue };
        // The `type` that some generators repeat beside the one schema tells nothing new.
        let repeated = matches!(map.get("type"), Some(Value::String(name)) if name != "null");
        let but: &[&str] = if repeated { &[keyword, "type"] } else { &[keyword] };
        if asserts_beside(map, but) {
            return None;
        }
        let (null, others): (Vec<_>, Vec<_>) = schemas
            .iter()
            .enumerate()
            .partition(|(_, schema)| keyword != "allOf" && is_null(schema));
        let [(i, schema)] = others[..] else { return None };
        return Some((format!("/{keyword}/{i}"), schema, !null.is_empty()));
    }
    None
}
