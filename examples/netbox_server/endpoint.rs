//! One endpoint: a NetBox, or several with a prefix before the tools of each.

use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use dispatch_core::Tier;
use futures_util::future::try_join_all;
use mcp_protocol::http::McpService;
use mcp_protocol::tool::{Composition, ListChanges, ToolServer};
use oauth::configuration::{Configuration, People};
use oauth::store::Store;

use crate::config::{Config, ServeBy};
use crate::netbox::{NetBox, implementation};
use crate::options::Options;
use crate::{HEALTH_PATH, Settings};

/// The protocol in front of what an endpoint serves.
pub(crate) type EndpointService = McpService<Arc<dyn ToolServer>>;

/// One endpoint.
pub(crate) struct Endpoint {
    /// Where it stands.
    pub(crate) settings: Settings,
    /// What is behind it.
    pub(crate) netboxes: Vec<NetBox>,
    /// What it serves.
    pub(crate) server: Arc<dyn ToolServer>,
}

impl Endpoint {
    /// The endpoints that a configuration says.
    pub(crate) fn all(
        config: &Config,
        options: &Options,
        settings: &Settings,
        access: &Configuration,
        store: &Arc<dyn Store>,
    ) -> Result<Vec<Self>> {
        let configs = config.each(options.only.as_deref())?;
        if configs.len() > 1 && options.schema.is_some() {
            bail!("--schema is for one NetBox: choose one of several with --only NAME");
        }
        let by_prefix = config.serve_by() == ServeBy::Prefix;
        if configs.len() > 1 && options.stdio && !by_prefix {
            bail!(
                "--stdio is for one endpoint: choose a NetBox with --only NAME, or serve all of them \
                 as one with [netbox] serve_by = \"prefix\""
            );
        }
        let new =
            |config, changes: &ListChanges| NetBox::new(config, options, access, store, changes);
        if by_prefix {
            if access.people == Some(People::Accounts) {
                bail!(
                    "[access] people = \"accounts\" cannot be with [netbox] serve_by = \"prefix\": \
                     one sign-in reaches all the tools, and nobody signs in as a user of several \
                     NetBoxes at once; serve by path (serve_by = \"path\", or leave it out), where \
                     people sign in to each"
                );
            }
            let changes = ListChanges::new();
            let netboxes = configs.into_iter().map(|config| new(config, &changes));
            let netboxes = netboxes.collect::<Result<_>>()?;
            return Ok(vec![Self::by_prefix(netboxes, settings.clone(), changes)?]);
        }
        let one = |config| {
            let netbox = new(config, &ListChanges::new())?;
            let settings = settings.of(netbox.name.as_deref());
            let server = Arc::clone(&netbox.server) as _;
            Ok(Self { settings, netboxes: vec![netbox], server })
        };
        configs.into_iter().map(one).collect()
    }

    fn by_prefix(netboxes: Vec<NetBox>, settings: Settings, changes: ListChanges) -> Result<Self> {
        let names: Vec<&str> = netboxes.iter().filter_map(|it| it.name.as_deref()).collect();
        let info = implementation(&format!("NetBox {}", names.join(", ")));
        let mut all = Composition::new(info).with_list_changes(changes);
        for NetBox { name, server, .. } in &netboxes {
            let name = name.as_deref().unwrap_or_default();
            all =
                all.mount(name, Arc::clone(server)).with_context(|| format!("[netbox.{name}]"))?;
        }
        Ok(Self { settings, netboxes, server: Arc::new(all) })
    }

    /// What people call it.
    pub(crate) fn title(&self) -> &str {
        self.server.info().title.as_deref().unwrap_or("NetBox")
    }

    /// The name that clients may give it.
    pub(crate) fn name(&self) -> String {
        match self.netboxes.as_slice() {
            [NetBox { name, .. }] => name_of(name.as_deref()),
            _ => name_of(None),
        }
    }

    /// What a token can be limited to here: the names of its NetBoxes.
    pub(crate) fn audiences(&self) -> impl Iterator<Item = &str> {
        self.netboxes.iter().filter_map(|netbox| netbox.name.as_deref())
    }

    /// The highest tier that a caller can have with any of its NetBoxes.
    pub(crate) fn highest_tier(&self) -> Tier {
        let tiers = self.netboxes.iter().map(|netbox| netbox.upstream.highest_tier);
        tiers.max().unwrap_or(Tier::Read)
    }

    /// The protocol in front of the server.
    pub(crate) fn service(&self, config: &Config) -> Result<EndpointService> {
        let settings = &self.settings;
        let mut mcp = McpService::new(Arc::clone(&self.server))
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

    /// Gets the catalogs, says of each that it is there, then follows what changes. Ends only where
    /// there can be no catalog.
    pub(crate) async fn run(&self, options: &Options, when_ready: impl Fn(&NetBox)) -> Result<()> {
        let each = self.netboxes.iter().map(|it| it.run(options, || when_ready(it)));
        try_join_all(each).await.map(drop)
    }
}

/// What a NetBox is called where other things have names, too; its users have theirs by it.
pub(crate) fn name_of(name: Option<&str>) -> String {
    name.map_or_else(|| "netbox".to_owned(), |name| format!("netbox-{name}"))
}
