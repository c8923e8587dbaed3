//! `client`: the programs that people connect with.

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use oauth::authorization_server::check_redirect_uri;
use oauth::store::{Client, ClientAuthentication, ClientId, ClientOrigin, GrantType, Limited};
use oauth::{OsEntropy, Secret, TokenFormat, UnixTime};

use super::{Kept, in_store, print_table, shown};
use crate::access::failed;

/// What to do with clients.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum ClientCommand {
    /// Register a client; its secret, if it has one, is printed this once.
    Add(NewClient),
    /// List the clients: registered here, by themselves, or by a document.
    List,
    /// Remove a client; what it was granted ends at once.
    Remove {
        /// Its id.
        id: String,
    },
    /// Change the most that a client can be granted; tokens that are issued follow at once.
    Scope {
        /// Its id.
        id: String,
        /// The most that it can be granted, or `none`.
        scope: String,
    },
}

/// A client to register.
#[derive(Clone, Debug, Args)]
pub(crate) struct NewClient {
    /// Its id.
    id: String,
    /// What people are shown [default: its id].
    #[arg(long)]
    name: Option<String>,
    /// Where answers may be sent; may be given more than once.
    #[arg(long, value_name = "URI")]
    redirect_uri: Vec<String>,
    /// The most that it can be granted.
    #[arg(long, default_value = "read")]
    scope: String,
    /// Make a secret, which it has to prove itself with.
    #[arg(long)]
    secret: bool,
    /// Let it get tokens for itself, without a person.
    #[arg(long, requires = "secret")]
    acts_for_itself: bool,
}

/// Does it.
pub(super) async fn run(command: &ClientCommand, kept: &Kept) -> Result<()> {
    match command {
        ClientCommand::Add(new) => add(new, kept).await,
        ClientCommand::List => list(kept).await,
        ClientCommand::Remove { id } => {
            if !in_store(kept.store.remove_client(&ClientId::new(id)).await)? {
                bail!("there is no client {id:?} in the store; `client list` names them");
            }
            eprintln!("client {id} is removed");
            Ok(())
        }
        ClientCommand::Scope { id, scope } => {
            let scopes = kept.most(scope)?;
            let client = in_store(kept.store.client(&ClientId::new(id)).await)?;
            match client.filter(|client| client.origin == ClientOrigin::Operator) {
                Some(client) => {
                    in_store(kept.store.put_client(&client.with_max_scopes(scopes)).await)?;
                }
                None => {
                    let client = Limited::Client(ClientId::new(id));
                    in_store(kept.store.put_limit(&client, &scopes).await)?;
                }
            }
            eprintln!("client {id} can be granted up to {scope}");
            Ok(())
        }
    }
}

async fn add(new: &NewClient, kept: &Kept) -> Result<()> {
    kept.check_scope(&new.scope)?;
    let id = ClientId::new(&new.id);
    if in_store(kept.store.client(&id).await)?.is_some() {
        bail!("there is a client {:?} already", new.id);
    }
    if new.redirect_uri.is_empty() && !new.acts_for_itself {
        bail!("the client could do nothing: give --redirect-uri URI, or --acts-for-itself");
    }
    for uri in &new.redirect_uri {
        check_redirect_uri(uri).map_err(failed)?;
    }
    let mut grant_types = Vec::new();
    if !new.redirect_uri.is_empty() {
        grant_types.extend([GrantType::AuthorizationCode, GrantType::RefreshToken]);
    }
    if new.acts_for_itself {
        grant_types.push(GrantType::ClientCredentials);
    }
    let mut client = Client::new(&new.id, new.name.as_ref().unwrap_or(&new.id), UnixTime::now())
        .with_redirect_uris(&new.redirect_uri)
        .with_grant_types(grant_types)
        .with_max_scopes([new.scope.as_str()]);
    let mut secret = None;
    if new.secret {
        let format = TokenFormat::new("mcpk").map_err(failed)?;
        let made = Secret::issue(&format, &OsEntropy).map_err(failed)?;
        let sha256 = made.hash();
        client = client.with_authentication(ClientAuthentication::Secret { sha256 });
        secret = Some(made);
    }
    in_store(kept.store.put_client(&client).await)?;
    eprintln!("client {} can be granted up to {}", new.id, new.scope);
    if let Some(secret) = secret {
        eprintln!("its secret, shown this once:");
        println!("{}", secret.expose());
    }
    Ok(())
}

async fn list(kept: &Kept) -> Result<()> {
    let limits = in_store(kept.store.limits().await)?;
    let limit_of = |id: &ClientId| {
        let of_client = Limited::Client(id.clone());
        limits.iter().find(|(limited, _)| *limited == of_client).map(|(_, most)| most.to_string())
    };
    let clients = in_store(kept.store.clients().await)?;
    let rows: Vec<_> = clients
        .iter()
        .map(|client| {
            let origin = match client.origin {
                ClientOrigin::Operator => "registered",
                ClientOrigin::MetadataDocument => "document",
                ClientOrigin::Dynamic => "by itself",
                _ => "unregistered",
            };
            [
                shown(client.id.as_str()),
                shown(&client.name),
                origin.to_owned(),
                client.max_scopes.to_string(),
                limit_of(&client.id).unwrap_or_default(),
                client.created.date(),
            ]
        })
        .collect();
    print_table(["ID", "NAME", "KNOWN", "UP TO", "LIMIT", "CREATED"], &rows);
    Ok(())
}
