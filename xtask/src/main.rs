//! The chores of this repository: `cargo xtask CHORE`, one file per chore.

mod command;
mod netbox;
mod steps;
mod workspace;

use anyhow::Result;
use clap::Parser;

/// The chores of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask")]
enum Chore {
    /// A real NetBox on loopback, from the package registries.
    #[command(subcommand)]
    Netbox(netbox::Chore),
}

fn main() -> Result<()> {
    match Chore::parse() {
        Chore::Netbox(chore) => netbox::run(chore),
    }
}
