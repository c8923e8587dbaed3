//! The error of this crate.

use std::path::PathBuf;

/// What went wrong, and whose fault it is; its text completes "failed to ...".
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The credential is none that NetBox knows, or could not be read.
    #[error("read the NetBox token from {from}: {why}")]
    Credential {
        /// Where it was looked for; never the token.
        from: String,
        /// What is wrong, and what would be right.
        why: String,
    },
    /// NetBox could not be reached, or its answer was not NetBox's.
    #[error("ask NetBox for {path}: {why}")]
    Upstream {
        /// The path that was asked for.
        path: String,
        /// What was seen.
        why: String,
    },
    /// NetBox refused the credential.
    #[error("sign in to NetBox: it answered {path} with 403 and these words: {detail}")]
    Refused {
        /// The path that was asked for.
        path: String,
        /// NetBox's own words.
        detail: String,
    },
    /// The document or the policy could not be compiled.
    #[error("{0}")]
    Compile(#[from] dispatch_core::Error),
    /// The catalog could not be kept on disk.
    #[error("keep the catalog at {path}: {source}")]
    Store {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Groups of the reference design could not be read.
    #[error("read the groups: {0}")]
    Groups(String),
}
