//! The NetBox behind the server: a real one, or the sandbox.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use bytes::Bytes;
use dispatch_core::backend::{HttpBackend, HttpBackendOptions};
use dispatch_core::{BackendError, PermissionOptions, Tier};
use http::{Request, Response};
use netbox_adapter::{
    Credential, CredentialLayer, Credentials, NetBoxAccounts, NetBoxPermissions, PersonCredentials,
};
use netbox_sandbox::{Sandbox, seed};
use oauth::configuration::{Configuration, People, SecretSource};
use oauth::resource_owner::{ApiAccounts, ApiAccountsOptions};
use oauth::store::Store;
use tower::util::BoxCloneSyncService;
use tower::{Layer as _, ServiceExt as _};

use crate::config::{self, Config};
use crate::endpoint::name_of;
use crate::options::{Options, Seed};

/// The way to NetBox.
pub(crate) type Service = BoxCloneSyncService<Request<Bytes>, Response<Bytes>, BackendError>;

/// The NetBox behind the server.
#[derive(Clone, Debug)]
pub(crate) struct Upstream {
    /// Its URL; none for the sandbox.
    pub(crate) url: Option<String>,
    /// The way of calls to it.
    pub(crate) service: Service,
    /// The way of what the server asks for itself.
    pub(crate) own: Service,
    /// The highest tier that a caller can have.
    pub(crate) highest_tier: Tier,
    /// Its users, where calls run as the one who signed in.
    pub(crate) accounts: Option<ApiAccounts>,
    /// What NetBox lets them do, where they are offered nothing else.
    pub(crate) permissions: Option<(NetBoxPermissions<Service>, PermissionOptions)>,
}

impl Upstream {
    /// A real NetBox where a URL is given, else the sandbox.
    pub(crate) fn choose(
        name: Option<&str>,
        options: &Options,
        config: &Config,
        access: &Configuration,
        store: &Arc<dyn Store>,
    ) -> Result<Self> {
        match options.netbox_url.as_ref().or(config.netbox.url.as_ref()) {
            Some(url) => Self::real(url, name, options, config, access, store),
            None if config.upstream.is_some() || access.people == Some(People::Accounts) => bail!(
                "[upstream] and people = \"accounts\" are for a real NetBox: give [netbox] url, or \
                 --netbox-url"
            ),
            None => Self::sandbox(options),
        }
    }

    /// Whether it is the sandbox and no NetBox.
    pub(crate) const fn is_sandbox(&self) -> bool {
        self.url.is_none()
    }

    fn real(
        url: &str,
        name: Option<&str>,
        options: &Options,
        config: &Config,
        access: &Configuration,
        store: &Arc<dyn Store>,
    ) -> Result<Self> {
        if options.empty || options.seed.is_some() {
            bail!("--empty and --seed are for the sandbox; --netbox-url is for a real NetBox");
        }
        let mut http = HttpBackendOptions::default();
        if let Some(seconds) = config.netbox.timeout_seconds {
            http.timeout = Duration::from_secs(seconds);
        }
        let connect =
            |http| HttpBackend::new(url, http).map_err(|error| anyhow!("failed to {error}"));
        let backend = connect(http)?;
        let upstream = config.upstream.clone().unwrap_or_default();
        if upstream.per_user != (access.people == Some(People::Accounts)) {
            bail!(
                "[upstream] per_user = true runs calls as the NetBox user who signed in, and \
                 [access] people = \"accounts\" lets NetBox users sign in: give both or neither"
            );
        }
        let is_open = access.anonymous().map_err(|error| anyhow!("failed to {error}"))?.is_some();
        if upstream.per_user && upstream.tokens.is_none() && is_open {
            bail!(
                "[access] anonymous lets callers in who have no NetBox account, and [upstream] says \
                 no NetBox token for them: give tokens = {{ read = ... }}"
            );
        }
        let tokens = match &upstream.tokens {
            Some(tokens) if upstream.token.is_none() => Some(tokens.read()?),
            Some(_) => bail!("[upstream] has both token and tokens"),
            None => None,
        };
        if upstream.scope_of_groups.is_some() && !upstream.per_user {
            bail!("[upstream] scope_of_groups is for per_user = true");
        }
        let accounts = match upstream.per_user {
            true => Some(accounts(url, name, &upstream, access, store)?),
            false => None,
        };
        let own = match (&tokens, &upstream.token) {
            (Some(tokens), _) => Credentials::from(tokens.clone()),
            (None, Some(source)) => read(source)?.into(),
            (None, None) => credential(name, options, config)?.into(),
        };
        let credentials = match (&accounts, tokens) {
            (None, _) => own.clone(),
            (Some(accounts), None) => PersonCredentials::new(accounts.clone()).into(),
            (Some(accounts), Some(tokens)) => {
                PersonCredentials::new(accounts.clone()).with_others(tokens).into()
            }
        };
        let highest_tier = credentials.highest_tier();
        let people = match &credentials {
            Credentials::Person(people) => Some(people.clone()),
            _ => None,
        };
        let own = BoxCloneSyncService::new(CredentialLayer::new(own).layer(backend.clone()));
        let service = BoxCloneSyncService::new(CredentialLayer::new(credentials).layer(backend));
        let permissions = upstream.permissions()?.zip(people).map(|(options, people)| {
            let asking = NetBoxPermissions::new(service.clone());
            (asking.with_people(people).with_own(own.clone()), options)
        });
        Ok(Self { url: Some(url.to_owned()), service, own, highest_tier, accounts, permissions })
    }

    fn sandbox(options: &Options) -> Result<Self> {
        let sandbox = Sandbox::new();
        if !options.empty {
            let seed = match options.seed.unwrap_or_default() {
                Seed::Small => seed::small,
                Seed::Campus => seed::campus,
                Seed::Walkthrough => seed::walkthrough,
            };
            seed(&sandbox).context("failed to fill the sandbox")?;
        }
        let service = sandbox.map_err(|never: Infallible| match never {});
        let service = BoxCloneSyncService::new(service);
        Ok(Self {
            url: None,
            own: service.clone(),
            service,
            highest_tier: Tier::Admin,
            accounts: None,
            permissions: None,
        })
    }
}

/// NetBox's users, who sign in with their password or a token of theirs.
pub(crate) fn accounts(
    url: &str,
    name: Option<&str>,
    upstream: &config::Upstream,
    access: &Configuration,
    store: &Arc<dyn Store>,
) -> Result<ApiAccounts> {
    let failed = |error: oauth::Error| anyhow!("failed to {error}");
    let mut asking = HttpBackendOptions::default();
    asking.timeout = ASKING;
    let backend = HttpBackend::new(url, asking).map_err(|error| anyhow!("failed to {error}"))?;
    let Some(sealer) = access.sealer().map_err(failed)? else {
        bail!(
            "people = \"accounts\" keeps NetBox tokens of people, sealed: make a key with \
             `netbox_server key`, and say where it is, such as key = {{ env = \"ACCESS_KEY\" }}"
        );
    };
    let ladder = access.ladder().map_err(failed)?;
    let lowest: Vec<String> = ladder.scopes().iter().take(1).cloned().collect();
    let of_groups = upstream.scope_of_groups.as_ref().unwrap_or(&access.scope_of_groups);
    let options = ApiAccountsOptions::new(name_of(name), of_groups.clone())
        .with_ladder(ladder, lowest.into_iter().collect::<mcp_protocol::auth::ScopeSet>());
    let api = NetBoxAccounts::new(backend, "mcp-dispatch");
    ApiAccounts::new(options, api, Arc::clone(store), sealer).map_err(failed)
}

/// NetBox's token: from a file, else from the environment; never an argument, which every user of
/// the machine can read. One of several NetBoxes has a token of its own.
fn credential(name: Option<&str>, options: &Options, config: &Config) -> Result<Credential> {
    let file = options.netbox_token_file.as_ref().or(config.netbox.token_file.as_ref());
    let credential = match file {
        Some(path) => Credential::from_file(path),
        None if name.is_some() => bail!(
            "no NetBox token: give upstream = {{ token = ... }} or token_file; {TOKEN_VARIABLE} is \
             for one NetBox"
        ),
        None => match std::env::var(TOKEN_VARIABLE) {
            Ok(token) => Credential::new(&token, TOKEN_VARIABLE),
            Err(_) => bail!(
                "no NetBox token: set {TOKEN_VARIABLE} in the environment, or give \
                 --netbox-token-file FILE"
            ),
        },
    };
    credential.map_err(|error| anyhow!("failed to {error}"))
}

/// A token of NetBox's, from where the configuration says.
pub(crate) fn read(source: &SecretSource) -> Result<Credential> {
    let token = source.read().map_err(|error| anyhow!("failed to {error}"))?;
    let from = match source {
        SecretSource::Env(name) => name.clone(),
        SecretSource::File(path) => path.display().to_string(),
        _ => "the configuration".to_owned(),
    };
    Credential::new(token.expose(), &from).map_err(|error| anyhow!("failed to {error}"))
}

/// How long NetBox may take to say who somebody is: then what it said last holds for a while.
const ASKING: Duration = Duration::from_secs(10);

/// The environment variable of NetBox's token.
const TOKEN_VARIABLE: &str = "NETBOX_TOKEN";
