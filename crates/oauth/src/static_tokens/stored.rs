use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use mcp_protocol::auth::ScopeSet;

use super::{NewToken, StaticToken, StaticTokenRules, TokenChange};
use crate::entropy::Entropy;
use crate::error::Error;
use crate::store::Store;
use crate::time::UnixTime;
use crate::token::AccessToken;
use crate::verifier::{Refusal, Verdict, Verifier};

/// The static tokens of a store. Every check asks it, so that what a command changes holds from
/// the next request on, on every replica.
///
/// When a token was last used is noted at most once a minute.
///
/// ```
/// # use std::sync::Arc;
/// # use std::time::Duration;
/// use oauth::store::MemoryStore;
/// use oauth::{NewToken, OsEntropy, StaticTokenRules, StoredStaticTokens, UnixTime};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), oauth::Error> {
/// let store = Arc::new(MemoryStore::new());
/// let tokens = StoredStaticTokens::new(store, StaticTokenRules::default());
/// let now = UnixTime::now();
/// let new = NewToken::new("ci", ["read"]).with_expiry(now + Duration::from_secs(90 * 86_400));
/// let (id, token) = tokens.issue(new, now, &OsEntropy).await?;
/// println!("token {id}, shown this once: {}", token.expose());
/// for token in tokens.list().await? {
///     println!("{} {} {:?}", token.id, token.name, token.last_used);
/// }
/// tokens.revoke(&id).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct StoredStaticTokens {
    store: Arc<dyn Store>,
    rules: StaticTokenRules,
    /// The uses that this process noted within a minute.
    noted: Arc<Mutex<BTreeMap<String, UnixTime>>>,
}

impl StoredStaticTokens {
    /// Those of this store.
    pub fn new(store: Arc<dyn Store>, rules: StaticTokenRules) -> Self {
        Self { store, rules, noted: Arc::default() }
    }

    /// Issues a token, and gives its id and the token itself, which is not kept.
    ///
    /// # Errors
    ///
    /// Fails if it has no scope or one that is not on the ladder, if it has expired, if there is no
    /// randomness to be had, or if the store fails.
    pub async fn issue(
        &self,
        new: NewToken,
        now: UnixTime,
        entropy: &dyn Entropy,
    ) -> Result<(String, AccessToken), Error> {
        let (kept, token) = self.rules.make(new, now, entropy)?;
        if !self.store.add_static_token(&kept).await? {
            return Err(Error::contradiction("a new token has the id of another"));
        }
        Ok((kept.id, token))
    }

    /// The tokens, the oldest first, expired ones included.
    ///
    /// # Errors
    ///
    /// Fails if the store does.
    pub async fn list(&self) -> Result<Vec<StaticToken>, Error> {
        Ok(self.store.static_tokens().await?)
    }

    /// Changes what a token grants; tells whether there is one of this id.
    ///
    /// # Errors
    ///
    /// Fails if there is no scope or one that is not on the ladder, or if the store fails.
    pub async fn set_scopes(&self, id: &str, scopes: &ScopeSet) -> Result<bool, Error> {
        self.rules.check_scopes(scopes)?;
        Ok(self.store.change_static_token(id, &TokenChange::Scopes(scopes.clone())).await?)
    }

    /// Changes when a token stops being valid, if ever; tells whether there is one of this id.
    ///
    /// # Errors
    ///
    /// Fails if the store does.
    pub async fn set_expiry(&self, id: &str, expires: Option<UnixTime>) -> Result<bool, Error> {
        Ok(self.store.change_static_token(id, &TokenChange::Expiry(expires)).await?)
    }

    /// Revokes the token with this id; tells whether there was one.
    ///
    /// # Errors
    ///
    /// Fails if the store does.
    pub async fn revoke(&self, id: &str) -> Result<bool, Error> {
        Ok(self.store.remove_static_token(id).await?)
    }

    async fn note_use(&self, token: &StaticToken, now: UnixTime) {
        let is_recent = |last: UnixTime| now < last + A_MINUTE;
        if token.last_used.is_some_and(is_recent) {
            return;
        }
        {
            let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
            noted.retain(|_, last| is_recent(*last));
            if noted.insert(token.id.clone(), now).is_some() {
                return;
            }
        }
        // Nobody is kept out because it could not be noted.
        let _ = self.store.static_token_used(&token.id, now).await;
    }
}

#[async_trait]
impl Verifier for StoredStaticTokens {
    async fn verify(&self, token: &AccessToken, now: UnixTime) -> Verdict {
        if let Some(verdict) = self.rules.verdict_of_form(token) {
            return verdict;
        }
        let kept = match self.store.static_token(token.hash()).await {
            Err(error) => return Verdict::Unavailable(error.into()),
            Ok(None) => return Verdict::Refused(Refusal::Unknown),
            Ok(Some(kept)) => kept,
        };
        let verdict = self.rules.verdict(&kept, now);
        if matches!(verdict, Verdict::Accepted(_)) {
            self.note_use(&kept, now).await;
        }
        verdict
    }
}

impl fmt::Debug for StoredStaticTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredStaticTokens").field("rules", &self.rules).finish_non_exhaustive()
    }
}

const A_MINUTE: Duration = Duration::from_secs(60);
