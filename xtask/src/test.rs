//! The one command for every test: it brings what tests need, and lets none be skipped.

use anyhow::Result;
use clap::Args;

use crate::cargo_test::Outcome;
use crate::netbox::{Instance, UpOptions, WasUp};
use crate::npm::Npm;
use crate::{apt, clients, command, conformance, documents, nginx, workspace};

/// The options of `test`.
#[derive(Args, Default)]
pub(crate) struct Arguments {
    /// Leaves the NetBox that was started running.
    #[arg(long)]
    keep: bool,
    /// More arguments for `cargo test`.
    #[arg(last = true)]
    cargo_test: Vec<String>,
}

/// Runs every test and the conformance suite; fails also if a test was skipped.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let outcome = run_tests(arguments)?;
    let conformance = conformance::check(&Npm::install()?);
    println!("{}", outcome.counts);
    outcome.verdict().and(conformance)
}

/// Runs every test of the workspace.
///
/// Each test that needs something from outside finds it by an environment variable, prints a line that
/// begins with `SKIPPED:` where that is not set, and fails instead where `MCP_DISPATCH_REQUIRE` is.
pub(crate) fn run_tests(arguments: &Arguments) -> Result<Outcome> {
    documents::fetch()?;
    let clients_file = clients::install()?;
    let nginx = nginx::find()?;
    apt::install_missing(&OF_GUIDES)?;
    let (was_up, access_file, scratch_database) = {
        // Locked only for now: a test may dump and restore the database.
        let netbox = Instance::open()?;
        let was_up = netbox.up(&UpOptions { port: None, worker: true })?;
        (was_up, netbox.access_file(), netbox.scratch_database()?)
    };

    // One that a test may restart, for its plugins.
    let plugin_folder = workspace::target().join("netbox-plugin");
    let plugin_access_file = {
        let netbox = Instance::open_in(plugin_folder.clone())?;
        netbox.up(&UpOptions { port: None, worker: false })?;
        netbox.access_file()
    };

    let mut test = command::cargo();
    test.args(["test", "--workspace", "--all-features", "--locked", "--no-fail-fast"])
        .args(&arguments.cargo_test);
    test.env("MCP_DISPATCH_REQUIRE", "1");
    test.env("MCP_DISPATCH_DOCUMENTS", documents::folder());
    test.env("MCP_DISPATCH_NETBOX", access_file);
    test.env("MCP_DISPATCH_PLUGIN_NETBOX", plugin_access_file);
    test.env("MCP_DISPATCH_CLIENTS", clients_file);
    test.env("MCP_DISPATCH_POSTGRES", scratch_database);
    test.env("MCP_DISPATCH_NGINX", nginx);
    let outcome = Outcome::of(&mut test);

    Instance::open_in(plugin_folder)?.down()?;
    if was_up == WasUp::No && !arguments.keep {
        Instance::open()?.down()?;
    }
    outcome
}

/// The programs that the commands of the guides use, which are packages of the same names.
const OF_GUIDES: [&str; 3] = ["curl", "jq", "openssl"];
