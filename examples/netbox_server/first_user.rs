//! The first user of a server that knows none.

use anyhow::{Result, anyhow};
use oauth::resource_owner::hash_password;
use oauth::store::{LocalUser, Store};
use oauth::{OsEntropy, ScopeLadder, Secret, TokenFormat, UnixTime};

/// A user that was made at start, since no command reaches a store in this process's memory.
pub(crate) struct FirstUser {
    password: Secret,
}

impl FirstUser {
    /// Makes a user who may grant everything, if there is none and no other way to one.
    pub(crate) async fn make(
        store: &dyn Store,
        in_memory: bool,
        ladder: &ScopeLadder,
    ) -> Result<Option<Self>> {
        let failed = |error: &dyn std::fmt::Display| anyhow!("failed to {error}");
        if !store.users().await.map_err(|error| failed(&error))?.is_empty() {
            return Ok(None);
        }
        if !in_memory {
            tracing::warn!(
                "nobody can sign in yet: make a user with `netbox_server user add NAME`"
            );
            return Ok(None);
        }
        let format = TokenFormat::new("pass").map_err(|error| failed(&error))?;
        let password = Secret::issue(&format, &OsEntropy).map_err(|error| failed(&error))?;
        let hash = hash_password(password.expose(), &OsEntropy).map_err(|error| failed(&error))?;
        let highest = ladder.scopes().last().map(String::as_str).unwrap_or_default();
        let user = LocalUser::new(NAME, hash, [highest], UnixTime::now());
        store.put_user(&user).await.map_err(|error| failed(&error))?;
        Ok(Some(Self { password }))
    }

    /// What the server prints of it.
    pub(crate) fn lines(&self) -> [String; 2] {
        let title = format!("sign in as {NAME}, with this password, shown this once:");
        [title, format!("  {}", self.password.expose())]
    }
}

const NAME: &str = "operator";
