//! Who may connect.
//!
//! The sandbox is open, on loopback only. A real NetBox is never open: where no access is
//! configured, one token is made at start and shown once.

use anyhow::{Result, anyhow};
use dispatch_core::Tier;
use mcp_protocol::auth::{AuthInfo, ScopeSet};
use mcp_protocol::http::McpService;
use oauth::resource_server::{AccessLayer, AccessService, ForeignCredential, ResourceMetadata};
use oauth::{AccessToken, NewToken, OsEntropy, ScopeLadder, StaticTokens, TokenFormat, UnixTime};
use tower::Layer as _;

use crate::config::Config;
use crate::options::Options;
use crate::upstream::Upstream;
use crate::{Server, Settings};

/// The endpoint behind its access layer.
pub(crate) type Protected = AccessService<McpService<Server>>;

/// Who may connect.
#[derive(Debug)]
pub(crate) struct Access {
    tier: Tier,
    tokens: StaticTokens,
    /// The token made at start; none where everyone on this machine is let in.
    token: Option<AccessToken>,
}

impl Access {
    /// Open for a sandbox that only this machine can reach, one token for everything else: an address
    /// that clients elsewhere are given means that a proxy or a tunnel leads here.
    pub(crate) fn choose(
        options: &Options,
        config: &Config,
        upstream: &Upstream,
        settings: &Settings,
    ) -> Result<Self> {
        let mut tokens = StaticTokens::new(TokenFormat::default(), ScopeLadder::default());
        let only_here = settings.listen.ip().is_loopback()
            && settings.public_url.is_none()
            && config.allowed_hosts.is_empty();
        if upstream.is_sandbox() && only_here {
            return Ok(Self { tier: Tier::Admin, tokens, token: None });
        }
        let new = NewToken::new("made at start", [options.scope.as_str()]);
        let (_, token) = tokens
            .issue(new, UnixTime::now(), &OsEntropy)
            .map_err(|error| anyhow!("failed to {error}"))?;
        Ok(Self { tier: options.scope, tokens, token: Some(token) })
    }

    /// The tier that callers have.
    pub(crate) const fn tier(&self) -> Tier {
        self.tier
    }

    /// Whoever started this process, when it is served over standard input and output.
    pub(crate) fn of_the_process(&self) -> AuthInfo {
        let scopes = self.scopes();
        AuthInfo::new("process").with_scopes(scopes.clone()).with_obtainable(scopes)
    }

    /// Puts the access layer in front of the endpoint.
    pub(crate) fn protect(
        &self,
        mcp: McpService<Server>,
        settings: &Settings,
    ) -> Result<Protected> {
        let of_netbox = "this is a NetBox token; this endpoint takes the token it printed at start";
        let mut layer = AccessLayer::new(self.tokens.clone(), self.metadata(settings)?)
            .with_challenge_scopes(&ScopeSet::from([self.tier.as_str()]))
            .with_foreign_credentials([
                ForeignCredential::prefix("nbt_", of_netbox),
                ForeignCredential::scheme("Token", of_netbox),
            ])
            .with_open_path(crate::HEALTH_PATH);
        if self.token.is_none() {
            layer = layer.with_anonymous(self.scopes(), ScopeSet::new());
        }
        Ok(layer.layer(mcp))
    }

    /// What clients are told of the endpoint (RFC 9728).
    pub(crate) fn metadata(&self, settings: &Settings) -> Result<ResourceMetadata> {
        let metadata = ResourceMetadata::new(&settings.url());
        let metadata = metadata.map_err(|error| anyhow!("failed to {error}"))?;
        Ok(metadata.with_scopes_supported(self.scopes()).with_resource_name("NetBox"))
    }

    /// What the server prints of it.
    pub(crate) fn lines(&self) -> Vec<String> {
        match &self.token {
            None => vec![
                "WARNING: open to everyone on this machine, at scope admin, with no sign-in"
                    .to_owned(),
            ],
            Some(token) => vec![
                format!("access token, scope {}, shown this once:", self.tier),
                format!("  {}", token.expose()),
            ],
        }
    }

    /// The value of the `Authorization` header that clients send.
    pub(crate) fn header(&self) -> Option<String> {
        self.token.as_ref().map(|token| format!("Bearer {}", token.expose()))
    }

    fn scopes(&self) -> ScopeSet {
        let granted = Tier::ALL.into_iter().filter(|tier| *tier <= self.tier);
        granted.map(|tier| tier.as_str().to_owned()).collect()
    }
}
