use std::fmt;

use mcp_protocol::auth::ScopeSet;
use serde::{Deserialize, Serialize};

use super::scope_text;
use crate::time::UnixTime;
use crate::token::TokenHash;

/// The stable name of a person; no secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Subject(String);

impl Subject {
    /// Takes a name as it stands.
    pub fn new(subject: impl Into<String>) -> Self {
        Self(subject.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A person who is signed in, in one browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Session {
    /// The hash of the cookie.
    pub id: TokenHash,
    /// Who signed in.
    pub subject: Subject,
    /// What the person is called on pages.
    pub name: String,
    /// When they signed in.
    pub created: UnixTime,
    /// When they have to sign in again.
    pub expires: UnixTime,
}

impl Session {
    /// A session of this person.
    pub fn new(
        id: TokenHash,
        subject: Subject,
        name: impl Into<String>,
        created: UnixTime,
        expires: UnixTime,
    ) -> Self {
        Self { id, subject, name: name.into(), created, expires }
    }
}

/// A person whose name and password are kept here.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LocalUser {
    /// The name that is typed.
    pub name: String,
    /// The argon2id hash of the password, in the PHC string format.
    pub password_hash: String,
    /// The most that this person can grant; lowering it narrows tokens that are already issued.
    #[serde(with = "scope_text")]
    pub max_scopes: ScopeSet,
    /// When the user was made.
    pub created: UnixTime,
}

impl LocalUser {
    /// A user with this password.
    pub fn new(
        name: impl Into<String>,
        password_hash: impl Into<String>,
        max_scopes: impl Into<ScopeSet>,
        created: UnixTime,
    ) -> Self {
        Self {
            name: name.into(),
            password_hash: password_hash.into(),
            max_scopes: max_scopes.into(),
            created,
        }
    }
}

impl fmt::Debug for LocalUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalUser")
            .field("name", &self.name)
            .field("max_scopes", &self.max_scopes)
            .finish_non_exhaustive()
    }
}

/// What a person proved an account elsewhere with, encrypted by whoever keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedCredential(Vec<u8>);

impl SealedCredential {
    /// Takes what is already encrypted.
    #[must_use]
    pub const fn new(sealed: Vec<u8>) -> Self {
        Self(sealed)
    }

    /// The encrypted bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SealedCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedCredential({} bytes)", self.0.len())
    }
}
