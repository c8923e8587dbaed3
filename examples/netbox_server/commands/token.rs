//! `token`: static tokens.

use std::sync::Arc;

use anyhow::{Result, bail};
use clap::Subcommand;
use mcp_protocol::auth::ScopeSet;
use oauth::configuration::WrittenDuration;
use oauth::{NewToken, OsEntropy, StaticToken, StoredStaticTokens, UnixTime};

use super::{Kept, print_table, shown};
use crate::access::{failed, static_token_rules};
use crate::config::Config;

/// What to do with static tokens.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token, and print it this once.
    Create {
        /// What the token may do.
        #[arg(long)]
        scope: String,
        /// What to call it.
        #[arg(long)]
        name: String,
        /// The one of several NetBoxes that it is for; may be given more than once. With none, it is
        /// for all of them.
        #[arg(long, value_name = "NAME")]
        netbox: Vec<String>,
        /// How long it is good, such as 90d; for ever, if `never`.
        #[arg(long, default_value = "90d")]
        expires: String,
    },
    /// List the tokens, expired ones included.
    List,
    /// Revoke a token, from its next use on.
    Revoke {
        /// Its id.
        id: String,
    },
    /// Change what a token may do, from its next use on.
    Scope {
        /// Its id.
        id: String,
        /// What it may do.
        scope: String,
    },
}

/// Does it.
pub(super) async fn run(command: &TokenCommand, kept: &Kept, config: &Config) -> Result<()> {
    let tokens = StoredStaticTokens::new(Arc::clone(&kept.store), static_token_rules(&kept.ladder));
    let there_is = |found: bool, id: &str| match found {
        true => Ok(()),
        false => bail!("there is no token {id:?}; `token list` names them"),
    };
    match command {
        TokenCommand::Create { scope, name, netbox, expires } => {
            if let Some(other) = netbox.iter().find(|name| !config.netboxes.contains_key(*name)) {
                bail!("--netbox {other}: there is no [netbox.{other}] in the configuration");
            }
            let now = UnixTime::now();
            let mut new = NewToken::new(name, [scope.as_str()]);
            if !netbox.is_empty() {
                new = new.with_audiences(netbox);
            }
            if expires != "never" {
                new = new.with_expiry(now + WrittenDuration::parse(expires).map_err(failed)?.0);
            }
            let until = new.expires.map_or("never".to_owned(), UnixTime::rfc3339);
            let (id, token) = tokens.issue(new, now, &OsEntropy).await.map_err(failed)?;
            let for_some = match netbox.as_slice() {
                [] => String::new(),
                some => format!(", for {}", some.join(" ")),
            };
            eprintln!("token {id}, scope {scope}{for_some}, expires {until}; shown this once:");
            println!("{}", token.expose());
            Ok(())
        }
        TokenCommand::List => {
            let time = |time: Option<UnixTime>| time.map_or("never".to_owned(), UnixTime::rfc3339);
            let listed = tokens.list().await.map_err(failed)?;
            let rows: Vec<_> = listed
                .iter()
                .map(|token| {
                    [
                        token.id.clone(),
                        shown(&token.name),
                        token.scopes.join(" "),
                        for_whom(token),
                        token.created.date(),
                        time(token.expires),
                        time(token.last_used),
                    ]
                })
                .collect();
            print_table(["ID", "NAME", "SCOPE", "FOR", "CREATED", "EXPIRES", "LAST USED"], &rows);
            Ok(())
        }
        TokenCommand::Revoke { id } => {
            there_is(tokens.revoke(id).await.map_err(failed)?, id)?;
            eprintln!("token {id} is revoked");
            Ok(())
        }
        TokenCommand::Scope { id, scope } => {
            kept.check_scope(scope)?;
            let scopes = ScopeSet::from([scope.as_str()]);
            there_is(tokens.set_scopes(id, &scopes).await.map_err(failed)?, id)?;
            eprintln!("token {id} has scope {scope}");
            Ok(())
        }
    }
}

/// The NetBoxes that a token is for.
fn for_whom(token: &StaticToken) -> String {
    match &token.audiences {
        None => "all".to_owned(),
        Some(audiences) => audiences.iter().cloned().collect::<Vec<_>>().join(" "),
    }
}
