//! Clients that prove themselves with a key (`private_key_jwt`: RFC 7523, section 3; OpenID Connect
//! Core, section 9).

use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;

use super::core::Core;
use super::refusal::{OAuthError, Refusal};
use crate::jws::{Audience, Header};
use crate::secret::Secret;
use crate::store::{Client, KeySource};
use crate::time::UnixTime;
use crate::token::TokenHash;

/// The claims that are checked here: the time is an argument, and the library has its own.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    jti: String,
    exp: f64,
    #[serde(default)]
    nbf: Option<f64>,
}

impl Core {
    /// Checks that this client made this assertion, for us, now, and for the first time.
    pub(super) async fn check_assertion(
        &self,
        client: &Client,
        source: &KeySource,
        assertion: &Secret,
    ) -> Result<(), Refusal> {
        let wrong = || OAuthError::invalid_client("the assertion does not prove who the client is");
        let header = Header::of(assertion.expose()).ok_or_else(wrong)?;
        let proved = |keys: &[u8]| header.claims::<Claims>(assertion.expose(), keys);
        let keys = self.keys(source, |keys| proved(keys).is_some()).await?;
        let claims = proved(&keys).ok_or_else(wrong)?;
        let now = self.now();
        let is_for_us = claims.aud.names().iter().any(|audience| {
            audience == self.issuer.as_str() || *audience == self.issuer.url_of("/oauth/token")
        });
        let is_of_client = claims.iss == client.id.as_str() && claims.sub == client.id.as_str();
        let now_secs = now.as_secs() as f64;
        let max_exp = (now + MAX_LIFETIME).as_secs() as f64;
        let is_now = claims.exp > now_secs
            && claims.exp <= max_exp
            && claims.nbf.is_none_or(|nbf| nbf <= now_secs + LEEWAY_SECS);
        if !(is_for_us && is_of_client && is_now) || claims.jti.is_empty() {
            return Err(wrong().into());
        }
        // Whoever overheard the assertion must not use it again, as long as it lasts.
        let name = TokenHash::of(&format!("jti\n{}\n{}", client.id, claims.jti));
        let expires: UnixTime = now + MAX_LIFETIME;
        if !self.store.first_time(name, expires, now).await? {
            return Err(wrong().into());
        }
        Ok(())
    }

    /// The keys of a client: where they are fetched, such as are enough, if there are any.
    async fn keys(
        &self,
        source: &KeySource,
        is_enough: impl Fn(&[u8]) -> bool + Send,
    ) -> Result<Bytes, Refusal> {
        let unreadable = || OAuthError::invalid_client("the keys of the client cannot be read");
        match source {
            KeySource::Keys(keys) => Ok(Bytes::copy_from_slice(keys.as_bytes())),
            KeySource::Address(address) => {
                let documents = self.documents.as_ref().ok_or_else(unreadable)?;
                let fetched = documents.key_set(address, self.now(), is_enough).await;
                Ok(fetched.map_err(|_| unreadable())?)
            }
        }
    }
}

const MAX_LIFETIME: Duration = Duration::from_secs(600);
const LEEWAY_SECS: f64 = 60.0;
