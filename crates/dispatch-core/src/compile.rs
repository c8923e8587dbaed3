//! Compiling: a document and a policy become a catalog.
//!
//! One pass after another over one draft: corrections first, so that everything after them sees what
//! is true; then names, references, groups and tiers. A fault of the document drops one operation
//! and is a [`Diagnostic`]; a fault of the policy refuses the whole, since a policy that does not
//! fit no longer protects. Either way all of them are reported, never only the first.

mod actions;
mod answers;
mod background;
mod body;
mod columns;
mod corrections;
mod details;
mod examples;
mod fit;
mod groups;
mod ids;
mod keys;
mod kinds;
mod names;
mod paths;
mod prune;
mod references;
mod refers;
mod secrets;
mod synonyms;
mod words;

use std::collections::BTreeMap;
use std::mem;

use indexmap::IndexMap;

use crate::catalog::{
    AnswerKind, Catalog, CatalogParts, Group, GroupId, Operation, Resource, ResourceId, faults_of,
};
use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::error::Error;
use crate::lower::{Draft, DraftOperation, LowerOptions};
use crate::policy::{Policy, Selector, TierRule};
use crate::tier::Tier;

use actions::Faces;
use corrections::Families;
use groups::Groups;
use names::Named;
use paths::Place;

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
    fit::operations(&mut draft, policy, &mut faults);
    let families = corrections::apply(&mut draft, &policy.corrections, &mut faults);
    let hidden = hide(&mut draft, policy);
    if draft.operations.is_empty() {
        faults.push("hidden: no operation is left to offer".to_owned());
    }

    let places = paths::places(draft.operations.iter().map(|operation| operation.path.as_str()));
    let resources = names::resources(&draft, &places, policy);
    fit::names(&resources, &hidden, policy, &mut faults);
    references::refer(&mut draft, &places, &resources, &policy.models);
    ids::refer(&mut draft.types, &resources, &policy.models, &mut faults);
    let groups = groups::groups(&draft, &resources, policy, &mut faults);

    let diagnostics = mem::take(&mut draft.diagnostics);
    let hidden = hidden.iter().map(|operation| {
        format!("{} {}{}", operation.method.as_str(), draft.base_path, operation.path)
    });
    let hidden = hidden.collect();
    let mut parts = parts(draft, &places, &resources, groups, families, policy);
    parts.hidden = hidden;
    details::apply(&mut parts, policy, &mut faults);
    faults.extend(faults_of(&parts));
    if !faults.is_empty() {
        return Err(Error::policy(faults));
    }
    let catalog = Catalog::new(prune::prune(parts))?;
    let faults = examples::faults(&catalog);
    if !faults.is_empty() {
        return Err(Error::policy(faults));
    }
    Ok(Compiled { catalog, diagnostics })
}

/// Takes the operations that are not offered out of the draft.
fn hide(draft: &mut Draft, policy: &Policy) -> Vec<DraftOperation> {
    let is_hidden = |operation: &mut DraftOperation| {
        let matches = |s: &Selector| s.matches(operation.method, &operation.path);
        policy.hidden.iter().any(matches)
    };
    draft.operations.extract_if(.., is_hidden).collect()
}

/// Puts the catalog together, but for what details add to its resources.
fn parts(
    mut draft: Draft,
    places: &[Place],
    resources: &[Named],
    groups: Groups,
    families: Families,
    policy: &Policy,
) -> CatalogParts {
    let operations = operations(&draft, families, policy);
    let faces: Vec<Faces> = operations.iter().map(Faces::new).collect();
    let mut parts = CatalogParts {
        title: policy.title.clone().unwrap_or_else(|| draft.title.clone()),
        version: draft.version.clone(),
        document_sha256: draft.document_sha256.clone(),
        n_dropped: draft.n_dropped,
        hidden: Vec::new(),
        generic: BTreeMap::new(),
        vocabularies: BTreeMap::new(),
        instructions: policy.instructions.clone(),
        bulk_is_atomic: policy.bulk_is_atomic,
        ignores_empty_filters: policy.ignores_empty_filters,
        entity_tag: None,
        background: None,
        change_message: None,
        scopes: policy.scope_tiers(),
        groups: Vec::new(),
        resources: Vec::new(),
        operations,
        types: mem::take(&mut draft.types),
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
                synonyms: Vec::new(),
                weight: 0,
                actions: actions::actions(&draft, places, named, &faces, policy),
                keys: Vec::new(),
                ensure: None,
                generic: Vec::new(),
                columns: Vec::new(),
                secrets: Vec::new(),
                note: None,
                examples: IndexMap::new(),
            });
        }
        parts.groups.push(Group { name: group, resources: ids });
    }
    parts
}

/// The operations as the catalog holds them.
fn operations(draft: &Draft, mut families: Families, policy: &Policy) -> Vec<Operation> {
    let mut words = words::words(draft).into_iter();
    let operation = |operation: &DraftOperation| {
        let answer = answers::answer(&draft.types, &operation.answer);
        let paging = match &answer.kind {
            AnswerKind::List { envelope, .. } if operation.method.is_safe() => {
                answers::paging(&draft.types, &operation.query, envelope.as_ref())
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
            query_prefixes: families
                .remove(&(operation.method, operation.path.clone()))
                .unwrap_or_default(),
            headers: operation.headers.clone(),
            body: operation.body.as_ref().map(|body| body::body(&draft.types, body)),
            answer,
            paging,
            has_pictures: policy
                .pictures
                .iter()
                .any(|selector| selector.matches(operation.method, &operation.path)),
            description: operation.description.clone(),
            words: words.next().unwrap_or_default(),
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

/// A place in a list as an id.
#[expect(clippy::cast_possible_truncation, reason = "bounded by the size of a document")]
const fn index(place: usize) -> u32 {
    place as u32
}
