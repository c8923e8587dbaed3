//! Licences, duplicates and sources of our dependencies: `deny.toml`.

use std::process::Command;

use anyhow::{Context, Result};

use crate::command;

/// Checks the dependencies.
pub(crate) fn run() -> Result<()> {
    if !command::succeeds(Command::new("cargo-deny").arg("--version")) {
        println!("installing cargo-deny {VERSION} with cargo");
        // A debug build takes a third of the time, and the check itself a second either way.
        let mut install = command::cargo();
        install.args(["install", "--quiet", "--locked", "--debug", "--version", VERSION]);
        command::run(install.arg("cargo-deny")).context("failed to install cargo-deny")?;
    }
    // The check reads every crate of the lock file, also those that only other platforms build.
    command::run(command::cargo().args(["fetch", "--quiet", "--locked"]))?;
    // The list of advisories is a git repository, which no package registry has.
    let mut deny = command::cargo();
    command::run(
        deny.args(["deny", "--offline", "--locked", "--all-features", "check"]).args(CHECKS),
    )
}

const CHECKS: [&str; 3] = ["bans", "licenses", "sources"];
const VERSION: &str = "0.20.2";
