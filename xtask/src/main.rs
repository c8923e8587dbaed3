//! The chores of this repository: `cargo xtask CHORE`, one file per chore.

mod catalog;
mod ci;
mod conformance;
mod documents;
mod netbox;
mod test;

mod apt;
mod cargo_test;
mod command;
mod python;
mod steps;
mod workspace;

use anyhow::Result;
use clap::Parser;

/// The chores of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask")]
enum Chore {
    /// Checks everything, as CI does: format, lints, tests, docs, dependencies, features.
    Ci,
    /// Runs every test, and first brings what tests need: a NetBox, documents, the conformance suite.
    Test(test::Arguments),
    /// A real NetBox on loopback, from the package registries.
    #[command(subcommand)]
    Netbox(netbox::Chore),
    /// Compiles an OpenAPI document and lists what it holds.
    Catalog(catalog::Arguments),
    /// Fetches the OpenAPI documents of NetBox 4.3 to 4.7.
    Documents,
    /// Runs the official MCP conformance suite.
    Conformance(conformance::Arguments),
}

fn main() -> Result<()> {
    match Chore::parse() {
        Chore::Ci => ci::run(),
        Chore::Test(arguments) => test::run(&arguments),
        Chore::Netbox(chore) => netbox::run(chore),
        Chore::Catalog(arguments) => catalog::run(&arguments),
        Chore::Documents => documents::fetch(),
        Chore::Conformance(arguments) => conformance::run(&arguments),
    }
}
