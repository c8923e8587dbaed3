use std::fmt;

use mcp_protocol::auth::ScopeSet;
use serde::{Deserialize, Serialize};

use super::{ClientId, ClientOrigin, Subject, scope_text};
use crate::time::UnixTime;
use crate::token::TokenHash;

/// An authorization request that was checked and waits for a person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PendingAuthorization {
    /// The hash of the name that pages carry.
    pub id: TokenHash,
    /// The hash of the cookie of the browser that asked: no other may answer.
    pub browser: TokenHash,
    /// Who asks.
    pub client_id: ClientId,
    /// How the client was known when it asked.
    pub client_origin: ClientOrigin,
    /// Where the answer goes, to the letter as asked.
    pub redirect_uri: String,
    /// Whether the request named it; if so, the token request must name it too.
    pub redirect_uri_was_sent: bool,
    /// What the client gets back with the answer.
    pub state: Option<String>,
    /// What is asked for, expanded, as far as this client can be granted it.
    #[serde(with = "scope_text")]
    pub scopes: ScopeSet,
    /// What the tokens are for (RFC 8707).
    pub resource: String,
    /// The SHA-256 challenge (RFC 7636).
    pub code_challenge: String,
    /// When it is forgotten.
    pub expires: UnixTime,
}

impl PendingAuthorization {
    /// The code for what this person grants of it.
    #[must_use]
    pub fn code(
        &self,
        code: TokenHash,
        subject: Subject,
        scopes: ScopeSet,
        expires: UnixTime,
    ) -> AuthorizationCode {
        AuthorizationCode {
            code,
            client_id: self.client_id.clone(),
            client_origin: self.client_origin,
            redirect_uri: self.redirect_uri.clone(),
            redirect_uri_was_sent: self.redirect_uri_was_sent,
            subject,
            scopes,
            resource: self.resource.clone(),
            code_challenge: self.code_challenge.clone(),
            expires,
        }
    }
}

/// `state` is a secret of the client and its browser, and is not shown.
impl fmt::Debug for PendingAuthorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingAuthorization")
            .field("client_id", &self.client_id)
            .field("redirect_uri", &self.redirect_uri)
            .field("scopes", &self.scopes)
            .field("resource", &self.resource)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// A code that was not taken yet (RFC 6749, section 4.1.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuthorizationCode {
    /// The hash of the code.
    pub code: TokenHash,
    /// The only client that may take it.
    pub client_id: ClientId,
    /// How the client was known when it asked.
    pub client_origin: ClientOrigin,
    /// Where it was sent.
    pub redirect_uri: String,
    /// Whether the authorization request named it.
    pub redirect_uri_was_sent: bool,
    /// Who granted.
    pub subject: Subject,
    /// What was granted, expanded.
    #[serde(with = "scope_text")]
    pub scopes: ScopeSet,
    /// What the tokens are for.
    pub resource: String,
    /// The challenge that the verifier must fit.
    pub code_challenge: String,
    /// When it is of no use any more.
    pub expires: UnixTime,
}

/// What a person agreed to, as it is remembered when the same client asks again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Consent {
    /// Who agreed.
    pub subject: Subject,
    /// To whose request.
    pub client_id: ClientId,
    /// For what.
    pub resource: String,
    /// To how much, expanded.
    #[serde(with = "scope_text")]
    pub scopes: ScopeSet,
    /// When.
    pub given: UnixTime,
}

impl Consent {
    /// What the person of this code agreed to.
    #[must_use]
    pub fn to(code: &AuthorizationCode, given: UnixTime) -> Self {
        Self {
            subject: code.subject.clone(),
            client_id: code.client_id.clone(),
            resource: code.resource.clone(),
            scopes: code.scopes.clone(),
            given,
        }
    }
}
