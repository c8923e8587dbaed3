//! One NetBox, or the sandbox, and the server in front of it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use dispatch_core::{Dispatcher, Starting};
use mcp_protocol::tool::{Implementation, ListChanges};
use oauth::configuration::Configuration;
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
        let is_given = options.netbox_url.is_some() || options.netbox_token_file.is_some();
        if name.is_some() && is_given {
            bail!(
                "--netbox-url and --netbox-token-file are for one NetBox, and the configuration has \
                 several"
            );
        }
        let upstream = Upstream::choose(name.as_deref(), options, &config, access, store).map_err(
            |error| match &name {
                Some(name) => error.context(format!("[netbox.{name}]")),
                None => error,
            },
        )?;
        config.check(upstream.is_sandbox(), options)?;
        let info = implementation(&title_of(name.as_deref()));
        let mut server = Starting::new(info, Duration::from_secs(10), catalog::READING);
        // One whose catalog can change tells clients when it does.
        if !upstream.is_sandbox() || options.schema.is_some() {
            server = server.with_list_changes(changes.clone());
        }
        Ok(Self { name, config, upstream, server: Arc::new(server) })
    }

    /// Gets the catalog, says so, then follows what changes. Ends only where there can be no catalog,
    /// and never one of several.
    pub(crate) async fn run(&self, options: &Options, when_ready: impl FnOnce()) -> Result<()> {
        let Self { name, config, upstream, server } = self;
        let running = async {
            let reload = loop {
                match Reload::start(server, upstream, options, config).await {
                    Ok(reload) => break reload,
                    // The others are served all the same.
                    Err(error) if name.is_some() => {
                        tracing::error!("{error:#}; trying again in {TRY_AGAIN:?}");
                        server.wait_for(UNUSABLE);
                        tokio::time::sleep(TRY_AGAIN).await;
                    }
                    Err(error) => return Err(error),
                }
            };
            when_ready();
            match reload.follow(server, upstream, options, config).await {}
        };
        match name {
            Some(name) => running.instrument(tracing::info_span!("netbox", name)).await,
            None => running.await,
        }
    }
}

/// What clients of one of several are told that cannot be served.
const UNUSABLE: &str = "this NetBox refuses the token of this server, or its schema cannot be used; \
                        the log of the server says which";

/// How long after that it is tried again.
const TRY_AGAIN: Duration = Duration::from_secs(30);

/// What people call a NetBox.
pub(crate) fn title_of(name: Option<&str>) -> String {
    name.map_or_else(|| "NetBox".to_owned(), |name| format!("NetBox {name}"))
}

/// What a server is called.
pub(crate) fn implementation(title: &str) -> Implementation {
    Implementation::new("netbox", env!("CARGO_PKG_VERSION")).with_title(title)
}
