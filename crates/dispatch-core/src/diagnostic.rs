//! What the compiler has to say about a document: never a panic, never only the first fault.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One remark of the compiler, with the place in the document it is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// What kind of remark it is.
    pub code: Code,
    /// A JSON pointer (RFC 6901) into the document, or the place in the policy.
    pub place: String,
    /// What was seen, and what was done about it.
    pub message: String,
}

impl Diagnostic {
    /// Makes a diagnostic; its severity follows from the code.
    #[must_use]
    pub fn new(code: Code, place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: code.severity(), code, place: place.into(), message: message.into() }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code.as_str(), self.place, self.message)
    }
}

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something was read more widely than the document says it; every operation works.
    Note,
    /// Something of the document could not be used, such as one operation.
    Dropped,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $severity:ident;)*) => {
        /// What kind of remark a diagnostic is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// The code as lists and goldens show it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// How much diagnostics of this code matter.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    /// An operation could not be compiled and is not offered.
    OperationDropped = "operation-dropped", Dropped;
    /// A `$ref` points at nothing in the document.
    MissingReference = "missing-reference", Dropped;
    /// A `$ref` points outside the document, which is never fetched.
    ExternalReference = "external-reference", Dropped;
    /// Two operations share an operation id; the second is known by method and path.
    DuplicateOperationId = "duplicate-operation-id", Note;
    /// An operation has no operation id and is known by method and path.
    NoOperationId = "no-operation-id", Note;
    /// A schema keyword that the catalog cannot hold; values are checked less strictly.
    KeywordWidened = "keyword-widened", Note;
    /// A schema that could not be read as a schema; any value is accepted in its place.
    SchemaWidened = "schema-widened", Note;
    /// A schema contains itself; the catalog keeps the cycle.
    RecursiveSchema = "recursive-schema", Note;
    /// A 3.0 keyword in a 3.1 document or the other way round; it was understood all the same.
    OtherDialect = "other-dialect", Note;
    /// A part of the document this compiler does not use (webhooks, callbacks, links, cookies).
    PartIgnored = "part-ignored", Note;
    /// A media type other than JSON was chosen, or none could be.
    MediaType = "media-type", Note;
    /// An optional entry of the policy matched nothing in this document.
    PolicyUnmatched = "policy-unmatched", Note;
}
