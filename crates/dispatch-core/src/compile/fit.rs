//! Whether a policy fits a document: every entry is about something, and about one thing once.

use std::collections::BTreeSet;

use crate::catalog::normalize;
use crate::diagnostic::{Code, Diagnostic};
use crate::lower::{Draft, DraftOperation};
use crate::policy::{Correction, Policy, Selector, optional};
use crate::suggest;

use super::corrections;
use super::names::Named;
use super::paths;

/// Checks the entries that are about operations. Optional ones that match nothing are remarked.
pub(super) fn operations(draft: &mut Draft, policy: &Policy, faults: &mut Vec<String>) {
    base_path(draft, policy, faults);
    selectors(draft, policy, faults);
    actions(draft, policy, faults);
    for correction in &policy.corrections {
        if let Some(since) = &correction.since
            && corrections::version(since).is_empty()
        {
            faults.push(format!("corrections: since {since:?} is no version, such as \"4.4\""));
        }
    }
}

/// Checks the entries that name resources by their paths.
pub(super) fn names(
    resources: &[Named],
    hidden: &[DraftOperation],
    policy: &Policy,
    faults: &mut Vec<String>,
) {
    for (place, key) in policy.names.keys().enumerate() {
        let (path, is_optional) = optional(key);
        if policy.names.keys().take(place).any(|earlier| paths::same(earlier, key)) {
            faults.push(format!("names: {key:?} stands twice"));
        }
        let is_known = resources.iter().any(|resource| paths::same(path, &resource.path))
            || hidden.iter().any(|operation| is_below(&operation.path, path));
        if !is_known && !is_optional {
            let known = resources.iter().map(|resource| resource.path.as_str());
            faults.push(format!("names: no path {path:?}{}", hint(path, known)));
        }
    }
    twice("spellings", policy.spellings.keys(), faults);
    twice("columns", policy.columns.keys(), faults);
    twice("keys", policy.keys.keys(), faults);
    twice("notes", policy.notes.keys(), faults);
    twice("weights", policy.weights.keys(), faults);
    let of_one = policy.synonyms.keys().filter(|entry| !entry.starts_with('*'));
    twice("synonyms", of_one, faults);
}

/// Refuses names that stand twice, in whatever spelling.
fn twice<'a>(what: &str, names: impl Iterator<Item = &'a String>, faults: &mut Vec<String>) {
    let mut known = BTreeSet::new();
    for name in names {
        let normalized = normalize(name);
        if !normalized.is_empty() && !known.insert(normalized) {
            faults.push(format!("{what}: {name:?} stands twice"));
        }
    }
}

/// Suggests the known name nearest to one that is not.
pub(super) fn hint<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let near = suggest::nearest(wanted, known, 1);
    near.first().map(|near| format!("; did you mean {near:?}")).unwrap_or_default()
}

/// Whether a key of the policy, `METHOD path`, names this operation.
pub(super) fn is_named(key: &str, operation: &DraftOperation) -> bool {
    optional(key).0.split_once(' ').is_some_and(|(method, path)| {
        method == operation.method.as_str() && paths::same(path, &operation.path)
    })
}

fn base_path(draft: &Draft, policy: &Policy, faults: &mut Vec<String>) {
    let base: Vec<&str> = paths::parts(&policy.base_path).collect();
    let starts = |operation: &DraftOperation| {
        let parts: Vec<&str> = paths::parts(&operation.path).collect();
        parts.starts_with(&base)
    };
    if !draft.operations.iter().any(starts) {
        let servers = match draft.base_path.as_str() {
            "" => String::new(),
            path => format!("; the {path:?} of its server is none of its paths' parts"),
        };
        faults.push(format!(
            "base_path: no path of this document starts with {:?}{servers}",
            policy.base_path
        ));
    }
}

fn selectors(draft: &mut Draft, policy: &Policy, faults: &mut Vec<String>) {
    let due = |correction: &&Correction| corrections::is_due(correction, &draft.version);
    let tiers = policy.tiers.iter().map(|rule| ("tiers", rule.on.as_slice()));
    let corrections = policy.corrections.iter().filter(due);
    let lists = tiers.chain(corrections.map(|it| ("corrections", it.on.as_slice())));
    let mut unmatched = Vec::new();
    let alone = [("hidden", policy.hidden.as_slice()), ("pictures", policy.pictures.as_slice())];
    for (place, selectors) in alone.into_iter().chain(lists) {
        if selectors.is_empty() && !alone.iter().any(|(name, _)| *name == place) {
            faults.push(format!("{place}: an entry without `on` is about no operation"));
        }
        for selector in selectors.iter().filter(|selector| !is_matched(draft, selector)) {
            if selector.is_optional() {
                let message = format!("{selector} matches no operation");
                unmatched.push(Diagnostic::new(Code::PolicyUnmatched, place, message));
            } else {
                let known = draft.operations.iter().map(|operation| operation.path.as_str());
                let hint = hint(selector.path(), known);
                let fault = format!("{selector} matches no operation of this document{hint}");
                faults.push(format!("{place}: {fault}"));
            }
        }
    }
    draft.diagnostics.extend(unmatched);
}

fn is_matched(draft: &Draft, selector: &Selector) -> bool {
    draft.operations.iter().any(|operation| selector.matches(operation.method, &operation.path))
}

fn actions(draft: &Draft, policy: &Policy, faults: &mut Vec<String>) {
    let mut known = Vec::new();
    for key in policy.actions.keys() {
        let found = draft.operations.iter().position(|operation| is_named(key, operation));
        match found {
            Some(operation) if known.contains(&operation) => {
                faults.push(format!("actions: {key:?} stands twice"));
            }
            Some(operation) => known.push(operation),
            None if optional(key).1 => {}
            None => {
                let names: Vec<String> = draft
                    .operations
                    .iter()
                    .map(|operation| format!("{} {}", operation.method.as_str(), operation.path))
                    .collect();
                let hint = hint(key, names.iter().map(String::as_str));
                faults.push(format!("actions: {key:?} names no operation of this document{hint}"));
            }
        }
    }
}

/// Whether a path is this collection's or stands below it.
fn is_below(path: &str, collection: &str) -> bool {
    let n_parts = paths::parts(collection).count();
    let start: Vec<&str> = paths::parts(path).take(n_parts).collect();
    paths::same(&start.join("/"), collection)
}
