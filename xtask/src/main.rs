//! The chores of this repository: `cargo xtask CHORE`, one file per chore.

#[cfg(test)]
mod answers;
mod catalog;
mod chromium;
mod ci;
mod clients;
mod conformance;
mod documents;
mod find;
mod netbox;
mod nginx;
mod peers;
mod test;
mod tokens;
mod walkthrough;

mod apt;
mod cargo_test;
mod command;
mod npm;
mod python;
mod steps;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

/// The chores of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask")]
enum Chore {
    /// Checks everything, as CI does: what `test` runs, and format, lints, docs, dependencies, features.
    Ci,
    /// Runs every test and the conformance suite, and first brings what they need.
    Test(test::Arguments),
    /// A real NetBox on loopback, from the package registries.
    #[command(subcommand)]
    Netbox(netbox::Chore),
    /// Compiles an OpenAPI document and lists what it holds.
    Catalog(catalog::Arguments),
    /// Counts what the surface of a document and its help cost.
    Tokens(tokens::Arguments),
    /// Measures how often `find` leads to what was meant.
    Find(find::Arguments),
    /// Fetches the OpenAPI documents of NetBox 4.3 to 4.7, and of three other APIs.
    Documents,
    /// Installs the foreign clients and the browser that tests drive, for MCP_DISPATCH_CLIENTS.
    Clients,
    /// Builds the networks of the walkthrough on the sandbox, and writes their inventory and what was
    /// called.
    Walkthrough,
    /// Runs other systems over the tasks of the report.
    Peers(peers::Arguments),
    /// Runs the official MCP conformance suite.
    Conformance(conformance::Arguments),
}

fn main() -> ExitCode {
    match run(Chore::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(chore: Chore) -> Result<()> {
    match chore {
        Chore::Ci => ci::run(),
        Chore::Test(arguments) => test::run(&arguments),
        Chore::Netbox(chore) => netbox::run(chore),
        Chore::Catalog(arguments) => catalog::run(&arguments),
        Chore::Tokens(arguments) => tokens::run(&arguments),
        Chore::Find(arguments) => find::run(&arguments),
        Chore::Documents => documents::fetch_all(),
        Chore::Clients => {
            println!("MCP_DISPATCH_CLIENTS={}", clients::install()?.display());
            Ok(())
        }
        Chore::Walkthrough => walkthrough::run(),
        Chore::Peers(arguments) => peers::run(&arguments),
        Chore::Conformance(arguments) => conformance::run(&arguments),
    }
}
