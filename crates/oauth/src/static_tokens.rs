//! Static access tokens: issued by the operator, kept as hashes, valid until revoked or expired.
//!
//! [`StaticTokens`] is a value, for a program that keeps them itself; `StoredStaticTokens` are those
//! of a store, which other processes change while a server runs.

use std::collections::BTreeSet;

use mcp_protocol::auth::ScopeSet;
use serde::{Deserialize, Serialize};

use crate::entropy::Entropy;
use crate::error::Error;
use crate::time::UnixTime;
use crate::token::{AccessToken, TokenHash};
use crate::verifier::{Refusal, Verdict};

mod rules;
#[cfg(feature = "authorization-server")]
mod stored;
#[cfg(test)]
mod tests;

pub use rules::StaticTokenRules;
#[cfg(feature = "authorization-server")]
pub use stored::StoredStaticTokens;

/// The static tokens of a server: a value, which [`StaticTokens::to_json`] and
/// [`StaticTokens::from_json`] keep between runs.
#[derive(Clone, Debug)]
pub struct StaticTokens {
    rules: StaticTokenRules,
    tokens: Vec<StaticToken>,
}

/// What is kept of a static token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct StaticToken {
    /// What it is revoked by, and its holder's stable name; no secret.
    pub id: String,
    /// What the operator calls it.
    pub name: String,
    /// The scopes it was issued with.
    pub scopes: Vec<String>,
    /// The servers that it is for, by the names that the operator gave them; with none, it is for
    /// all that know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audiences: Option<BTreeSet<String>>,
    /// The hash of the token.
    pub token_sha256: TokenHash,
    /// When it was issued.
    pub created: UnixTime,
    /// When it stops being valid, if ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<UnixTime>,
    /// About when it was last used, where that is noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used: Option<UnixTime>,
}

/// What can be changed of a static token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenChange {
    /// The scopes that it grants.
    Scopes(ScopeSet),
    /// When it stops being valid, if ever.
    Expiry(Option<UnixTime>),
}

impl StaticToken {
    /// Changes it.
    pub fn apply(&mut self, change: &TokenChange) {
        match change {
            TokenChange::Scopes(scopes) => {
                self.scopes = scopes.iter().map(str::to_owned).collect();
            }
            TokenChange::Expiry(expires) => self.expires = *expires,
        }
    }

    /// Puts the oldest first.
    #[cfg(feature = "authorization-server")]
    pub(crate) fn sort(tokens: &mut [Self]) {
        tokens.sort_by(|one, other| (one.created, &one.id).cmp(&(other.created, &other.id)));
    }
}

/// A token to be issued.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewToken {
    /// What the operator calls it.
    pub name: String,
    /// The scopes it grants.
    pub scopes: ScopeSet,
    /// When it stops being valid, if ever.
    pub expires: Option<UnixTime>,
    /// The servers that it is for, if not for all that know it.
    pub audiences: Option<BTreeSet<String>>,
}

impl NewToken {
    /// A token with these scopes that does not expire, for all servers that know it.
    pub fn new(name: impl Into<String>, scopes: impl Into<ScopeSet>) -> Self {
        Self { name: name.into(), scopes: scopes.into(), expires: None, audiences: None }
    }

    /// Limits the token to some servers, by the names that their verifiers were given
    /// ([`StaticTokenRules::with_audiences`]), in the sense of the resources of RFC 8707. At others it
    /// is refused, also at those that were given none.
    #[must_use]
    pub fn with_audiences<A: Into<String>>(
        mut self,
        audiences: impl IntoIterator<Item = A>,
    ) -> Self {
        self.audiences = Some(audiences.into_iter().map(Into::into).collect());
        self
    }

    /// Sets when the token stops being valid.
    #[must_use]
    pub fn with_expiry(mut self, expires: UnixTime) -> Self {
        self.expires = Some(expires);
        self
    }
}

impl StaticTokens {
    /// No tokens yet.
    #[must_use]
    pub const fn new(rules: StaticTokenRules) -> Self {
        Self { rules, tokens: Vec::new() }
    }

    /// Issues a token, and gives its id and the token itself, which is not kept.
    ///
    /// # Errors
    ///
    /// Fails if it has no scope or one that is not on the ladder, if it has expired, or if there is
    /// no randomness to be had.
    pub fn issue(
        &mut self,
        new: NewToken,
        now: UnixTime,
        entropy: &dyn Entropy,
    ) -> Result<(String, AccessToken), Error> {
        let (kept, token) = self.rules.make(new, now, entropy)?;
        let id = kept.id.clone();
        self.tokens.push(kept);
        Ok((id, token))
    }

    /// Says whose token this is at this time.
    ///
    /// Every kept hash is compared, each in constant time, so that how long it takes says nothing
    /// of which one came near.
    #[must_use]
    pub fn check(&self, token: &AccessToken, now: UnixTime) -> Verdict {
        if let Some(verdict) = self.rules.verdict_of_form(token) {
            return verdict;
        }
        let hash = token.hash();
        let mut found = None;
        for kept in &self.tokens {
            if kept.token_sha256 == hash {
                found = Some(kept);
            }
        }
        match found {
            None => Verdict::Refused(Refusal::Unknown),
            Some(kept) => self.rules.verdict(kept, now),
        }
    }

    /// Revokes the token with this id; tells whether there was one.
    pub fn revoke(&mut self, id: &str) -> bool {
        let n_before = self.tokens.len();
        self.tokens.retain(|token| token.id != id);
        self.tokens.len() < n_before
    }

    /// The tokens, in the order they were issued, expired ones included.
    #[must_use]
    pub fn list(&self) -> &[StaticToken] {
        &self.tokens
    }

    /// Writes the tokens, to be read by [`StaticTokens::from_json`].
    #[must_use]
    pub fn to_json(&self) -> String {
        let saved = SavedRef { format: FORMAT, tokens: &self.tokens };
        // INVARIANT: every part is plain data, which always serializes.
        let mut json = serde_json::to_string_pretty(&saved).expect("plain data serializes");
        json.push('\n');
        json
    }

    /// Reads the tokens that [`StaticTokens::to_json`] wrote.
    ///
    /// # Errors
    ///
    /// Fails if the text is no list of tokens of this version, or two of them have the same id or
    /// hash.
    pub fn from_json(json: &str, rules: StaticTokenRules) -> Result<Self, Error> {
        let Saved { format: saved, tokens } =
            serde_json::from_str(json).map_err(|source| Error::load(&source))?;
        if saved != FORMAT {
            return Err(Error::other_format(saved, FORMAT));
        }
        for (n, token) in tokens.iter().enumerate() {
            let others = &tokens[..n];
            if others.iter().any(|other| other.id == token.id) {
                return Err(Error::contradiction("two tokens have the same id"));
            }
            if others.iter().any(|other| other.token_sha256 == token.token_sha256) {
                return Err(Error::contradiction("two tokens have the same hash"));
            }
        }
        Ok(Self { rules, tokens })
    }
}

/// The version of the saved form.
const FORMAT: u32 = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    format: u32,
    tokens: Vec<StaticToken>,
}

#[derive(Serialize)]
struct SavedRef<'a> {
    format: u32,
    tokens: &'a [StaticToken],
}
