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

    fn is_on_ladder(&self, name: &str) -> bool {
        self.ladder.scopes().iter().any(|scope| scope == name)
    }
}
