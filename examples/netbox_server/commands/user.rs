//! `user`: people who sign in with a name and a password, and limits of any person.

use anyhow::{Result, bail};
use clap::Subcommand;
use oauth::configuration::{Configuration, People};
use oauth::resource_owner::{LocalUsers, hash_password};
use oauth::store::{Limited, LocalUser, Subject};
use oauth::{OsEntropy, UnixTime};

use super::{Kept, in_store, password, print_table, shown};
use crate::access::failed;

/// What to do with users.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Make a user; the password is asked for, or is the first line of standard input.
    Add {
        /// The name that is typed to sign in.
        name: String,
        /// The most that the user can grant.
        #[arg(long, default_value = "read")]
        scope: String,
    },
    /// List the users.
    List,
    /// Remove a user; what the user granted ends at once.
    Remove {
        /// The name.
        name: String,
    },
    /// Set another password, and end the user's sessions.
    Passwd {
        /// The name.
        name: String,
    },
    /// Change the most that a user can grant; tokens that are issued follow at once.
    Scope {
        /// The name; or, of somebody who signs in elsewhere, the stable name, which has a colon.
        name: String,
        /// The most that the user can grant, or `none`, which keeps them out.
        scope: String,
    },
}

/// Does it.
pub(super) async fn run(
    command: &UserCommand,
    kept: &Kept,
    configuration: &Configuration,
) -> Result<()> {
    match command {
        UserCommand::Add { name, scope } => {
            kept.check_scope(scope)?;
            check_name(name)?;
            if in_store(kept.store.user(name).await)?.is_some() {
                bail!("there is a user {name:?} already; `user passwd` sets another password");
            }
            let user = LocalUser::new(name, new_hash(name)?, [scope.as_str()], UnixTime::now());
            in_store(kept.store.put_user(&user).await)?;
            eprintln!("user {name} can sign in, and grant up to {scope}");
            if configuration.people != Some(People::LocalUsers) {
                eprintln!("note: the configuration does not say people = \"local_users\"");
            }
            Ok(())
        }
        UserCommand::List => {
            let users = in_store(kept.store.users().await)?;
            let rows: Vec<_> = users
                .iter()
                .map(|user| [shown(&user.name), user.max_scopes.to_string(), user.created.date()])
                .collect();
            print_table(["NAME", "UP TO", "CREATED"], &rows);
            Ok(())
        }
        UserCommand::Remove { name } => {
            if !in_store(kept.store.remove_user(name).await)? {
                bail!("there is no user {name:?}");
            }
            in_store(kept.store.end_sessions_of(&LocalUsers::subject(name)).await)?;
            eprintln!("user {name} is removed");
            Ok(())
        }
        UserCommand::Passwd { name } => {
            let mut user = known(kept, name).await?;
            user.password_hash = new_hash(name)?;
            in_store(kept.store.put_user(&user).await)?;
            in_store(kept.store.end_sessions_of(&LocalUsers::subject(name)).await)?;
            eprintln!("user {name} has another password, and has to sign in again");
            Ok(())
        }
        UserCommand::Scope { name, scope } => {
            let scopes = kept.most(scope)?;
            if name.contains(':') {
                let person = Limited::Person(Subject::new(name));
                in_store(kept.store.put_limit(&person, &scopes).await)?;
            } else {
                let mut user = known(kept, name).await?;
                user.max_scopes = scopes;
                in_store(kept.store.put_user(&user).await)?;
            }
            eprintln!("{name} can grant up to {scope}");
            Ok(())
        }
    }
}

async fn known(kept: &Kept, name: &str) -> Result<LocalUser> {
    match in_store(kept.store.user(name).await)? {
        Some(user) => Ok(user),
        None => bail!("there is no user {name:?}; `user list` names them"),
    }
}

fn new_hash(name: &str) -> Result<String> {
    let password = password::read(name)?;
    hash_password(password.expose(), &OsEntropy).map_err(failed)
}

fn check_name(name: &str) -> Result<()> {
    let is_name = !name.is_empty()
        && name.trim() == name
        && name.chars().count() <= 150
        && !name.chars().any(|c| c.is_control() || c == ':');
    match is_name {
        true => Ok(()),
        false => bail!("a user's name has 1 to 150 characters, none of them a colon"),
    }
}
