//! Keys whose private half everyone knows, and what is signed with them.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

/// Signs claims with the key of this seed.
pub(crate) fn sign(token_type: &str, seed: u8, claims: &Value) -> String {
    let header = Header {
        typ: Some(token_type.to_owned()),
        kid: Some(name(seed)),
        ..Header::new(Algorithm::EdDSA)
    };
    jsonwebtoken::encode(&header, claims, &key(seed)).expect("a signature")
}

/// The public half of the key of this seed, as a JSON Web Key Set.
pub(crate) fn key_set(seed: u8) -> Value {
    let mut jwk = Jwk::from_encoding_key(&key(seed), Algorithm::EdDSA).expect("a public key");
    jwk.common.key_id = Some(name(seed));
    json!({ "keys": [jwk] })
}

/// The time, in seconds.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs()
}

/// An Ed25519 key (RFC 8410, section 7).
fn key(seed: u8) -> EncodingKey {
    let mut der = vec![0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    der.extend([seed; 32]);
    EncodingKey::from_ed_der(&der)
}

fn name(seed: u8) -> String {
    format!("key {seed}")
}
