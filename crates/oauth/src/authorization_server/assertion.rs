//! Clients that prove themselves with a key (`private_key_jwt`: RFC 7523, section 3; OpenID Connect
//! Core, section 9).

use std::time::Duration;

use bytes::Bytes;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

use super::core::Core;
use super::refusal::{OAuthError, Refusal};
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

/// One audience, or several (RFC 7519, section 4.1.3).
struct Audience(Vec<String>);

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(one) => Ok(Self(vec![one])),
            several => serde_json::from_value(several).map(Self).map_err(serde::de::Error::custom),
        }
    }
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
        let header = jsonwebtoken::decode_header(assertion.expose()).map_err(|_| wrong())?;
        if !ALGORITHMS.contains(&header.alg) {
            return Err(wrong().into());
        }
        let proved = |keys: &[u8]| claims_by(keys, assertion, header.kid.as_deref(), header.alg);
        let keys = self.keys(source, |keys| proved(keys).is_some()).await?;
        let claims = proved(&keys).ok_or_else(wrong)?;
        let now = self.now();
        let is_for_us = claims.aud.0.iter().any(|audience| {
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

/// The claims of an assertion, if one of these keys signed it.
fn claims_by(
    keys: &[u8],
    assertion: &Secret,
    kid: Option<&str>,
    algorithm: Algorithm,
) -> Option<Claims> {
    let keys: JwkSet = serde_json::from_slice(keys).ok()?;
    let may_be = |key: &&Jwk| match (kid, key.common.key_id.as_deref()) {
        (Some(asked), Some(id)) => asked == id,
        (Some(_), None) | (None, _) => true,
    };
    keys.keys.iter().filter(may_be).take(MAX_KEYS).find_map(|key| claims(assertion, key, algorithm))
}

/// The claims of an assertion, if this key signed it with this algorithm.
fn claims(assertion: &Secret, key: &Jwk, algorithm: Algorithm) -> Option<Claims> {
    let key = DecodingKey::from_jwk(key).ok()?;
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    let decoded = jsonwebtoken::decode::<Claims>(assertion.expose(), &key, &validation);
    decoded.ok().map(|decoded| decoded.claims)
}

/// Signatures with a public key, and no other: a public key must never be taken for a secret.
const ALGORITHMS: [Algorithm; 5] =
    [Algorithm::ES256, Algorithm::ES384, Algorithm::RS256, Algorithm::PS256, Algorithm::EdDSA];

const MAX_KEYS: usize = 8;
const MAX_LIFETIME: Duration = Duration::from_secs(600);
const LEEWAY_SECS: f64 = 60.0;
