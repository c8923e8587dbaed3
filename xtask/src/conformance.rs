//! The official MCP conformance suite.

mod authorization;
mod fixture;
mod verdict;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::Args;

use self::authorization::Issuer;
use self::fixture::Fixture;
use self::verdict::Verdicts;
use crate::npm::Npm;
use crate::steps::Steps;
use crate::{command, workspace};

/// The options of `conformance`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// What to tell the suite, for instance `server --url URL --requirements 2026-07-28`; without any,
    /// our fixture server is put to the test and the outcome compared with the reviewed list.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    suite: Vec<String>,
}

/// Runs the suite.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let npm = Npm::install()?;
    if arguments.suite.is_empty() {
        return check(&npm);
    }
    command::run(npm.program(SUITE).args(&arguments.suite))
}

/// Runs every server scenario of every revision against our fixture server, and those for an
/// authorization server against ours.
///
/// It fails on every difference from the reviewed list, in either direction.
pub(crate) fn check(npm: &Npm) -> Result<()> {
    let mut steps = Steps::start();
    let expected = Verdicts::parse(EXPECTED).context("failed to read the reviewed list")?;
    let fixture = Fixture::start()?;
    steps.done("built and started the fixture server");
    let results = workspace::target().join("conformance");
    let mut found = Verdicts::default();
    for (wire, selection) in WIRES {
        let folder = results.join(wire);
        empty(&folder)?;
        let mut server = npm.program(SUITE);
        server.args(["server", "--url", &fixture.url]).args(selection).arg("-o").arg(&folder);
        // The suite fails when any scenario does; the reviewed list knows which may.
        command::succeeds(&mut server);
        found.read(wire, &folder)?;
        steps.done(&format!("ran the scenarios of {wire}"));
    }
    let issuer = Issuer::start()?;
    for (wire, _) in WIRES {
        let folder = results.join(format!("authorization-{wire}"));
        empty(&folder)?;
        issuer.put_to_the_test(npm.program(SUITE), wire, &folder)?;
        found.read(&format!("authorization-{wire}"), &folder)?;
    }
    steps.done("ran the scenarios of an authorization server");
    let differences = expected.differences(&found);
    if !differences.is_empty() {
        let (list, folder) = (EXPECTED_FILE, results.display());
        bail!("differs from {list} (checks: {folder}):\n  {}", differences.join("\n  "));
    }
    let (scenarios, passed) = found.counts();
    println!(
        "{scenarios} scenarios as reviewed: {passed} pass, the rest ask for what is not served"
    );
    Ok(())
}

fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("failed to empty {}", folder.display()))?;
    }
    Ok(())
}

/// The revisions, and which scenarios the suite has for each.
const WIRES: [(&str, &[&str]); 4] = [
    ("2026-07-28", &["--requirements", "2026-07-28"]),
    ("2025-11-25", &["--requirements", "2025-11-25"]),
    ("2025-06-18", &["--suite", "all", "--spec-version", "2025-06-18"]),
    ("2025-03-26", &["--suite", "all", "--spec-version", "2025-03-26"]),
];

const EXPECTED: &str = include_str!("../conformance/expected.txt");
const EXPECTED_FILE: &str = "xtask/conformance/expected.txt";
const SUITE: &str = "conformance";
