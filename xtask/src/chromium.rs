//! The browser that tests drive.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::{apt, command};

/// Finds a Chromium, installing one where there is none.
pub(crate) fn find() -> Result<PathBuf> {
    if let Some(found) = found() {
        return Ok(found);
    }
    // Without a font, pages are blank.
    apt::install(&["chromium", "fonts-dejavu-core"])?;
    found().context("failed to find chromium once installed")
}

fn found() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(command::find)
}
