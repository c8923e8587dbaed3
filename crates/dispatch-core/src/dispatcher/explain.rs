//! What is wrong with a call, and how it is made right, in about a hundred tokens.

use super::understand::Asked;
use crate::catalog::{Form, TypeId};
use crate::check::{Fault, Faults, IN_ALL};
use crate::resolve::Resolved;
use crate::signature::Notation;

/// Explains the faults of a call. Nothing was sent.
pub(super) fn faults(asked: &Asked<'_>, resolved: &Resolved<'_>, faults: &Faults) -> String {
    let (resource, action) = (&resolved.resource.name, &resolved.action.name);
    format!("{resource} {action} not sent:\n{}", problems(asked, resolved, faults))
}

/// Explains the faults of a call, without saying which call it is.
pub(super) fn problems(asked: &Asked<'_>, resolved: &Resolved<'_>, faults: &Faults) -> String {
    let (resource, action) = (&resolved.resource.name, &resolved.action.name);
    let mut text = faults.to_string();
    if let Some(cut) = faults.shown().iter().find(|fault| fault.problem.ends_with(IN_ALL)) {
        let (_, field) = cut.place.rsplit_once("].").unwrap_or(("", &cut.place));
        text.push_str(&format!("\nall of them: resource={resource}.{field} action=help"));
    }
    if faults.shown().iter().any(is_stray_name) {
        let known = known_names(asked, resolved);
        if known.is_empty() {
            text.push_str(&format!("\n{action} takes nothing"));
        } else {
            text.push_str(&format!("\n{action} takes {known}"));
        }
    }
    text
}

/// Whether a name of the call itself, or of one of its items, is like none that is known.
fn is_stray_name(fault: &Fault) -> bool {
    let (_, name) = fault.place.rsplit_once("].").unwrap_or(("", &fault.place));
    fault.is_stray_name && !name.contains('.')
}

/// What an action takes, as far as it is worth its tokens.
fn known_names(asked: &Asked<'_>, resolved: &Resolved<'_>) -> String {
    let notation = Notation::brief(asked.catalog, asked.access);
    let operation = resolved.operation;
    let mut parts: Vec<String> =
        operation.path_parameters.iter().map(|key| notation.key(key)).collect();
    let one = match (&operation.body, resolved.action.form) {
        (Some(body), Form::One) => body.one,
        (Some(body), Form::Many) => body.many,
        (None, _) => None,
    };
    let fields = |ty: TypeId| notation.object(ty).map(|object| notation.fields(object));
    match (one.and_then(fields), resolved.action.form) {
        (Some(fields), Form::One) => parts.push(fields),
        (Some(fields), Form::Many) => parts.push(format!("items:[{{{fields}}}]")),
        (None, _) => parts.extend(operation.query.iter().map(|parameter| parameter.name.clone())),
    }
    if parts.len() > MOST_NAMES {
        return format!("many parameters: resource={} action=help", resolved.resource.name);
    }
    cut(&parts.join(" "), resolved)
}

/// Cuts a signature between two words; `help` has the rest.
fn cut(signature: &str, resolved: &Resolved<'_>) -> String {
    if signature.len() <= MAX_BYTES {
        return signature.to_owned();
    }
    let spaces = signature.match_indices(' ').map(|(at, _)| at);
    let resource = &resolved.resource.name;
    let end = spaces.take_while(|at| *at <= MAX_BYTES).last().unwrap_or_default();
    format!("{} … (all: resource={resource} action=help)", &signature[..end])
}

/// About a hundred tokens.
const MAX_BYTES: usize = 300;

/// More parameters than these are no answer to which one was meant.
const MOST_NAMES: usize = 24;
