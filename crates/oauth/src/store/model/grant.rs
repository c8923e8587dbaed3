use std::fmt;

use mcp_protocol::auth::ScopeSet;
use serde::{Deserialize, Serialize};

use super::{AuthorizationCode, ClientId, ClientOrigin, Subject, scope_text};
use crate::time::UnixTime;
use crate::token::TokenHash;

/// The name of a grant; no secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GrantId(String);

impl GrantId {
    /// Takes a name as it stands.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GrantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a client was granted, and the family of the tokens that came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Grant {
    /// Its name.
    pub id: GrantId,
    /// Whom it was granted to.
    pub client_id: ClientId,
    /// How the client was known then.
    pub client_origin: ClientOrigin,
    /// Who granted it; nobody, where a client got a token for itself.
    pub subject: Option<Subject>,
    /// How much was granted, expanded.
    #[serde(with = "scope_text")]
    pub scopes: ScopeSet,
    /// What the tokens are for.
    pub resource: String,
    /// The hash of the code that it came of: whoever presents that again revokes the grant.
    pub code: Option<TokenHash>,
    /// When it was granted.
    pub created: UnixTime,
    /// When it ends, whatever happens.
    pub expires: UnixTime,
    /// Whether it was taken back.
    pub revoked: bool,
}

impl Grant {
    /// What is granted by this code.
    #[must_use]
    pub fn from_code(
        id: GrantId,
        code: &AuthorizationCode,
        created: UnixTime,
        expires: UnixTime,
    ) -> Self {
        Self {
            id,
            client_id: code.client_id.clone(),
            client_origin: code.client_origin,
            subject: Some(code.subject.clone()),
            scopes: code.scopes.clone(),
            resource: code.resource.clone(),
            code: Some(code.code),
            created,
            expires,
            revoked: false,
        }
    }

    /// What a client gets for itself.
    pub fn to_client(
        id: GrantId,
        client_id: ClientId,
        scopes: ScopeSet,
        resource: impl Into<String>,
        created: UnixTime,
        expires: UnixTime,
    ) -> Self {
        Self {
            id,
            client_id,
            client_origin: ClientOrigin::Operator,
            subject: None,
            scopes,
            resource: resource.into(),
            code: None,
            created,
            expires,
            revoked: false,
        }
    }

    /// Whether it is neither revoked nor over.
    #[must_use]
    pub fn is_live(&self, now: UnixTime) -> bool {
        !self.revoked && now < self.expires
    }
}

/// An access token, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IssuedAccessToken {
    /// The hash of the token.
    pub token: TokenHash,
    /// The family it belongs to.
    pub grant_id: GrantId,
    /// What it allows, expanded; never more than its grant.
    #[serde(with = "scope_text")]
    pub scopes: ScopeSet,
    /// When it was issued.
    pub created: UnixTime,
    /// When it expires.
    pub expires: UnixTime,
}

impl IssuedAccessToken {
    /// A token of this family.
    #[must_use]
    pub const fn new(
        token: TokenHash,
        grant_id: GrantId,
        scopes: ScopeSet,
        created: UnixTime,
        expires: UnixTime,
    ) -> Self {
        Self { token, grant_id, scopes, created, expires }
    }
}

/// A refresh token, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IssuedRefreshToken {
    /// The hash of the token.
    pub token: TokenHash,
    /// The family it belongs to.
    pub grant_id: GrantId,
    /// When it was first exchanged for another, if it was.
    pub used: Option<UnixTime>,
    /// When it expires.
    pub expires: UnixTime,
}

impl IssuedRefreshToken {
    /// A token of this family that was not used yet.
    #[must_use]
    pub const fn new(token: TokenHash, grant_id: GrantId, expires: UnixTime) -> Self {
        Self { token, grant_id, used: None, expires }
    }
}
