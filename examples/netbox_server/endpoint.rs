//! One endpoint: a NetBox, or the sandbox, and the server in front of it.

use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use dispatch_core::Tier;
use mcp_protocol::http::McpService;
use oauth::configuration::{Configuration, People};
use oauth::store::Store;

use crate::access::Access;
use crate::config::Config;
use crate::options::Options;
use crate::upstream::Upstream;
use crate::{HEALTH_PATH, Server, Settings, banner, catalog, new_server, reload};

/// One endpoint.
pub(crate) struct Endpoint {
    /// Its name among several.
    pub(crate) name: Option<String>,
    /// What it is served with.
    pub(crate) config: Config,
    /// Where it stands.
    pub(crate) settings: Settings,
    /// What is behind it.
    pub(crate) upstream: Upstream,
    /// The server.
    pub(crate) server: Server,
}

impl Endpoint {
    /// The endpoint of one NetBox.
    pub(crate) fn new(
        name: Option<String>,
        config: Config,
        options: &Options,
        settings: &Settings,
        access: &Configuration,
        store: &Arc<dyn Store>,
    ) -> Result<Self> {
        if name.is_some() && options.netbox_url.is_some() {
            bail!("--netbox-url is for one NetBox, and the configuration has several");
        }
        if name.is_some() && access.people == Some(People::Accounts) {
            bail!(
                "people = \"accounts\" signs in to one NetBox: run a server for each, or let people \
                 sign in another way"
            );
        }
        let settings = settings.of(name.as_deref());
        let upstream =
            Upstream::choose(options, &config, access, store).map_err(|error| match &name {
                Some(name) => error.context(format!("[netbox.{name}]")),
                None => error,
            })?;
        config.check(upstream.is_sandbox(), options)?;
        let title = match &name {
            Some(name) => format!("NetBox {name}"),
            None => "NetBox".to_owned(),
        };
        let server = new_server(&title, !upstream.is_sandbox() || options.schema.is_some());
        Ok(Self { name, config, settings, upstream, server })
    }

    /// The highest tier that a caller can have here.
    pub(crate) const fn highest_tier(&self) -> Tier {
        self.upstream.highest_tier
    }

    /// The protocol in front of the server.
    pub(crate) fn service(&self) -> Result<McpService<Server>> {
        let Self { config, settings, .. } = self;
        let mut mcp = McpService::new(self.server.clone())
            .with_path(&settings.path)
            .with_health_path(HEALTH_PATH);
        if let Some(url) = &settings.public_url {
            mcp = mcp.with_public_url(url).with_context(|| format!("public_url = {url:?}"))?;
        }
        if !config.allowed_hosts.is_empty() {
            mcp = mcp.with_allowed_hosts(&config.allowed_hosts).context("allowed_hosts")?;
        }
        if !config.allowed_origins.is_empty() {
            mcp = mcp.with_allowed_origins(&config.allowed_origins).context("allowed_origins")?;
        }
        Ok(mcp)
    }

    /// Gets the catalog, then follows what changes. Ends only where there can be no catalog.
    pub(crate) async fn run(&self, options: &Options, access: &Access) -> Result<()> {
        let Self { server, upstream, config, .. } = self;
        let watch = catalog::load(server, upstream, options, config).await?;
        banner::ready(self, access, &config.surface.options(options));
        match reload::follow(server, watch, upstream, options, config).await {}
    }
}
