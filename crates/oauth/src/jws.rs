//! JSON Web Tokens (RFC 7519): their signature, checked with the public keys of whoever signs.
//!
//! What the claims mean is not judged here, and neither is the time, which is an argument.

use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

/// What a token says of its signature, before that is checked.
#[derive(Debug)]
pub(crate) struct Header {
    algorithm: Algorithm,
    key_id: Option<String>,
    #[cfg_attr(
        not(feature = "external-issuers"),
        expect(dead_code, reason = "assertions have no type")
    )]
    pub(crate) token_type: Option<String>,
}

impl Header {
    /// Reads the header of a token. One whose algorithm is not of public keys, or that asks for
    /// what is not done here (RFC 7515, section 4.1.11), is none.
    pub(crate) fn of(token: &str) -> Option<Self> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        let is_known = ALGORITHMS.contains(&header.alg) && header.crit.is_none();
        is_known.then_some(Self {
            algorithm: header.alg,
            key_id: header.kid,
            token_type: header.typ,
        })
    }

    /// The claims of this token, if one of these keys signed it.
    pub(crate) fn claims<C: DeserializeOwned>(&self, token: &str, keys: &[u8]) -> Option<C> {
        let keys: KeySet = serde_json::from_slice(keys).ok()?;
        // Keys of kinds that are not known here stand beside others (RFC 7517, section 5).
        let keys = keys.keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
        let mut keys = keys.filter(|key| self.may_be_signed_with(key)).take(MAX_KEYS);
        keys.find_map(|key| self.claims_by(token, &key))
    }

    fn may_be_signed_with(&self, key: &Jwk) -> bool {
        let is_named = match (self.key_id.as_deref(), key.common.key_id.as_deref()) {
            (Some(asked), Some(id)) => asked == id,
            (Some(_), None) | (None, _) => true,
        };
        let is_for_this = key
            .common
            .key_algorithm
            .is_none_or(|algorithm| algorithm.to_string() == format!("{:?}", self.algorithm));
        let is_for_signing = !matches!(key.common.public_key_use, Some(PublicKeyUse::Encryption));
        is_named && is_for_this && is_for_signing
    }

    fn claims_by<C: DeserializeOwned>(&self, token: &str, key: &Jwk) -> Option<C> {
        let key = DecodingKey::from_jwk(key).ok()?;
        let mut validation = Validation::new(self.algorithm);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        let decoded = jsonwebtoken::decode::<C>(token, &key, &validation);
        decoded.ok().map(|decoded| decoded.claims)
    }
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

/// One audience, or several (RFC 7519, section 4.1.3).
#[derive(Debug, Default)]
pub(crate) struct Audience(Vec<String>);

impl Audience {
    pub(crate) fn names(&self) -> &[String] {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(one) => Ok(Self(vec![one])),
            several => serde_json::from_value(several).map(Self).map_err(D::Error::custom),
        }
    }
}

/// Signatures with a public key, and no other: a public key must never be taken for a secret, nor
/// no signature for one.
const ALGORITHMS: [Algorithm; 8] = [
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::EdDSA,
];

const MAX_KEYS: usize = 16;
