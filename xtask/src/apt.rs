//! Debian packages, installed only where a program is missing.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command;

/// Installs Debian packages and says so.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    if command::find("apt-get").is_none() {
        bail!("{names} is missing and there is no apt-get: install it with this system's own tool");
    }
    if !is_root()? {
        bail!("{names} is missing: install it with `sudo apt-get install {names}`");
    }
    println!("installing with apt-get: {names}");
    command::output(apt_get().args(["-qq", "update"]))?;
    command::output(
        apt_get().args(["-qq", "-y", "--no-install-recommends", "install"]).args(packages),
    )
    .with_context(|| format!("failed to install {names}"))?;
    Ok(())
}

/// Installs those of these programs that are missing, from the packages of the same names.
pub(crate) fn install_missing(programs: &[&str]) -> Result<()> {
    let is_missing = |program: &&str| command::find(program).is_none();
    let missing: Vec<&str> = programs.iter().copied().filter(is_missing).collect();
    if missing.is_empty() { Ok(()) } else { install(&missing) }
}

/// Returns whether this process runs as root.
pub(crate) fn is_root() -> Result<bool> {
    let me = fs::metadata("/proc/self").context("failed to look up who runs this")?;
    Ok(me.uid() == 0)
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    // Packages start their services when they are installed, except in run level 1. Ours are started
    // by hand, on ports of their own.
    command.env("RUNLEVEL", "1");
    command
}
