//! Access tokens: their form, their secrecy, and the hash that is kept of them.
//!
//! A token is `<prefix>_<43 characters>_<6 characters>`: 256 bits of randomness in base 62, and a
//! CRC-32 of all before it. The prefix lets secret scanners find a token that leaked, and tells it
//! from the tokens of others; the checksum tells a token that was copied badly from one that was
//! revoked; and there is no character in it at which a double click stops short.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::entropy::Entropy;
use crate::error::Error;

mod base62;
mod checksum;
#[cfg(test)]
mod tests;

/// A token as a caller presents it. It shows itself only where [`AccessToken::expose`] is written.
#[derive(Clone)]
pub struct AccessToken(SecretString);

impl AccessToken {
    /// Takes a token that a caller presents.
    #[must_use]
    pub fn new(token: impl Into<String>) -> Self {
        Self(SecretString::from(token.into()))
    }

    /// The token itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The hash that is kept of the token.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(self.expose())
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(***)")
    }
}

/// The SHA-256 of a token, which is all that is kept of it. No salt and no slow hash are needed:
/// what is hashed has 256 bits of randomness.
///
/// Two hashes are compared in constant time.
#[derive(Clone, Copy)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash of a secret text.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }

    /// The hash that [`TokenHash::as_bytes`] gave.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash, as a store keeps it and finds it by. What is found this way was presented by one
    /// who knows the secret, so that the time of the search tells nothing.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for TokenHash {}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(..)")
    }
}

impl Serialize for TokenHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let digits: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        serializer.serialize_str(&digits)
    }
}

impl<'de> Deserialize<'de> for TokenHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = String::deserialize(deserializer)?;
        let refused = || D::Error::custom("64 hexadecimal digits expected");
        if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(refused());
        }
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| refused())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| refused())?;
        }
        Ok(Self(hash))
    }
}

/// The form of the tokens that a server issues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFormat {
    prefix: String,
}

/// What a text is to a [`TokenFormat`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A token of this format.
    Whole,
    /// A token of this format that was copied badly.
    Damaged,
    /// No token of this format.
    Other,
}

impl TokenFormat {
    /// The format of tokens with this prefix.
    ///
    /// # Errors
    ///
    /// Fails if the prefix is not 1 to 16 of `a-z` and `0-9`.
    pub fn new(prefix: &str) -> Result<Self, Error> {
        let is_legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        if !(1..=16).contains(&prefix.len()) || !prefix.bytes().all(is_legal) {
            return Err(Error::prefix(prefix));
        }
        Ok(Self { prefix: prefix.to_owned() })
    }

    /// The prefix.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Makes a new token.
    ///
    /// # Errors
    ///
    /// Fails if there is no randomness to be had.
    pub fn issue(&self, entropy: &dyn Entropy) -> Result<AccessToken, Error> {
        let mut random = [0; 32];
        entropy.fill(&mut random)?;
        let body = format!("{}_{}", self.prefix, base62::encode(random));
        let checksum = checksum::of(&body);
        Ok(AccessToken::new(format!("{body}_{checksum}")))
    }

    /// Tells what a text is, by its form alone.
    #[must_use]
    pub fn form(&self, token: &AccessToken) -> Form {
        let token = token.expose();
        let rest = token.strip_prefix(self.prefix.as_str()).and_then(|rest| rest.strip_prefix('_'));
        if rest.is_none() {
            return Form::Other;
        }
        match token.rsplit_once('_') {
            Some((body, checksum))
                if body.len() == self.prefix.len() + 1 + base62::N_DIGITS
                    && checksum::of(body) == checksum =>
            {
                Form::Whole
            }
            _ => Form::Damaged,
        }
    }
}

/// Tokens that start with `mcpd_`.
impl Default for TokenFormat {
    fn default() -> Self {
        Self { prefix: "mcpd".to_owned() }
    }
}
