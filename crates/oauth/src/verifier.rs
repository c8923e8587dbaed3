//! Who checks a token.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use mcp_protocol::auth::AuthInfo;

use crate::static_tokens::StaticTokens;
use crate::time::UnixTime;
use crate::token::AccessToken;
use crate::unavailable::Unavailable;

/// Checks tokens of one kind.
#[async_trait]
pub trait Verifier: Send + Sync {
    /// Says whose token this is at this time. It is asked at each request, and again every so often
    /// while the caller listens.
    ///
    /// # Cancel safety
    ///
    /// A check that is dropped must leave nothing behind: the caller may have hung up.
    async fn verify(&self, token: &AccessToken, now: UnixTime) -> Verdict;
}

/// What a verifier says of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The token is not of this verifier's kind; another may be asked.
    NotRecognised,
    /// The token is valid, and this is who holds it.
    Accepted(AuthInfo),
    /// The token is of this verifier's kind and not valid; no other is asked.
    Refused(Refusal),
    /// It cannot be said now, because what is needed to say it does not answer. Who presents the
    /// token is not told what that is.
    Unavailable(Unavailable),
}

/// Why a token of a known kind is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// It was copied badly.
    Damaged,
    /// It is not, or no longer, known.
    Unknown,
    /// Its time is over.
    Expired,
    /// It is not good yet.
    NotYet,
    /// It was issued for another server.
    OtherAudience,
    /// Its issuer did not make it, or not to be used here.
    NotGenuine,
    /// Whoever presents it would have to prove a key (RFC 9449, RFC 8705).
    Bound,
}

impl Refusal {
    /// What the one who presents the token is told.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::Damaged => "the token is damaged: copy it again, all of it",
            Self::Unknown => "the token is not known here, or was revoked",
            Self::Expired => "the token has expired",
            Self::NotYet => "the token is not valid yet",
            Self::OtherAudience => "the token was issued for another server",
            Self::NotGenuine => "the token is not an access token that its issuer signed",
            Self::Bound => "the token is bound to a key, and only plain bearer tokens are taken",
        }
    }
}

/// Verifiers in their order: the first that recognises a token's form owns it.
#[derive(Clone, Default)]
pub struct Verifiers(Vec<Arc<dyn Verifier>>);

impl Verifiers {
    /// Makes a chain that recognises nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks this verifier after the others.
    #[must_use]
    pub fn then(mut self, verifier: impl Verifier + 'static) -> Self {
        self.0.push(Arc::new(verifier));
        self
    }
}

impl fmt::Debug for Verifiers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verifiers({})", self.0.len())
    }
}

#[async_trait]
impl Verifier for Verifiers {
    async fn verify(&self, token: &AccessToken, now: UnixTime) -> Verdict {
        for verifier in &self.0 {
            match verifier.verify(token, now).await {
                Verdict::NotRecognised => {}
                verdict => return verdict,
            }
        }
        Verdict::NotRecognised
    }
}

#[async_trait]
impl<V: Verifier + ?Sized> Verifier for Arc<V> {
    async fn verify(&self, token: &AccessToken, now: UnixTime) -> Verdict {
        (**self).verify(token, now).await
    }
}

#[async_trait]
impl Verifier for StaticTokens {
    async fn verify(&self, token: &AccessToken, now: UnixTime) -> Verdict {
        self.check(token, now)
    }
}

/// Tokens that are issued and revoked while the server runs.
#[async_trait]
impl Verifier for RwLock<StaticTokens> {
    async fn verify(&self, token: &AccessToken, now: UnixTime) -> Verdict {
        // A panic elsewhere cannot leave half a token: every change is one insertion or removal.
        self.read().unwrap_or_else(PoisonError::into_inner).check(token, now)
    }
}
