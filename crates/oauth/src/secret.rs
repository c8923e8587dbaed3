//! Secrets that are not access tokens: codes, refresh tokens, session cookies, client secrets.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::entropy::Entropy;
use crate::error::Error;
use crate::token::{TokenFormat, TokenHash};

/// A secret that shows itself only where [`Secret::expose`] is written.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes a secret that a caller presents.
    #[must_use]
    pub fn new(secret: impl Into<String>) -> Self {
        Self(SecretString::from(secret.into()))
    }

    /// Makes a new secret of this kind, of 256 bits of randomness.
    ///
    /// # Errors
    ///
    /// Fails if there is no randomness to be had.
    pub fn issue(format: &TokenFormat, entropy: &dyn Entropy) -> Result<Self, Error> {
        Ok(Self::new(format.issue(entropy)?.expose()))
    }

    /// The secret itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The hash that is kept of the secret, which must be one that nobody can guess.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(self.expose())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}
