//! Who may connect.
//!
//! The sandbox is open, on loopback only. A real NetBox is never open: where no access is
//! configured, one token is made at start and shown once. `[access]` in the configuration file says
//! it otherwise, and opens nothing that it does not say.

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
use mcp_protocol::http::{McpService, ResponseBody};
use oauth::authorization_server::{AuthorizationServer, HttpFetcher, SystemResolver, Unavailable};
use oauth::configuration::{Configuration, People, StoreConfiguration};
use oauth::resource_server::{AccessBody, AccessLayer, ForeignCredential, ResourceMetadata};
use oauth::runtime::purge_every;
use oauth::store::Store;
use oauth::{
    AccessToken, NewToken, OsEntropy, ScopeLadder, StaticTokens, SystemClock, TokenFormat,
    UnixTime, Verifiers,
};
use tower::util::BoxCloneSyncService;
use tower::{Layer as _, ServiceExt};

use crate::config::Config;
use crate::first_user::FirstUser;
use crate::options::Options;
use crate::upstream::Upstream;
use crate::{Server, Settings};

/// Everything behind one service: the endpoint behind its access layer, and the authorization
/// server beside it.
pub(crate) type Protected = BoxCloneSyncService<
    Request<Incoming>,
    Response<Either<Full<Bytes>, AccessBody<ResponseBody>>>,
    Infallible,
>;

/// Who may connect.
pub(crate) struct Access {
    /// What a client on standard input and output may do, and what the banner counts.
    tier: Tier,
    tokens: StaticTokens,
    /// The token made at start, where nobody could connect without.
    token: Option<AccessToken>,
    configuration: Configuration,
    store: Arc<dyn Store>,
    first_user: Option<FirstUser>,
}

impl Access {
    /// What the configuration says. Where it says nothing: open for a sandbox that only this machine
    /// can reach, one token for everything else. An address that clients elsewhere are given means
    /// that a proxy or a tunnel leads here.
    pub(crate) async fn choose(
        options: &Options,
        config: &Config,
        upstream: &Upstream,
        settings: &Settings,
    ) -> Result<Self> {
        let only_here = settings.listen.ip().is_loopback()
            && settings.public_url.is_none()
            && config.allowed_hosts.is_empty();
        let is_open = config.access.is_none() && upstream.is_sandbox() && only_here;
        let configuration = match &config.access {
            Some(configuration) => configuration.clone(),
            None => Configuration::default(),
        };
        check(&configuration, settings)?;
        let store = configuration.open_store().await.map_err(failed)?;
        let in_memory = configuration.store == StoreConfiguration::Memory;
        let first_user = match configuration.people {
            Some(People::LocalUsers) => FirstUser::make(&*store, in_memory, &configuration).await?,
            _ => None,
        };
        let mut access = Self {
            tier: if is_open { Tier::Admin } else { options.scope },
            tokens: StaticTokens::new(TokenFormat::default(), ladder(&configuration)?),
            token: None,
            configuration,
            store,
            first_user,
        };
        let is_closed = access.configuration.people.is_none()
            && access.configuration.anonymous().map_err(failed)?.is_none()
            && in_memory;
        if is_open {
            access.configuration.anonymous = Some(Tier::Admin.as_str().to_owned());
        } else if is_closed {
            let new = NewToken::new("made at start", [options.scope.as_str()]);
            let issued = access.tokens.issue(new, UnixTime::now(), &OsEntropy);
            access.token = Some(issued.map_err(failed)?.1);
        }
        Ok(access)
    }

    /// The tier whose tools the banner counts.
    pub(crate) const fn tier(&self) -> Tier {
        self.tier
    }

    /// Whoever started this process, when it is served over standard input and output.
    pub(crate) fn of_the_process(&self) -> AuthInfo {
        let granted = Tier::ALL.into_iter().filter(|tier| *tier <= self.tier);
        let scopes: ScopeSet = granted.map(|tier| tier.as_str().to_owned()).collect();
        AuthInfo::new("process").with_scopes(scopes.clone()).with_obtainable(scopes)
    }

    /// Puts the access layer in front of the endpoint, and the authorization server beside it.
    pub(crate) fn protect(
        &self,
        mcp: McpService<Server>,
        settings: &Settings,
        config: &Config,
    ) -> Result<Protected> {
        let resource = settings.url();
        let server = self.authorization_server(settings)?;
        let mut metadata = ResourceMetadata::new(&resource)
            .map_err(failed)?
            .with_scopes_supported(self.scopes_supported()?)
            .with_resource_name("NetBox");
        let mut verifiers = Verifiers::new();
        if let Some(server) = &server {
            metadata = metadata.with_authorization_server(server.issuer());
            verifiers = verifiers.then(server.verifier(&resource).map_err(failed)?);
        }
        let layer = AccessLayer::new(verifiers.then(self.tokens.clone()), metadata);
        let protected = self.rules(layer)?.layer(mcp);
        let proxies = config.proxies();
        Ok(match server {
            Some(server) => {
                let both = server.beside(protected).with_deadline(DEADLINE);
                let both = ServiceExt::<Request<Incoming>>::map_response(both, report);
                BoxCloneSyncService::new(proxies.layer(both))
            }
            None => {
                let alone = ServiceExt::<Request<Incoming>>::map_response(protected, alone);
                BoxCloneSyncService::new(proxies.layer(alone))
            }
        })
    }

    fn rules(&self, layer: AccessLayer) -> Result<AccessLayer> {
        let of_netbox = "this is a NetBox token, which this endpoint does not take: sign in here, \
                         or use a token that this server made";
        let mut layer = layer
            .with_challenge_scopes(&self.lowest_scope()?)
            .with_foreign_credentials([
                ForeignCredential::prefix("nbt_", of_netbox),
                ForeignCredential::scheme("Token", of_netbox),
            ])
            .with_open_path(crate::HEALTH_PATH);
        if let Some(scopes) = self.configuration.anonymous().map_err(failed)? {
            let obtainable =
                if self.signs_in() { self.scopes_supported()? } else { ScopeSet::new() };
            layer = layer.with_anonymous(scopes, obtainable);
        }
        Ok(layer)
    }

    fn authorization_server(&self, settings: &Settings) -> Result<Option<AuthorizationServer>> {
        let configuration = &self.configuration;
        if configuration.people.is_none() {
            return Ok(None);
        }
        let mut options = configuration
            .options(settings.base_url(), settings.url())
            .map_err(failed)?
            .with_service_name("NetBox");
        let texts = [
            (Tier::Read, "read everything you can see in NetBox"),
            (Tier::Write, "also create, change and delete what is in NetBox"),
            (Tier::Admin, "also manage users, permissions and tokens of NetBox"),
        ];
        for (tier, text) in texts {
            options = options.with_scope_text(tier.as_str(), text);
        }
        let store = Arc::clone(&self.store);
        let owner =
            configuration.owner(settings.listen.ip(), Arc::clone(&store), None).map_err(failed)?;
        let server = AuthorizationServer::new(options, owner, store).map_err(failed)?;
        let server = match configuration.reads_documents() {
            true => server.with_documents(SystemResolver, HttpFetcher::new()),
            false => server,
        };
        Ok(Some(server))
    }

    /// Forgets what is over, now and then; never ends.
    pub(crate) async fn housekeeping(&self) -> Infallible {
        purge_every(PURGE_PERIOD, Arc::clone(&self.store), SystemClock, |purged| match purged {
            Ok(n_rows) => tracing::debug!(n_rows, "forgot what is over"),
            Err(error) => tracing::error!("failed to {error}"),
        })
        .await
    }

    /// What the server prints of it.
    pub(crate) fn lines(&self, settings: &Settings) -> Vec<String> {
        let mut lines = Vec::new();
        match &self.configuration.anonymous {
            Some(scope) if scope != "none" => lines.push(format!(
                "WARNING: open to everyone on this machine, at scope {scope}, with no sign-in"
            )),
            _ => {}
        }
        if self.signs_in() {
            lines.push(format!(
                "people see what they granted at {}/oauth/grants",
                settings.base_url()
            ));
        }
        if self.configuration.people == Some(People::AutoApprove) {
            lines.push(
                "WARNING: whoever reaches this server is approved without being asked".to_owned(),
            );
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

    fn signs_in(&self) -> bool {
        self.configuration.people.is_some_and(|people| people != People::Nobody)
    }

    /// What a client may ask for: all there is where people decide, else what the token has.
    fn scopes_supported(&self) -> Result<ScopeSet> {
        if self.configuration.people.is_none() {
            return Ok(self.of_the_process().scopes);
        }
        Ok(ladder(&self.configuration)?.scopes().iter().cloned().collect())
    }

    /// What a client is told to ask for first. It asks for more when it needs more.
    fn lowest_scope(&self) -> Result<ScopeSet> {
        if self.configuration.people.is_none() {
            return Ok(ScopeSet::from([self.tier.as_str()]));
        }
        Ok(ladder(&self.configuration)?.scopes().iter().take(1).cloned().collect())
    }
}

fn check(configuration: &Configuration, settings: &Settings) -> Result<()> {
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

fn ladder(configuration: &Configuration) -> Result<ScopeLadder> {
    configuration.ladder().map_err(failed)
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
fn failed(error: oauth::Error) -> anyhow::Error {
    anyhow!("failed to {error}")
}

fn alone<L, R>(answer: Response<R>) -> Response<Either<L, R>> {
    answer.map(Either::Right)
}

/// Logs what the authorization server could not do: its answer says nothing of it.
fn report<B>(answer: Response<B>) -> Response<B> {
    if let Some(cause) = answer.extensions().get::<Unavailable>() {
        tracing::error!("failed to {}", cause.what());
    }
    answer
}

/// How long a request to the authorization server may take.
const DEADLINE: Duration = Duration::from_secs(30);

/// How often what is over is forgotten.
const PURGE_PERIOD: Duration = Duration::from_secs(600);
