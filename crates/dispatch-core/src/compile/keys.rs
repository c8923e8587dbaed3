//! Natural keys: what people know the objects of a resource by, and which filter finds them.

use std::collections::BTreeMap;

use crate::catalog::{
    Action, AnswerKind, CatalogParts, Field, Form, Key, KeyField, Operation, Parameter, Resource,
    Shape, TypeId, Types, normalize,
};
use crate::policy::{Policy, optional};

use super::details::find;
use super::fit::hint;

/// Gives every resource the keys that the policy names.
pub(super) fn apply(parts: &mut CatalogParts, policy: &Policy, faults: &mut Vec<String>) {
    let mut entries: BTreeMap<usize, (&[String], bool)> = BTreeMap::new();
    for (entry, keys) in &policy.keys {
        let is_for_all = optional(entry).0 == "*";
        for place in find(parts, "keys", entry, faults) {
            let has_own = entries.get(&place).is_some_and(|(_, is_for_all)| !is_for_all);
            if !(is_for_all && has_own) {
                entries.insert(place, (keys, is_for_all));
            }
        }
    }
    for (place, (keys, is_for_all)) in entries {
        let resource = &parts.resources[place];
        let mut known = Vec::new();
        for text in keys {
            let (text, is_optional) = optional(text);
            match key(parts, resource, text) {
                Ok(key) => known.push(key),
                Err(_) if is_optional || is_for_all => {}
                Err(fault) => faults.push(format!("keys: {fault}")),
            }
        }
        parts.resources[place].keys = known;
        parts.resources[place].ensure = ensure(parts, &parts.resources[place]);
    }
}

/// Reads a key of the policy, `manufacturer+model` or `name~`.
fn key(parts: &CatalogParts, resource: &Resource, text: &str) -> Result<Key, String> {
    let (names, ambiguous) = match text.strip_suffix('~') {
        Some(names) => (names, true),
        None => (text, false),
    };
    let name = &resource.name;
    let Some(list) = operation(parts, resource, "list") else {
        return Err(format!("{name} has no list that {text:?} could be found in"));
    };
    let AnswerKind::List { item, .. } = list.answer.kind else {
        return Err(format!("{name} has no list that {text:?} could be found in"));
    };
    let source = Source { types: &parts.types, list, rows: fields(&parts.types, item), resource };
    let written = operation(parts, resource, "create").and_then(|it| it.body.as_ref()?.one);
    let written = written.map(|ty| fields(&parts.types, ty)).unwrap_or_default();
    let mut fields = Vec::new();
    for field in names.split('+') {
        fields.push(source.field(written, field)?);
    }
    if fields.iter().all(|field| field.filter.is_none() && field.id_filter.is_none()) {
        return Err(format!("no list of {name} can be filtered by {names:?}"));
    }
    Ok(Key { fields, ambiguous })
}

/// The action `ensure`, where a resource has all that it takes: a create of one object, an update by
/// id, and a key that one object only may have.
fn ensure(parts: &CatalogParts, resource: &Resource) -> Option<Action> {
    let create = resource.action("create").filter(|create| create.form == Form::One)?;
    let written = operation(parts, resource, "create")?.body.as_ref()?.one?;
    let update = operation(parts, resource, "update")?;
    let is_changed = update.path_parameters.len() == 1 && update.body.is_some();
    let has_key = resource.keys.iter().any(|key| !key.ambiguous);
    let is_free = resource.action("ensure").is_none();
    let is_object = !fields(&parts.types, written).is_empty();
    let action = || Action {
        name: "ensure".to_owned(),
        operation: create.operation,
        form: Form::One,
        synonyms: Vec::new(),
        columns: Vec::new(),
        has_runs: false,
    };
    (is_changed && has_key && is_free && is_object).then(action)
}

/// Where the fields of a key are found.
struct Source<'a> {
    types: &'a Types,
    list: &'a Operation,
    rows: &'a [Field],
    resource: &'a Resource,
}

impl Source<'_> {
    fn field(&self, written: &[Field], name: &str) -> Result<KeyField, String> {
        let find = |fields: &[Field]| fields.iter().find(|field| field.name == name).cloned();
        let written = find(written);
        let Some(field) = find(self.rows).or_else(|| written.clone()) else {
            let hint = hint(name, self.rows.iter().map(|field| field.name.as_str()));
            return Err(format!("no list of {} has a field {name:?}{hint}", self.resource.name));
        };
        let resource = written.and_then(|field| match &self.types.get(field.ty).shape {
            Shape::Reference(reference) => Some(reference.resource.clone()),
            _ => None,
        });
        let is_number =
            matches!(self.types.get(field.ty).shape, Shape::Integer(_) | Shape::Number(_));
        let filter = self.parameter(name);
        let takes_id = |parameter: &&Parameter| resource.is_some() && self.is_number(parameter.ty);
        let id_filter = match filter.filter(takes_id) {
            Some(filter) => Some(filter),
            None => resource.as_ref().and_then(|_| self.parameter(&format!("{name}_id"))),
        };
        let filter = filter.filter(|filter| !takes_id(filter));
        Ok(KeyField {
            name: name.to_owned(),
            number: resource.is_none() && is_number,
            resource,
            filter: filter.map(|it| it.name.clone()),
            id_filter: id_filter.map(|it| it.name.clone()),
        })
    }

    /// The parameter of the list of this name, in whatever spelling.
    fn parameter(&self, name: &str) -> Option<&Parameter> {
        let wanted = normalize(name);
        self.list.query.iter().find(|parameter| normalize(&parameter.name) == wanted)
    }

    fn is_number(&self, ty: TypeId) -> bool {
        match &self.types.get(ty).shape {
            Shape::Integer(_) | Shape::Number(_) => true,
            Shape::Array { items, .. } => self.is_number(*items),
            _ => false,
        }
    }
}

fn operation<'a>(
    parts: &'a CatalogParts,
    resource: &Resource,
    name: &str,
) -> Option<&'a Operation> {
    parts.operations.get(resource.action(name)?.operation.0 as usize)
}

fn fields(types: &Types, ty: TypeId) -> &[Field] {
    match &types.get(ty).shape {
        Shape::Object(object) => &object.fields,
        _ => &[],
    }
}
