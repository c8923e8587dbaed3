//! Who asks.

use http::{HeaderValue, Method, StatusCode, header};

use crate::{problem::Failure, request::Request};

/// A token that a sandbox accepts.
///
/// Secrets of a sandbox are no secrets; `Debug` hides them all the same.
#[derive(Clone)]
pub struct Token {
    user: String,
    version: Version,
    write_enabled: bool,
}

#[derive(Clone, PartialEq, Eq)]
enum Version {
    V1(String),
    V2 { key: String, secret: String },
}

impl Token {
    /// A token of version 1: `Authorization: Token <key>`.
    pub fn v1(user: impl Into<String>, key: impl Into<String>) -> Self {
        Self { user: user.into(), version: Version::V1(key.into()), write_enabled: true }
    }

    /// A token of version 2: `Authorization: Bearer nbt_<key>.<secret>`.
    pub fn v2(user: impl Into<String>, key: impl Into<String>, secret: impl Into<String>) -> Self {
        let version = Version::V2 { key: key.into(), secret: secret.into() };
        Self { user: user.into(), version, write_enabled: true }
    }

    /// Refuses writes with this token.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.write_enabled = false;
        self
    }

    /// The header that this token is sent in, if it may write.
    pub(crate) fn writing_header(&self) -> Option<HeaderValue> {
        let text = match &self.version {
            _ if !self.write_enabled => return None,
            Version::V1(key) => format!("Token {key}"),
            Version::V2 { key, secret } => format!("Bearer nbt_{key}.{secret}"),
        };
        HeaderValue::from_str(&text).ok()
    }

    pub(crate) fn user(&self) -> &str {
        &self.user
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token").field("user", &self.user).finish_non_exhaustive()
    }
}

/// The user of a request; `None` where anyone may ask.
///
/// # Errors
///
/// NetBox's 403, whose text alone tells what is wrong.
pub(crate) fn user<'a>(tokens: &'a [Token], request: &Request) -> Result<Option<&'a str>, Failure> {
    if tokens.is_empty() {
        return Ok(None);
    }
    let token = find(tokens, request)?;
    let safe = matches!(request.method, Method::GET | Method::HEAD | Method::OPTIONS);
    if !safe && !token.write_enabled {
        return Err(forbidden("You do not have permission to perform this action."));
    }
    Ok(Some(&token.user))
}

fn find<'a>(tokens: &'a [Token], request: &Request) -> Result<&'a Token, Failure> {
    let header = request.header(header::AUTHORIZATION).unwrap_or_default();
    let mut words = header.split_whitespace();
    let scheme = words.next().unwrap_or_default().to_lowercase();
    if !matches!(scheme.as_str(), "token" | "bearer") {
        return Err(forbidden("Authentication credentials were not provided."));
    }
    let (Some(text), None) = (words.next(), words.next()) else {
        return Err(forbidden(
            "Invalid authorization header: Must be in the form \"Bearer <key>.<token>\" or \
             \"Token <token>\"",
        ));
    };
    let Some(rest) = text.strip_prefix("nbt_") else {
        let found = tokens.iter().find(|token| token.version == Version::V1(text.to_owned()));
        return found.ok_or_else(|| forbidden("Invalid v1 token"));
    };
    let Some((key, secret)) = rest.split_once('.') else {
        return Err(forbidden(
            "Invalid authorization header: Could not parse key from v2 token. Did you mean to use \
             'Token' instead of 'Bearer'?",
        ));
    };
    let wanted = Version::V2 { key: key.to_owned(), secret: secret.to_owned() };
    let found = tokens.iter().find(|token| token.version == wanted);
    found.ok_or_else(|| forbidden("Invalid v2 token"))
}

fn forbidden(detail: &str) -> Failure {
    Failure::detail(StatusCode::FORBIDDEN, detail)
}
