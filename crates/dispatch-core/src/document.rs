//! The document: an OpenAPI description as a value, with its dialect known.
//!
//! The document is kept as it came. Schemas are never read with `openapiv3`, which would silently lose
//! what 3.1 added; the lowering reads them from this value, each at its JSON pointer. Only the
//! structure around them (path items, operations, parameters, bodies, responses) is brought to the
//! shape of 3.0 and read with `openapiv3`, piece by piece, so that one bad piece costs that piece.

use std::sync::Arc;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::error::Error;

mod dialect;
pub(crate) mod pointer;
pub(crate) mod structure;
mod syntax;
#[cfg(test)]
mod tests;

pub use dialect::Dialect;

/// An OpenAPI document: cheap to clone, never changed.
#[derive(Clone, Debug)]
pub struct Document(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    root: Map<String, Value>,
    dialect: Dialect,
    sha256: String,
}

/// What a document may at most be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The greatest length of a document, in bytes.
    pub max_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 64 << 20 }
    }
}

impl Limits {
    /// Sets the greatest length of a document, in bytes.
    #[must_use]
    pub const fn with_max_bytes(self, max_bytes: usize) -> Self {
        Self { max_bytes }
    }
}

impl Document {
    /// Reads an OpenAPI 3.0 or 3.1 document, in JSON or (feature `yaml`) in YAML.
    ///
    /// # Errors
    ///
    /// Fails if the bytes are no JSON or YAML object, are longer than 64 MiB, are nested more than
    /// about a hundred levels deep, or do not say that they are OpenAPI 3.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        Self::parse_within(bytes, Limits::default())
    }

    /// Reads a document as [`Document::parse`] does, within limits of the caller's own.
    ///
    /// # Errors
    ///
    /// Fails as [`Document::parse`] does, with these limits.
    pub fn parse_within(bytes: &[u8], limits: Limits) -> Result<Self, Error> {
        if bytes.len() > limits.max_bytes {
            return Err(Error::document(format!(
                "it has {} bytes, and the limit is {}",
                bytes.len(),
                limits.max_bytes
            )));
        }
        let root = syntax::object(bytes)?;
        let dialect = Dialect::of(&root)?;
        Ok(Self(Arc::new(Inner { root, dialect, sha256: hex(&Sha256::digest(bytes)) })))
    }

    /// Which OpenAPI version the document is written in.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.0.dialect
    }

    /// The SHA-256 of the document's bytes, in hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.0.sha256
    }

    /// The document's value.
    pub(crate) fn root(&self) -> &Map<String, Value> {
        &self.0.root
    }

    /// The value at a JSON pointer (RFC 6901).
    pub(crate) fn at(&self, pointer: &str) -> Option<&Value> {
        pointer::resolve(&self.0.root, pointer)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
