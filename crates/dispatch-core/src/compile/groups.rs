//! Groups: which tool a resource is reached through.

use indexmap::IndexMap;

use crate::catalog::{normalize, singular};
use crate::lower::Draft;
use crate::policy::{GroupBy, Policy, optional};
use crate::suggest;

use super::names::Named;

/// The groups in the order of the tools, each with the places of its resources in order.
pub(super) type Groups = IndexMap<String, Vec<usize>>;

/// Puts every resource into one group: the one whose list names it, else the one its path or tag
/// says. Entries that match nothing or twice are reported as faults.
pub(super) fn groups(
    draft: &Draft,
    resources: &[Named],
    policy: &Policy,
    faults: &mut Vec<String>,
) -> Groups {
    let mut groups = Groups::new();
    let mut taken = vec![None; resources.len()];
    for (group, entries) in &policy.groups {
        groups.entry(group.clone()).or_default();
        for entry in entries {
            let (spelling, optional) = optional(entry);
            match named(resources, spelling, group, policy) {
                Ok(place) => match taken[place] {
                    None => {
                        taken[place] = Some(group.clone());
                        groups[group].push(place);
                    }
                    Some(ref other) => faults
                        .push(format!("groups.{group}: {entry:?} is already in group {other}")),
                },
                Err(_) if optional => {}
                Err(fault) => faults.push(format!("groups.{group}: {entry:?} {fault}")),
            }
        }
    }
    for (place, resource) in resources.iter().enumerate() {
        if taken[place].is_none() {
            groups.entry(group_of(draft, resource, policy)).or_default().push(place);
        }
    }
    groups.retain(|_, resources| !resources.is_empty());
    groups
}

/// The place of the resource that an entry names.
pub(super) fn named(
    resources: &[Named],
    spelling: &str,
    group: &str,
    policy: &Policy,
) -> Result<usize, String> {
    let wanted = normalize(spelling);
    let wanted = policy
        .spellings
        .iter()
        .find(|(alias, _)| normalize(alias) == wanted)
        .map_or(wanted, |(_, target)| normalize(target));
    let matching = |by: &dyn Fn(&Named) -> bool| -> Vec<usize> {
        (0..resources.len()).filter(|place| by(&resources[*place])).collect()
    };
    let by_name = matching(&|resource| normalize(&resource.name) == wanted);
    if let [place] = by_name.as_slice() {
        return Ok(*place);
    }
    let last = |resource: &Named| {
        normalize(resource.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default())
    };
    let by_path = matching(&|resource| {
        let last = last(resource);
        last == wanted || singular(&last) == wanted
    });
    let in_group = by_path.iter().copied().filter(|place| {
        let path = below_base(&resources[*place].path, policy);
        path.split('/').find(|part| !part.is_empty()) == Some(group)
    });
    match (by_path.as_slice(), in_group.collect::<Vec<_>>().as_slice()) {
        ([place], _) | (_, [place]) => Ok(*place),
        ([], _) => {
            let names = resources.iter().map(|resource| resource.name.as_str());
            let near = suggest::nearest(spelling, names, 1);
            let hint = near.first().map(|near| format!("; did you mean {near:?}"));
            Err(format!("matches no resource of this document{}", hint.unwrap_or_default()))
        }
        (several, _) => {
            let paths: Vec<&str> = several.iter().map(|p| resources[*p].path.as_str()).collect();
            Err(format!("matches several resources: {}; name one of them", paths.join(", ")))
        }
    }
}

fn below_base<'a>(path: &'a str, policy: &Policy) -> &'a str {
    path.strip_prefix(policy.base_path.trim_end_matches('/')).unwrap_or(path)
}

/// The group of a resource that no list names.
fn group_of(draft: &Draft, resource: &Named, policy: &Policy) -> String {
    let tag = || {
        let operation = &draft.operations[*resource.operations.first()?];
        operation.tags.first().map(|tag| tool_name(tag))
    };
    let path = || {
        let mut parts = below_base(&resource.path, policy).split('/');
        let first = parts.find(|part| !part.is_empty() && !part.contains('{'));
        first.map_or_else(|| "root".to_owned(), tool_name)
    };
    match policy.group_by {
        GroupBy::Path => path(),
        GroupBy::Tag => tag().unwrap_or_else(path),
        GroupBy::One => tool_name(policy.title.as_deref().unwrap_or(draft.title.as_str())),
    }
}

/// A name that a tool can have: 1 to 64 of letters, digits, `_` and `-`.
fn tool_name(text: &str) -> String {
    let legal = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let name: String = text.to_ascii_lowercase().chars().map(legal).take(64).collect();
    if name.is_empty() { "api".to_owned() } else { name }
}
