//! Bodies: one value, a list of values, or either.

use crate::catalog::{Body, Length, Media, Shape, Type, TypeId, Types};
use crate::lower::DraftBody;

/// The two forms that a body's type can have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Forms {
    /// The type of the body as one value.
    pub(super) one: Option<TypeId>,
    /// The type of the elements when the body is a list.
    pub(super) many: Option<TypeId>,
}

impl Forms {
    /// One type for both forms; `forms` takes it apart again.
    pub(super) fn join(self, types: &mut Types) -> Option<TypeId> {
        let list = self
            .many
            .map(|items| types.push(Type::new(Shape::Array { items, length: Length::default() })));
        match (self.one, list) {
            (Some(one), Some(list)) => Some(types.push(Type::new(Shape::Union(vec![one, list])))),
            (one, list) => one.or(list),
        }
    }
}

/// Takes a body's type apart: `oneOf: [X, array of X]` has both forms.
pub(super) fn forms(types: &Types, ty: TypeId) -> Forms {
    match &types.get(ty).shape {
        Shape::Array { items, .. } => Forms { one: None, many: Some(*items) },
        Shape::Union(variants) => {
            let list = variants.iter().find_map(|variant| match types.get(*variant).shape {
                Shape::Array { items, .. } => Some((*variant, items)),
                _ => None,
            });
            match (variants.as_slice(), list) {
                ([first, second], Some((list, items))) => {
                    let one = if *first == list { *second } else { *first };
                    Forms { one: Some(one), many: Some(items) }
                }
                _ => Forms { one: Some(ty), many: None },
            }
        }
        _ => Forms { one: Some(ty), many: None },
    }
}

/// The body of an operation. A form, with files or without, has no way to hold a list of objects.
pub(super) fn body(types: &Types, draft: &DraftBody) -> Body {
    let Forms { one, many } = forms(types, draft.ty);
    let is_form = matches!(draft.media, Media::Form | Media::Multipart);
    let many = many.filter(|_| !is_form || one.is_none());
    let forms = one.into_iter().chain(many).filter(|_| draft.may_be_form);
    let mut files: Vec<String> = Vec::new();
    for field in forms.flat_map(|ty| types.objects(ty)).flat_map(|object| &object.fields) {
        let is_file = match &types.get(field.ty).shape {
            Shape::String(length) => length.format.as_deref() == Some("binary"),
            _ => false,
        };
        if is_file && !field.read_only && !files.contains(&field.name) {
            files.push(field.name.clone());
        }
    }
    Body { required: draft.required, media: draft.media.clone(), one, many, files }
}
