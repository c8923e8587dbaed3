//! With others' software: their authorization server and our resource server, and the other way
//! round. `cargo xtask test` installs it.

use std::env;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde::Deserialize;

mod foreign_issuer;
mod foreign_resource;

/// What is installed.
#[derive(Deserialize)]
struct Installed {
    /// A Python with the official SDK.
    python: PathBuf,
    /// The server that the crate `oauth-as` has as an example.
    oauth_as: PathBuf,
}

impl Installed {
    fn find(test: &str) -> Option<Self> {
        let Some(path) = env::var_os("MCP_DISPATCH_CLIENTS") else {
            let why = format!("{test}: MCP_DISPATCH_CLIENTS is not set");
            assert!(env::var_os("MCP_DISPATCH_REQUIRE").is_none(), "would have skipped {why}");
            // To the stream itself: what a passing test prints is not shown.
            let _ = writeln!(io::stderr(), "SKIPPED: {why}");
            return None;
        };
        Some(serde_json::from_slice(&fs::read(path).unwrap()).unwrap())
    }
}

/// A program that runs as long as a test.
struct Program(Child);

impl Program {
    /// Starts a program that prints a line when it is ready.
    fn start(command: &mut Command, input: &str) -> (Self, String) {
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut program = Self(child);
        program.0.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let mut line = String::new();
        BufReader::new(program.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "it ended");
        (program, line.trim_end().to_owned())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // One that ended by itself needs no end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/clients").join(name)
}
