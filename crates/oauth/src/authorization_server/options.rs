//! What an operator decides.

use std::collections::BTreeMap;
use std::time::Duration;

use mcp_protocol::auth::ScopeSet;

use crate::scope::ScopeLadder;
use crate::store::Client;

/// How an authorization server is to behave. Nothing is open that is not opened here.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// The issuer, to the letter: the address that clients are given, without a slash at its end.
    pub issuer: String,
    /// What tokens are issued for: the addresses of the MCP endpoints. The first is the one that is
    /// meant where a client names none.
    pub resources: Vec<String>,
    /// What pages call the service.
    pub service_name: String,
    /// The scopes, and which includes which.
    pub ladder: ScopeLadder,
    /// What each scope allows, in words that complete "may ...".
    pub scope_texts: BTreeMap<String, String>,
    /// What a client asks for that names no scope; the lowest of the ladder, if this is empty.
    pub default_scopes: ScopeSet,
    /// The clients that the operator registered here. They come before those of the store.
    pub clients: Vec<Client>,
    /// What clients may do that nobody registered; if this is `None`, there are none.
    pub unregistered_clients: Option<UnregisteredClients>,
    /// Whether a person is not asked again for what they agreed to before. Clients on loopback ask
    /// again all the same: any program of the machine may pretend to be one.
    pub remember_consent: bool,
    /// Whether clients may prove themselves with a key; it needs the feature `private-key-jwt`.
    pub private_key_jwt: bool,
    /// What all secrets start with, for secret scanners: 1 to 15 of `a-z` and `0-9`.
    pub token_prefix: String,
    /// How long things are good for.
    pub lifetimes: Lifetimes,
}

impl Options {
    /// An authorization server with this issuer, for one resource, and for registered clients only.
    pub fn new(issuer: impl Into<String>, resource: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            resources: vec![resource.into()],
            service_name: "MCP server".to_owned(),
            ladder: ScopeLadder::default(),
            scope_texts: BTreeMap::new(),
            default_scopes: ScopeSet::new(),
            clients: Vec::new(),
            unregistered_clients: None,
            remember_consent: false,
            private_key_jwt: false,
            token_prefix: "mcp".to_owned(),
            lifetimes: Lifetimes::default(),
        }
    }

    /// Sets what pages call the service.
    #[must_use]
    pub fn with_service_name(mut self, name: impl Into<String>) -> Self {
        self.service_name = name.into();
        self
    }

    /// Adds a resource that tokens are issued for.
    #[must_use]
    pub fn with_resource(mut self, resource: impl Into<String>) -> Self {
        self.resources.push(resource.into());
        self
    }

    /// Sets the scopes.
    #[must_use]
    pub fn with_ladder(mut self, ladder: ScopeLadder) -> Self {
        self.ladder = ladder;
        self
    }

    /// Says in words what a scope allows; the words complete "may ...".
    #[must_use]
    pub fn with_scope_text(mut self, scope: impl Into<String>, text: impl Into<String>) -> Self {
        self.scope_texts.insert(scope.into(), text.into());
        self
    }

    /// Registers a client.
    #[must_use]
    pub fn with_client(mut self, client: Client) -> Self {
        self.clients.push(client);
        self
    }

    /// Lets clients in that nobody registered.
    #[must_use]
    pub fn with_unregistered_clients(mut self, unregistered: UnregisteredClients) -> Self {
        self.unregistered_clients = Some(unregistered);
        self
    }

    /// Sets whether a person is not asked again for what they agreed to before.
    #[must_use]
    pub const fn with_remembered_consent(mut self, remember: bool) -> Self {
        self.remember_consent = remember;
        self
    }

    /// Lets clients prove themselves with a key.
    #[cfg(feature = "private-key-jwt")]
    #[must_use]
    pub const fn with_private_key_jwt(mut self) -> Self {
        self.private_key_jwt = true;
        self
    }

    /// Sets what all secrets start with.
    #[must_use]
    pub fn with_token_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.token_prefix = prefix.into();
        self
    }

    /// Sets how long things are good for.
    #[must_use]
    pub const fn with_lifetimes(mut self, lifetimes: Lifetimes) -> Self {
        self.lifetimes = lifetimes;
        self
    }
}

/// What clients may do that nobody registered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnregisteredClients {
    /// Where their answers may go: a host, `*.` and a domain, `loopback`, or `*` for every host but
    /// loopback.
    pub redirect_hosts: Vec<String>,
    /// The most that they can be granted.
    pub max_scopes: ScopeSet,
    /// Whether a client may be the address of a document that describes it (Client ID Metadata
    /// Documents); they are read only where a fetcher is given.
    pub metadata_documents: bool,
    /// Whether a client may have any name that is no address; where its answers go is then all that
    /// is known of it.
    pub any_name: bool,
    /// Whether clients may register themselves, and how many; not, if this is `None`.
    pub dynamic: Option<DynamicRegistration>,
}

impl UnregisteredClients {
    /// Lets in clients with a metadata document whose answers go to these hosts.
    pub fn new<S: Into<String>>(
        redirect_hosts: impl IntoIterator<Item = S>,
        max_scopes: impl Into<ScopeSet>,
    ) -> Self {
        Self {
            redirect_hosts: redirect_hosts.into_iter().map(Into::into).collect(),
            max_scopes: max_scopes.into(),
            metadata_documents: true,
            any_name: false,
            dynamic: None,
        }
    }

    /// Lets clients register themselves.
    #[must_use]
    pub fn with_dynamic_registration(mut self, dynamic: DynamicRegistration) -> Self {
        self.dynamic = Some(dynamic);
        self
    }

    /// Lets clients have any name that is no address.
    #[must_use]
    pub const fn with_any_name(mut self) -> Self {
        self.any_name = true;
        self
    }
}

/// Bounds of dynamic registration (RFC 7591).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DynamicRegistration {
    /// The most clients that are kept.
    pub max_clients: usize,
    /// The most registrations in an hour, of all together.
    pub max_per_hour: u32,
    /// How long a client is kept that was never granted anything.
    pub unused_for: Duration,
}

impl Default for DynamicRegistration {
    fn default() -> Self {
        Self { max_clients: 1000, max_per_hour: 60, unused_for: Duration::from_secs(86_400) }
    }
}

/// How long things are good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lifetimes {
    /// A request that waits for a person.
    pub pending: Duration,
    /// A code.
    pub code: Duration,
    /// An access token.
    pub access_token: Duration,
    /// A refresh token that is not used.
    pub refresh_token: Duration,
    /// What a person granted, however often it is refreshed.
    pub grant: Duration,
    /// A person who signed in.
    pub session: Duration,
    /// How long a refresh token may be used again by a client that asks twice at once.
    pub refresh_grace: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            pending: Duration::from_secs(600),
            code: Duration::from_secs(60),
            access_token: Duration::from_secs(3600),
            refresh_token: Duration::from_secs(30 * 86_400),
            grant: Duration::from_secs(365 * 86_400),
            session: Duration::from_secs(8 * 3600),
            refresh_grace: Duration::from_secs(30),
        }
    }
}
