//! The part of a configuration file that says who may connect.
//!
//! A [`Configuration`] is what an operator writes, in any format that serde reads. Unknown keys are
//! refused, secrets are named and not written, and what contradicts itself, or opens more than it
//! says, is an error with a sentence that says what to do.
//!
//! ```
//! use oauth::configuration::Configuration;
//! use oauth::store::MemoryStore;
//! use std::sync::Arc;
//!
//! let configuration: Configuration = serde_json::from_str(r#"{
//!     "people": "auto_approve",
//!     "unregistered_clients": { "redirect_hosts": ["loopback"], "max_scope": "read" }
//! }"#)?;
//! let (issuer, resource) = ("http://127.0.0.1:8080", "http://127.0.0.1:8080/mcp");
//! let options = configuration.options(issuer, resource)?.with_service_name("Example");
//! let store = Arc::new(MemoryStore::new());
//! let owner = configuration.owner("127.0.0.1".parse()?, store.clone(), None)?;
//! let server = oauth::authorization_server::AuthorizationServer::new(options, owner, store)?;
//! # drop(server);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::net::IpAddr;
#[cfg(feature = "postgres")]
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use mcp_protocol::auth::ScopeSet;
use serde::Deserialize;

use crate::authorization_server::{Lifetimes, Options};
use crate::entropy::OsEntropy;
use crate::error::Error;
use crate::resource_owner::{AutoApprove, LocalUsers, Nobody, ResourceOwner, ScopeOfGroups};
use crate::runtime::BlockingThreads;
use crate::scope::ScopeLadder;
use crate::sealing::Sealer;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
use crate::store::StoreError;
use crate::store::{MemoryStore, Store};
use crate::time::UnixTime;
use crate::verifier::Verifiers;

mod clients;
mod duration;
mod issuers;
mod secret_source;

pub use clients::{ClientConfiguration, UnregisteredClientsConfiguration};
pub use duration::WrittenDuration;
pub use issuers::{ExternalIssuerConfiguration, IntrospectionConfiguration, OpenIdConfiguration};
pub use secret_source::{SECRET_IS_NAMED, SecretSource};

/// Who may connect, as an operator writes it. What is not said is not open.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Configuration {
    /// Who signs in. Without it there is no authorization server, only static tokens.
    pub people: Option<People>,
    /// With `people = "auto_approve"`, the most that is approved; the lowest scope, if not said.
    pub auto_approve_up_to: Option<String>,
    /// With `people = "auto_approve"`, lets everyone in who reaches the server, wherever it listens.
    pub i_understand_everyone_gets: Option<String>,
    /// What a caller may do who presents nothing: a scope, or `none`.
    pub anonymous: Option<String>,
    /// The scopes, the lowest first, each with all below it; `read`, `write`, `admin`, if empty.
    pub scopes: Vec<String>,
    /// Whether a person is not asked again for what they agreed to before.
    pub remember_consent: bool,
    /// How long things are good for.
    pub lifetimes: LifetimesConfiguration,
    /// Clients that the operator registers.
    pub clients: Vec<ClientConfiguration>,
    /// What clients may do that nobody registered.
    pub unregistered_clients: Option<UnregisteredClientsConfiguration>,
    /// Whether clients may prove themselves with a key; if not said, where a client has one, or may
    /// come with a metadata document, which may name one.
    pub private_key_jwt: Option<bool>,
    /// Where things are remembered.
    pub store: StoreConfiguration,
    /// The key that credentials of people are sealed with.
    pub key: Option<SecretSource>,
    /// Keys that were used before, and still open what was sealed with them.
    pub earlier_keys: Vec<SecretSource>,
    /// With `people = "accounts"`, what the groups of the API let their members grant; `*` stands
    /// for everyone.
    pub scope_of_groups: ScopeOfGroups,
    /// With `people = "openid"`, the provider.
    pub openid: Option<OpenIdConfiguration>,
    /// Authorization servers that others run, whose tokens are taken, too.
    pub external_issuers: Vec<ExternalIssuerConfiguration>,
}

/// Who signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum People {
    /// Nobody: only clients that act for themselves get tokens.
    Nobody,
    /// Nobody is asked; whoever comes is approved.
    AutoApprove,
    /// Users whose names and passwords are kept in the store.
    LocalUsers,
    /// The accounts of the API behind the server.
    Accounts,
    /// The people of an OpenID provider, which `openid` describes.
    Openid,
}

/// Where things are remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StoreConfiguration {
    /// In the process: forgotten when it ends.
    #[default]
    Memory,
    /// In this file.
    Sqlite(PathBuf),
    /// In the database at this address, which may hold a password.
    Postgres(SecretSource),
}

/// How long things are good for, such as `1h`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct LifetimesConfiguration {
    /// An access token; a day at most.
    pub access_token: Option<WrittenDuration>,
    /// A refresh token that is not used.
    pub refresh_token: Option<WrittenDuration>,
    /// What a person granted, however often it is refreshed.
    pub grant: Option<WrittenDuration>,
    /// A person who signed in.
    pub session: Option<WrittenDuration>,
}

impl Configuration {
    /// The scopes, and which includes which.
    ///
    /// # Errors
    ///
    /// Fails if one stands twice, or is no scope.
    pub fn ladder(&self) -> Result<ScopeLadder, Error> {
        if self.scopes.is_empty() {
            return Ok(ScopeLadder::default());
        }
        ScopeLadder::new(self.scopes.iter().cloned())
    }

    /// What a caller may do who presents nothing, expanded; `None`, where none is let in.
    ///
    /// # Errors
    ///
    /// Fails if it is no scope of the ladder.
    pub fn anonymous(&self) -> Result<Option<ScopeSet>, Error> {
        match self.anonymous.as_deref() {
            None | Some("none") => Ok(None),
            Some(scope) => Ok(Some(self.expanded("anonymous", scope)?)),
        }
    }

    /// Refuses what contradicts itself, or is meant for people where there are none.
    ///
    /// # Errors
    ///
    /// Fails with a sentence that says what to do.
    pub fn check(&self) -> Result<(), Error> {
        self.anonymous()?;
        let of_auto_approve = [
            ("auto_approve_up_to", &self.auto_approve_up_to),
            ("i_understand_everyone_gets", &self.i_understand_everyone_gets),
        ];
        for (name, value) in of_auto_approve {
            if value.is_some() && self.people != Some(People::AutoApprove) {
                return Err(Error::access(format!("{name} is for people = \"auto_approve\"")));
            }
        }
        if self.auto_approve_up_to.is_some() && self.i_understand_everyone_gets.is_some() {
            return Err(Error::access(
                "i_understand_everyone_gets says how much is approved; leave out auto_approve_up_to",
            ));
        }
        let of_people = [
            ("openid", self.openid.is_some(), People::Openid, "openid"),
            (
                "scope_of_groups",
                self.scope_of_groups != ScopeOfGroups::default(),
                People::Accounts,
                "accounts",
            ),
            (
                "key",
                self.key.is_some() || !self.earlier_keys.is_empty(),
                People::Accounts,
                "accounts",
            ),
        ];
        for (name, is_set, people, written) in of_people {
            if is_set && self.people != Some(people) {
                return Err(Error::access(format!("{name} is for people = {written:?}")));
            }
        }
        if self.people.is_none() {
            let needs_people = [
                ("clients", !self.clients.is_empty()),
                ("unregistered_clients", self.unregistered_clients.is_some()),
                ("remember_consent", self.remember_consent),
            ];
            if let Some((name, _)) = needs_people.into_iter().find(|(_, is_set)| *is_set) {
                return Err(Error::access(format!(
                    "{name} needs an authorization server: say who signs in, such as \
                     people = \"local_users\", or people = \"nobody\" for clients that act for \
                     themselves"
                )));
            }
        }
        if self.people == Some(People::Nobody) && self.unregistered_clients.is_some() {
            return Err(Error::access(
                "unregistered_clients get nothing without a person, and people = \"nobody\"",
            ));
        }
        Ok(())
    }

    /// The options of the authorization server with this issuer, for this resource. Secrets of
    /// clients are read here.
    ///
    /// # Errors
    ///
    /// Fails if something contradicts itself, or a secret cannot be read.
    pub fn options(
        &self,
        issuer: impl Into<String>,
        resource: impl Into<String>,
    ) -> Result<Options, Error> {
        self.check()?;
        let mut options = Options::new(issuer, resource)
            .with_ladder(self.ladder()?)
            .with_remembered_consent(self.remember_consent)
            .with_lifetimes(self.lifetimes.lifetimes()?);
        if self.people == Some(People::Openid) && self.lifetimes.grant.is_none() {
            // The provider is asked about a person only when they sign in: whoever leaves there
            // keeps what was granted until it has to be granted again.
            options.lifetimes.grant = GRANT_OF_SOMEBODY_ELSEWHERE;
        }
        let now = UnixTime::now();
        for client in &self.clients {
            if options.clients.iter().any(|other| other.id.as_str() == client.id) {
                return Err(Error::access(format!("client {:?} stands twice", client.id)));
            }
            options = options.with_client(client.client(now)?);
        }
        if let Some(these) = &self.unregistered_clients {
            options = options.with_unregistered_clients(these.policy()?);
        }
        let has_keys = self.clients.iter().any(|client| client.jwks_file.is_some());
        options.private_key_jwt =
            self.private_key_jwt.unwrap_or_else(|| has_keys || self.reads_documents());
        Ok(options)
    }

    /// Whether documents or keys of clients are to be fetched.
    #[must_use]
    pub fn reads_documents(&self) -> bool {
        self.unregistered_clients.as_ref().is_some_and(|these| these.metadata_documents)
            || self.clients.iter().any(|client| client.jwks_uri.is_some())
    }

    /// Who signs in, at a server that listens on `address`. `accounts` are those of the API behind
    /// the server, where it has some.
    ///
    /// # Errors
    ///
    /// Fails if everyone who reaches the address would be let in and the configuration does not say
    /// so, or if there are no accounts and they are asked for.
    pub fn owner(
        &self,
        address: IpAddr,
        store: Arc<dyn Store>,
        accounts: Option<Arc<dyn ResourceOwner>>,
    ) -> Result<Arc<dyn ResourceOwner>, Error> {
        self.check()?;
        Ok(match self.people {
            None | Some(People::Nobody) => Arc::new(Nobody),
            Some(People::AutoApprove) => Arc::new(self.auto_approve(address)?),
            Some(People::LocalUsers) => Arc::new(local_users(store)?),
            Some(People::Openid) => {
                let openid = self.openid.as_ref().ok_or_else(|| {
                    Error::access("people = \"openid\" needs [access.openid]: the provider")
                })?;
                Arc::new(openid.provider(&self.ladder()?, store)?)
            }
            Some(People::Accounts) => accounts.ok_or_else(|| {
                Error::access("people = \"accounts\": there are no accounts to sign in with")
            })?,
        })
    }

    fn auto_approve(&self, address: IpAddr) -> Result<AutoApprove, Error> {
        if let Some(scope) = &self.i_understand_everyone_gets {
            let scopes = self.expanded("i_understand_everyone_gets", scope)?;
            return Ok(AutoApprove::i_understand_everyone_gets(scopes));
        }
        let ladder = self.ladder()?;
        let lowest = ladder.scopes().first().map(String::as_str).unwrap_or_default();
        let scope = self.auto_approve_up_to.as_deref().unwrap_or(lowest);
        AutoApprove::on_loopback(address, self.expanded("auto_approve_up_to", scope)?)
    }

    /// The store.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be opened, or this program was built without it.
    pub async fn open_store(&self) -> Result<Arc<dyn Store>, Error> {
        match &self.store {
            StoreConfiguration::Memory => Ok(Arc::new(MemoryStore::new())),
            #[cfg(feature = "sqlite")]
            StoreConfiguration::Sqlite(path) => {
                let opened = crate::store::SqliteStore::open(path).await;
                Ok(Arc::new(opened.map_err(|error| unopened(&error))?))
            }
            #[cfg(feature = "postgres")]
            StoreConfiguration::Postgres(address) => {
                let opened =
                    crate::store::PostgresStore::connect(&address.read()?, N_CONNECTIONS).await;
                Ok(Arc::new(opened.map_err(|error| unopened(&error))?))
            }
            #[cfg(not(all(feature = "sqlite", feature = "postgres")))]
            _ => Err(Error::access("this program was built without that store")),
        }
    }

    /// What credentials of people are sealed with; `None` without a key.
    ///
    /// # Errors
    ///
    /// Fails if a key cannot be read, or is none.
    pub fn sealer(&self) -> Result<Option<Sealer>, Error> {
        let Some(key) = &self.key else { return Ok(None) };
        let mut sealer = Sealer::new(&key.read()?)?;
        for key in &self.earlier_keys {
            sealer = sealer.with_earlier_key(&key.read()?)?;
        }
        Ok(Some(sealer))
    }

    /// The tokens of authorization servers that others run, for this resource, after those of
    /// `chain`.
    ///
    /// # Errors
    ///
    /// Fails if one of them is not described as it must be, or its secret cannot be read.
    pub fn external_tokens(
        &self,
        mut chain: Verifiers,
        resource: &str,
    ) -> Result<Verifiers, Error> {
        for issuer in &self.external_issuers {
            chain = issuer.tokens(chain, resource, &self.ladder()?)?;
        }
        Ok(chain)
    }

    fn expanded(&self, name: &str, scope: &str) -> Result<ScopeSet, Error> {
        let ladder = self.ladder()?;
        let known = ladder.scopes();
        if !known.iter().any(|known| known == scope) {
            return Err(Error::access(format!(
                "{name} = {scope:?} is no scope; the scopes are {}",
                known.join(", ")
            )));
        }
        Ok(ladder.expand(&ScopeSet::from([scope])))
    }
}

impl LifetimesConfiguration {
    /// The lifetimes, with those that are not said as they usually are.
    ///
    /// # Errors
    ///
    /// Fails if an access token would live for more than a day.
    pub fn lifetimes(&self) -> Result<Lifetimes, Error> {
        let mut lifetimes = Lifetimes::default();
        let set = |time: &mut Duration, written: Option<WrittenDuration>| {
            *time = written.map_or(*time, |written| written.0);
        };
        set(&mut lifetimes.access_token, self.access_token);
        set(&mut lifetimes.refresh_token, self.refresh_token);
        set(&mut lifetimes.grant, self.grant);
        set(&mut lifetimes.session, self.session);
        if lifetimes.access_token > LONGEST_ACCESS_TOKEN {
            return Err(Error::access(
                "an access token is good for a day at most; what lasts is the refresh token, or a \
                 static token",
            ));
        }
        Ok(lifetimes)
    }
}

fn local_users(store: Arc<dyn Store>) -> Result<LocalUsers, Error> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Ok(LocalUsers::new(store, &OsEntropy)?.with_offload(BlockingThreads::new(cores)))
}

#[cfg(any(feature = "sqlite", feature = "postgres"))]
fn unopened(error: &StoreError) -> Error {
    Error::access(format!("failed to {error}"))
}

/// How many connections to PostgreSQL one process has.
#[cfg(feature = "postgres")]
const N_CONNECTIONS: NonZeroU32 = NonZeroU32::new(10).unwrap();

const LONGEST_ACCESS_TOKEN: Duration = Duration::from_secs(86_400);

const GRANT_OF_SOMEBODY_ELSEWHERE: Duration = Duration::from_secs(30 * 86_400);
