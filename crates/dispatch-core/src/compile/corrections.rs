//! Corrections: what the policy says against the document, applied before anything else looks.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::Value;

use crate::catalog::{Field, Media, ObjectType, Parameter, Shape, Style, Type, TypeId};
use crate::lower::{Draft, DraftBody};
use crate::policy::Correction;

use super::body::{Forms, forms};
use super::names::is_named;

/// Families of query parameters added by corrections, by the place of the operation.
pub(super) type Prefixes = BTreeMap<usize, Vec<Parameter>>;

/// Applies every correction, in the policy's order; answers the families of query parameters.
pub(super) fn apply(
    draft: &mut Draft,
    corrections: &[Correction],
    faults: &mut Vec<String>,
) -> Prefixes {
    let mut prefixes = Prefixes::new();
    let version = draft.version.clone();
    for correction in corrections.iter().filter(|c| is_due(c, &version)) {
        let fields_of = match fields_of(draft, correction) {
            Ok(fields) => fields,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        let mut work = Work { draft, correction, fields_of, copies: BTreeMap::new() };
        for place in 0..work.draft.operations.len() {
            if work.applies(place) {
                let families = work.operation(place);
                prefixes.entry(place).or_default().extend(families);
            }
        }
    }
    prefixes
}

/// Whether the document is of the version that a correction starts with, or a later one.
fn is_due(correction: &Correction, version: &str) -> bool {
    let numbers = |version: &str| -> Vec<u64> {
        let parts = version.split(|c: char| !c.is_ascii_digit());
        parts.map_while(|part| part.parse().ok()).collect()
    };
    correction.since.as_ref().is_none_or(|since| numbers(version) >= numbers(since))
}

/// The fields of the body of another operation.
fn fields_of(draft: &Draft, correction: &Correction) -> Result<Vec<Field>, String> {
    let Some(key) = &correction.fields_of else {
        return Ok(Vec::new());
    };
    let found = draft.operations.iter().find(|operation| is_named(key, operation));
    let body = found.and_then(|operation| operation.body.as_ref());
    let object = body.and_then(|body| {
        let forms = forms(&draft.types, body.ty);
        object(draft, forms.one.or(forms.many)?)
    });
    let fields = object.map(|object| object.fields.clone());
    fields.ok_or_else(|| format!("corrections: fields_of {key:?} is no operation with a body"))
}

fn object(draft: &Draft, ty: TypeId) -> Option<&ObjectType> {
    match &draft.types.get(ty).shape {
        Shape::Object(object) => Some(object),
        _ => None,
    }
}

struct Work<'a> {
    draft: &'a mut Draft,
    correction: &'a Correction,
    fields_of: Vec<Field>,
    /// Corrected objects by what they were, so that operations that share one still do.
    copies: BTreeMap<TypeId, TypeId>,
}

impl Work<'_> {
    fn applies(&self, place: usize) -> bool {
        let operation = &self.draft.operations[place];
        let correction = self.correction;
        let selected =
            correction.on.iter().any(|on| on.matches(operation.method, &operation.path));
        let forms = self.forms(place);
        let has = |ty: TypeId, name: &String| {
            let object = object(self.draft, ty);
            object.is_some_and(|object| object.fields.iter().any(|field| field.name == *name))
        };
        let in_body = |name: &String| {
            forms.one.into_iter().chain(forms.many).any(|ty| has(ty, name))
        };
        let in_answer = |name: &String| self.answered(place).is_some_and(|ty| has(ty, name));
        selected
            && (!correction.where_list || forms.many.is_some())
            && correction.where_field.as_ref().is_none_or(in_body)
            && correction.where_answer_field.as_ref().is_none_or(in_answer)
    }

    fn forms(&self, place: usize) -> Forms {
        let body = self.draft.operations[place].body.as_ref();
        body.map_or_else(Forms::default, |body| forms(&self.draft.types, body.ty))
    }

    /// The type of an object that the operation answers with, alone or as a row.
    fn answered(&self, place: usize) -> Option<TypeId> {
        let answer = super::answers::answer(&self.draft.types, &self.draft.operations[place].answer);
        answer.kind.object()
    }

    /// Corrects one operation; answers the families of query parameters it gains.
    fn operation(&mut self, place: usize) -> Vec<Parameter> {
        self.body(place);
        let query = self.parameters(&self.correction.query);
        let headers = self.parameters(&self.correction.headers);
        let families = self.parameters(&self.correction.query_prefixes);
        let answer = self.correction.answer.as_ref().map(|schema| self.draft.schema(schema));
        let operation = &mut self.draft.operations[place];
        operation.query.retain(|p| !is_hidden(&p.name, &self.correction.hidden_query));
        operation.query.extend(query);
        operation.headers.extend(headers);
        if let Some(ty) = answer {
            operation.answer.ty = Some(ty);
            operation.answer.schema = None;
            operation.answer.media.get_or_insert_with(|| "application/json".to_owned());
        }
        families
    }

    fn body(&mut self, place: usize) {
        let correction = self.correction;
        if correction.no_body {
            self.draft.operations[place].body = None;
            return;
        }
        let mut forms = self.forms(place);
        if let Some(schema) = &correction.body {
            forms.one = Some(self.draft.schema(schema));
        }
        if let Some(schema) = &correction.items {
            forms = Forms { one: None, many: Some(self.draft.schema(schema)) };
        }
        if correction.one_or_many {
            forms = Forms { one: forms.one.or(forms.many), many: forms.many.or(forms.one) };
        }
        for form in [&mut forms.one, &mut forms.many].into_iter().flatten() {
            *form = self.object(*form);
        }
        let Some(ty) = forms.join(&mut self.draft.types) else {
            return;
        };
        let body = self.draft.operations[place].body.get_or_insert_with(|| DraftBody {
            required: false,
            media: Media::Json("application/json".to_owned()),
            ty,
        });
        body.ty = ty;
        if let Some(required) = correction.body_required {
            body.required = required;
        }
    }

    /// The object with the correction's fields, as a copy: other operations may use the original.
    fn object(&mut self, ty: TypeId) -> TypeId {
        let correction = self.correction;
        let changes = !correction.fields.is_empty()
            || !self.fields_of.is_empty()
            || !correction.optional_fields.is_empty()
            || !correction.without_fields.is_empty();
        if !changes {
            return ty;
        }
        if let Some(copy) = self.copies.get(&ty) {
            return *copy;
        }
        let Some(mut object) = object(self.draft, ty).cloned() else {
            return ty;
        };
        let nullable = self.draft.types.get(ty).nullable;
        for field in &self.fields_of {
            if object.fields.iter().all(|known| known.name != field.name) {
                object.fields.push(Field { required: false, ..field.clone() });
            }
        }
        for (name, schema) in &correction.fields {
            let ty = self.draft.schema(schema);
            match object.fields.iter_mut().find(|field| field.name == *name) {
                Some(known) => known.ty = ty,
                None => object.fields.push(Field::optional(name, ty)),
            }
        }
        object.fields.retain(|field| !correction.without_fields.contains(&field.name));
        for field in &mut object.fields {
            field.required &= !correction.optional_fields.contains(&field.name);
        }
        let copy = self.draft.types.push(Type { nullable, shape: Shape::Object(object) });
        self.copies.insert(ty, copy);
        copy
    }

    fn parameters(&mut self, schemas: &IndexMap<String, Value>) -> Vec<Parameter> {
        let lowered = schemas.iter().map(|(name, schema)| Parameter {
            name: name.clone(),
            ty: self.draft.schema(schema),
            required: false,
            style: Style::Repeated,
            description: None,
        });
        lowered.collect()
    }
}

/// Whether a pattern, a name with an optional `*` at its end, covers this name.
fn is_hidden(name: &str, patterns: &[String]) -> bool {
    patterns.iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    })
}
