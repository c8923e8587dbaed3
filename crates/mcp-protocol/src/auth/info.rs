use std::collections::{BTreeMap, BTreeSet};

use super::ScopeSet;

/// Describes the caller of one request, as established by the access layer.
///
/// It holds no secret: it may be logged and compared.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthInfo {
    /// The stable identifier of the principal; caches and cursors are keyed by it.
    pub subject: String,
    /// The OAuth client the principal uses, where there is one.
    pub client_id: Option<String>,
    /// The granted scopes, already expanded: a higher scope's lower ones are listed too.
    pub scopes: ScopeSet,
    /// The scopes the holder could still be granted by signing in again, granted ones included.
    pub obtainable: ScopeSet,
    /// The time the token expires, in seconds since the Unix epoch.
    pub expires_at: Option<u64>,
    /// Whether nobody signed in; such a caller is sent to sign in rather than to step up.
    pub anonymous: bool,
    /// What clients ask the authorization server for to get a scope, where it has another name
    /// there; challenges name it so.
    pub scope_names: BTreeMap<String, String>,
    /// The servers that the token is for, where it is for some of several only: the names that they
    /// are mounted under in a [`Composition`](crate::tool::Composition). The others are not there for
    /// its holder.
    pub audiences: Option<BTreeSet<String>>,
}

impl AuthInfo {
    /// Creates the description of a signed-in caller who holds no scope yet.
    pub fn new(subject: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            client_id: None,
            scopes: ScopeSet::default(),
            obtainable: ScopeSet::default(),
            expires_at: None,
            anonymous: false,
            scope_names: BTreeMap::new(),
            audiences: None,
        }
    }

    /// Creates the description of a caller who did not sign in.
    pub fn anonymous() -> Self {
        Self { anonymous: true, ..Self::new("anonymous") }
    }

    /// Sets the OAuth client.
    #[must_use]
    pub fn with_client_id(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = Some(client_id.into());
        self
    }

    /// Sets the granted scopes.
    #[must_use]
    pub fn with_scopes(mut self, scopes: impl Into<ScopeSet>) -> Self {
        self.scopes = scopes.into();
        self
    }

    /// Sets the scopes the holder could still be granted.
    #[must_use]
    pub fn with_obtainable(mut self, obtainable: impl Into<ScopeSet>) -> Self {
        self.obtainable = obtainable.into();
        self
    }

    /// Sets the time of expiry, in seconds since the Unix epoch.
    #[must_use]
    pub fn with_expires_at(mut self, unix_seconds: u64) -> Self {
        self.expires_at = Some(unix_seconds);
        self
    }

    /// Sets what the authorization server calls the scopes that have other names there.
    #[must_use]
    pub fn with_scope_names(mut self, names: BTreeMap<String, String>) -> Self {
        self.scope_names = names;
        self
    }

    /// Limits the caller to some of several servers.
    #[must_use]
    pub fn with_audiences<A: Into<String>>(
        mut self,
        audiences: impl IntoIterator<Item = A>,
    ) -> Self {
        self.audiences = Some(audiences.into_iter().map(Into::into).collect());
        self
    }

    /// Whether the caller's token is for the server of this name.
    pub fn is_for(&self, audience: &str) -> bool {
        self.audiences.as_ref().is_none_or(|audiences| audiences.contains(audience))
    }

    /// What clients ask the authorization server for to get this scope.
    pub fn name_of_scope<'a>(&'a self, scope: &'a str) -> &'a str {
        self.scope_names.get(scope).map_or(scope, String::as_str)
    }
}
