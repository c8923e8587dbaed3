//! The published walkthrough: two networks, built through the tools, and nothing else.
//!
//! `walkthrough/federation.json` and `walkthrough/klingon.json` hold the steps of a batch, by name.
//! The batch is one style in which an agent works; one call for each of its rows is the other.
//!
//! What comes of it is held in `docs/walkthrough`: an inventory of each network, and which tools
//! were called. `cargo xtask walkthrough` writes it again.

mod agent;
mod build;
mod inventory;
mod on_netbox;
mod read_only;
mod state;
mod tools;

use std::path::Path;
use std::{env, fs};

use self::agent::Agent;
use self::build::{Build, Style};
use self::inventory::Inventory;
use crate::client::Era;
use crate::server::Server;

/// Both builds in one style on an empty sandbox, and what stands there then.
async fn on_the_sandbox(style: Style) -> Option<(Vec<Agent>, Inventory)> {
    let server = Server::start(&["--empty"], &[])?;
    let mut agents = Vec::new();
    for build in Build::both() {
        let mut agent = Agent::connect(&server.url, None, Era::PerRequest).await;
        agent.build(&build, style).await;
        if build.name == "klingon" {
            inventory::query_back(&mut agent, &build, style).await;
        }
        agents.push(agent);
    }
    let mut reader = Agent::connect(&server.url, None, Era::PerRequest).await;
    let inventory = Inventory::take(&mut reader).await;
    inventory.check_combined(&Build::both());
    Some((agents, inventory))
}

#[tokio::test]
async fn both_styles_build_the_same_on_the_sandbox() {
    let mut report = tools::Report::new();
    for style in Style::BOTH {
        let Some((agents, inventory)) = on_the_sandbox(style).await else { return };
        for (build, agent) in Build::both().iter().zip(&agents) {
            check_file(&format!("{}.md", build.name), &inventory.markdown(build));
            report.add(build, style, agent);
        }
    }
    check_file("tools.md", &report.markdown());
}

#[tokio::test]
async fn the_sandbox_can_be_started_with_both_networks() {
    let Some(server) = Server::start(&["--seed", "walkthrough"], &[]) else { return };
    let mut agent = Agent::connect(&server.url, None, Era::Handshake).await;
    let inventory = Inventory::take(&mut agent).await;
    inventory.check_combined(&Build::both());
    for build in Build::both() {
        check_file(&format!("{}.md", build.name), &inventory.markdown(&build));
    }
}

/// Compares a file of `docs/walkthrough`, or writes it.
#[track_caller]
fn check_file(name: &str, text: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/walkthrough");
    let path = folder.join(name);
    if env::var_os("UPDATE_WALKTHROUGH").is_some() {
        fs::create_dir_all(&folder).expect("the folder");
        fs::write(&path, text).expect("the file is written");
    }
    let held = fs::read_to_string(&path).unwrap_or_default();
    assert!(held == text, "docs/walkthrough/{name} would be:\n{text}\n(`cargo xtask walkthrough`)");
}
