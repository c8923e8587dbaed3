//! The documents of NetBox 4.3 to 4.7, read and compiled once for all tests.

use std::fs;
use std::sync::{Arc, OnceLock};

use dispatch_core::compile::compile;
use dispatch_core::{Catalog, Diagnostic, Document};
use serde_json::Value;

use crate::environment;

/// The documents, oldest first: the name in the file, and the release.
pub(crate) const RELEASES: [(&str, &str); 5] =
    [("4.3", "4.3.0"), ("4.4", "4.4.10"), ("4.5", "4.5.5"), ("4.6", "4.6.6"), ("4.7", "4.7.0")];

/// A document that was compiled under the policy of this crate.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) bytes: Vec<u8>,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Compiled {
    /// Compiles a document.
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        let policy = netbox_adapter::policy().unwrap_or_else(|error| panic!("{error}"));
        let compiled = Document::parse(&bytes).and_then(|document| compile(&document, &policy));
        let compiled = compiled.unwrap_or_else(|error| panic!("failed to {error}"));
        Self { bytes, catalog: Arc::new(compiled.catalog), diagnostics: compiled.diagnostics }
    }

    /// The document itself.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).expect("the document is JSON")
    }
}

/// The document of a release, compiled, where the documents are at hand.
pub(crate) fn compiled(release: &str) -> Option<&'static Compiled> {
    static COMPILED: [OnceLock<Compiled>; RELEASES.len()] =
        [const { OnceLock::new() }; RELEASES.len()];
    let place = RELEASES.iter().position(|(_, known)| *known == release);
    let place = place.unwrap_or_else(|| panic!("no document of {release}"));
    let directory = environment::documents()?;
    Some(COMPILED[place].get_or_init(|| {
        let path = directory.join(format!("netbox-openapi-{}.json", RELEASES[place].0));
        let bytes = fs::read(&path);
        Compiled::new(bytes.unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    }))
}

/// The document that most tests are about.
pub(crate) fn newest() -> Option<&'static Compiled> {
    compiled("4.7.0")
}
