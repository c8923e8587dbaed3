//! Runs a foreign client: a script of `tests/clients` that reads a job and prints what it saw.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use serde::Deserialize;
use serde_json::{Map, Value};

/// What `cargo xtask test` installed for them.
#[derive(Deserialize)]
pub(crate) struct Installed {
    /// A Python that has the packages.
    python: PathBuf,
    /// A Node.js.
    node: PathBuf,
    /// The folder above `node_modules`.
    npm: PathBuf,
    /// A Chromium.
    chromium: PathBuf,
    /// The folder for pictures of pages.
    pictures: PathBuf,
}

/// What a client saw.
#[derive(Debug, Deserialize)]
pub(crate) struct Seen {
    /// The revision that was agreed on.
    pub(crate) revision: Option<String>,
    /// The tools.
    pub(crate) tools: Vec<SeenTool>,
    /// What its calls were answered, in their order.
    pub(crate) answers: Vec<SeenAnswer>,
}

/// A tool as a client holds it.
#[derive(Debug, Deserialize)]
pub(crate) struct SeenTool {
    /// Its name.
    pub(crate) name: String,
    /// Its input schema, by the name of the conversion that it went through.
    pub(crate) schemas: Map<String, Value>,
    /// Whether the client asks its API to hold the model to the schema.
    #[serde(default)]
    pub(crate) is_strict: bool,
}

/// An answer as a client hands it on.
#[derive(Debug, Deserialize)]
pub(crate) struct SeenAnswer {
    /// Its text.
    pub(crate) text: String,
    /// Whether it is an error, where the client says.
    pub(crate) is_error: Option<bool>,
    /// The conversions whose schema the arguments keep to.
    #[serde(default)]
    pub(crate) fits: Vec<String>,
}

impl Installed {
    /// The installed clients, where there are any.
    pub(crate) fn find() -> Option<Self> {
        let Some(path) = env::var_os("MCP_DISPATCH_CLIENTS") else {
            crate::skipped("no foreign clients: MCP_DISPATCH_CLIENTS is not set");
            return None;
        };
        let bytes = fs::read(path).expect("the file that MCP_DISPATCH_CLIENTS names");
        Some(serde_json::from_slice(&bytes).expect("what `cargo xtask test` wrote"))
    }

    /// What runs a script.
    pub(crate) fn command(&self, script: &str) -> Command {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(script);
        let mut command = if script.ends_with(".py") {
            Command::new(&self.python)
        } else {
            Command::new(&self.node)
        };
        command
            .arg(file)
            .arg(&self.npm)
            // Packages look for a proxy, and for tracing, in the environment.
            .env("NO_PROXY", "127.0.0.1")
            .env("OTEL_SDK_DISABLED", "true");
        command
    }

    /// What runs a script that drives a browser.
    pub(crate) fn in_browser(&self, script: &str) -> Command {
        let mut command = self.command(script);
        command.arg(&self.chromium).arg(&self.pictures);
        command
    }

    /// Runs a script to its end.
    pub(crate) fn run(&self, script: &str, job: &Value) -> Seen {
        let mut child = self
            .command(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the client starts");
        let mut stdin = child.stdin.take().expect("stdin is a pipe");
        stdin.write_all(job.to_string().as_bytes()).expect("the client reads its job");
        drop(stdin);
        let output = child.wait_with_output().expect("the client ends");
        assert!(output.status.success(), "{script} failed ({}) at {job:#}", output.status);
        serde_json::from_slice(&output.stdout).expect("what the client saw")
    }
}
