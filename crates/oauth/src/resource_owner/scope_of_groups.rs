//! What the groups that an account is in let its person grant.

use std::collections::{BTreeMap, BTreeSet};

use mcp_protocol::auth::ScopeSet;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::scope::ScopeLadder;

/// A map from the names of groups to scopes; `*` stands for every account, in a group or not.
///
/// An account that is in several groups has the scopes of all of them. One that is in none of them
/// has those of `*`, and may grant nothing where that is missing.
///
/// ```
/// # use std::collections::BTreeSet;
/// # use mcp_protocol::auth::ScopeSet;
/// use oauth::resource_owner::ScopeOfGroups;
///
/// let map = ScopeOfGroups::default().with("*", "read").with("network engineers", "write");
/// let groups = BTreeSet::from(["network engineers".to_owned()]);
/// assert_eq!(map.scopes(&groups), ScopeSet::from(["read", "write"]));
/// assert_eq!(map.scopes(&BTreeSet::new()), ScopeSet::from(["read"]));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScopeOfGroups(BTreeMap<String, String>);

impl ScopeOfGroups {
    /// Lets every account grant this scope.
    #[must_use]
    pub fn everyone(scope: impl Into<String>) -> Self {
        Self::default().with(EVERYONE, scope)
    }

    /// Lets the accounts of a group grant this scope.
    #[must_use]
    pub fn with(mut self, group: impl Into<String>, scope: impl Into<String>) -> Self {
        self.0.insert(group.into(), scope.into());
        self
    }

    /// What an account that is in these groups may grant.
    #[must_use]
    pub fn scopes(&self, groups: &BTreeSet<String>) -> ScopeSet {
        let applies = |group: &String| group == EVERYONE || groups.contains(group);
        self.0.iter().filter(|(group, _)| applies(group)).map(|(_, scope)| scope.clone()).collect()
    }

    /// Refuses a map that names a scope which is not on the ladder.
    ///
    /// # Errors
    ///
    /// Fails for such a map, or one that is empty: nobody could grant anything.
    pub fn check(&self, ladder: &ScopeLadder) -> Result<(), Error> {
        if self.0.is_empty() {
            return Err(Error::server(
                "no group has a scope, so that nobody could grant anything; give one to \"*\", \
                 which is everyone",
            ));
        }
        let known = ladder.scopes();
        let unknown = self.0.iter().find(|(_, scope)| !known.contains(scope));
        unknown.map_or(Ok(()), |(group, scope)| {
            let known = known.join(", ");
            Err(Error::server(format!(
                "the group {group:?} has the scope {scope:?}: the scopes are {known}"
            )))
        })
    }
}

/// Stands for every account.
const EVERYONE: &str = "*";
