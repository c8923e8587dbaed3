//! One call of an action, to be taken as a pattern.

use serde_json::{Map, Value, json};

use crate::access::Access;
use crate::call::Members;
use crate::catalog::{Catalog, Field, Form, Parameter, Shape, Type, TypeId};
use crate::check;
use crate::resolve::Resolved;
use crate::tier::Tier;

/// Writes a call: the policy's example, or one made of what a call must have.
pub(super) fn of(catalog: &Catalog, resolved: &Resolved<'_>) -> Option<String> {
    let Resolved { resource, action, .. } = resolved;
    let params = match resource.examples.get(&action.name) {
        Some(params) => params.clone(),
        None => Value::Object(Maker { catalog }.params(resolved)?),
    };
    let mut call = json!({"resource": resource.name, "action": action.name});
    if params.as_object().is_some_and(|params| !params.is_empty()) {
        call["params"] = params;
    }
    if action.name == "list" {
        let shown: Vec<&String> =
            resource.columns.iter().filter(|column| *column != "id").take(2).collect();
        if !shown.is_empty() {
            call["options"] = json!({"fields": shown});
        }
    }
    Some(format!("e.g. {call}"))
}

/// Whether a call with these parameters would be sent.
pub(crate) fn is_right(
    catalog: &Catalog,
    resolved: &Resolved<'_>,
    params: &Value,
) -> Result<(), String> {
    let members = Members::parse(&params.to_string(), "params").map_err(|it| it.to_string())?;
    let (operation, form) = (resolved.operation, resolved.action.form);
    let all = Access::up_to(Tier::Admin);
    let members = check::by_kind(catalog, resolved.resource, operation, form, members);
    let checked = members.and_then(|it| check::check(catalog, all, operation, form, it));
    checked.map(drop).map_err(|faults| faults.to_string())
}

/// Makes values that their types allow.
struct Maker<'a> {
    catalog: &'a Catalog,
}

impl Maker<'_> {
    /// What a call must have, and a little more where that says nothing.
    fn params(&self, resolved: &Resolved<'_>) -> Option<Map<String, Value>> {
        let operation = resolved.operation;
        let mut params = Map::new();
        let required = |it: &&Parameter| it.required;
        let parameters = operation.path_parameters.iter().chain(&operation.query);
        for parameter in
            parameters.filter(required).chain(operation.headers.iter().filter(required))
        {
            params.insert(parameter.name.clone(), self.value(parameter.ty, 0)?);
        }
        let body = operation.body.as_ref();
        match (body.map(|body| (body.one, body.many)), resolved.action.form) {
            (Some((_, Some(many))), Form::Many) => {
                params.insert("items".to_owned(), json!([self.body(many)?]));
            }
            (Some((Some(one), _)), Form::One) => match self.body(one)? {
                Value::Object(fields) => params.extend(fields),
                value => drop(params.insert("body".to_owned(), value)),
            },
            _ if params.is_empty() => params.extend(self.filter(&operation.query)),
            _ => {}
        }
        let whole = Value::Object(params);
        is_right(self.catalog, resolved, &whole).ok()?;
        match whole {
            Value::Object(params) => Some(params),
            _ => None,
        }
    }

    /// A filter by a choice, where there is one.
    fn filter(&self, query: &[Parameter]) -> Option<(String, Value)> {
        query.iter().find_map(|parameter| {
            let ty = parameter.choices.unwrap_or(parameter.ty);
            let Shape::Enum(values) = &self.ty(ty).shape else { return None };
            let is_list = matches!(self.ty(parameter.ty).shape, Shape::Array { .. });
            let value = values.iter().find(|value| !is_blank(value))?.clone();
            let value = if is_list { json!([value]) } else { value };
            Some((parameter.name.clone(), value))
        })
    }

    /// A body with what it must have, or with one field where it must have none.
    fn body(&self, ty: TypeId) -> Option<Value> {
        let value = self.value(ty, 0)?;
        let Shape::Object(object) = &self.ty(ty).shape else { return Some(value) };
        let is_key = |field: &&Field| !field.required || field.name == "id";
        let is_empty = object.fields.iter().filter(|it| !it.read_only).all(|it| is_key(&it));
        let Value::Object(mut fields) = value else { return Some(value) };
        if is_empty {
            let text = |field: &&Field| {
                !field.read_only
                    && matches!(self.ty(field.ty).shape, Shape::String(_) | Shape::Enum(_))
            };
            let field = object.fields.iter().find(text);
            fields.extend(field.and_then(|it| Some((it.name.clone(), self.value(it.ty, 0)?))));
        }
        Some(Value::Object(fields))
    }

    fn ty(&self, id: TypeId) -> &Type {
        self.catalog.types().get(id)
    }

    fn value(&self, id: TypeId, depth: usize) -> Option<Value> {
        if depth > MAX_DEPTH {
            return None;
        }
        match &self.ty(id).shape {
            Shape::Any | Shape::Boolean => Some(Value::from(true)),
            Shape::Integer(bounds) | Shape::Number(bounds) => {
                let least = bounds.min.as_ref().and_then(serde_json::Number::as_i64).unwrap_or(1);
                Some(Value::from(least.max(1)))
            }
            Shape::String(length) => {
                let text = match length.format.as_deref() {
                    Some("date") => "2026-01-31",
                    Some("date-time") => "2026-01-31T12:00:00Z",
                    Some("uuid") => "00000000-0000-4000-8000-000000000000",
                    _ => "a",
                };
                let n = length.min.unwrap_or_default().min(64) as usize;
                Some(Value::from(text.repeat(n.div_ceil(text.len()).max(1))))
            }
            Shape::Enum(values) => values.iter().find(|value| !is_blank(value)).cloned(),
            Shape::Array { items, length } => match length.min {
                None | Some(0) => Some(json!([self.value(*items, depth + 1)?])),
                Some(n) => {
                    let item = self.value(*items, depth + 1)?;
                    Some(std::iter::repeat_n(item, n.min(8) as usize).collect())
                }
            },
            Shape::Object(object) => {
                let required = object.fields.iter().filter(|it| it.required && !it.read_only);
                let field =
                    |field: &Field| Some((field.name.clone(), self.value(field.ty, depth + 1)?));
                required.map(field).collect::<Option<Map<_, _>>>().map(Value::Object)
            }
            Shape::Map(_) => Some(json!({})),
            Shape::Union(variants) => variants.iter().find_map(|it| self.value(*it, depth + 1)),
            Shape::Reference(reference) => self.value(reference.id, depth + 1),
        }
    }
}

fn is_blank(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.is_empty() || text == "null")
}

/// Types may refer to themselves; what is nested deeper is no example.
const MAX_DEPTH: usize = 6;
