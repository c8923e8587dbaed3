//! What people say for resources and actions, from the policy.

use crate::catalog::{CatalogParts, Resource, normalize};
use crate::policy::{Policy, optional};

use super::details::find;
use super::fit::hint;

/// Gives resources and actions their synonyms.
pub(super) fn apply(parts: &mut CatalogParts, policy: &Policy, faults: &mut Vec<String>) {
    for (entry, words) in &policy.synonyms {
        let (name, is_optional) = optional(entry);
        let Some((resource, action)) = name.split_once('.') else {
            for place in find(parts, "synonyms", entry, faults) {
                parts.resources[place].synonyms.extend(words.iter().cloned());
            }
            continue;
        };
        let mark = if is_optional { "?" } else { "" };
        let places = find(parts, "synonyms", &format!("{resource}{mark}"), faults);
        let is_missing = !places.is_empty()
            && places.iter().filter(|it| add(&mut parts.resources[**it], action, words)).count()
                == 0;
        if is_missing && !is_optional {
            let of_places = places.iter().flat_map(|place| &parts.resources[*place].actions);
            let hint = hint(action, of_places.map(|action| action.name.as_str()));
            faults.push(format!("synonyms: {entry:?} matches no action{hint}"));
        }
    }
}

/// Adds synonyms to an action, if the resource has it.
fn add(resource: &mut Resource, action: &str, words: &[String]) -> bool {
    let wanted = normalize(action);
    let mut named = resource.actions.iter_mut().filter(|it| normalize(&it.name) == wanted);
    let Some(action) = named.next() else { return false };
    action.synonyms.extend(words.iter().cloned());
    true
}
