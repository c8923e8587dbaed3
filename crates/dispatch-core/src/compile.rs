//! Compiling: a document and a policy become a catalog.
//!
//! One pass after another over one draft: corrections first, so that everything after them sees what
//! is true; then names, references, groups and tiers. A fault of the document drops one operation
//! and is a [`Diagnostic`]; a fault of the policy refuses the whole, since a policy that does not
//! fit no longer protects. Either way all of them are reported, never only the first.

mod answers;
mod body;
mod corrections;
mod details;
mod groups;
mod names;
mod paths;
mod prune;
mod references;

use std::collections::BTreeMap;

use crate::catalog::{
    AnswerKind, Catalog, CatalogParts, Group, GroupId, Operation, Parameter, Resource, ResourceId,
    normalize,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::Document;
use crate::error::Error;
use crate::lower::{Draft, DraftOperation, LowerOptions};
use crate::policy::{Policy, Selector, TierRule, optional};
use crate::suggest;
use crate::tier::Tier;

use names::{Faces, Named};

/// A catalog, and what was remarked while it was compiled.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The catalog.
    pub catalog: Catalog,
    /// What was dropped or widened and why, with places in the document.
    pub diagnostics: Vec<Diagnostic>,
}

/// Compiles a document under a policy.
///
/// # Errors
///
/// Fails if no operation of the document can be used, if the policy does not fit the document, or
/// if two resources or two actions end up with one name; every such fault is named.
pub fn compile(document: &Document, policy: &Policy) -> Result<Compiled, Error> {
    let options = LowerOptions { descriptions: policy.descriptions, ..LowerOptions::default() };
    let mut draft = Draft::lower(document, &options);
    if draft.operations.is_empty() {
        return Err(Error::unusable(draft.diagnostics));
    }
    let mut faults = Vec::new();
    let selectors = Selectors::new(&draft, policy, &mut faults);
    check_keys(&draft, policy, &mut faults);
    let prefixes = corrections::apply(&mut draft, &policy.corrections, &mut faults);
    let hidden = hide(&mut draft, policy);
    let mut diagnostics = std::mem::take(&mut draft.diagnostics);
    diagnostics.extend(selectors.unmatched);

    let places = paths::places(draft.operations.iter().map(|operation| operation.path.as_str()));
    let resources = names::resources(&draft, &places, policy);
    refer(&mut draft, &resources, policy);
    let groups = groups::groups(&draft, &resources, policy, &mut faults);

    let mut operations = operations(&draft, policy);
    for (operation, families) in operations.iter_mut().zip(remaining(prefixes, &hidden)) {
        operation.query_prefixes = families;
    }
    let faces: Vec<Faces> = draft
        .operations
        .iter()
        .zip(&operations)
        .map(|(draft_operation, operation)| {
            let forms = draft_operation.body.as_ref().map(|b| body::forms(&draft.types, b.ty));
            Faces::new(forms, &operation.answer.kind)
        })
        .collect();

    let mut parts = CatalogParts {
        title: policy.title.clone().unwrap_or_else(|| draft.title.clone()),
        version: draft.version.clone(),
        document_sha256: draft.document_sha256.clone(),
        n_dropped: draft.n_dropped,
        hidden: hidden.into_values().collect(),
        instructions: policy.instructions.clone(),
        scopes: policy.scope_tiers(),
        groups: Vec::new(),
        resources: Vec::new(),
        operations,
        types: std::mem::take(&mut draft.types),
    };
    for (group, members) in groups {
        let id = GroupId(index(parts.groups.len()));
        let mut ids = Vec::new();
        for member in members {
            let named = &resources[member];
            ids.push(ResourceId(index(parts.resources.len())));
            parts.resources.push(Resource {
                name: named.name.clone(),
                group: id,
                path: format!("{}{}", draft.base_path, named.path),
                spellings: Vec::new(),
                actions: names::actions(&draft, &places, named, &faces, policy),
                columns: Vec::new(),
                secrets: Vec::new(),
                note: None,
            });
        }
        parts.groups.push(Group { name: group, resources: ids });
    }
    details::apply(&mut parts, policy, &mut faults);
    if !faults.is_empty() {
        return Err(Error::policy(faults));
    }
    let catalog = details::without_unused_types(parts)?;
    Ok(Compiled { catalog, diagnostics })
}

/// The operations as the catalog holds them.
fn operations(draft: &Draft, policy: &Policy) -> Vec<Operation> {
    let operation = |operation: &DraftOperation| {
        let answer = answers::answer(&draft.types, &operation.answer);
        let paging = match answer.kind {
            AnswerKind::List { .. } if operation.method.is_safe() => {
                answers::paging(&operation.query)
            }
            _ => None,
        };
        Operation {
            name: operation
                .operation_id
                .clone()
                .unwrap_or_else(|| format!("{} {}", operation.method.as_str(), operation.path)),
            method: operation.method,
            path: format!("{}{}", draft.base_path, operation.path),
            tier: tier(operation, policy),
            path_parameters: operation.path_parameters.clone(),
            query: operation.query.clone(),
            query_prefixes: Vec::new(),
            headers: operation.headers.clone(),
            body: operation.body.as_ref().map(|body| body::body(&draft.types, body)),
            answer,
            paging,
            description: operation.description.clone(),
        }
    };
    draft.operations.iter().map(operation).collect()
}

/// The tier of an operation: the last entry of the policy that is about it, else its method's.
fn tier(operation: &DraftOperation, policy: &Policy) -> Tier {
    let about = |rule: &&TierRule| {
        rule.on.iter().any(|selector| selector.matches(operation.method, &operation.path))
    };
    let default = if operation.method.is_safe() { Tier::Read } else { Tier::Write };
    policy.tiers.iter().rev().find(about).map_or(default, |rule| rule.tier)
}

/// Takes the hidden operations out of the draft; answers them by the place they had.
fn hide(draft: &mut Draft, policy: &Policy) -> BTreeMap<usize, String> {
    let mut hidden = BTreeMap::new();
    let mut place = 0;
    draft.operations.retain(|operation| {
        let matches = |s: &Selector| s.matches(operation.method, &operation.path);
        let hide = policy.hidden.iter().any(matches);
        if hide {
            hidden.insert(place, format!("{} {}", operation.method.as_str(), operation.path));
        }
        place += 1;
        !hide
    });
    hidden
}

/// The families of query parameters, in the order of the operations that were not hidden.
fn remaining(
    mut prefixes: corrections::Prefixes,
    hidden: &BTreeMap<usize, String>,
) -> impl Iterator<Item = Vec<Parameter>> {
    let places = (0..).filter(|place| !hidden.contains_key(place));
    places.map(move |place| prefixes.remove(&place).unwrap_or_default())
}

/// Turns into references what names an object of another resource.
fn refer(draft: &mut Draft, resources: &[Named], policy: &Policy) {
    let by_model = resources.iter().filter_map(|resource| {
        Some((normalize(resource.model.as_deref()?), resource.name.clone()))
    });
    let targets = references::Targets::new(&policy.models, by_model.collect());
    let attributes = references::by_schema(&mut draft.types, &targets);
    for operation in &draft.operations {
        let (Some(sent), Some(answered)) = (&operation.body, operation.answer.ty) else {
            continue;
        };
        let forms = body::forms(&draft.types, sent.ty);
        let answered = body::forms(&draft.types, answered);
        let Some(answered) = answered.one.or(answered.many) else {
            continue;
        };
        for form in forms.one.into_iter().chain(forms.many) {
            references::by_answer(&mut draft.types, form, answered, &targets, &attributes);
        }
    }
}

/// Whether every selector of the policy matches something, and what optional ones do not.
struct Selectors {
    unmatched: Vec<Diagnostic>,
}

impl Selectors {
    fn new(draft: &Draft, policy: &Policy, faults: &mut Vec<String>) -> Self {
        let hidden = policy.hidden.iter().map(|selector| ("hidden", selector));
        let tiers = policy.tiers.iter().flat_map(|rule| &rule.on).map(|s| ("tiers", s));
        let corrections = policy.corrections.iter().flat_map(|correction| &correction.on);
        let mut unmatched = Vec::new();
        for (place, selector) in hidden.chain(tiers).chain(corrections.map(|s| ("corrections", s)))
        {
            let matches = |o: &DraftOperation| selector.matches(o.method, &o.path);
            if draft.operations.iter().any(matches) {
                continue;
            }
            if selector.is_optional() {
                let message = format!("{selector} matches no operation");
                unmatched.push(Diagnostic::new(Code::PolicyUnmatched, place, message));
            } else {
                faults.push(format!("{place}: {selector} matches no operation of this document"));
            }
        }
        Self { unmatched }
    }
}

/// Whether every name of the policy is of a path that exists.
fn check_keys(draft: &Draft, policy: &Policy, faults: &mut Vec<String>) {
    for key in policy.actions.keys() {
        if !optional(key).1
            && !draft.operations.iter().any(|operation| names::is_named(key, operation))
        {
            faults.push(format!("actions: {key:?} names no operation of this document"));
        }
    }
    for key in policy.names.keys() {
        let path = optional(key).0;
        let below = |operation: &DraftOperation| {
            let parts = |path: &str| path.split('/').filter(|p| !p.is_empty()).count();
            let start: Vec<&str> =
                operation.path.split('/').filter(|p| !p.is_empty()).take(parts(path)).collect();
            same_path(path, &start.join("/"))
        };
        if path == key && !draft.operations.iter().any(below) {
            let paths = draft.operations.iter().map(|operation| operation.path.as_str());
            let near = suggest::nearest(key, paths, 1);
            let hint = near.first().map(|near| format!("; did you mean {near:?}"));
            faults.push(format!("names: no path {key:?}{}", hint.unwrap_or_default()));
        }
    }
}

/// Whether two path templates are the same but for slashes at their ends, names of parameters, and
/// the `?` of an optional entry.
fn same_path(a: &str, b: &str) -> bool {
    let parts = |path: &'_ str| -> Vec<String> {
        let path = optional(path).0;
        let parts = path.split('/').filter(|part| !part.is_empty());
        parts
            .map(|part| if part.contains('{') { "{}".to_owned() } else { part.to_owned() })
            .collect()
    };
    parts(a) == parts(b)
}

/// A place in a list as an id.
#[expect(clippy::cast_possible_truncation, reason = "bounded by the size of a document")]
const fn index(place: usize) -> u32 {
    place as u32
}
