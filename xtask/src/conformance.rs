//! The official MCP conformance suite, from npm, with a Node.js it runs on.

mod fixture;
mod verdict;

use std::env::consts::ARCH;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;

use self::fixture::Fixture;
use self::verdict::Verdicts;
use crate::steps::Steps;
use crate::{apt, command, workspace};

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
    let suite = Suite::install()?;
    if arguments.suite.is_empty() {
        return check(&suite);
    }
    command::run(suite.command().args(&arguments.suite))
}

/// Runs every server scenario of every revision against our fixture server.
///
/// It fails on every difference from the reviewed list, in either direction.
pub(crate) fn check(suite: &Suite) -> Result<()> {
    let mut steps = Steps::start();
    let expected = Verdicts::parse(EXPECTED).context("failed to read the reviewed list")?;
    let fixture = Fixture::start()?;
    steps.done("built and started the fixture server");
    let results = workspace::target().join("conformance");
    let mut found = Verdicts::default();
    for (wire, selection) in WIRES {
        let folder = results.join(wire);
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("failed to empty {}", folder.display()))?;
        }
        let mut server = suite.command();
        server.args(["server", "--url", &fixture.url]).args(selection).arg("-o").arg(&folder);
        // The suite fails when any scenario does; the reviewed list knows which may.
        command::succeeds(&mut server);
        found.read(wire, &folder)?;
        steps.done(&format!("ran the scenarios of {wire}"));
    }
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

/// The installed suite.
pub(crate) struct Suite {
    /// The Node.js to run it with; what a system has is often too old for it.
    node: PathBuf,
    /// Its program.
    program: PathBuf,
}

impl Suite {
    /// Installs the suite, unless it is there.
    pub(crate) fn install() -> Result<Self> {
        let architecture = match ARCH {
            "x86_64" => "x64",
            "aarch64" => "arm64",
            other => bail!("npm has no Node.js for {other}, which the conformance suite needs"),
        };
        let folder = workspace::target().join("npm");
        let modules = folder.join("node_modules");
        let suite = Self {
            node: modules.join(format!("node-linux-{architecture}/bin/node")),
            program: modules.join(".bin/conformance"),
        };
        let packages = [
            format!("node-linux-{architecture}@{NODE_VERSION}"),
            format!("@modelcontextprotocol/conformance@{SUITE_VERSION}"),
        ];
        let whole = folder.join(".whole");
        if fs::read_to_string(&whole).is_ok_and(|made_from| made_from == packages.concat()) {
            return Ok(suite);
        }

        let mut steps = Steps::start();
        if command::find("npm").is_none() {
            apt::install(&["npm"])?;
        }
        fs::create_dir_all(&folder)
            .with_context(|| format!("failed to create {}", folder.display()))?;
        let mut npm = Command::new("npm");
        npm.arg("install").arg("--prefix").arg(&folder);
        npm.args(["--no-audit", "--no-fund", "--ignore-scripts"]).args(&packages);
        command::output(&mut npm)?;
        fs::write(&whole, packages.concat())?;
        steps.done(&format!("installed from npm: {}", packages.join(", ")));
        Ok(suite)
    }

    /// Returns a command that runs the suite.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.node);
        command.arg(&self.program);
        command
    }
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
const NODE_VERSION: &str = "22.23.3";
const SUITE_VERSION: &str = "0.2.0-alpha.12";
