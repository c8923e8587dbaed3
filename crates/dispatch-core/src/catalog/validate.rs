//! Whether the parts of a catalog fit each other.

use std::collections::{BTreeMap, BTreeSet};

use super::types::{Additional, Shape, TypeId};
use super::{CatalogParts, Form, Operation, Paging, normalize};

/// Checks every invariant of a catalog and names all places that do not keep one.
pub(crate) fn faults_of(parts: &CatalogParts) -> Vec<String> {
    let mut check = Check { parts, faults: Vec::new() };
    check.types();
    if check.faults.is_empty() {
        check.cycles();
    }
    check.operations();
    check.resources();
    check.groups();
    check.faults
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

    /// A value of a type that leads back to itself without a list, an object or a map on the way
    /// could be checked for ever.
    fn cycles(&mut self) {
        let types = &self.parts.types;
        let n_types = types.0.len();
        let direct = |place: usize| -> Vec<usize> {
            match &types.0[place].shape {
                Shape::Union(variants) => variants.iter().map(|ty| ty.0 as usize).collect(),
                Shape::Reference(reference) => vec![reference.id.0 as usize],
                _ => Vec::new(),
            }
        };
        // Types that lead only to types taken out before are taken out, until none is left or the
        // rest are cycles and what leads to them.
        let mut n_direct: Vec<usize> = (0..n_types).map(|place| direct(place).len()).collect();
        let mut from = vec![Vec::new(); n_types];
        for place in 0..n_types {
            direct(place).into_iter().for_each(|to| from[to].push(place));
        }
        let mut ready: Vec<usize> = (0..n_types).filter(|place| n_direct[*place] == 0).collect();
        while let Some(place) = ready.pop() {
            for from in &from[place] {
                n_direct[*from] -= 1;
                if n_direct[*from] == 0 {
                    ready.push(*from);
                }
            }
        }
        for place in (0..n_types).filter(|place| n_direct[*place] > 0) {
            self.faults.push(format!("type {place}: it is made of nothing but itself"));
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
            if !reached {
                self.faults.push(format!("operation {}: no action reaches it", operation.name));
            }
            self.operation(operation);
        }
    }

    fn operation(&mut self, operation: &Operation) {
        let name = &operation.name;
        let parameters = [
            &operation.path_parameters,
            &operation.query,
            &operation.query_prefixes,
            &operation.headers,
        ];
        for parameter in parameters.into_iter().flatten() {
            for ty in [Some(parameter.ty), parameter.choices].into_iter().flatten() {
                self.type_exists(ty, || format!("parameter {} of {name}", parameter.name));
            }
        }
        if let Some(body) = &operation.body {
            for ty in body.one.into_iter().chain(body.many) {
                self.type_exists(ty, || format!("body of {name}"));
            }
        }
        if let Some(ty) = operation.answer.kind.object() {
            self.type_exists(ty, || format!("answer of {name}"));
        }
        let in_template: BTreeSet<&str> = template(&operation.path).collect();
        let known = operation.path_parameters.iter().map(|parameter| parameter.name.as_str());
        if !operation.path.starts_with('/') || in_template != known.collect() {
            let path = &operation.path;
            self.faults.push(format!("operation {name}: {path:?} is no path of its parameters"));
        }
        for parameter in operation.paging.iter().flat_map(Paging::parameters) {
            if operation.query.iter().all(|known| known.name != *parameter) {
                self.faults.push(format!(
                    "operation {name}: it is paged by {parameter}, which it does not have"
                ));
            }
        }
    }

    fn resources(&mut self) {
        let mut names = BTreeMap::new();
        for resource in &self.parts.resources {
            if normalize(&resource.name).is_empty() {
                self.faults.push(format!(
                    "resource {:?} of {}: a name has a letter or a digit",
                    resource.name, resource.path
                ));
            }
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
            if let Some(ensure) = &resource.ensure
                && resource.action("create").map(|it| it.operation) != Some(ensure.operation)
            {
                let name = &resource.name;
                self.faults.push(format!("{name}.{}: it is of no create", ensure.name));
            }
            for action in &resource.actions {
                let Some(operation) = self.parts.operations.get(action.operation.0 as usize) else {
                    let fault = format!("{}.{}: no such operation", resource.name, action.name);
                    self.faults.push(fault);
                    continue;
                };
                if normalize(&action.name).is_empty() {
                    self.faults.push(format!(
                        "{}: the name {:?} of {} has no letter or digit",
                        resource.name, action.name, operation.name
                    ));
                }
                if let Some(other) = actions.insert(normalize(&action.name), &operation.name) {
                    self.faults.push(format!(
                        "{}.{}: {other} and {} both have this name; name one of them in the policy",
                        resource.name, action.name, operation.name
                    ));
                }
                let body = operation.body.as_ref();
                let (has_form, form) = match action.form {
                    Form::One => (body.is_none_or(|body| body.one.is_some()), "one value"),
                    Form::Many => (body.is_some_and(|body| body.many.is_some()), "a list"),
                };
                if !has_form {
                    self.faults.push(format!(
                        "{}.{}: {} does not take {form}",
                        resource.name, action.name, operation.name
                    ));
                }
            }
        }
    }

    fn groups(&mut self) {
        let mut names = BTreeMap::new();
        let mut n_held = vec![0_usize; self.parts.resources.len()];
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
                    Some(resource) if resource.group.0 as usize == place => {
                        n_held[id.0 as usize] += 1;
                    }
                    _ => self
                        .faults
                        .push(format!("group {}: holds a resource not its own", group.name)),
                }
            }
        }
        self.is_held_once(&n_held);
    }

    fn is_held_once(&mut self, n_held: &[usize]) {
        for (resource, n_held) in self.parts.resources.iter().zip(n_held) {
            if *n_held != 1 {
                let name = &resource.name;
                self.faults.push(format!("resource {name}: its group holds it {n_held} times"));
            }
        }
    }

    fn type_exists(&mut self, id: TypeId, of: impl Fn() -> String) {
        if id.0 as usize >= self.parts.types.0.len() {
            self.faults.push(format!("{}: type {} does not exist", of(), id.0));
        }
    }
}

/// The names of the parameters in a path template.
fn template(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).map(|part| part.split('}').next().unwrap_or_default())
}
