//! The real documents that tests try things on.

use std::io::{self, Write as _};
use std::{env, fs, path::PathBuf};

/// The real documents with their names, oldest first.
///
/// Empty, with a line that says so, where the documents are not at hand; a panic where they must be.
pub(crate) fn real() -> Vec<(String, Vec<u8>)> {
    let Some(directory) = env::var_os("MCP_DISPATCH_DOCUMENTS").map(PathBuf::from) else {
        assert!(env::var_os("MCP_DISPATCH_REQUIRE").is_none(), "MCP_DISPATCH_DOCUMENTS is unset");
        // To the stream itself: what a passing test prints is not shown.
        let _ = writeln!(
            io::stderr(),
            "SKIPPED: MCP_DISPATCH_DOCUMENTS names no directory of documents"
        );
        return Vec::new();
    };
    ["4.3", "4.4", "4.5", "4.6", "4.7"]
        .into_iter()
        .map(|version| {
            let path = directory.join(format!("netbox-openapi-{version}.json"));
            let bytes =
                fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (version.to_owned(), bytes)
        })
        .collect()
}
