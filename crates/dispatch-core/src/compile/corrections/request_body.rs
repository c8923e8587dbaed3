//! The corrections of request bodies. A type is never changed in its place but copied, since other
//! operations may share it.

use std::collections::BTreeMap;

use crate::catalog::{Field, Media, ObjectType, Shape, Type, TypeId};
use crate::compile::body::{Forms, forms};
use crate::lower::{Draft, DraftBody};
use crate::policy::Correction;

use super::given::Given;

/// Corrects the bodies of operations by one correction.
pub(super) struct Bodies<'a> {
    correction: &'a Correction,
    given: &'a Given,
    /// Corrected types by what they were, so that operations that share one still do.
    copies: BTreeMap<TypeId, TypeId>,
}

impl<'a> Bodies<'a> {
    pub(super) fn new(correction: &'a Correction, given: &'a Given) -> Self {
        Self { correction, given, copies: BTreeMap::new() }
    }

    /// Corrects the body of the operation in this place of the draft.
    pub(super) fn correct(&mut self, draft: &mut Draft, place: usize) {
        let correction = self.correction;
        if correction.no_body {
            draft.operations[place].body = None;
            return;
        }
        let documented = draft.operations[place].body.as_ref();
        let was = documented.map_or_else(Forms::default, |body| forms(&draft.types, body.ty));
        let mut forms = match (self.given.body, self.given.items) {
            (None, None) => was,
            (one, many) => Forms { one, many },
        };
        if correction.one_or_many {
            forms = Forms { one: forms.one.or(forms.many), many: forms.many.or(forms.one) };
        }
        for form in [&mut forms.one, &mut forms.many].into_iter().flatten() {
            *form = self.corrected(draft, *form);
        }
        if forms != was
            && let Some(ty) = forms.join(&mut draft.types)
        {
            let new = || DraftBody {
                required: false,
                media: Media::Json("application/json".to_owned()),
                may_be_form: false,
                ty,
            };
            draft.operations[place].body.get_or_insert_with(new).ty = ty;
        }
        if let (Some(required), Some(body)) =
            (correction.body_required, &mut draft.operations[place].body)
        {
            body.required = required;
        }
    }

    /// A copy of an object, or of a union of objects, with the correction's fields.
    fn corrected(&mut self, draft: &mut Draft, ty: TypeId) -> TypeId {
        if let Some(copy) = self.copies.get(&ty) {
            return *copy;
        }
        let Type { nullable, shape } = draft.types.get(ty).clone();
        let shape = match shape {
            Shape::Object(object) if self.changes_fields() => {
                Shape::Object(self.corrected_object(object))
            }
            Shape::Union(variants) if self.changes_fields() => {
                let mut corrected = |variant: TypeId| match draft.types.get(variant).shape {
                    Shape::Object(_) => self.corrected(draft, variant),
                    _ => variant,
                };
                Shape::Union(variants.into_iter().map(&mut corrected).collect())
            }
            _ => return ty,
        };
        let copy = draft.types.push(Type { nullable, shape });
        self.copies.insert(ty, copy);
        copy
    }

    fn changes_fields(&self) -> bool {
        let correction = self.correction;
        !(correction.fields.is_empty()
            && self.given.fields_of.is_empty()
            && correction.optional_fields.is_empty()
            && correction.required_fields.is_empty()
            && correction.without_fields.is_empty())
    }

    fn corrected_object(&self, mut object: ObjectType) -> ObjectType {
        let correction = self.correction;
        for field in &self.given.fields_of {
            if object.fields.iter().all(|known| known.name != field.name) {
                object.fields.push(Field { required: false, ..field.clone() });
            }
        }
        for (name, ty) in &self.given.fields {
            match object.fields.iter_mut().find(|field| field.name == *name) {
                Some(known) => {
                    known.ty = *ty;
                    known.read_only = false;
                }
                None => object.fields.push(Field::optional(name, *ty)),
            }
        }
        object.fields.retain(|field| !correction.without_fields.contains(&field.name));
        for field in &mut object.fields {
            field.required |= correction.required_fields.contains(&field.name);
            field.required &= !correction.optional_fields.contains(&field.name);
        }
        object
    }
}
