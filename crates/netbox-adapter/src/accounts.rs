//! The users of a NetBox, as the people who sign in.
//!
//! A person proves an account with a user name and a password, for which NetBox makes a token, or
//! with an API token of their own. From then on calls run with that token, and so with what NetBox
//! allows that user ([`PersonCredentials`](crate::PersonCredentials)).
//!
//! ```
//! # use std::sync::Arc;
//! # use dispatch_core::Backend;
//! # use oauth::authorization_server::{AuthorizationServer, Options};
//! # use oauth::sealing::Sealer;
//! # use oauth::store::Store;
//! use netbox_adapter::{CredentialLayer, NetBoxAccounts, PersonCredentials};
//! use oauth::resource_owner::{ApiAccounts, ApiAccountsOptions, ScopeOfGroups};
//! use tower::Layer as _;
//!
//! # fn connect(
//! #     netbox: impl Backend,
//! #     options: Options,
//! #     store: Arc<dyn Store>,
//! #     sealer: Sealer,
//! # ) -> Result<(), oauth::Error> {
//! let of_groups = ScopeOfGroups::everyone("read").with("network engineers", "write");
//! let accounts = ApiAccounts::new(
//!     ApiAccountsOptions::new("netbox", of_groups),
//!     NetBoxAccounts::new(netbox.clone(), "https://mcp.example.org"),
//!     Arc::clone(&store),
//!     sealer,
//! )?;
//! let server = AuthorizationServer::new(options, accounts.clone(), store)?;
//! let backend = CredentialLayer::new(PersonCredentials::new(accounts)).layer(netbox);
//! # drop((server, backend));
//! # Ok(())
//! # }
//! ```

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use dispatch_core::Backend;
use http::{Method, StatusCode};
use oauth::Secret;
use oauth::authorization_server::Unavailable;
use oauth::resource_owner::{Account, AccountApi, Attempt, Field, Proof, SignInError, Way};

use crate::Credential;
use crate::credential::refused::refused_token;

mod ask;
mod own_token;
mod provision;
mod who;

/// Proves the users of a NetBox, by asking it.
///
/// It works with NetBox 4.3 and later. Before 4.5 NetBox does not say who asks, so that groups are
/// known there only of users who may see users.
#[derive(Clone)]
pub struct NetBoxAccounts<B> {
    backend: B,
    service: String,
    token_lifetime: Duration,
}

impl<B: Backend> NetBoxAccounts<B> {
    /// The users of the NetBox behind this backend, which must carry no credential of its own.
    /// `service` says in the description of a token that is made for whom it was made.
    pub fn new(backend: B, service: impl Into<String>) -> Self {
        let token_lifetime = Duration::from_secs(365 * 86_400);
        Self { backend, service: service.into(), token_lifetime }
    }

    /// Sets how long a token is good for that is made: a year unless it is set.
    #[must_use]
    pub const fn with_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
        self
    }
}

#[async_trait]
impl<B: Backend> AccountApi for NetBoxAccounts<B> {
    fn ways(&self) -> Vec<Way> {
        let name = Field::text("name", "NetBox user name");
        let password = Field::secret("password", "Password");
        let mut token = Field::secret("token", "API token");
        token.autocomplete = "off".to_owned();
        vec![
            Way::new(PASSWORD, "With your NetBox account", [name, password]),
            Way::new(TOKEN, "With a NetBox API token", [token]),
        ]
    }

    async fn prove(&self, attempt: &Attempt) -> Result<Proof, SignInError> {
        match attempt.way.as_str() {
            PASSWORD => self.prove_by_password(attempt).await,
            _ => self.prove_by_token(attempt.answer("token")).await,
        }
    }

    async fn account(&self, credential: &Secret) -> Result<Option<Account>, Unavailable> {
        match Credential::new(credential.expose(), "the store") {
            Ok(credential) => self.who(&credential).await,
            Err(_) => Ok(None),
        }
    }

    async fn withdraw(&self, credential: &Secret, made: &str) -> Result<(), Unavailable> {
        let left = || Unavailable::new(&format!("delete the API token {made} in NetBox"));
        let credential = Credential::new(credential.expose(), "the store").map_err(|_| left())?;
        let path = format!("/api/users/tokens/{made}/");
        let answer = self.ask(Method::DELETE, &path, Some(&credential), None).await;
        let answer = answer.map_err(|_| left())?;
        let is_gone = answer.status().is_success()
            || answer.status() == StatusCode::NOT_FOUND
            || refused_token(&answer).is_some();
        if is_gone { Ok(()) } else { Err(left()) }
    }
}

impl<B: Backend> NetBoxAccounts<B> {
    async fn prove_by_token(&self, token: &str) -> Result<Proof, SignInError> {
        let wrong = |text: &str| SignInError::Wrong(text.to_owned());
        let credential = Credential::new(token, "the form").map_err(|_| {
            wrong("That is no NetBox API token: it has 40 characters, or starts with nbt_.")
        })?;
        let account = self.who(&credential).await.map_err(SignInError::Unavailable)?;
        let account = account.ok_or_else(|| wrong("NetBox does not take this API token."))?;
        Ok(Proof::new(account, Secret::new(credential.expose())))
    }
}

impl<B> fmt::Debug for NetBoxAccounts<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NetBoxAccounts").field("service", &self.service).finish_non_exhaustive()
    }
}

const PASSWORD: &str = "netbox-password";
const TOKEN: &str = "netbox-token";
