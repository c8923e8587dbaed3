//! A Python that NetBox runs on, wherever this machine has one.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::command;
use crate::netbox::apt;

/// Finds a Python of version 3.12 or newer that can make virtual environments.
pub(crate) fn find() -> Result<Option<PathBuf>> {
    if let Some(python) = candidates().into_iter().find(|python| is_usable(python, USABLE)) {
        return Ok(Some(python));
    }
    // Debian keeps what makes environments in a package of its own.
    let system = Path::new("/usr/bin/python3");
    if is_usable(system, NEW_ENOUGH) && command::find("apt-get").is_some() {
        apt::install(&["python3-venv"])?;
        return Ok(is_usable(system, USABLE).then(|| system.to_owned()));
    }
    Ok(None)
}

fn candidates() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = NAMES.iter().filter_map(|name| command::find(name)).collect();
    if let Some(home) = env::var_os("HOME") {
        let versions = Path::new(&home).join(".pyenv/versions");
        let mut installed: Vec<PathBuf> = fs::read_dir(versions)
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

/// Asks a Python whether it will do. A file on the search path proves nothing: pyenv puts a stand-in
/// there for every version it knows, also for those that are switched off.
fn is_usable(python: &Path, test: &str) -> bool {
    command::succeeds(Command::new(python).args(["-c", test]))
}

const NAMES: [&str; 4] = ["python3.14", "python3.13", "python3.12", "python3"];
const NEW_ENOUGH: &str = "import sys; sys.exit(sys.version_info < (3, 12))";
const USABLE: &str =
    "import ensurepip, lzma, sqlite3, ssl, sys; sys.exit(sys.version_info < (3, 12))";
