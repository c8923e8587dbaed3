use std::collections::BTreeSet;
use std::collections::btree_set;
use std::fmt::{self, Display, Formatter};
use std::sync::Arc;

/// Holds an ordered set of opaque scope strings; cheap to clone.
///
/// Two sets with the same members are equal, hash alike and print alike, so a set can key a cache.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeSet(Arc<BTreeSet<String>>);

impl ScopeSet {
    /// Creates an empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells whether `scope` is a member.
    pub fn contains(&self, scope: &str) -> bool {
        self.0.contains(scope)
    }

    /// Tells whether every one of `scopes` is a member.
    pub fn contains_all<'a>(&self, scopes: impl IntoIterator<Item = &'a str>) -> bool {
        scopes.into_iter().all(|scope| self.contains(scope))
    }

    /// Tells whether every member is also a member of `other`.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    /// Adds a scope.
    pub fn insert(&mut self, scope: impl Into<String>) {
        Arc::make_mut(&mut self.0).insert(scope.into());
    }

    /// Iterates over the members in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> + DoubleEndedIterator {
        self.0.iter().map(String::as_str)
    }

    /// Counts the members.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Tells whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<S: Into<String>> FromIterator<S> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = S>>(scopes: I) -> Self {
        Self(Arc::new(scopes.into_iter().map(Into::into).collect()))
    }
}

impl<S: Into<String>> Extend<S> for ScopeSet {
    fn extend<I: IntoIterator<Item = S>>(&mut self, scopes: I) {
        Arc::make_mut(&mut self.0).extend(scopes.into_iter().map(Into::into));
    }
}

impl<S: Into<String>, const N: usize> From<[S; N]> for ScopeSet {
    fn from(scopes: [S; N]) -> Self {
        scopes.into_iter().collect()
    }
}

impl<'a> IntoIterator for &'a ScopeSet {
    type Item = &'a String;
    type IntoIter = btree_set::Iter<'a, String>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// Writes the members separated by spaces, as in an OAuth `scope` parameter (RFC 6749 §3.3).
impl Display for ScopeSet {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (i, scope) in self.iter().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            f.write_str(scope)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::ScopeSet;

    #[test]
    fn a_set_is_ordered_and_compares_by_its_members() {
        let one = ScopeSet::from(["write", "read"]);
        let mut other = ScopeSet::new();
        other.extend(["read", "write", "read"]);
        assert_eq!(one, other);
        assert_eq!(one.to_string(), "read write");
    }

    #[test]
    fn a_clone_does_not_see_later_scopes() {
        let mut grown = ScopeSet::from(["read"]);
        let before = grown.clone();
        grown.insert("write");
        assert!(!before.contains("write"));
        assert!(before.is_subset(&grown));
        assert!(grown.contains_all(["read", "write"]));
    }
}
