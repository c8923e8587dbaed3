//! Names: what resources are called.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Method, normalize, singular};
use crate::lower::Draft;
use crate::policy::{Models, NameBy, Policy};

use super::paths::{self, Place, Spot};

/// A resource before it has a group: its operations by their places in the draft.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// Its path as the document writes it.
    pub(super) path: String,
    /// The model its operations answer with.
    pub(super) model: Option<String>,
    /// Its name.
    pub(super) name: String,
    /// Whether the name comes from the path, and may be lengthened to be unique.
    is_by_path: bool,
    /// Its operations.
    pub(super) operations: Vec<usize>,
}

/// Gathers operations into resources, in the order of their first paths, and names them.
pub(super) fn resources(draft: &Draft, places: &[Place], policy: &Policy) -> Vec<Named> {
    let mut order: Vec<Named> = Vec::new();
    let mut known = BTreeMap::new();
    for (place, at) in places.iter().enumerate() {
        let slot = *known.entry(at.collection.clone()).or_insert_with(|| {
            order.push(Named {
                path: collection_path(&draft.operations[place].path, &at.collection),
                model: None,
                name: String::new(),
                is_by_path: false,
                operations: Vec::new(),
            });
            order.len() - 1
        });
        order[slot].operations.push(place);
    }
    for resource in &mut order {
        resource.model = model(draft, places, resource, &policy.models);
        (resource.name, resource.is_by_path) = name(resource, policy);
    }
    make_unique(&mut order, policy);
    order
}

/// As much of a path as its collection has parts, with the slash that paths of the API end in.
fn collection_path(path: &str, collection: &str) -> String {
    let n_parts = paths::parts(collection).count();
    let mut collection =
        paths::parts(path).take(n_parts).fold(String::new(), |path, part| path + "/" + part);
    if path.ends_with('/') || collection.is_empty() {
        collection.push('/');
    }
    collection
}

/// The model of a resource: what one object of it is answered as, else what its list holds, else
/// what a new one is answered as.
fn model(draft: &Draft, places: &[Place], resource: &Named, models: &Models) -> Option<String> {
    let wanted = [
        (Method::Get, Spot::Item),
        (Method::Get, Spot::Collection),
        (Method::Post, Spot::Collection),
        (Method::Put, Spot::Item),
        (Method::Patch, Spot::Item),
    ];
    wanted.iter().find_map(|(method, spot)| {
        let place = resource.operations.iter().find(|place| {
            draft.operations[**place].method == *method && places[**place].spot == *spot
        })?;
        let schema = draft.operations[*place].answer.schema.as_deref()?;
        Some(stripped(schema, models))
    })
}

/// The name of a schema without what the policy strips from both its ends.
fn stripped(schema: &str, models: &Models) -> String {
    let rests = models.strip_prefixes.iter().filter_map(|p| schema.strip_prefix(p.as_str()));
    let schema = shortest(rests).unwrap_or(schema);
    let rests = models.strip_suffixes.iter().filter_map(|s| schema.strip_suffix(s.as_str()));
    shortest(rests).unwrap_or(schema).to_owned()
}

/// The shortest of what is left after stripping, which is never nothing.
fn shortest<'a>(rests: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    rests.filter(|rest| !rest.is_empty()).min_by_key(|rest| rest.len())
}

/// The name of a resource, and whether it comes from the path.
fn name(resource: &Named, policy: &Policy) -> (String, bool) {
    let given = policy.names.iter().find(|(path, _)| paths::same(path, &resource.path));
    if let Some((_, name)) = given {
        return (name.clone(), false);
    }
    match &resource.model {
        Some(model) if policy.name_by == NameBy::Model => (normalize(model), false),
        _ => (joined(&words(&resource.path, policy, false), 1, policy), true),
    }
}

/// The words that a path is made of, below the base path: letters, digits and underscores.
fn words(path: &str, policy: &Policy, with_parameters: bool) -> Vec<String> {
    let parts = paths::below(path, &policy.base_path);
    let parts = parts.into_iter().filter(|part| with_parameters || !paths::is_parameter(part));
    let words = parts.map(word).filter(|word| !word.is_empty());
    words.collect()
}

/// A part of a path as a word of a name.
pub(super) fn word(part: &str) -> String {
    let clean = |c: char| if c.is_alphanumeric() { c } else { '_' };
    part.chars().map(clean).collect::<String>().trim_matches('_').to_owned()
}

/// The last words of a path in the singular as a name.
fn joined(words: &[String], n_words: usize, policy: &Policy) -> String {
    let last = &words[words.len().saturating_sub(n_words)..];
    let last: Vec<String> = last.iter().map(|word| singular(word)).collect();
    match (last.as_slice(), policy.name_by) {
        ([], _) => "root".to_owned(),
        (last, NameBy::Path) => last.join("_"),
        (last, NameBy::Model) => normalize(&last.concat()),
    }
}

/// Puts more of its path in front of a name from a path, as long as another resource has it too.
fn make_unique(resources: &mut [Named], policy: &Policy) {
    name_what_was_added(resources, policy);
    let n_most = resources.iter().map(|resource| words(&resource.path, policy, true).len()).max();
    let lengths = (2..=n_most.unwrap_or_default()).map(|n_words| (n_words, false));
    for (n_words, with_parameters) in lengths.chain([(usize::MAX, true)]) {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for resource in resources.iter() {
            *counts.entry(normalize(&resource.name)).or_default() += 1;
        }
        for resource in resources.iter_mut().filter(|resource| resource.is_by_path) {
            if counts[&normalize(&resource.name)] > 1 {
                let words = words(&resource.path, policy, with_parameters);
                resource.name = joined(&words, n_words, policy);
            }
        }
    }
}

/// Names what stands below [`Policy::added_below`] by its path where its model has a name that is
/// taken: what was added to an API does not know what else the API has.
fn name_what_was_added(resources: &mut [Named], policy: &Policy) {
    let is_added = |resource: &Named| {
        let parts = paths::below(&resource.path, &policy.base_path);
        parts.iter().any(|part| policy.added_below.iter().any(|above| above == part))
    };
    let own = resources.iter().filter(|resource| !is_added(resource));
    let mut taken: BTreeSet<String> = own.map(|resource| normalize(&resource.name)).collect();
    for resource in resources.iter_mut().filter(|resource| is_added(resource)) {
        let is_given = policy.names.keys().any(|path| paths::same(path, &resource.path));
        if !taken.insert(normalize(&resource.name)) && !is_given {
            resource.name = joined(&words(&resource.path, policy, false), 1, policy);
            resource.is_by_path = true;
        }
    }
}
