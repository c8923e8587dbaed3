//! What an operator does with the store: tokens, users, clients.
//!
//! A secret goes to standard output, and once; everything else that is said of it goes to standard
//! error. So `TOKEN=$(netbox_server --config FILE token create ...)` has the token.

use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use mcp_protocol::auth::ScopeSet;
use oauth::configuration::{Configuration, StoreConfiguration};
use oauth::sealing::Sealer;
use oauth::store::Store;
use oauth::{OsEntropy, ScopeLadder};

use crate::access::failed;
use crate::config::Config;

mod client;
mod password;
mod token;
mod user;

/// What to do in place of serving.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Command {
    /// Static tokens: for programs, without a sign-in.
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Users who sign in with a name and a password.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Clients: the programs that people connect with.
    #[command(subcommand)]
    Client(client::ClientCommand),
    /// Print a new key for `[access] key`.
    Key,
}

/// The store that the configuration names, and the scopes.
pub(crate) struct Kept {
    store: Arc<dyn Store>,
    ladder: ScopeLadder,
}

/// Does what a command says.
pub(crate) async fn run(command: &Command, config: &Config) -> Result<()> {
    if matches!(command, Command::Key) {
        println!("{}", Sealer::new_key(&OsEntropy).map_err(failed)?.expose());
        return Ok(());
    }
    let configuration = config.access.clone().unwrap_or_default();
    let kept = Kept::open(&configuration).await?;
    match command {
        Command::Token(command) => token::run(command, &kept, config).await,
        Command::User(command) => user::run(command, &kept, &configuration).await,
        Command::Client(command) => client::run(command, &kept).await,
        Command::Key => Ok(()),
    }
}

impl Kept {
    async fn open(configuration: &Configuration) -> Result<Self> {
        if configuration.store == StoreConfiguration::Memory {
            bail!(
                "there is no store that outlives the server: name one in a configuration file, such \
                 as\n\n[access]\nstore = {{ sqlite = \"netbox-access.db\" }}\n\nand give that file \
                 with --config, here and to the server"
            );
        }
        let ladder = configuration.ladder().map_err(failed)?;
        Ok(Self { store: configuration.open_store().await.map_err(failed)?, ladder })
    }

    /// The most that somebody may have: a scope, or `none`.
    fn most(&self, scope: &str) -> Result<ScopeSet> {
        if scope == "none" {
            return Ok(ScopeSet::new());
        }
        self.check_scope(scope)?;
        Ok(ScopeSet::from([scope]))
    }

    /// Refuses a scope that is not on the ladder.
    fn check_scope(&self, scope: &str) -> Result<()> {
        let known = self.ladder.scopes();
        if known.iter().any(|known| known == scope) {
            return Ok(());
        }
        bail!("there is no scope {scope:?}; the scopes are {}", known.join(", "))
    }
}

/// Prints rows below a head, in columns.
fn print_table<const N: usize>(head: [&str; N], rows: &[[String; N]]) {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([head[column].len()]).max().unwrap_or_default()
    };
    let widths: [usize; N] = std::array::from_fn(width);
    for row in [head.map(str::to_owned)].iter().chain(rows) {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        println!("{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}

/// A name as it is shown: what a client calls itself is not to move the cursor.
fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

/// Says what failed in a store.
fn in_store<T>(result: Result<T, oauth::store::StoreError>) -> Result<T> {
    result.map_err(|error| anyhow::anyhow!("failed to {error}")).context("the store")
}
