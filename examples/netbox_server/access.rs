//! Who may connect.
//!
//! The sandbox is open, on loopback only. A real NetBox is never open: where no access is
//! configured, one token is made at start and shown once. `[access]` in the configuration file says
//! it otherwise, and opens nothing that it does not say.

mod accounts;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use bytes::Bytes;
use dispatch_core::Tier;
use http::{Request, Response};
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use mcp_protocol::auth::{AuthInfo, ScopeSet};
use mcp_protocol::http::ResponseBody;
use oauth::authorization_server::{AuthorizationServer, HttpFetcher, SystemResolver, Unavailable};
use oauth::configuration::{Configuration, People, StoreConfiguration};
use oauth::resource_owner::ApiAccounts;
use oauth::resource_server::{AccessBody, AccessLayer, ForeignCredential, ResourceMetadata};
use oauth::store::Store;
use oauth::{
    AccessToken, NewToken, OsEntropy, ScopeLadder, StaticTokenRules, StoredStaticTokens,
    TokenFormat, UnixTime, Verifiers,
};
use tower::util::BoxCloneSyncService;
use tower::{Layer as _, ServiceExt};

use crate::Settings;
use crate::config::Config;
use crate::endpoint::{Endpoint, EndpointService};
use crate::first_user::FirstUser;
use crate::options::Options;
use crate::paths::{Guarded, Paths};
use crate::upstream::Upstream;

/// Everything behind one service: the endpoint behind its access layer, and the authorization
/// server beside it.
pub(crate) type Protected = BoxCloneSyncService<
    Request<Incoming>,
    Response<Either<Full<Bytes>, AccessBody<ResponseBody>>>,
    Infallible,
>;

/// The endpoint and what belongs to it.
pub(crate) struct Served {
    /// What answers.
    pub(crate) protected: Protected,
    /// The authorization server, where there is one, whose house is to be kept.
    pub(crate) server: Option<AuthorizationServer>,
    /// What calls run behind.
    pub(crate) services: Vec<EndpointService>,
}

/// Who may connect.
pub(crate) struct Access {
    /// What a client on standard input and output may do, and what the banner counts.
    tier: Tier,
    /// The token made at start, where nobody could connect without.
    token: Option<AccessToken>,
    configuration: Configuration,
    ladder: ScopeLadder,
    store: Arc<dyn Store>,
    /// The users of NetBoxes that are not served, who are still let go of.
    others: Vec<(String, ApiAccounts)>,
    first_user: Option<FirstUser>,
}

impl Access {
    /// What the configuration says. Where it says nothing: open for a sandbox that only this machine
    /// can reach, one token for everything else. An address that clients elsewhere are given means
    /// that a proxy or a tunnel leads here.
    pub(crate) async fn choose(
        options: &Options,
        config: &Config,
        endpoints: &[Endpoint],
        settings: &Settings,
        store: Arc<dyn Store>,
    ) -> Result<Self> {
        let mut upstreams = endpoints.iter().flat_map(|it| &it.netboxes).map(|it| &it.upstream);
        let is_sandbox = upstreams.all(Upstream::is_sandbox);
        let only_here = settings.is_only_here() && config.allowed_hosts.is_empty();
        let is_open = config.access.is_none() && is_sandbox && only_here;
        let configuration = config.access.clone().unwrap_or_default();
        let ladder = configuration.ladder().map_err(failed)?;
        let in_memory = configuration.store == StoreConfiguration::Memory;
        let first_user = match configuration.people {
            Some(People::LocalUsers) => FirstUser::make(&*store, in_memory, &ladder).await?,
            _ => None,
        };
        let others = accounts::not_served(options, config, &configuration, &store)?;
        let mut access = Self {
            tier: if is_open { Tier::Admin } else { options.scope },
            token: None,
            configuration,
            ladder,
            store,
            others,
            first_user,
        };
        if is_open {
            access.configuration.anonymous = Some(Tier::Admin.as_str().to_owned());
        } else if in_memory && access.is_closed()? {
            let new = NewToken::new("made at start", access.up_to(options.scope));
            let tokens = access.static_tokens([]);
            let issued = tokens.issue(new, UnixTime::now(), &OsEntropy).await;
            access.token = Some(issued.map_err(failed)?.1);
        }
        Ok(access)
    }

    /// Whether nobody could connect without a static token.
    fn is_closed(&self) -> Result<bool> {
        let configuration = &self.configuration;
        Ok(configuration.people.is_none()
            && configuration.external_issuers.is_empty()
            && configuration.anonymous().map_err(failed)?.is_none())
    }

    /// The tier whose tools the banner counts.
    pub(crate) const fn tier(&self) -> Tier {
        self.tier
    }

    /// Whoever started this process, when it is served over standard input and output.
    pub(crate) fn of_the_process(&self) -> AuthInfo {
        let scopes = self.up_to(self.tier);
        AuthInfo::new("process").with_scopes(scopes.clone()).with_obtainable(scopes)
    }

    /// Puts an access layer in front of each endpoint, and the authorization server beside them.
    pub(crate) fn protect(
        &self,
        endpoints: &[Endpoint],
        settings: &Settings,
        config: &Config,
    ) -> Result<Served> {
        let server = self.authorization_server(settings, endpoints)?;
        let services = endpoints.iter().map(|endpoint| endpoint.service(config));
        let services = services.collect::<Result<Vec<_>>>()?;
        let guarded = endpoints.iter().zip(&services).map(|(endpoint, service)| {
            let path = endpoint.settings.path.trim_end_matches('/').to_owned();
            Ok((path, self.guard(endpoint, service.clone(), server.as_ref())?))
        });
        let servers = endpoints.iter().map(|endpoint| Arc::clone(&endpoint.server)).collect();
        let protected = Paths::new(guarded.collect::<Result<_>>()?, servers);
        let proxies = config.proxies();
        let protected = match &server {
            Some(server) => {
                let both = server.clone().beside(protected).with_deadline(DEADLINE);
                let both = ServiceExt::<Request<Incoming>>::map_response(both, report);
                BoxCloneSyncService::new(proxies.layer(both))
            }
            None => {
                let alone = |answer| report(alone(answer));
                let alone = ServiceExt::<Request<Incoming>>::map_response(protected, alone);
                BoxCloneSyncService::new(proxies.layer(alone))
            }
        };
        Ok(Served { protected, server, services })
    }

    /// Puts the access layer in front of one endpoint: a resource of its own, whose tokens are
    /// refused at the others.
    fn guard(
        &self,
        endpoint: &Endpoint,
        service: EndpointService,
        server: Option<&AuthorizationServer>,
    ) -> Result<Guarded> {
        let resource = endpoint.settings.url();
        let highest_tier = endpoint.highest_tier();
        let mut metadata = ResourceMetadata::new(&resource)
            .map_err(failed)?
            .with_scopes_supported(self.names_of_scopes(highest_tier)?)
            .with_resource_name(endpoint.title());
        let mut verifiers = Verifiers::new();
        if let Some(server) = server {
            metadata = metadata.with_authorization_server(server.issuer());
            verifiers = verifiers.then(server.verifier(&resource).map_err(failed)?);
        }
        for issuer in &self.configuration.external_issuers {
            metadata = metadata.with_authorization_server(&issuer.issuer);
        }
        let verifiers = verifiers.then(self.static_tokens(endpoint.audiences()));
        let verifiers = self.configuration.external_tokens(verifiers, &resource).map_err(failed)?;
        let layer = self.rules(AccessLayer::new(verifiers, metadata), highest_tier)?;
        Ok(BoxCloneSyncService::new(layer.layer(service)))
    }

    /// The static tokens, where they are checked for these NetBoxes.
    fn static_tokens<'a>(&self, netboxes: impl IntoIterator<Item = &'a str>) -> StoredStaticTokens {
        let rules = static_token_rules(&self.ladder).with_audiences(netboxes);
        StoredStaticTokens::new(Arc::clone(&self.store), rules)
    }

    fn rules(&self, layer: AccessLayer, highest_tier: Tier) -> Result<AccessLayer> {
        let of_netbox = "this is a NetBox token, which this endpoint does not take: sign in here, \
                         or use a token that this server made";
        let mut layer = layer
            .with_challenge_scopes(&self.first_scopes())
            .with_scope_names(self.scope_names()?)
            .with_foreign_credentials([
                ForeignCredential::prefix("nbt_", of_netbox),
                ForeignCredential::scheme("Token", of_netbox),
            ])
            .with_open_path(crate::HEALTH_PATH)
            .with_deadline(DEADLINE);
        if let Some(scopes) = self.configuration.anonymous().map_err(failed)? {
            let obtainable =
                if self.is_asked() { self.scopes_supported(highest_tier) } else { ScopeSet::new() };
            layer = layer.with_anonymous(scopes, obtainable);
        }
        Ok(layer)
    }

    /// Refuses what cannot be served, before anything listens.
    pub(crate) fn check(&self, settings: &Settings, endpoints: &[Endpoint]) -> Result<()> {
        self.authorization_server(settings, endpoints).map(drop)
    }

    fn authorization_server(
        &self,
        settings: &Settings,
        endpoints: &[Endpoint],
    ) -> Result<Option<AuthorizationServer>> {
        let configuration = &self.configuration;
        if configuration.people.is_none() {
            return Ok(None);
        }
        let [first, others @ ..] = endpoints else { return Ok(None) };
        let mut options = configuration
            .options(settings.base_url(), first.settings.url())
            .map_err(failed)?
            .with_service_name(if others.is_empty() { first.title() } else { "NetBox" });
        for endpoint in others {
            options = options.with_resource(endpoint.settings.url());
        }
        let texts = [
            "read everything you can see in NetBox",
            "also create, change and delete what is in NetBox",
            "also manage users, permissions and tokens of NetBox",
        ];
        for (scope, text) in self.ladder.scopes().iter().zip(texts) {
            options = options.with_scope_text(scope, text);
        }
        let store = Arc::clone(&self.store);
        let accounts = accounts::people(endpoints, &self.others)?;
        let owner = configuration.owner(settings.listen.ip(), Arc::clone(&store), accounts);
        let server = AuthorizationServer::new(options, owner.map_err(failed)?, store);
        let server = server.map_err(failed)?;
        Ok(Some(match configuration.reads_documents() {
            true => server.with_documents(SystemResolver, HttpFetcher::new()),
            false => server,
        }))
    }

    /// What the server prints of it.
    pub(crate) fn lines(&self, settings: &Settings) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(scope) = self.configuration.anonymous.as_deref().filter(|s| *s != "none") {
            let whom = if settings.is_only_here() { "on this machine" } else { "who reaches it" };
            let sign_in = if self.is_asked() { "" } else { ", with no sign-in" };
            lines.push(format!("WARNING: open to everyone {whom}, at scope {scope}{sign_in}"));
        }
        match self.configuration.people {
            Some(People::AutoApprove) => {
                let line = "WARNING: whoever reaches this server is approved without being asked";
                lines.push(line.to_owned());
            }
            Some(_) if self.is_asked() => {
                let grants = format!("{}/oauth/grants", settings.base_url());
                lines.push(format!("people see, and take back, what they granted at {grants}"));
            }
            _ => {}
        }
        lines.extend(self.first_user.iter().flat_map(FirstUser::lines));
        if let Some(token) = &self.token {
            lines.push(format!("access token, scope {}, shown this once:", self.tier));
            lines.push(format!("  {}", token.expose()));
        }
        lines
    }

    /// The value of the `Authorization` header that clients send.
    pub(crate) fn header(&self) -> Option<String> {
        self.token.as_ref().map(|token| format!("Bearer {}", token.expose()))
    }

    /// Whether there is somebody to ask for more than a caller has.
    fn is_asked(&self) -> bool {
        self.configuration.people.is_some_and(|people| people != People::Nobody)
            || !self.configuration.external_issuers.is_empty()
    }

    /// What a client may ask for: all there is where somebody is asked, else what the token has.
    fn scopes_supported(&self, highest_tier: Tier) -> ScopeSet {
        self.up_to(if self.token.is_some() { self.tier } else { highest_tier })
    }

    /// The same, by the names that clients ask for.
    fn names_of_scopes(&self, highest_tier: Tier) -> Result<ScopeSet> {
        let (names, scopes) = (self.scope_names()?, self.scopes_supported(highest_tier));
        if names.is_empty() {
            return Ok(scopes);
        }
        Ok(scopes.iter().filter_map(|scope| names.get(scope)).cloned().collect())
    }

    /// What clients ask for to get scopes that have other names where they are sent: at the one
    /// authorization server there is, where somebody else runs it.
    fn scope_names(&self) -> Result<BTreeMap<String, String>> {
        match (self.configuration.people, self.configuration.external_issuers.as_slice()) {
            (None, [issuer]) => issuer.scope_names(&self.ladder).map_err(failed),
            _ => Ok(BTreeMap::new()),
        }
    }

    /// What a client is told to ask for first. It asks for more when it needs more.
    fn first_scopes(&self) -> ScopeSet {
        let tier = if self.token.is_some() { self.tier } else { Tier::Read };
        self.ladder.scopes().iter().skip(tier as usize).take(1).cloned().collect()
    }

    /// The scopes of the tiers up to this one.
    fn up_to(&self, tier: Tier) -> ScopeSet {
        self.ladder.scopes().iter().take(tier as usize + 1).cloned().collect()
    }
}

/// What static tokens look like, and what they may grant.
pub(crate) fn static_token_rules(ladder: &ScopeLadder) -> StaticTokenRules {
    StaticTokenRules::new(TokenFormat::default(), ladder.clone())
}

/// Refuses what could not be reached.
pub(crate) fn check(configuration: &Configuration, settings: &Settings) -> Result<()> {
    configuration.check().map_err(failed)?;
    if configuration.people.is_none() {
        return Ok(());
    }
    if settings.public_url.is_none() && settings.listen.ip().is_unspecified() {
        bail!(
            "the server listens on {}, and clients cannot be sent there to sign in: say the \
             address that they use, such as public_url = \"https://mcp.example.com\"",
            settings.listen
        );
    }
    let of_public_url = settings.public_url.as_deref().and_then(|url| url.split_once("://"));
    if of_public_url.is_some_and(|(_, rest)| rest.trim_end_matches('/').contains('/')) {
        bail!(
            "public_url is scheme and host; the path of the endpoint is `path`, which is {}",
            settings.path
        );
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
pub(crate) fn failed(error: oauth::Error) -> anyhow::Error {
    anyhow!("failed to {error}")
}

fn alone<L, R>(answer: Response<R>) -> Response<Either<L, R>> {
    answer.map(Either::Right)
}

/// Lets go, at times, of what is kept and not needed any more.
pub(crate) async fn keep_house(server: Option<AuthorizationServer>) -> Infallible {
    let Some(server) = server else { return std::future::pending().await };
    loop {
        if let Err(cause) = server.keep_house().await {
            tracing::error!("failed to {}", cause.what());
        }
        tokio::time::sleep(HOUSEKEEPING).await;
    }
}

/// Logs what could not be done: the answer says nothing of it.
fn report<B>(answer: Response<B>) -> Response<B> {
    if let Some(cause) = answer.extensions().get::<Unavailable>() {
        tracing::error!("failed to {}", cause.what());
    }
    answer
}

/// How long a request to the authorization server may take.
const DEADLINE: Duration = Duration::from_secs(30);

/// How long the store is left alone.
const HOUSEKEEPING: Duration = Duration::from_secs(300);
