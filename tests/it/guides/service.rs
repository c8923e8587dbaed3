//! `docs/service.md`: the unit is one that systemd takes, and leaves the server little that it may do.

use std::fs;
use std::process::{Command, Output};

use super::blocks::Guide;
use crate::server::example;

#[test]
fn the_unit_is_one_that_systemd_takes() {
    let mut guide = Guide::open("docs/service.md");
    let unit = guide.take("The unit", "[Unit]").to_owned();
    guide.finish("service");
    let Some(program) = example("netbox_server") else {
        return crate::skipped("the example netbox_server is not built");
    };
    if systemd_version().is_none_or(|version| version < 250) {
        // Not every system has it, and nothing else that is tested needs it.
        return;
    }
    let installed = "/usr/local/bin/netbox_server";
    assert!(unit.contains(installed), "{unit}");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("netbox-mcp.service");
    let unit = unit.replace(installed, program.to_str().expect("a path in UTF-8"));
    fs::write(&file, unit).expect("the file is written");
    let analyze = |arguments: &[&str]| -> Output {
        let mut command = Command::new("systemd-analyze");
        command.args(arguments).arg(&file).output().expect("it starts")
    };
    let verified = analyze(&["verify"]);
    let said = String::from_utf8_lossy(&verified.stderr);
    assert!(verified.status.success() && !said.contains("netbox-mcp"), "{said}");
    // What is exposed of a system, from 0 to 100; most services have more than 90.
    let judged = analyze(&["security", "--offline=true", "--no-pager", "--threshold=15"]);
    assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stdout));
}

#[test]
fn the_container_has_the_compiler_that_the_workspace_asks_for() {
    let mut guide = Guide::open("docs/service.md");
    let file = guide.take("A container", "FROM rust:");
    let compiler = format!("FROM rust:{}-", env!("CARGO_PKG_RUST_VERSION"));
    assert!(file.starts_with(&compiler), "{file}");
}

/// The version of systemd's tools, where they are.
fn systemd_version() -> Option<u32> {
    let output = Command::new("systemd-analyze").arg("--version").output().ok()?;
    String::from_utf8(output.stdout).ok()?.split_whitespace().nth(1)?.parse().ok()
}
