//! The error of this crate.

use std::fmt;

use crate::diagnostic::Diagnostic;

/// What went wrong, and whose fault it is; its text completes "failed to ...".
#[derive(Debug)]
pub struct Error(Box<Kind>);

/// Whose fault an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The document cannot be used at all.
    Document,
    /// The policy does not fit the document, or is no policy.
    Policy,
    /// A saved catalog is damaged or of another version.
    Catalog,
}

#[derive(Debug, thiserror::Error)]
enum Kind {
    #[error("read the document: {0}")]
    Document(String),
    #[error("compile the document, as nothing in it can be used:{}", indented(.0))]
    Unusable(Vec<Diagnostic>),
    #[error("read the policy: {0}")]
    PolicySyntax(#[source] toml::de::Error),
    #[error("apply the policy:{}", indented(.0))]
    Policy(Vec<String>),
    #[error("load the saved catalog: {0}")]
    Load(#[source] serde_json::Error),
    #[error(
        "load the saved catalog: it is of format {found}, this version reads format {known}; compile it again"
    )]
    OtherFormat { found: u32, known: u32 },
    #[error("make the catalog:{}", indented(.0))]
    InvalidCatalog(Vec<String>),
}

impl Error {
    /// Whose fault it is.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match *self.0 {
            Kind::Document(_) | Kind::Unusable(_) => Fault::Document,
            Kind::PolicySyntax(_) | Kind::Policy(_) => Fault::Policy,
            Kind::Load(_) | Kind::OtherFormat { .. } | Kind::InvalidCatalog(_) => Fault::Catalog,
        }
    }

    /// The document cannot be read.
    pub(crate) fn document(message: impl Into<String>) -> Self {
        Kind::Document(message.into()).into()
    }

    /// Every operation of the document had to be dropped.
    pub(crate) fn unusable(diagnostics: Vec<Diagnostic>) -> Self {
        Kind::Unusable(diagnostics).into()
    }

    /// The policy is no policy.
    pub(crate) fn policy_syntax(source: toml::de::Error) -> Self {
        Kind::PolicySyntax(source).into()
    }

    /// Entries of the policy that do not fit the document, all of them.
    pub(crate) fn policy(faults: Vec<String>) -> Self {
        Kind::Policy(faults).into()
    }

    pub(crate) fn load(source: serde_json::Error) -> Self {
        Kind::Load(source).into()
    }

    pub(crate) fn other_format(found: u32, known: u32) -> Self {
        Kind::OtherFormat { found, known }.into()
    }

    pub(crate) fn invalid_catalog(faults: Vec<String>) -> Self {
        Kind::InvalidCatalog(faults).into()
    }
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Self(Box::new(kind))
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

/// One indented line each, never only the first.
fn indented<T: fmt::Display>(lines: &[T]) -> String {
    lines.iter().map(|line| format!("\n  {line}")).collect()
}
