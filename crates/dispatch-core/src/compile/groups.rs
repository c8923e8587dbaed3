//! Groups: which tool a resource is reached through.

use indexmap::IndexMap;

use crate::catalog::{normalize, singular};
use crate::lower::Draft;
use crate::policy::{GroupBy, Policy, optional};

use super::fit::hint;
use super::names::Named;
use super::paths;

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
                Ok(Some(place)) => match taken[place] {
                    None => {
                        taken[place] = Some(group.clone());
                        groups[group].push(place);
                    }
                    Some(ref other) => faults
                        .push(format!("groups.{group}: {entry:?} is already in group {other}")),
                },
                Ok(None) if optional => {}
                Ok(None) => {
                    let names = resources.iter().map(|resource| resource.name.as_str());
                    let hint = hint(spelling, names);
                    faults.push(format!(
                        "groups.{group}: {entry:?} matches no resource of this document{hint}"
                    ));
                }
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

/// The place of the resource that an entry names, if there is one; several are a fault.
fn named(
    resources: &[Named],
    spelling: &str,
    group: &str,
    policy: &Policy,
) -> Result<Option<usize>, String> {
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
        return Ok(Some(*place));
    }
    let last =
        |resource: &Named| normalize(paths::parts(&resource.path).last().unwrap_or_default());
    let by_path = matching(&|resource| {
        let last = last(resource);
        last == wanted || singular(&last) == wanted
    });
    let in_group = by_path.iter().copied().filter(|place| {
        paths::below(&resources[*place].path, &policy.base_path).first() == Some(&group)
    });
    match (by_path.as_slice(), in_group.collect::<Vec<_>>().as_slice()) {
        ([], _) => Ok(None),
        ([place], _) | (_, [place]) => Ok(Some(*place)),
        (several, _) => {
            let paths: Vec<&str> = several.iter().map(|p| resources[*p].path.as_str()).collect();
            Err(format!("matches several resources: {}; name one of them", paths.join(", ")))
        }
    }
}

/// The group of a resource that no list names.
fn group_of(draft: &Draft, resource: &Named, policy: &Policy) -> String {
    let tag = || {
        let operation = &draft.operations[*resource.operations.first()?];
        tool_name(operation.tags.first()?)
    };
    let path = || {
        let parts = paths::below(&resource.path, &policy.base_path);
        parts.into_iter().filter(|part| !paths::is_parameter(part)).find_map(tool_name)
    };
    let one = || tool_name(policy.title.as_deref().unwrap_or(draft.title.as_str()));
    let (name, otherwise) = match policy.group_by {
        GroupBy::Path => (path(), "root"),
        GroupBy::Tag => (tag().or_else(path), "root"),
        GroupBy::One => (one(), "api"),
    };
    name.unwrap_or_else(|| otherwise.to_owned())
}

/// A name that a tool can have, 1 to 64 of letters, digits, `_` and `-`, if the text has any.
fn tool_name(text: &str) -> Option<String> {
    let legal = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let name: String = text.to_ascii_lowercase().chars().map(legal).collect();
    let name: String = name.trim_matches(['_', '-']).chars().take(64).collect();
    Some(name).filter(|name| !name.is_empty())
}
