//! The credential of a request (RFC 9110, section 11.6.2; RFC 6750, section 2.1).

use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::token::AccessToken;

/// What a request presents.
#[derive(Debug)]
pub(super) enum Credential<'r> {
    /// Nothing.
    None,
    /// A credential of this scheme.
    Some {
        /// The scheme, in whatever case it was sent.
        scheme: &'r str,
        /// What follows the scheme.
        token: AccessToken,
    },
    /// Something that is no credential, and what is wrong with it.
    Malformed(&'static str),
}

impl<'r> Credential<'r> {
    /// Reads the `Authorization` header. A token in the query is not one: addresses are logged.
    pub(super) fn of(headers: &'r HeaderMap) -> Self {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let Some(value) = values.next() else { return Self::None };
        if values.next().is_some() {
            return Self::Malformed("there is more than one Authorization header");
        }
        if value.len() > MAX_BYTES {
            return Self::Malformed("the Authorization header is too long");
        }
        let Ok(value) = value.to_str() else {
            return Self::Malformed("the Authorization header holds more than ASCII");
        };
        let Some((scheme, token)) = value.trim().split_once(' ') else {
            return Self::Malformed("the Authorization header is not a scheme and a token");
        };
        let token = token.trim_start();
        // `token68` of RFC 9110, section 11.2.
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
        if scheme.is_empty() || token.is_empty() || !token.bytes().all(is_token) {
            return Self::Malformed("the Authorization header is not a scheme and a token");
        }
        Self::Some { scheme, token: AccessToken::new(token) }
    }
}

/// Longer than any token; JSON Web Tokens with many claims come near.
const MAX_BYTES: usize = 8192;
