//! Counting tokens. Other tokenizers count differently; these two are public and reproducible.

use anyhow::{Context as _, Result};
use tiktoken_rs::CoreBPE;

/// Counts the tokens of texts in one encoding.
pub struct Tokenizer {
    encoding: CoreBPE,
    /// What the encoding is called.
    pub name: &'static str,
}

impl Tokenizer {
    /// The encoding of every number that names no other.
    ///
    /// # Errors
    ///
    /// Where its vocabulary cannot be loaded.
    pub fn o200k() -> Result<Self> {
        let encoding = tiktoken_rs::o200k_base().context("failed to load o200k_base")?;
        Ok(Self { encoding, name: "o200k_base" })
    }

    /// The second encoding.
    ///
    /// # Errors
    ///
    /// Where its vocabulary cannot be loaded.
    pub fn cl100k() -> Result<Self> {
        let encoding = tiktoken_rs::cl100k_base().context("failed to load cl100k_base")?;
        Ok(Self { encoding, name: "cl100k_base" })
    }

    /// Counts the tokens of a text; what looks like a special token is text.
    #[must_use]
    pub fn count(&self, text: &str) -> usize {
        self.encoding.encode_ordinary(text).len()
    }
}

impl std::fmt::Debug for Tokenizer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Tokenizer").field(&self.name).finish()
    }
}
