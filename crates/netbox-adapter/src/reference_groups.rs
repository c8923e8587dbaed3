//! Groups as the published reference design writes them.

use indexmap::IndexMap;

use crate::Error;

/// Reads groups as the published reference design writes them, `{"dcim": ["region", ...], ...}`, for
/// [`Policy::groups`](dispatch_core::policy::Policy). Its lists load verbatim: an entry that a NetBox
/// does not have is passed over, as it is there. What its lists leave out lands in the group that its
/// path says; what has no group in its path, in `core`, so that no resource is a tool of its own.
///
/// # Errors
///
/// Fails if the text is no such object.
pub fn reference_groups(json: &str) -> Result<IndexMap<String, Vec<String>>, Error> {
    let groups: IndexMap<String, Vec<String>> =
        serde_json::from_str(json).map_err(|error| Error::Groups(error.to_string()))?;
    let optional = |entry: String| if entry.ends_with('?') { entry } else { entry + "?" };
    let mut groups: IndexMap<String, Vec<String>> = groups
        .into_iter()
        .map(|(group, entries)| (group, entries.into_iter().map(optional).collect()))
        .collect();
    for resource in WITHOUT_APP {
        let is_named = groups.values().flatten().any(|entry| entry == resource);
        if !is_named {
            groups.entry("core".to_owned()).or_default().push(resource.to_owned());
        }
    }
    Ok(groups)
}

/// The resources whose paths lead through no app of NetBox.
const WITHOUT_APP: [&str; 2] = ["status?", "authenticationcheck?"];
