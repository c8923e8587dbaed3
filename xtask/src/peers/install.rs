//! Installing peers from PyPI and npm into the target folder, with their versions pinned.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::steps::Steps;
use crate::{apt, command, python, workspace};

/// Where a peer comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Package {
    /// PyPI, in a virtual environment of its own.
    Python(&'static [&'static str]),
    /// npm, in a folder of its own.
    Node(&'static [&'static str]),
}

/// An installed peer.
#[derive(Clone, Debug)]
pub(super) struct Installed {
    /// The folder that the package's programs and modules are in.
    pub(super) folder: PathBuf,
}

impl Package {
    /// Installs the package under this name, unless it is there.
    pub(super) fn install(self, name: &str) -> Result<Installed> {
        let folder = folder().join(name);
        let whole = folder.join(".whole");
        let packages = self.packages().join(" ");
        if fs::read_to_string(&whole).is_ok_and(|made_from| made_from == packages) {
            return Ok(Installed { folder });
        }
        let mut steps = Steps::start();
        fs::create_dir_all(&folder)
            .with_context(|| format!("failed to create {}", folder.display()))?;
        match self {
            Self::Python(packages) => install_python(packages, &folder)?,
            Self::Node(packages) => install_node(packages, &folder)?,
        }
        fs::write(&whole, &packages)?;
        steps.done(&format!("installed {packages}"));
        Ok(Installed { folder })
    }

    /// The packages with their versions.
    pub(super) const fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Python(packages) | Self::Node(packages) => packages,
        }
    }
}

impl Installed {
    /// A program of a Python package.
    pub(super) fn python(&self, program: &str) -> Command {
        Command::new(self.folder.join("bin").join(program))
    }

    /// A script that Node.js runs.
    pub(super) fn node(script: &Path) -> Command {
        let mut node = Command::new("node");
        node.arg(script);
        node
    }

    /// The folder of the modules of an npm package.
    pub(super) fn modules(&self) -> PathBuf {
        self.folder.join("node_modules")
    }
}

/// The folder for what the peers need and say.
pub(super) fn folder() -> PathBuf {
    workspace::target().join("peers")
}

fn install_python(packages: &[&str], folder: &Path) -> Result<()> {
    let python = python::find_for_netbox()?.context("failed to find a Python of 3.12 or newer")?;
    command::output(Command::new(&python).args(["-m", "venv"]).arg(folder))?;
    let pip = folder.join("bin/pip");
    command::output(Command::new(pip).args(["install", "--quiet", UV]))?;
    // pip cannot be told that an older release of a dependency will do.
    let overrides = folder.join("overrides.txt");
    fs::write(&overrides, OVERRIDES)?;
    let mut uv = Command::new(folder.join("bin/uv"));
    uv.args(["pip", "install", "--quiet", "--exclude-newer", LAST_DAY, "--override"]);
    uv.arg(&overrides).arg("--python").arg(folder.join("bin/python")).args(packages);
    command::output(&mut uv).map(drop)
}

fn install_node(packages: &[&str], folder: &Path) -> Result<()> {
    if command::find("npm").is_none() {
        apt::install(&["npm"])?;
    }
    let mut npm = Command::new("npm");
    npm.arg("install").arg("--prefix").arg(folder).args(["--before", LAST_DAY]);
    npm.args(["--no-audit", "--no-fund", "--ignore-scripts"]).args(packages);
    command::output(&mut npm).map(drop)
}

/// The day after which no release of a dependency is taken.
const LAST_DAY: &str = "2026-11-22";
const UV: &str = "uv==0.13.9";
/// FastMCP wants a certifi of this month, which only differs in the authorities it knows.
const OVERRIDES: &str = "certifi>=2026.10.18\n";
