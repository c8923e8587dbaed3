//! The Pythons of this machine: tools of ours come from PyPI.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{apt, command};

/// Finds a Python of version 3.12 or newer that can make virtual environments.
pub(crate) fn find_for_netbox() -> Result<Option<PathBuf>> {
    if let Some(python) = find(USABLE) {
        return Ok(Some(python));
    }
    // Debian keeps what makes environments in a package of its own.
    let system = Path::new("/usr/bin/python3");
    if passes(system, NEW_ENOUGH) && command::find("apt-get").is_some() {
        apt::install(&["python3-venv"])?;
        return Ok(passes(system, USABLE).then(|| system.to_owned()));
    }
    Ok(None)
}

/// Finds any Python that has pip, installing one where there is none.
pub(crate) fn find_with_pip() -> Result<PathBuf> {
    if let Some(python) = find("import pip") {
        return Ok(python);
    }
    apt::install(&["python3-pip"])?;
    find("import pip").context("failed to find a Python with pip once installed")
}

/// Finds any Python that can make virtual environments, installing what it lacks for that.
pub(crate) fn find_with_venv() -> Result<PathBuf> {
    if let Some(python) = find(MAKES_ENVIRONMENTS) {
        return Ok(python);
    }
    apt::install(&["python3-venv"])?;
    find(MAKES_ENVIRONMENTS).context("failed to find a Python with venv once installed")
}

/// Finds the first Python that runs a test program without complaint. A file on the search path proves
/// nothing: pyenv puts a stand-in there for every version it knows, also for those switched off.
fn find(test: &str) -> Option<PathBuf> {
    candidates().into_iter().find(|python| passes(python, test))
}

fn passes(python: &Path, test: &str) -> bool {
    command::succeeds(Command::new(python).args(["-c", test]))
}

fn candidates() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = NAMES.iter().filter_map(|name| command::find(name)).collect();
    if let Some(home) = env::var_os("HOME") {
        let versions = fs::read_dir(Path::new(&home).join(".pyenv/versions"));
        let mut installed: Vec<PathBuf> = versions
            .into_iter()
            .flatten()
            .flatten()
            .map(|version| version.path().join("bin/python3"))
            .collect();
        installed.sort();
        found.extend(installed.into_iter().rev());
    }
    found
}

const NAMES: [&str; 4] = ["python3.14", "python3.13", "python3.12", "python3"];
const NEW_ENOUGH: &str = "import sys; sys.exit(sys.version_info < (3, 12))";
const MAKES_ENVIRONMENTS: &str =
    "import ensurepip, ssl, venv, sys; sys.exit(sys.version_info < (3, 10))";
const USABLE: &str =
    "import ensurepip, lzma, sqlite3, ssl, sys; sys.exit(sys.version_info < (3, 12))";
