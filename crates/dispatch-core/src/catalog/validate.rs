//! Whether the parts of a catalog fit each other.

use std::collections::BTreeMap;

use super::types::{Additional, Shape, TypeId};
use super::{AnswerKind, CatalogParts, Form, normalize};
use crate::error::Error;

/// Checks every invariant of a catalog and reports all that do not hold.
pub(super) fn validate(parts: &CatalogParts) -> Result<(), Error> {
    let mut check = Check { parts, faults: Vec::new() };
    check.types();
    check.operations();
    check.resources();
    check.groups();
    if check.faults.is_empty() { Ok(()) } else { Err(Error::invalid_catalog(check.faults)) }
}

struct Check<'a> {
    parts: &'a CatalogParts,
    faults: Vec<String>,
}

impl Check<'_> {
    fn types(&mut self) {
        for (place, ty) in self.parts.types.0.iter().enumerate() {
            let mut inner = Vec::new();
            match &ty.shape {
                Shape::Array { items, length: _ } | Shape::Map(items) => inner.push(*items),
                Shape::Union(variants) => inner.extend(variants),
                Shape::Reference(reference) => {
                    inner.push(reference.id);
                    inner.extend(reference.attributes);
                }
                Shape::Object(object) => {
                    inner.extend(object.fields.iter().map(|field| field.ty));
                    if let Additional::Allowed(ty) = object.additional {
                        inner.push(ty);
                    }
                }
                Shape::Any
                | Shape::Boolean
                | Shape::Integer(_)
                | Shape::Number(_)
                | Shape::String(_)
                | Shape::Enum(_) => {}
            }
            for id in inner {
                self.type_exists(id, || format!("type {place}"));
            }
        }
    }

    fn operations(&mut self) {
        let mut reached = vec![false; self.parts.operations.len()];
        for action in self.parts.resources.iter().flat_map(|resource| &resource.actions) {
            if let Some(reached) = reached.get_mut(action.operation.0 as usize) {
                *reached = true;
            }
        }
        for (operation, reached) in self.parts.operations.iter().zip(reached) {
            let name = &operation.name;
            if !reached {
                self.faults.push(format!("operation {name}: no action reaches it"));
            }
            let parameters = [
                &operation.path_parameters,
                &operation.query,
                &operation.query_prefixes,
                &operation.headers,
            ];
            for parameter in parameters.into_iter().flatten() {
                self.type_exists(parameter.ty, || {
                    format!("parameter {} of {name}", parameter.name)
                });
            }
            if let Some(body) = &operation.body {
                for ty in body.one.into_iter().chain(body.many) {
                    self.type_exists(ty, || format!("body of {name}"));
                }
            }
            match operation.answer.kind {
                AnswerKind::One { ty } | AnswerKind::List { item: ty, .. } => {
                    self.type_exists(ty, || format!("answer of {name}"));
                }
                AnswerKind::Empty | AnswerKind::Other { .. } => {}
            }
        }
    }

    fn resources(&mut self) {
        let mut names = BTreeMap::new();
        for resource in &self.parts.resources {
            if let Some(other) = names.insert(normalize(&resource.name), &resource.path) {
                self.faults.push(format!(
                    "resource {}: {other} and {} both have this name; name one of them in the policy",
                    resource.name, resource.path
                ));
            }
            if resource.group.0 as usize >= self.parts.groups.len() {
                self.faults.push(format!("resource {}: its group does not exist", resource.name));
            }
            let mut actions = BTreeMap::new();
            for action in &resource.actions {
                let Some(operation) = self.parts.operations.get(action.operation.0 as usize) else {
                    let fault = format!("{}.{}: no such operation", resource.name, action.name);
                    self.faults.push(fault);
                    continue;
                };
                if let Some(other) = actions.insert(normalize(&action.name), &operation.name) {
                    self.faults.push(format!(
                        "{}.{}: {other} and {} both have this name; name one of them in the policy",
                        resource.name, action.name, operation.name
                    ));
                }
                let has_many = operation.body.as_ref().is_some_and(|body| body.many.is_some());
                if action.form == Form::Many && !has_many {
                    self.faults.push(format!(
                        "{}.{}: {} takes no list",
                        resource.name, action.name, operation.name
                    ));
                }
            }
        }
    }

    fn groups(&mut self) {
        let mut names = BTreeMap::new();
        for (place, group) in self.parts.groups.iter().enumerate() {
            let legal = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            if group.name.is_empty() || group.name.len() > 64 || !group.name.chars().all(legal) {
                self.faults.push(format!(
                    "group {:?}: a tool's name is 1 to 64 of A-Z, a-z, 0-9, _ and -",
                    group.name
                ));
            }
            if names.insert(&group.name, place).is_some() {
                self.faults.push(format!("group {}: stands twice", group.name));
            }
            for id in &group.resources {
                match self.parts.resources.get(id.0 as usize) {
                    Some(resource) if resource.group.0 as usize == place => {}
                    _ => self
                        .faults
                        .push(format!("group {}: holds a resource not its own", group.name)),
                }
            }
        }
    }

    fn type_exists(&mut self, id: TypeId, of: impl Fn() -> String) {
        if id.0 as usize >= self.parts.types.0.len() {
            self.faults.push(format!("{}: type {} does not exist", of(), id.0));
        }
    }
}
