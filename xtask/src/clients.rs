//! The foreign software that tests run: the official SDKs of two languages, what converts tools for
//! the APIs of two models, an authorization server, and a browser.

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
    let oauth_as = install_oauth_as(&folder.join("oauth-as"))?;
    let pictures = workspace::target().join("screenshots");
    fs::create_dir_all(&pictures)
        .with_context(|| format!("failed to create {}", pictures.display()))?;
    let clients = json!({
        "python": python, "node": npm.node(), "npm": npm.folder(), "oauth_as": oauth_as,
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

/// Builds the server that the crate `oauth-as` has as an example, and returns it. It has a tree of
/// dependencies of its own, which ours does not have to hold.
fn install_oauth_as(folder: &Path) -> Result<PathBuf> {
    let program = folder.join("bin").join(OAUTH_AS_SERVER);
    let whole = folder.join(".whole");
    if fs::read_to_string(&whole).is_ok_and(|made_from| made_from == OAUTH_AS) {
        return Ok(program);
    }
    let mut steps = Steps::start();
    let mut install = command::cargo();
    install.args(["install", "--quiet", "--force", "--locked", "--debug", OAUTH_AS]);
    install.args(["--example", OAUTH_AS_SERVER, "--features", OAUTH_AS_FEATURES]);
    install.arg("--root").arg(folder).arg("--target-dir").arg(folder.join("build"));
    command::output(&mut install)?;
    fs::remove_dir_all(folder.join("build"))?;
    fs::write(&whole, OAUTH_AS)?;
    steps.done(&format!("built {OAUTH_AS}"));
    Ok(program)
}

const OAUTH_AS: &str = "oauth-as@1.0.1";
const OAUTH_AS_SERVER: &str = "conformance_server";
const OAUTH_AS_FEATURES: &str = "axum,client-assertion,jwt-ed25519,jwt-p256,jwt-rsa";

const PACKAGES: [&str; 4] =
    ["mcp==2.3.0", "openai-agents==0.24.0", "google-genai==3.4.0", "jsonschema==4.26.0"];
