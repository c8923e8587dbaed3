//! The foreign clients that the tests of the whole drive: the official SDKs of two languages, what
//! converts tools for the APIs of two models, and a browser.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::json;

use crate::npm::Npm;
use crate::steps::Steps;
use crate::{chromium, command, python, workspace};

/// Installs the clients, unless they are there, and returns the file that says where they are.
pub(crate) fn install() -> Result<PathBuf> {
    let npm = Npm::install()?;
    let folder = workspace::target().join("clients");
    let python = install_python_packages(&folder.join("venv"))?;
    let file = folder.join("clients.json");
    let pictures = workspace::target().join("screenshots");
    fs::create_dir_all(&pictures)
        .with_context(|| format!("failed to create {}", pictures.display()))?;
    let clients = json!({
        "python": python, "node": npm.node(), "npm": npm.folder(),
        "chromium": chromium::find()?, "pictures": pictures,
    });
    fs::write(&file, clients.to_string())
        .with_context(|| format!("failed to write {}", file.display()))?;
    Ok(file)
}

/// Makes an environment of their own for the packages from PyPI, and returns its Python.
fn install_python_packages(venv: &Path) -> Result<PathBuf> {
    let python = venv.join("bin/python");
    let whole = venv.join(".whole");
    if fs::read_to_string(&whole).is_ok_and(|made_from| made_from == PACKAGES.concat()) {
        return Ok(python);
    }
    let mut steps = Steps::start();
    let base = python::find_with_venv()?;
    command::output(Command::new(base).args(["-m", "venv", "--clear"]).arg(venv))?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(PACKAGES);
    command::output(&mut pip)?;
    fs::write(&whole, PACKAGES.concat())?;
    steps.done(&format!("installed from PyPI: {}", PACKAGES.join(", ")));
    Ok(python)
}

const PACKAGES: [&str; 4] =
    ["mcp==2.3.0", "openai-agents==0.24.0", "google-genai==3.4.0", "jsonschema==4.26.0"];
