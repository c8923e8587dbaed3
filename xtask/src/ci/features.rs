//! Each library with no features and with each feature alone: what is off must not be needed.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;

use crate::command;

/// Checks every library of the workspace.
pub(crate) fn run() -> Result<()> {
    let mut metadata = command::cargo();
    metadata.args(["metadata", "--no-deps", "--offline", "--locked", "--format-version", "1"]);
    let metadata: Metadata = serde_json::from_str(&command::output(&mut metadata)?)
        .context("failed to read what cargo metadata says")?;

    let mut failed = Vec::new();
    for package in metadata.packages.iter().filter(|package| package.is_library()) {
        let features = package.features.keys().filter(|feature| *feature != "default");
        for features in [""].into_iter().chain(features.map(String::as_str)) {
            let what = match features {
                "" => format!("{} without features", package.name),
                feature => format!("{} with {feature}", package.name),
            };
            println!("{what}");
            let mut clippy = command::cargo();
            clippy.args(["clippy", "--quiet", "--lib", "--locked", "--package", &package.name]);
            clippy.args(["--no-default-features", "--features", features]);
            if command::run(clippy.args(["--", "-D", "warnings"])).is_err() {
                failed.push(what);
            }
        }
    }
    if !failed.is_empty() {
        bail!("{}", failed.join(", "));
    }
    Ok(())
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    features: BTreeMap<String, Value>,
}

impl Package {
    fn is_library(&self) -> bool {
        !TOOLS.contains(&self.name.as_str())
    }
}

/// The packages nobody depends on.
const TOOLS: [&str; 3] = ["benches", "examples", "xtask"];
