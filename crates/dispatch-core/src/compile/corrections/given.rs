//! What a correction gives, as types: its schemas, lowered once for all its operations.

use indexmap::IndexMap;
use serde_json::Value;

use crate::catalog::{Field, Parameter, Style, TypeId};
use crate::diagnostic::Severity;
use crate::lower::Draft;
use crate::policy::Correction;

use super::object;
use crate::compile::body::forms;
use crate::compile::fit::is_named;

/// The schemas of a correction as types.
pub(super) struct Given {
    pub(super) body: Option<TypeId>,
    pub(super) items: Option<TypeId>,
    pub(super) fields_of: Vec<Field>,
    pub(super) fields: Vec<(String, TypeId)>,
    pub(super) query: Vec<Parameter>,
    pub(super) headers: Vec<Parameter>,
    pub(super) families: Vec<Parameter>,
    pub(super) answer: Option<TypeId>,
}

impl Given {
    /// Lowers the schemas of a correction; fails if they, or the operation whose fields it wants,
    /// refer to what the document does not have.
    pub(super) fn lower(draft: &mut Draft, correction: &Correction) -> Result<Self, String> {
        let fields_of = fields_of(draft, correction)?;
        let n_known = draft.diagnostics.len();
        let given = Self {
            body: correction.body.as_ref().map(|schema| draft.schema(schema)),
            items: correction.items.as_ref().map(|schema| draft.schema(schema)),
            fields_of,
            fields: types(draft, &correction.fields),
            query: parameters(draft, &correction.query),
            headers: parameters(draft, &correction.headers),
            families: parameters(draft, &correction.query_prefixes),
            answer: correction.answer.as_ref().map(|schema| draft.schema(schema)),
        };
        let remarks = &draft.diagnostics[n_known..];
        let broken = remarks
            .iter()
            .find(|remark| remark.severity == Severity::Dropped && !remark.place.starts_with('/'));
        match broken.map(|remark| remark.message.split("; ").next().unwrap_or_default()) {
            Some(message) => Err(format!("in a schema of it, {message}")),
            None => Ok(given),
        }
    }
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
    fields.ok_or_else(|| format!("fields_of: {key:?} is no operation whose body has fields"))
}

fn types(draft: &mut Draft, schemas: &IndexMap<String, Value>) -> Vec<(String, TypeId)> {
    schemas.iter().map(|(name, schema)| (name.clone(), draft.schema(schema))).collect()
}

fn parameters(draft: &mut Draft, schemas: &IndexMap<String, Value>) -> Vec<Parameter> {
    let parameter = |(name, ty)| Parameter {
        name,
        ty,
        required: false,
        style: Style::Repeated,
        choices: None,
        refers: None,
        description: None,
    };
    types(draft, schemas).into_iter().map(parameter).collect()
}
