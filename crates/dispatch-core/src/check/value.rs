//! JSON values of a body against their types.

use serde_json::{Map, Number, Value};

use super::checker::Checker;
use super::fault::Faults;
use super::place::Place;
use super::scalar;
use super::split::READ_ONLY;
use crate::catalog::{Additional, MAX_UNIONS, ObjectType, Shape, TypeId};
use crate::resolve::quoted;
use crate::suggest;

impl Checker<'_> {
    /// Checks a value of a request body against its type.
    pub(super) fn value(&mut self, ty: TypeId, value: &Value, place: &mut Place) {
        if !self.step() {
            if self.faults.is_empty() {
                self.fault(place, "too deeply nested in alternatives to be checked");
            }
            return;
        }
        let types = self.types;
        let known = types.get(ty);
        if value.is_null() && known.nullable || self.is_stand_in(value) {
            return;
        }
        match (&known.shape, value) {
            (Shape::Any, _) | (Shape::Boolean, Value::Bool(_)) => {}
            (Shape::Integer(bounds), Value::Number(number)) if is_whole(number) => {
                self.problem(place, scalar::out_of_bounds(bounds, number));
            }
            (Shape::Number(bounds), Value::Number(number)) => {
                self.problem(place, scalar::out_of_bounds(bounds, number));
            }
            (Shape::String(length), Value::String(text)) => {
                self.problem(place, scalar::wrong_length(length, text));
            }
            (Shape::Enum(choices), _) if !value.is_array() && !value.is_object() => {
                if !choices.iter().any(|choice| scalar::is_same(choice, value)) {
                    self.fault(place, scalar::no_choice(choices, value));
                }
            }
            (Shape::Array { items, length }, Value::Array(values)) => {
                self.problem(place, scalar::wrong_count(length, values.len()));
                for (index, value) in values.iter().enumerate() {
                    place.enter_index(index);
                    self.value(*items, value, place);
                    place.leave();
                }
            }
            (Shape::Object(object), Value::Object(members)) => self.object(object, members, place),
            (Shape::Map(values), Value::Object(members)) => {
                for (key, value) in members {
                    place.enter(key);
                    self.value(*values, value, place);
                    place.leave();
                }
            }
            (Shape::Union(variants), _) => self.union(ty, variants, value, place),
            (Shape::Reference(reference), _) => self.reference(ty, reference, value, place),
            _ => self.wrong_type(ty, value, place),
        }
    }

    /// Checks an object: its keys are known and writable, the required ones are there.
    pub(super) fn object(
        &mut self,
        object: &ObjectType,
        members: &Map<String, Value>,
        place: &mut Place,
    ) {
        self.members(object, members, place);
        for field in &object.fields {
            if field.required && !field.read_only && !members.contains_key(&field.name) {
                place.enter(&field.name);
                let expected = self.notation.field_ty(&field.name, field.ty);
                self.fault(place, format!("required, {expected}"));
                place.leave();
            }
        }
    }

    /// Checks that the keys of an object are known and writable, and its values.
    fn members(&mut self, object: &ObjectType, members: &Map<String, Value>, place: &mut Place) {
        for (key, value) in members {
            place.enter(key);
            match object.fields.iter().find(|field| field.name == *key) {
                Some(field) if field.read_only => {
                    self.fault(place, READ_ONLY);
                }
                Some(_) if self.generic(key, members, place) => {}
                Some(field) => self.value(field.ty, value, place),
                None => match object.additional {
                    Additional::Allowed(ty) => self.value(ty, value, place),
                    Additional::Unstated | Additional::Forbidden => {
                        let writable = object.fields.iter().filter(|field| !field.read_only);
                        let names = writable.map(|field| field.name.as_str());
                        let question = || suggest::did_you_mean(key, names);
                        self.faults.add_unknown(place, "field", question);
                    }
                },
            }
            place.leave();
        }
    }

    /// Checks a value against alternatives: it must be of one of them. Where it is of none, the
    /// faults of the one that comes nearest are told.
    fn union(&mut self, ty: TypeId, variants: &[TypeId], value: &Value, place: &mut Place) {
        let mut nearest: Option<Faults> = None;
        for variant in variants {
            let faults = self.apart(|checker| checker.value(*variant, value, place));
            if faults.is_empty() {
                return;
            }
            if self.is_exhausted() {
                self.faults.append(faults);
                return;
            }
            let is_nearer =
                nearest.as_ref().is_none_or(|nearest| faults.n_faults() < nearest.n_faults());
            if self.has_kind_of(*variant, value, 0) && is_nearer {
                nearest = Some(faults);
            }
        }
        match nearest {
            Some(faults) => self.faults.append(faults),
            None => self.wrong_type(ty, value, place),
        }
    }

    /// Whether a value is of the JSON type that this type has.
    fn has_kind_of(&self, ty: TypeId, value: &Value, depth: u8) -> bool {
        match (&self.types.get(ty).shape, value) {
            (Shape::Any, _)
            | (Shape::Boolean, Value::Bool(_))
            | (Shape::Integer(_) | Shape::Number(_), Value::Number(_))
            | (Shape::String(_), Value::String(_))
            | (Shape::Array { .. }, Value::Array(_))
            | (Shape::Object(_) | Shape::Map(_), Value::Object(_)) => true,
            (Shape::Enum(choices), _) => choices
                .iter()
                .any(|choice| std::mem::discriminant(choice) == std::mem::discriminant(value)),
            (Shape::Reference(reference), Value::Object(_) | Value::String(_))
                if self.is_named(reference) =>
            {
                true
            }
            (Shape::Reference(reference), Value::Object(_)) => reference.attributes.is_some(),
            (Shape::Reference(reference), _) if depth < MAX_UNIONS => {
                self.has_kind_of(reference.id, value, depth + 1)
            }
            (Shape::Union(variants), _) if depth < MAX_UNIONS => {
                variants.iter().any(|variant| self.has_kind_of(*variant, value, depth + 1))
            }
            _ => false,
        }
    }

    pub(super) fn problem(&mut self, place: &Place, problem: Option<String>) {
        if let Some(problem) = problem {
            self.fault(place, problem);
        }
    }

    /// Says what was expected in place of a value.
    pub(super) fn wrong_type(&mut self, ty: TypeId, value: &Value, place: &Place) {
        let expected = self.notation.ty(ty);
        self.fault(place, format!("expected {expected}, not {}", shown(value)));
    }
}

/// Whether a number is an integer, as JSON Schema counts: `1.0` is one.
fn is_whole(number: &Number) -> bool {
    !number.is_f64() || number.as_f64().is_some_and(|number| number.fract() == 0.0)
}

/// A value as a text repeats it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("the string {}", quoted(text)),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}
