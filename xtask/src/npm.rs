//! What tests need from npm: a Node.js, the conformance suite, the SDKs' clients, and
//! what drives a browser.

use std::env::consts::ARCH;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::steps::Steps;
use crate::{apt, command, workspace};

/// The installed packages.
pub(crate) struct Npm {
    folder: PathBuf,
    node: PathBuf,
}

impl Npm {
    /// Installs the packages, unless they are there.
    pub(crate) fn install() -> Result<Self> {
        let architecture = match ARCH {
            "x86_64" => "x64",
            "aarch64" => "arm64",
            other => bail!("npm has no Node.js for {other}, which tests need"),
        };
        let folder = workspace::target().join("npm");
        // What a system has is often too old.
        let node = format!("node-linux-{architecture}");
        let npm = Self { node: folder.join(format!("node_modules/{node}/bin/node")), folder };
        let packages = [
            format!("{node}@22.23.3"),
            "@modelcontextprotocol/conformance@0.2.0-alpha.12".to_owned(),
            "@modelcontextprotocol/client@2.4.0".to_owned(),
            "@modelcontextprotocol/sdk@1.32.2".to_owned(),
            "playwright-core@1.65.1".to_owned(),
            "axe-core@4.14.1".to_owned(),
        ];
        let whole = npm.folder.join(".whole");
        if fs::read_to_string(&whole).is_ok_and(|made_from| made_from == packages.concat()) {
            return Ok(npm);
        }

        let mut steps = Steps::start();
        if command::find("npm").is_none() {
            apt::install(&["npm"])?;
        }
        fs::create_dir_all(&npm.folder)
            .with_context(|| format!("failed to create {}", npm.folder.display()))?;
        let mut install = Command::new("npm");
        install.arg("install").arg("--prefix").arg(&npm.folder);
        install.args(["--no-audit", "--no-fund", "--ignore-scripts"]).args(&packages);
        command::output(&mut install)?;
        fs::write(&whole, packages.concat())?;
        steps.done(&format!("installed from npm: {}", packages.join(", ")));
        Ok(npm)
    }

    /// The folder above `node_modules`.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The Node.js.
    pub(crate) fn node(&self) -> &Path {
        &self.node
    }

    /// Returns a command that runs a package's program.
    pub(crate) fn program(&self, name: &str) -> Command {
        let mut command = Command::new(&self.node);
        command.arg(self.folder.join("node_modules/.bin").join(name));
        command
    }
}
