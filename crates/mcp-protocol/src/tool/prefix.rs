use std::sync::Arc;

/// Is what clients see before the names of a server's tools, where it stands beside others.
///
/// The names in lists and calls are without it, since who joins the servers adds and removes it: see
/// [`Composition`](super::Composition). A text that names a tool says it with its prefix.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ToolPrefix {
    own: Arc<str>,
    others: Arc<[Arc<str>]>,
}

impl ToolPrefix {
    /// Creates the prefix of a server, beside others with theirs.
    pub fn new<P: Into<Arc<str>>>(
        own: impl Into<Arc<str>>,
        others: impl IntoIterator<Item = P>,
    ) -> Self {
        Self { own: own.into(), others: others.into_iter().map(Into::into).collect() }
    }

    /// The prefix; empty for a server that stands alone.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.own
    }

    /// The name of one of the server's tools as clients see it.
    #[must_use]
    pub fn full(&self, tool: &str) -> String {
        format!("{}{tool}", self.own)
    }

    /// The same text without the prefix, where it begins with it.
    #[must_use]
    pub fn strip<'t>(&self, text: &'t str) -> &'t str {
        text.strip_prefix(&*self.own).unwrap_or(text)
    }

    /// The prefix of another server that a text begins with.
    #[must_use]
    pub fn of_another(&self, text: &str) -> Option<&str> {
        self.others.iter().map(|other| &**other).find(|other| text.starts_with(other))
    }

    /// The prefixes of one of these servers, which stand together under this one.
    pub(super) fn within(&self, own: &str, siblings: &[&str]) -> Self {
        let siblings = siblings.iter().map(|sibling| Arc::from(self.full(sibling)));
        Self::new(self.full(own), siblings.chain(self.others.iter().cloned()))
    }
}
