//! Deleting: what protects an object, what goes with it, and what lets go of it.

use std::{collections::BTreeSet, sync::Arc};

use http::StatusCode;
use serde_json::{Map, Value};

use crate::{
    change::{self, Action},
    problem::Failure,
    render::View,
    state::{Object, State},
    table::{self, Kind, OnDelete, Resource},
    write::{Author, Draft},
};

/// What a delete would do.
#[derive(Debug, Default)]
struct Plan {
    /// What goes, the holders before what they hold on to.
    doomed: Vec<(&'static Resource, u64)>,
    seen: BTreeSet<(&'static str, u64)>,
    protectors: Vec<(&'static Resource, u64)>,
}

/// Why an object stays.
#[derive(Debug)]
pub(crate) struct Protected(Vec<String>);

impl Protected {
    /// NetBox's answer to a single delete.
    pub(crate) fn into_failure(self) -> Failure {
        let n = self.0.len();
        let names = self.0.join(", ");
        let detail = format!("Unable to delete object. {n} dependent objects were found: {names}");
        Failure::detail(StatusCode::CONFLICT, detail)
    }

    pub(crate) const fn count(&self) -> usize {
        self.0.len()
    }
}

/// Deletes an object and what goes with it.
///
/// # Errors
///
/// What depends on the object and protects it.
pub(crate) fn delete(
    state: &mut State,
    author: Author<'_>,
    resource: &'static Resource,
    id: u64,
    message: &str,
) -> Result<(), Protected> {
    let mut plan = Plan::default();
    plan.add(state, resource, id);
    // What is deleted anyway protects nothing.
    let Plan { doomed, seen, protectors } = plan;
    let view = View { state, base: author.base };
    let protectors: Vec<_> = protectors
        .into_iter()
        .filter(|(resource, id)| !seen.contains(&(resource.path, *id)))
        .map(|(resource, id)| format!("{} ({id})", view.display(resource.path, Some(id))))
        .collect();
    if !protectors.is_empty() {
        return Err(Protected(protectors));
    }
    for (resource, id) in doomed {
        remove(state, author, resource, id, message);
    }
    Ok(())
}

impl Plan {
    fn add(&mut self, state: &State, resource: &'static Resource, id: u64) {
        if !self.seen.insert((resource.path, id)) {
            return;
        }
        for holder in table::all() {
            self.add_referring(state, holder, resource, id);
        }
        // As in Django, what is attached is looked at only if nothing stands in the way.
        if self.protectors.is_empty() {
            for holder in table::all() {
                self.add_attached(state, holder, resource, id);
            }
        }
        self.doomed.push((resource, id));
    }

    fn add_referring(
        &mut self,
        state: &State,
        holder: &'static Resource,
        resource: &'static Resource,
        id: u64,
    ) {
        for field in holder.fields {
            let (Kind::Reference(target) | Kind::PlainReference(target)) = field.kind else {
                continue;
            };
            if target != resource.path || field.on_delete == OnDelete::SetNull {
                continue;
            }
            let holders: Vec<_> =
                state.referring(holder.path, field.name, id).map(|one| one.id).collect();
            for one in holders {
                let known =
                    |(other, id): &(&Resource, u64)| other.path == holder.path && *id == one;
                if field.on_delete == OnDelete::Cascade {
                    self.add(state, holder, one);
                } else if !self.protectors.iter().any(known) {
                    self.protectors.push((holder, one));
                }
            }
        }
    }

    /// What is attached by a generic reference goes with its object.
    fn add_attached(
        &mut self,
        state: &State,
        holder: &'static Resource,
        resource: &'static Resource,
        id: u64,
    ) {
        for field in holder.fields {
            let Kind::Object(type_field, id_field) = field.kind else { continue };
            let attached: Vec<_> = state
                .attached(holder.path, (type_field, id_field), resource.model, id)
                .map(|one| one.id)
                .collect();
            for one in attached {
                self.add(state, holder, one);
            }
        }
    }
}

fn remove(
    state: &mut State,
    author: Author<'_>,
    resource: &'static Resource,
    id: u64,
    message: &str,
) {
    let Some(before) = state.get(resource.path, id).cloned() else { return };
    change::record(state, author, resource, Action::Delete, (Some(&before), None), message);
    let body = Map::new();
    let mut draft = Draft {
        state,
        author,
        resource,
        object: before.as_ref().clone(),
        before: Some(before),
        body: &body,
    };
    for rule in resource.rules.removing {
        rule(&mut draft);
    }
    let state = draft.state;
    let_go(state, resource, id);
    state.remove(resource.path, id);
}

/// Takes the id out of every reference that a delete clears.
fn let_go(state: &mut State, resource: &'static Resource, id: u64) {
    for holder in table::all() {
        for field in holder.fields {
            let holds = match field.kind {
                Kind::Tags => resource.path == "extras/tags",
                _ => field.target() == Some(resource.path),
            };
            if !holds {
                continue;
            }
            let holders: Vec<Arc<Object>> =
                state.referring(holder.path, field.name, id).cloned().collect();
            for one in holders {
                let mut object = one.as_ref().clone();
                let rest = match object.get(field.name) {
                    Value::Array(ids) => {
                        ids.iter().filter(|one| one.as_u64() != Some(id)).cloned().collect()
                    }
                    _ => Value::Null,
                };
                object.set(field.name, rest);
                state.put(holder.path, object);
            }
        }
    }
}
