//! What an issuer's scopes, roles or groups allow here.

use std::collections::BTreeMap;

use mcp_protocol::auth::ScopeSet;

use crate::error::Error;
use crate::scope::ScopeLadder;

/// From names of an issuer to scopes.
///
/// As long as nothing is mapped, the scopes of the ladder go by their own names; once something is,
/// only what is mapped counts.
///
/// ```
/// use mcp_protocol::auth::ScopeSet;
/// use oauth::ScopeLadder;
/// use oauth::external::ScopeMap;
///
/// let map = ScopeMap::new(ScopeLadder::default()).with("Network.Operators", ["write"])?;
/// assert_eq!(map.scopes_of(["Network.Operators", "mail"]), ScopeSet::from(["read", "write"]));
/// assert_eq!(map.scopes_of(["admin"]), ScopeSet::new());
/// assert_eq!(map.scope_names()["write"], "Network.Operators");
/// # Ok::<(), oauth::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeMap {
    ladder: ScopeLadder,
    names: BTreeMap<String, ScopeSet>,
}

impl ScopeMap {
    /// Takes the scopes of this ladder by their own names.
    #[must_use]
    pub const fn new(ladder: ScopeLadder) -> Self {
        Self { ladder, names: BTreeMap::new() }
    }

    /// Gives these scopes to whoever has this name.
    ///
    /// # Errors
    ///
    /// Fails if one of them is not on the ladder.
    pub fn with(
        mut self,
        name: impl Into<String>,
        scopes: impl Into<ScopeSet>,
    ) -> Result<Self, Error> {
        let (scopes, known) = (scopes.into(), self.ladder.scopes());
        if let Some(scope) = scopes.iter().find(|scope| !known.iter().any(|known| known == scope)) {
            return Err(Error::unknown_scope(scope, known));
        }
        self.names.entry(name.into()).or_default().extend(scopes.iter());
        Ok(self)
    }

    /// The scopes of whoever has these names, expanded.
    pub fn scopes_of<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> ScopeSet {
        let mut scopes = ScopeSet::new();
        for name in names {
            if let Some(mapped) = self.names.get(name) {
                scopes.extend(mapped.iter());
            } else if self.names.is_empty() && self.is_on_ladder(name) {
                scopes.extend([name]);
            }
        }
        self.ladder.expand(&scopes)
    }

    /// The most that anybody can have.
    pub(crate) fn most(&self) -> ScopeSet {
        if self.names.is_empty() {
            return self.ladder.scopes().iter().cloned().collect();
        }
        self.scopes_of(self.names.keys().map(String::as_str))
    }

    /// What to ask the issuer for to get a scope, for those that have another name there: the name
    /// that gives the least beside it.
    pub fn scope_names(&self) -> BTreeMap<String, String> {
        let mut by_scope = BTreeMap::new();
        for scope in self.ladder.scopes() {
            let gives = self.names.iter().map(|(name, scopes)| (name, self.ladder.expand(scopes)));
            let gives = gives.filter(|(_, scopes)| scopes.contains(scope));
            if let Some((name, _)) = gives.min_by_key(|(_, scopes)| scopes.len()) {
                by_scope.insert(scope.clone(), name.clone());
            }
        }
        by_scope
    }

    fn is_on_ladder(&self, name: &str) -> bool {
        self.ladder.scopes().iter().any(|scope| scope == name)
    }
}
