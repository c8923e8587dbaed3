//! A real NetBox on loopback, from the package registries, for tests and for trying things out.
//!
//! Everything lives in one folder (`target/netbox`, or `MCP_DISPATCH_NETBOX_DIR`): the Python
//! environment, the database cluster, logs and process ids. Each part is made once, and only counts as
//! made when it is whole: a run that was killed half-way is taken up where it stopped.

mod accounts;
mod daemon;
mod fingerprint;
mod instance;
mod postgres;
mod redis;
mod server;
mod site;

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};

use crate::netbox::accounts::Accounts;
pub(crate) use crate::netbox::instance::{Instance, UpOptions, WasUp};

/// What can be done with the NetBox of this checkout.
#[derive(Subcommand)]
pub(crate) enum Chore {
    /// Starts it, installing what it needs first.
    Up(Up),
    /// Stops it and everything it started; the database is kept.
    Down,
    /// Serves the same NetBox, which is up, at another port too, until it is ended: for tests that end it.
    Serve {
        /// The port.
        port: u16,
    },
    /// Says what runs, and fails if NetBox does not answer.
    Status,
    /// Writes the database to a file.
    Dump {
        /// The file to write.
        file: PathBuf,
    },
    /// Replaces the database by one that `dump` wrote, with the server running or not.
    Restore {
        /// The file to read.
        file: PathBuf,
    },
    /// Brings the database back to what it was when it was made.
    Reset,
    /// Says whether NetBox's installed files are its package's, and what its schema hashes to.
    Fingerprint,
    /// Runs it with these plugins from PyPI, such as `netbox-bgp==0.20.2`, and with no others. The
    /// tables of plugins that it ran with before stay.
    Plugins {
        /// What to install.
        packages: Vec<String>,
    },
    /// Prints a test token.
    Token {
        /// Which token; `status` lists them.
        #[arg(default_value = "admin_v2")]
        name: String,
    },
}

/// The options of `up`.
#[derive(Args)]
pub(crate) struct Up {
    /// The port NetBox listens on [default: any free one, the same each time].
    #[arg(long)]
    port: Option<u16>,
    /// Also runs a worker for background jobs.
    #[arg(long)]
    worker: bool,
}

/// Does one of the chores.
pub(crate) fn run(chore: Chore) -> Result<()> {
    match chore {
        Chore::Up(Up { port, worker }) => {
            let instance = Instance::open()?;
            let was_up = instance.up(&UpOptions { port, worker })?;
            if was_up == WasUp::Yes {
                println!("NetBox is already up at {}", instance.url()?);
            }
            println!("its address and test tokens: {}", instance.access_file().display());
            Ok(())
        }
        Chore::Down => Instance::open()?.down(),
        Chore::Serve { port } => match Instance::open()?.become_another_server(port)? {},
        Chore::Status => status(&Instance::open()?),
        Chore::Dump { file } => Instance::open()?.dump(&file),
        Chore::Restore { file } => Instance::open()?.restore(&file),
        Chore::Reset => Instance::open()?.reset(),
        Chore::Fingerprint => Instance::open()?.fingerprint(),
        Chore::Plugins { packages } => Instance::open()?.use_plugins(&packages),
        Chore::Token { name } => {
            println!("{}", Accounts::load()?.token(&name)?);
            Ok(())
        }
    }
}

fn status(instance: &Instance) -> Result<()> {
    for (part, state) in instance.parts()? {
        println!("{part:<10} {state}");
    }
    println!("{:<10} {}", "tokens", Accounts::load()?.names().join(", "));
    if !instance.answers() {
        bail!("NetBox does not answer; `cargo xtask netbox up` starts it");
    }
    println!("{:<10} {}", "url", instance.url()?);
    Ok(())
}
