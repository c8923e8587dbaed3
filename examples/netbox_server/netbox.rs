//! One NetBox, or the sandbox, and the server in front of it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use dispatch_core::{Dispatcher, Starting};
use mcp_protocol::tool::{Implementation, ListChanges};
use oauth::configuration::{Configuration, People};
use oauth::store::Store;
use tracing::Instrument as _;

use crate::catalog;
use crate::config::Config;
use crate::options::Options;
use crate::reload::Reload;
use crate::upstream::{Service, Upstream};

/// The server, once its catalog is there. The transports and the task that gets the catalog share it.
pub(crate) type Server = Arc<Starting<Dispatcher<Service>>>;

/// One NetBox.
pub(crate) struct NetBox {
    /// Its name among several.
    pub(crate) name: Option<String>,
    /// What it is served with.
    pub(crate) config: Config,
    /// What is behind it.
    pub(crate) upstream: Upstream,
    /// The server.
    pub(crate) server: Server,
}

impl NetBox {
    /// The NetBox that a configuration says, whose server tells of changes with these.
    pub(crate) fn new(
        (name, config): (Option<String>, Config),
        options: &Options,
        access: &Configuration,
        store: &Arc<dyn Store>,
        changes: &ListChanges,
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
        let info = implementation(&title);
        let mut server = Starting::new(info, Duration::from_secs(10), catalog::READING);
        // One whose catalog can change tells clients when it does.
        if !upstream.is_sandbox() || options.schema.is_some() {
            server = server.with_list_changes(changes.clone());
        }
        Ok(Self { name, config, upstream, server: Arc::new(server) })
    }

    /// Gets the catalog, says so, then follows what changes. Ends only where there can be no catalog.
    pub(crate) async fn run(&self, options: &Options, when_ready: impl FnOnce()) -> Result<()> {
        let Self { name, config, upstream, server } = self;
        let running = async {
            let reload = Reload::start(server, upstream, options, config).await?;
            when_ready();
            match reload.follow(server, upstream, options, config).await {}
        };
        match name {
            Some(name) => running.instrument(tracing::info_span!("netbox", name)).await,
            None => running.await,
        }
    }
}

/// What a server is called.
pub(crate) fn implementation(title: &str) -> Implementation {
    Implementation::new("netbox", env!("CARGO_PKG_VERSION")).with_title(title)
}
