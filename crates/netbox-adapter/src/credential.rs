//! The credential that calls to NetBox carry: a token of version 1 or 2.
//!
//! NetBox tells the two apart by the prefix `nbt_` alone. The token is never the client's: that is
//! taken off every request before it comes here. Which token a call carries is one of
//! [`Credentials`]: one for all, one for each tier ([`TierCredentials`]), or that of the account as
//! which a person signed in ([`PersonCredentials`]). [`CredentialLayer`] puts it on.

use std::fmt;
use std::path::Path;

use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use crate::Error;

mod by_person;
mod by_tier;
mod layer;
pub(crate) mod refused;

pub use by_person::PersonCredentials;
pub use by_tier::TierCredentials;
pub use layer::{CredentialLayer, Credentials, WithCredential};

/// A token of NetBox's.
#[derive(Clone)]
pub struct Credential {
    token: SecretString,
}

impl Credential {
    /// Reads a token: 40 hexadecimal characters (version 1), or `nbt_<key>.<secret>` (version 2).
    ///
    /// `from` says in an error where the token came from.
    ///
    /// # Errors
    ///
    /// Fails if it is neither; the text never holds the token.
    pub fn new(token: &str, from: &str) -> Result<Self, Error> {
        let token = token.trim();
        let error = |why: &str| Error::Credential { from: from.to_owned(), why: why.to_owned() };
        if token.is_empty() {
            return Err(error("it is empty"));
        }
        for scheme in ["Token ", "Bearer "] {
            if token.len() > scheme.len()
                && token.is_char_boundary(scheme.len())
                && token[..scheme.len()].eq_ignore_ascii_case(scheme)
            {
                return Err(error("it starts with a scheme; give the token alone"));
            }
        }
        let printable = token.bytes().all(|byte| byte.is_ascii_graphic());
        match token.strip_prefix(V2_PREFIX) {
            _ if !printable => {
                return Err(error("it holds characters that no token has"));
            }
            Some(rest) => match rest.split_once('.') {
                Some((key, secret)) if !key.is_empty() && !secret.is_empty() => {}
                _ => return Err(error("a version 2 token is nbt_<key>.<secret>, with both parts")),
            },
            None if token.len() == V1_LENGTH => {}
            None => {
                return Err(error(
                    "a version 1 token has 40 characters, a version 2 token starts with nbt_",
                ));
            }
        }
        Ok(Self { token: SecretString::from(token.to_owned()) })
    }

    /// Reads a token from a file, whose first line it is.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read or holds no token.
    pub fn from_file(path: &Path) -> Result<Self, Error> {
        let from = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Error::Credential { from: from.clone(), why: error.to_string() })?;
        Self::new(text.lines().next().unwrap_or_default(), &from)
    }

    /// The public half of a version 2 token.
    pub(crate) fn key(&self) -> Option<&str> {
        let token = self.token.expose_secret().strip_prefix(V2_PREFIX)?;
        token.split_once('.').map(|(key, _)| key)
    }

    /// The token itself.
    pub(crate) fn expose(&self) -> &str {
        self.token.expose_secret()
    }

    /// The value of the `Authorization` header.
    pub(crate) fn header(&self) -> HeaderValue {
        let token = self.expose();
        let scheme = if token.starts_with(V2_PREFIX) { "Bearer" } else { "Token" };
        // INVARIANT: `new` refuses every character that is not visible ASCII.
        let mut value = HeaderValue::try_from(format!("{scheme} {token}")).expect("visible ASCII");
        value.set_sensitive(true);
        value
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(***)")
    }
}

/// What a version 2 token starts with.
const V2_PREFIX: &str = "nbt_";

/// How many characters a version 1 token has.
const V1_LENGTH: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    const V1: &str = "0123456789abcdef0123456789abcdef01234567";
    const V2: &str = "nbt_abcdefabcdef.0123456789abcdef0123456789abcdef01234567";

    #[track_caller]
    fn check(token: &str, expected: &str) {
        let header = Credential::new(token, "a test").unwrap().header();
        assert_eq!(header.to_str().unwrap(), expected);
    }

    #[test]
    fn the_version_decides_the_scheme() {
        check(V1, &format!("Token {V1}"));
        check(&format!(" {V2}\n"), &format!("Bearer {V2}"));
    }

    #[test]
    fn what_is_no_token_is_refused_without_showing_it() {
        for token in ["", "abc", "Token 123", "Bearer x", "nbt_onlykey", "nbt_.x", &"é".repeat(40)]
        {
            let error = Credential::new(token, "NETBOX_TOKEN").unwrap_err().to_string();
            assert!(error.contains("NETBOX_TOKEN"), "{error}");
            assert!(token.is_empty() || !error.contains(token), "{error}");
        }
    }

    #[test]
    fn debug_shows_no_token() {
        let credential = Credential::new(V2, "a test").unwrap();
        let layer = CredentialLayer::new(credential.clone());
        let shown = format!("{credential:?} {layer:?}");
        assert!(!shown.contains("abcdef"), "{shown}");
    }
}
