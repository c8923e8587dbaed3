//! What changes under a running server: NetBox upgraded, a plugin added, a file written anew.
//!
//! NetBox is asked every minute what it is. SIGHUP has the schema, and the policy with it, read
//! again in any case. What cannot be used is logged and changes nothing.

use std::convert::Infallible;
use std::time::SystemTime;

use anyhow::{Result, anyhow};
use dispatch_core::Catalog;
use netbox_adapter::Watch;

use crate::catalog;
use crate::config::Config;
use crate::netbox::Server;
use crate::options::Options;
use crate::upstream::Upstream;

/// What is followed: the NetBox, or the document, that the catalog is of.
pub(crate) struct Reload {
    asked: Asked,
    watch: Option<Watch>,
}

impl Reload {
    /// Starts the server with its catalog. Fails only where there can be none.
    pub(crate) async fn start(
        server: &Server,
        upstream: &Upstream,
        options: &Options,
        config: &Config,
    ) -> Result<Self> {
        // Before anything is read: SIGHUP ends a process that does not listen.
        let asked = Asked::listen();
        let watch = catalog::load(server, upstream, options, config).await?;
        Ok(Self { asked, watch })
    }

    /// Follows what changes, for ever.
    pub(crate) async fn follow(
        self,
        server: &Server,
        upstream: &Upstream,
        options: &Options,
        config: &Config,
    ) -> Infallible {
        let Self { mut asked, watch } = self;
        let mut source = match (watch, &options.schema) {
            (Some(watch), _) => Source::NetBox(Box::new(watch)),
            (None, Some(_)) => Source::Document,
            (None, None) => Source::Nothing,
        };
        let mut failed = None;
        loop {
            let anew = match (&source, config.netbox.poll()) {
                (Source::NetBox(watch), Some(_)) => tokio::select! {
                    () = tokio::time::sleep(watch.pause(SystemTime::now())) => false,
                    () = asked.next() => true,
                },
                _ => {
                    asked.next().await;
                    true
                }
            };
            let looked = source.look(anew, upstream, options, config).await;
            let why = looked.as_ref().err().map(|error| format!("{error:#}"));
            // Once, and not with each look while NetBox is down.
            if let Some(why) = why.as_ref().filter(|why| failed.as_ref() != Some(*why)) {
                tracing::error!("{why}; what was served before still is");
            }
            failed = why;
            if let Ok(Some(catalog)) = looked {
                serve(server, catalog);
            }
            if let (Some(dispatcher), Source::NetBox(watch)) = (server.server(), &source) {
                dispatcher.set_degraded(watch.degraded());
            }
        }
    }
}

/// Where a catalog can come from anew.
enum Source {
    NetBox(Box<Watch>),
    Document,
    Nothing,
}

impl Source {
    async fn look(
        &mut self,
        anew: bool,
        upstream: &Upstream,
        options: &Options,
        config: &Config,
    ) -> Result<Option<Catalog>> {
        match (self, &options.schema, &upstream.url) {
            (Self::NetBox(watch), _, Some(url)) => {
                if anew {
                    tracing::info!("asked to read the schema of NetBox again");
                    watch.set_schema(catalog::live(url, config)?);
                }
                let loaded = watch.look(upstream.own.clone(), SystemTime::now(), anew).await;
                let loaded = loaded.map_err(|error| anyhow!("failed to {error}"))?;
                Ok(loaded.map(|loaded| {
                    let version = &loaded.instance.version;
                    tracing::info!(%version, plugins = ?loaded.instance.plugins, "took another schema");
                    loaded.catalog
                }))
            }
            (Self::Document, Some(path), _) => {
                let (path, config) = (path.clone(), config.clone());
                tracing::info!("asked to read {} again", path.display());
                let compiling = move || catalog::of_document(&path, &config);
                tokio::task::spawn_blocking(compiling).await?.map(Some)
            }
            _ => {
                tracing::info!("asked to read the schema again, but the sandbox has but one");
                Ok(None)
            }
        }
    }
}

/// Serves another catalog, and says what is new in it.
fn serve(server: &Server, catalog: Catalog) {
    let Some(dispatcher) = server.server() else { return };
    let before = dispatcher.catalog();
    if before.parts() == catalog.parts() {
        tracing::info!("the schema is as it was");
        return;
    }
    let added = only_in(&catalog, &before);
    let removed = only_in(&before, &catalog);
    let n_operations = catalog.operations().len();
    tracing::info!(n_operations, ?added, ?removed, "serving another schema");
    dispatcher.replace_catalog(catalog);
}

/// The resources that one catalog has and another has not.
fn only_in<'a>(one: &'a Catalog, other: &Catalog) -> Vec<&'a str> {
    let names = one.resources().iter().map(|resource| resource.name.as_str());
    names.filter(|name| other.resources().iter().all(|resource| resource.name != *name)).collect()
}

/// The operator's wish to have everything read again, which is SIGHUP.
struct Asked {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

impl Asked {
    fn listen() -> Self {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Self { signal: signal(SignalKind::hangup()).ok() }
        }
        #[cfg(not(unix))]
        Self {}
    }

    async fn next(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal {
            signal.recv().await;
            return;
        }
        std::future::pending().await
    }
}
