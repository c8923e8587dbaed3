//! The error of this crate.

use std::fmt;

use crate::entropy::EntropyUnavailable;
#[cfg(feature = "authorization-server")]
use crate::store::StoreError;

/// What went wrong, and whose fault it is; its text completes "failed to ...".
///
/// What is wrong with a token that a caller presented is no `Error` but a
/// [`Refusal`](crate::Refusal).
#[derive(Debug)]
pub struct Error(Box<Kind>);

/// Whose fault an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// What this server was told to do cannot be done.
    Configuration,
    /// Stored tokens are damaged, or the store does not answer.
    Store,
    /// The machine cannot give what is needed.
    System,
}

#[derive(Debug, thiserror::Error)]
enum Kind {
    #[error("set the prefix of tokens to {0:?}: it is 1 to 16 of a-z and 0-9")]
    Prefix(String),
    #[error("make a ladder of scopes: it has no scope")]
    EmptyLadder,
    #[error("make a ladder of scopes: {0:?} stands twice")]
    ScopeTwice(String),
    #[error(
        "use the scope {0:?}: a scope is printable ASCII without spaces, quotes and backslashes"
    )]
    Scope(String),
    #[error("issue a token with the scope {scope:?}: the scopes are {known}")]
    UnknownScope { scope: String, known: String },
    #[error("issue a token without a scope: it would allow nothing")]
    NoScope,
    #[error("issue a token that expired before it was issued")]
    AlreadyExpired,
    #[error("use {url:?} as the address of the resource: {why}")]
    Resource { url: String, why: &'static str },
    #[cfg(any(feature = "authorization-server", feature = "external-issuers"))]
    #[error("use {url:?} as the issuer: {why}")]
    Issuer { url: String, why: &'static str },
    #[cfg(feature = "authorization-server")]
    #[error("set up the authorization server: {0}")]
    Server(String),
    #[cfg(feature = "configuration")]
    #[error("set up access: {0}")]
    Access(String),
    #[cfg(feature = "sealing")]
    #[error(
        "read the key that credentials are sealed with: it is 32 bytes in base64 or hexadecimal"
    )]
    SealingKey,
    #[cfg(feature = "sealing")]
    #[error("seal a credential")]
    Sealing,
    #[cfg(feature = "sealing")]
    #[error(
        "open a sealed credential: it was sealed with another key, for someone else, or changed"
    )]
    Opening,
    #[error("make a token: {0}")]
    Entropy(#[from] EntropyUnavailable),
    // The source may quote a part of the file, which is hashes; it is shown by line and column.
    #[error("load the stored tokens: line {line}, column {column}: {what}")]
    Load { line: usize, column: usize, what: &'static str },
    #[error("load the stored tokens: they are of format {found}, this version reads {known}")]
    OtherFormat { found: u32, known: u32 },
    #[error("load the stored tokens: {0}")]
    Contradiction(&'static str),
    #[cfg(feature = "authorization-server")]
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Error {
    /// Whose fault it is.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match *self.0 {
            Kind::Prefix(_)
            | Kind::EmptyLadder
            | Kind::ScopeTwice(_)
            | Kind::Scope(_)
            | Kind::UnknownScope { .. }
            | Kind::NoScope
            | Kind::AlreadyExpired
            | Kind::Resource { .. } => Fault::Configuration,
            #[cfg(any(feature = "authorization-server", feature = "external-issuers"))]
            Kind::Issuer { .. } => Fault::Configuration,
            #[cfg(feature = "authorization-server")]
            Kind::Server(_) => Fault::Configuration,
            #[cfg(feature = "configuration")]
            Kind::Access(_) => Fault::Configuration,
            #[cfg(feature = "sealing")]
            Kind::SealingKey => Fault::Configuration,
            #[cfg(feature = "sealing")]
            Kind::Sealing => Fault::System,
            #[cfg(feature = "sealing")]
            Kind::Opening => Fault::Store,
            Kind::Entropy(_) => Fault::System,
            #[cfg(feature = "authorization-server")]
            Kind::Store(_) => Fault::Store,
            Kind::Load { .. } | Kind::OtherFormat { .. } | Kind::Contradiction(_) => Fault::Store,
        }
    }

    pub(crate) fn prefix(prefix: &str) -> Self {
        Kind::Prefix(prefix.to_owned()).into()
    }

    pub(crate) fn empty_ladder() -> Self {
        Kind::EmptyLadder.into()
    }

    pub(crate) fn scope_twice(scope: &str) -> Self {
        Kind::ScopeTwice(scope.to_owned()).into()
    }

    pub(crate) fn scope(scope: &str) -> Self {
        Kind::Scope(scope.to_owned()).into()
    }

    pub(crate) fn unknown_scope(scope: &str, known: &[String]) -> Self {
        Kind::UnknownScope { scope: scope.to_owned(), known: known.join(", ") }.into()
    }

    pub(crate) fn no_scope() -> Self {
        Kind::NoScope.into()
    }

    pub(crate) fn already_expired() -> Self {
        Kind::AlreadyExpired.into()
    }

    pub(crate) fn resource(url: &str, why: &'static str) -> Self {
        Kind::Resource { url: url.to_owned(), why }.into()
    }

    #[cfg(any(feature = "authorization-server", feature = "external-issuers"))]
    pub(crate) fn issuer(url: &str, why: &'static str) -> Self {
        Kind::Issuer { url: url.to_owned(), why }.into()
    }

    #[cfg(feature = "authorization-server")]
    pub(crate) fn server(what: impl Into<String>) -> Self {
        Kind::Server(what.into()).into()
    }

    #[cfg(feature = "configuration")]
    pub(crate) fn access(what: impl Into<String>) -> Self {
        Kind::Access(what.into()).into()
    }

    #[cfg(feature = "sealing")]
    pub(crate) fn sealing_key() -> Self {
        Kind::SealingKey.into()
    }

    #[cfg(feature = "sealing")]
    pub(crate) fn sealing() -> Self {
        Kind::Sealing.into()
    }

    #[cfg(feature = "sealing")]
    pub(crate) fn opening() -> Self {
        Kind::Opening.into()
    }

    pub(crate) fn load(source: &serde_json::Error) -> Self {
        let what = match source.classify() {
            serde_json::error::Category::Data => "this is not what a list of tokens holds",
            serde_json::error::Category::Eof => "the file ends too early",
            serde_json::error::Category::Syntax | serde_json::error::Category::Io => {
                "this is no JSON"
            }
        };
        Kind::Load { line: source.line(), column: source.column(), what }.into()
    }

    pub(crate) fn other_format(found: u32, known: u32) -> Self {
        Kind::OtherFormat { found, known }.into()
    }

    pub(crate) fn contradiction(what: &'static str) -> Self {
        Kind::Contradiction(what).into()
    }
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Self(Box::new(kind))
    }
}

impl From<EntropyUnavailable> for Error {
    fn from(source: EntropyUnavailable) -> Self {
        Kind::Entropy(source).into()
    }
}

#[cfg(feature = "authorization-server")]
impl From<StoreError> for Error {
    fn from(source: StoreError) -> Self {
        Kind::Store(source).into()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}
