//! What the environment of the tests provides.

use std::env;
use std::io::{self, Write as _};
use std::path::PathBuf;

/// The directory of the documents.
pub(crate) fn documents() -> Option<PathBuf> {
    path("MCP_DISPATCH_DOCUMENTS", "a directory of NetBox documents")
}

/// The file that says where a running NetBox is, and the tokens for it.
pub(crate) fn netbox() -> Option<PathBuf> {
    path("MCP_DISPATCH_NETBOX", "the access file of a running NetBox")
}

fn path(name: &str, what: &str) -> Option<PathBuf> {
    let path = env::var_os(name).map(PathBuf::from);
    if path.is_none() {
        assert!(env::var_os("MCP_DISPATCH_REQUIRE").is_none(), "{name} is unset");
        // To the stream itself: what a passing test prints is not shown.
        let _ = writeln!(io::stderr(), "SKIPPED: {name} does not name {what}");
    }
    path
}
