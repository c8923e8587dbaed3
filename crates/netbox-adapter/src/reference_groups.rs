//! Groups as the published reference design writes them.

use indexmap::IndexMap;

use crate::Error;

/// Reads groups as the published reference design writes them, `{"dcim": ["region", ...], ...}`, for
/// [`Policy::groups`](dispatch_core::policy::Policy). Its lists load verbatim: an entry that a NetBox
/// does not have is passed over, as it is there.
///
/// # Errors
///
/// Fails if the text is no such object.
pub fn reference_groups(json: &str) -> Result<IndexMap<String, Vec<String>>, Error> {
    let groups: IndexMap<String, Vec<String>> =
        serde_json::from_str(json).map_err(|error| Error::Groups(error.to_string()))?;
    let optional = |entry: String| if entry.ends_with('?') { entry } else { entry + "?" };
    Ok(groups
        .into_iter()
        .map(|(group, entries)| (group, entries.into_iter().map(optional).collect()))
        .collect())
}
