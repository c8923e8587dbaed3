use std::borrow::Borrow;
use std::collections::BTreeSet;
use std::fmt;

use mcp_protocol::auth::ScopeSet;
use serde::{Deserialize, Serialize};

use super::scope_text;
use crate::time::UnixTime;
use crate::token::TokenHash;

/// The name of a client (RFC 6749, section 2.2); no secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(String);

impl ClientId {
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

impl Borrow<str> for ClientId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A client: a program that asks for access on behalf of a person, or for itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Client {
    /// Its name.
    pub id: ClientId,
    /// What people are shown.
    pub name: String,
    /// How it came to be known.
    pub origin: ClientOrigin,
    /// How it proves who it is.
    pub authentication: ClientAuthentication,
    /// Where answers may be sent.
    pub redirect_uris: Vec<String>,
    /// What it may ask the token endpoint for.
    pub grant_types: BTreeSet<GrantType>,
    /// The most that it can be granted; lowering it narrows tokens that are already issued.
    #[serde(with = "scope_text")]
    pub max_scopes: ScopeSet,
    /// The resources whose tokens it may ask about (RFC 7662), where it is a resource server.
    pub introspects: BTreeSet<String>,
    /// When it became known.
    pub created: UnixTime,
    /// When it is forgotten, if nothing was granted to it by then; or, for a metadata document,
    /// when it must be fetched again.
    pub expires: Option<UnixTime>,
}

impl Client {
    /// A public client that may do nothing yet, registered by the operator.
    pub fn new(id: impl Into<String>, name: impl Into<String>, created: UnixTime) -> Self {
        Self {
            id: ClientId::new(id),
            name: name.into(),
            origin: ClientOrigin::Operator,
            authentication: ClientAuthentication::None,
            redirect_uris: Vec::new(),
            grant_types: BTreeSet::from([GrantType::AuthorizationCode, GrantType::RefreshToken]),
            max_scopes: ScopeSet::new(),
            introspects: BTreeSet::new(),
            created,
            expires: None,
        }
    }

    /// Sets how it came to be known.
    #[must_use]
    pub fn with_origin(mut self, origin: ClientOrigin) -> Self {
        self.origin = origin;
        self
    }

    /// Sets how it proves who it is.
    #[must_use]
    pub fn with_authentication(mut self, authentication: ClientAuthentication) -> Self {
        self.authentication = authentication;
        self
    }

    /// Sets where answers may be sent.
    #[must_use]
    pub fn with_redirect_uris<S: Into<String>>(
        mut self,
        uris: impl IntoIterator<Item = S>,
    ) -> Self {
        self.redirect_uris = uris.into_iter().map(Into::into).collect();
        self
    }

    /// Sets what it may ask the token endpoint for.
    #[must_use]
    pub fn with_grant_types(mut self, types: impl IntoIterator<Item = GrantType>) -> Self {
        self.grant_types = types.into_iter().collect();
        self
    }

    /// Sets the most that it can be granted.
    #[must_use]
    pub fn with_max_scopes(mut self, scopes: impl Into<ScopeSet>) -> Self {
        self.max_scopes = scopes.into();
        self
    }

    /// Makes it a resource server, which may ask about the tokens of these resources.
    #[must_use]
    pub fn with_introspection<S: Into<String>>(
        mut self,
        resources: impl IntoIterator<Item = S>,
    ) -> Self {
        self.introspects = resources.into_iter().map(Into::into).collect();
        self
    }

    /// Sets when it is forgotten or fetched again.
    #[must_use]
    pub fn with_expiry(mut self, expires: UnixTime) -> Self {
        self.expires = Some(expires);
        self
    }

    /// Whether it keeps no secret (RFC 6749, section 2.1).
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.authentication == ClientAuthentication::None
    }
}

/// How a client came to be known. A token that was issued to a client of one origin is of no use to
/// a client of another origin under the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ClientOrigin {
    /// The operator registered it.
    Operator,
    /// Its name is the address of a document that describes it.
    MetadataDocument,
    /// It registered itself (RFC 7591).
    Dynamic,
    /// Nobody registered it; where its answers go is all that is known of it.
    Unregistered,
}

/// How a client proves who it is (RFC 7591, section 2, `token_endpoint_auth_method`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ClientAuthentication {
    /// It cannot: it is a public client.
    None,
    /// By a secret, in the header or in the body.
    Secret {
        /// The hash of the secret, which has 256 bits of randomness.
        sha256: TokenHash,
    },
    /// By an assertion signed with its key (`private_key_jwt`, RFC 7523).
    PrivateKey(KeySource),
}

/// Where the public keys of a client are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum KeySource {
    /// Here: a JSON Web Key Set (RFC 7517).
    Keys(String),
    /// At this address, as a JSON Web Key Set.
    Address(String),
}

/// What a client may ask the token endpoint for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum GrantType {
    /// Tokens for the code that a person's consent gave it.
    AuthorizationCode,
    /// New tokens for a refresh token.
    RefreshToken,
    /// A token for itself.
    ClientCredentials,
}

impl GrantType {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        [Self::AuthorizationCode, Self::RefreshToken, Self::ClientCredentials]
            .into_iter()
            .find(|grant_type| grant_type.as_str() == name)
    }
}
