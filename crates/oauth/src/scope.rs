//! Scopes: opaque strings, on a ladder on which a higher one includes the lower.

use mcp_protocol::auth::ScopeSet;

use crate::error::Error;

/// An order of scopes in which each includes the ones below it.
///
/// ```
/// # use mcp_protocol::auth::ScopeSet;
/// let ladder = oauth::ScopeLadder::new(["read", "write", "admin"])?;
/// let granted = ladder.expand(&ScopeSet::from(["write"]));
/// assert_eq!(granted, ScopeSet::from(["read", "write"]));
/// # Ok::<(), oauth::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeLadder(Vec<String>);

impl ScopeLadder {
    /// Makes a ladder of these scopes, the lowest first.
    ///
    /// # Errors
    ///
    /// Fails if there is none, one stands twice, or one is no scope (RFC 6749, section 3.3).
    pub fn new<S: Into<String>>(scopes: impl IntoIterator<Item = S>) -> Result<Self, Error> {
        let mut ladder = Vec::new();
        for scope in scopes {
            let scope = checked(scope.into())?;
            if ladder.contains(&scope) {
                return Err(Error::scope_twice(&scope));
            }
            ladder.push(scope);
        }
        if ladder.is_empty() {
            return Err(Error::empty_ladder());
        }
        Ok(Self(ladder))
    }

    /// The scopes, the lowest first.
    #[must_use]
    pub fn scopes(&self) -> &[String] {
        &self.0
    }

    /// Adds the scopes that the given ones include. A scope that is not on the ladder stays, and
    /// includes no other.
    #[must_use]
    pub fn expand(&self, scopes: &ScopeSet) -> ScopeSet {
        let mut expanded = scopes.clone();
        if let Some(highest) = self.0.iter().rposition(|scope| scopes.contains(scope)) {
            expanded.extend(self.0[..highest].iter().map(String::as_str));
        }
        expanded
    }
}

/// `read < write < admin`.
impl Default for ScopeLadder {
    fn default() -> Self {
        Self(["read", "write", "admin"].map(str::to_owned).to_vec())
    }
}

/// The scopes that stand in both.
#[cfg(feature = "authorization-server")]
pub(crate) fn intersection(one: &ScopeSet, other: &ScopeSet) -> ScopeSet {
    one.iter().filter(|scope| other.contains(scope)).collect()
}

/// Passes a string that is a scope (RFC 6749, section 3.3: `%x21 / %x23-5B / %x5D-7E`).
fn checked(scope: String) -> Result<String, Error> {
    let is_scope = !scope.is_empty()
        && scope.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e));
    if is_scope { Ok(scope) } else { Err(Error::scope(&scope)) }
}

#[cfg(test)]
mod tests {
    use mcp_protocol::auth::ScopeSet;

    use super::ScopeLadder;

    #[track_caller]
    fn check(held: &[&str], expected: &str) {
        let held: ScopeSet = held.iter().copied().collect();
        assert_eq!(ScopeLadder::default().expand(&held).to_string(), expected);
    }

    #[test]
    fn a_higher_scope_includes_the_lower() {
        check(&[], "");
        check(&["read"], "read");
        check(&["write"], "read write");
        check(&["admin"], "admin read write");
        check(&["admin", "read"], "admin read write");
        check(&["other:write"], "other:write");
        check(&["other:write", "write"], "other:write read write");
    }

    #[test]
    fn a_ladder_of_no_scopes_is_refused() {
        for scopes in [&[][..], &["read", "read"], &["a b"], &[""], &["a\"b"], &["ä"]] {
            assert!(ScopeLadder::new(scopes.iter().copied()).is_err(), "{scopes:?}");
        }
        let ladder = ScopeLadder::new(["look", "touch"]).unwrap();
        assert_eq!(ladder.scopes(), ["look", "touch"]);
    }
}
