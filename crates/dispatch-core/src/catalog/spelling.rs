//! The spellings of names: what an agent writes, and what it means.

use std::collections::BTreeMap;

use super::resource::{GroupId, Resource, ResourceId};

/// Brings a name to the form spellings are compared in: letters and digits only, in lower case.
#[must_use]
pub fn normalize(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The spellings of every resource of a catalog.
///
/// A resource is known by its name, by the last part of its path, and by either after its group's
/// name, in any case and with any separators. A group's own resources come first when its tool is
/// asked; without a group, a spelling that would mean two resources means neither.
#[derive(Clone, Debug, Default)]
pub struct Spellings {
    by_name: BTreeMap<String, (GroupId, ResourceId)>,
    others: BTreeMap<String, Vec<(GroupId, ResourceId)>>,
}

impl Spellings {
    /// Collects the spellings of these resources, whose groups have these names.
    #[must_use]
    pub fn new<'a>(resources: impl Iterator<Item = (ResourceId, &'a Resource, &'a str)>) -> Self {
        let mut spellings = Self::default();
        for (id, resource, group_name) in resources {
            let name = normalize(&resource.name);
            let last = resource.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            let path = normalize(last);
            let group = normalize(group_name);
            let given = resource.spellings.iter().map(|spelling| normalize(spelling));
            let derived = [
                format!("{group}{name}"),
                format!("{group}{path}"),
                format!("{name}s"),
                singular(&path),
                path,
            ];
            for other in derived.into_iter().chain(given) {
                let meanings = spellings.others.entry(other).or_default();
                if meanings.iter().all(|(_, known)| *known != id) {
                    meanings.push((resource.group, id));
                }
            }
            spellings.by_name.insert(name, (resource.group, id));
        }
        spellings
    }

    /// The resource that a spelling means, asked for through a group's tool or through none.
    #[must_use]
    pub fn resource(&self, spelling: &str, group: Option<GroupId>) -> Option<ResourceId> {
        let spelling = normalize(spelling);
        let within = |group: GroupId| {
            let meanings = self.others.get(&spelling)?;
            let mut own = meanings.iter().filter(|(of, _)| *of == group);
            own.next().filter(|_| own.next().is_none()).map(|(_, id)| *id)
        };
        let named = self.by_name.get(&spelling);
        if let Some((of, id)) = named
            && group.is_none_or(|group| group == *of)
        {
            return Some(*id);
        }
        group.and_then(within).or(named.map(|(_, id)| *id)).or_else(|| {
            match self.others.get(&spelling)?.as_slice() {
                [(_, id)] => Some(*id),
                _ => None,
            }
        })
    }
}

/// A guess at the singular of an English plural. A word that may be none stays as it is.
pub(crate) fn singular(plural: &str) -> String {
    let stem = |ending: &str| plural.strip_suffix(ending).filter(|stem| !stem.is_empty());
    if let Some(stem) = stem("ies") {
        return format!("{stem}y");
    }
    if ["sses", "xes", "ches", "shes"].iter().any(|ending| plural.ends_with(ending)) {
        return plural[..plural.len() - "es".len()].to_owned();
    }
    let is_singular = ["ss", "us", "is"].iter().any(|ending| plural.ends_with(ending));
    stem("s").filter(|_| !is_singular).unwrap_or(plural).to_owned()
}

#[cfg(test)]
mod tests {
    use super::singular;

    #[test]
    fn a_singular_is_guessed_and_what_may_be_one_stays() {
        for (plural, expected) in [
            ("devices", "device"),
            ("policies", "policy"),
            ("addresses", "address"),
            ("prefixes", "prefix"),
            ("batches", "batch"),
            ("status", "status"),
            ("address", "address"),
            ("chassis", "chassis"),
            ("s", "s"),
            ("", ""),
        ] {
            assert_eq!(singular(plural), expected, "{plural}");
        }
    }
}
