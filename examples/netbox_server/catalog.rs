//! The catalog: of the running NetBox, of a document, or the one that comes with the adapter.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result, anyhow};
use dispatch_core::compile::compile;
use dispatch_core::{Catalog, Dispatcher, DispatcherOptions, Document};
use mcp_protocol::tool::ToolServer as _;
use netbox_adapter::{CatalogStore, Instance, LiveSchema, Watch};

use crate::config::Config;
use crate::netbox::Server;
use crate::options::Options;
use crate::upstream::Upstream;

/// Gets the catalog and starts the server with it. A NetBox that is not there yet is asked again
/// until it is; a document that cannot be used is an error at once. Answers the watch over a NetBox
/// whose own schema it is.
pub(crate) async fn load(
    server: &Server,
    upstream: &Upstream,
    options: &Options,
    config: &Config,
) -> Result<Option<Watch>> {
    let (catalog, watch) = match (&options.schema, &upstream.url) {
        (Some(path), _) => (of_document(path, config)?, None),
        (None, None) => (netbox_adapter::bundled_catalog()?, None),
        (None, Some(url)) => {
            let (catalog, watch) = of_netbox(url, server, upstream, config).await?;
            (catalog, Some(watch))
        }
    };
    let dispatcher = Dispatcher::new(catalog, upstream.service.clone());
    let options = DispatcherOptions::default()
        .with_surface(config.surface.options(options))
        .with_notes_of_changes(config.netbox.change_messages.unwrap_or(true))
        .with_job_wait(config.netbox.job_wait())
        .with_highest_tier(upstream.highest_tier)
        .with_list_ttl(config.netbox.poll().map_or(LONGEST_TTL, |every| every.min(LONGEST_TTL)));
    #[cfg(feature = "pictures")]
    let options =
        options.with_rasterizer(std::sync::Arc::new(netbox_adapter::SvgRasterizer::new()));
    let mut dispatcher = dispatcher.with_info(server.info().clone()).with_options(options);
    if let Some((permissions, options)) = &upstream.permissions {
        dispatcher = dispatcher.with_permissions(permissions.clone(), *options);
    }
    if let Some(changes) = server.list_changes() {
        dispatcher = dispatcher.with_list_changes(changes.clone());
    }
    // The server is started once, here.
    server.start(dispatcher).map_err(|_| anyhow!("the server has a catalog already"))?;
    Ok(watch)
}

/// Compiles a document under the policy as it stands now.
pub(crate) fn of_document(path: &PathBuf, config: &Config) -> Result<Catalog> {
    let bytes =
        std::fs::read(path).with_context(|| format!("failed to read {}", path.display()))?;
    let policy = config.policy()?;
    let compiled = Document::parse(&bytes).and_then(|document| compile(&document, &policy));
    let compiled = compiled.map_err(|error| anyhow!("{}: failed to {error}", path.display()))?;
    Ok(compiled.catalog)
}

/// The schema of a running NetBox under the policy as it stands now.
pub(crate) fn live(url: &str, config: &Config) -> Result<LiveSchema> {
    let live = LiveSchema::new(url, config.policy()?);
    Ok(match config.netbox.cache.clone().or_else(cache_folder) {
        Some(folder) => live.with_store(CatalogStore::new(folder)),
        None => live,
    })
}

async fn of_netbox(
    url: &str,
    server: &Server,
    upstream: &Upstream,
    config: &Config,
) -> Result<(Catalog, Watch)> {
    let live = live(url, config)?;
    let mut pause = FIRST_PAUSE;
    loop {
        let loaded = match Instance::probe(upstream.own.clone()).await {
            Ok(instance) => {
                server.wait_for(READING);
                live.load_of(upstream.own.clone(), instance, SystemTime::now()).await
            }
            Err(error) => Err(error),
        };
        match loaded {
            Ok(loaded) => {
                let n_remarks = loaded.diagnostics.len();
                let from = if loaded.kept { "kept from an earlier start" } else { "compiled" };
                tracing::info!(version = %loaded.instance.version, n_remarks, "catalog {from}");
                let every = config.netbox.poll().unwrap_or_default();
                return Ok((loaded.catalog, Watch::new(live, loaded.instance, every)));
            }
            Err(error @ netbox_adapter::Error::Upstream { .. }) => {
                tracing::warn!("failed to {error}; asking again in {pause:?}");
                server.wait_for(UNANSWERED);
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            Err(error) => return Err(anyhow!("failed to {error}")),
        }
    }
}

/// The user's folder for caches (XDG Base Directory Specification), where there is one.
fn cache_folder() -> Option<PathBuf> {
    let given = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|p| p.is_absolute());
    let base = given.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
    Some(base.join("mcp-dispatch"))
}

/// What clients are told while there are no tools yet.
pub(crate) const READING: &str = "the schema is being read from NetBox, which takes about half a \
                                  minute; try again then";
const UNANSWERED: &str = "NetBox does not answer, and is asked again until it does; the tools come \
                          from it, so there are none yet";

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How long clients keep the list of tools at most.
const LONGEST_TTL: Duration = Duration::from_secs(300);
