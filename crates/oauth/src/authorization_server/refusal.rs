//! Why a request is refused, and how it is said: as JSON, as a page, or to the client.

use std::borrow::Cow;

use http::StatusCode;

use crate::entropy::EntropyUnavailable;
use crate::error::Error;
use crate::store::StoreError;
use crate::unavailable::Unavailable;

/// An error of the protocol, for the client (RFC 6749, section 5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OAuthError {
    pub(super) code: &'static str,
    pub(super) description: Cow<'static, str>,
    pub(super) status: StatusCode,
}

/// Why a request is not done.
#[derive(Clone, Debug)]
pub(super) enum Refusal {
    /// The client did something wrong.
    Client(OAuthError),
    /// The person must be told: there is nobody else whom it would be safe to tell.
    Person(PersonError),
    /// Too many such requests came; seconds after which to try again.
    TooMany(u64),
    /// What is needed to answer does not answer. What it said is for the log.
    Unavailable(Unavailable),
}

/// What a person is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PersonError {
    pub(super) title: &'static str,
    pub(super) text: Cow<'static, str>,
    pub(super) status: StatusCode,
}

impl OAuthError {
    fn new(code: &'static str, description: impl Into<Cow<'static, str>>) -> Self {
        Self { code, description: description.into(), status: StatusCode::BAD_REQUEST }
    }

    pub(super) fn invalid_request(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new("invalid_request", description)
    }

    /// The client is not who it says; it learns no more, and knows to register again.
    pub(super) fn invalid_client(description: impl Into<Cow<'static, str>>) -> Self {
        Self { status: StatusCode::UNAUTHORIZED, ..Self::new("invalid_client", description) }
    }

    pub(super) fn invalid_grant(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new("invalid_grant", description)
    }

    pub(super) fn invalid_scope(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new("invalid_scope", description)
    }

    /// RFC 8707, section 2.
    pub(super) fn invalid_target(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new("invalid_target", description)
    }

    pub(super) fn unauthorized_client(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new("unauthorized_client", description)
    }

    pub(super) fn other(code: &'static str, description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(code, description)
    }
}

impl PersonError {
    pub(super) fn new(title: &'static str, text: impl Into<Cow<'static, str>>) -> Self {
        Self { title, text: text.into(), status: StatusCode::BAD_REQUEST }
    }
}

impl From<OAuthError> for Refusal {
    fn from(error: OAuthError) -> Self {
        Self::Client(error)
    }
}

impl From<PersonError> for Refusal {
    fn from(error: PersonError) -> Self {
        Self::Person(error)
    }
}

impl From<Unavailable> for Refusal {
    fn from(unavailable: Unavailable) -> Self {
        Self::Unavailable(unavailable)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl From<EntropyUnavailable> for Refusal {
    fn from(error: EntropyUnavailable) -> Self {
        Self::Unavailable(Unavailable::new(&error.to_string()))
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Unavailable(Unavailable::new(&error.to_string()))
    }
}
