//! The server that the suite is run against.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{command, workspace};

/// A running fixture server; dropping it ends it.
pub(super) struct Fixture {
    process: Child,
    /// Where it listens.
    pub(super) url: String,
}

impl Fixture {
    /// Builds and starts the server.
    pub(super) fn start() -> Result<Self> {
        let mut build = command::cargo();
        build.args(["build", "--quiet", "--locked", "--package", "mcp-protocol"]);
        build.args(["--features", "runtime-tokio", "--example", "conformance_server"]);
        command::run(&mut build)?;
        let program = workspace::target().join("debug/examples/conformance_server");
        let process = Command::new(&program)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("failed to start {}", program.display()))?;
        let mut fixture = Self { process, url: String::new() };
        let Some(output) = fixture.process.stdout.take() else {
            bail!("failed to read what {} prints", program.display());
        };
        BufReader::new(output).read_line(&mut fixture.url)?;
        fixture.url.truncate(fixture.url.trim_end().len());
        if fixture.url.is_empty() {
            bail!("{} ended before it listened", program.display());
        }
        Ok(fixture)
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        // One that ended by itself needs no end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
