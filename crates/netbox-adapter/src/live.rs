//! The live schema: the document of the running NetBox itself, plugins included.
//!
//! NetBox takes half a minute to write its document and then keeps it for a day in a cache of its
//! own, by version and URL: a plugin added since is not in it. So the document is asked for under a
//! URL that was never used before, and compiled once for each version and set of plugins.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use dispatch_core::compile::{Compiled, compile};
use dispatch_core::policy::Policy;
use dispatch_core::{Catalog, Diagnostic, Document};
use http::{Request, Response};
use tower::Service;

use crate::instance::fetch;
use crate::{CatalogStore, Error, Instance};

/// Where catalogs of a running NetBox come from.
#[derive(Clone, Debug)]
pub struct LiveSchema {
    address: String,
    policy: Policy,
    policy_text: String,
    store: Option<CatalogStore>,
}

/// A catalog of a running NetBox.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Loaded {
    /// The catalog.
    pub catalog: Catalog,
    /// What the NetBox is.
    pub instance: Instance,
    /// What was remarked while it was compiled; empty if it was kept.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether it was kept on disk.
    pub kept: bool,
}

impl LiveSchema {
    /// Compiles the document of the NetBox at this address under this policy. The address only
    /// tells kept catalogs apart.
    #[must_use]
    pub fn new(address: impl Into<String>, policy: Policy) -> Self {
        let policy_text = serde_json::to_string(&policy).unwrap_or_default();
        Self { address: address.into(), policy, policy_text, store: None }
    }

    /// Keeps catalogs there.
    #[must_use]
    pub fn with_store(self, store: CatalogStore) -> Self {
        Self { store: Some(store), ..self }
    }

    /// Takes the catalog from the store, or the document from NetBox.
    ///
    /// # Errors
    ///
    /// Fails if NetBox cannot be reached, refuses the credential, or has a document that cannot be
    /// compiled. A catalog that cannot be kept is logged and used all the same.
    pub async fn load<S>(&self, backend: S, now: SystemTime) -> Result<Loaded, Error>
    where
        S: Service<Request<Bytes>, Response = Response<Bytes>> + Clone,
        S::Error: Display,
    {
        let instance = Instance::probe(backend.clone()).await?;
        self.load_of(backend, instance, now).await
    }

    /// The same, of a NetBox that said what it is.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub async fn load_of<S>(
        &self,
        backend: S,
        instance: Instance,
        now: SystemTime,
    ) -> Result<Loaded, Error>
    where
        S: Service<Request<Bytes>, Response = Response<Bytes>> + Clone,
        S::Error: Display,
    {
        match self.kept(&instance) {
            Some(kept) => Ok(kept),
            None => self.take(backend, instance, now).await,
        }
    }

    /// What is kept on disk of a NetBox.
    pub(crate) fn kept(&self, instance: &Instance) -> Option<Loaded> {
        let catalog = self.store.as_ref()?.load(&self.address, instance, &self.policy_text)?;
        let instance = instance.clone();
        Some(Loaded { catalog, instance, diagnostics: Vec::new(), kept: true })
    }

    /// Takes the document from NetBox, whatever is in the store, and keeps what it is compiled to.
    /// A schema is not that of `instance` if NetBox is another once it was read.
    pub(crate) async fn take<S>(
        &self,
        backend: S,
        instance: Instance,
        now: SystemTime,
    ) -> Result<Loaded, Error>
    where
        S: Service<Request<Bytes>, Response = Response<Bytes>> + Clone,
        S::Error: Display,
    {
        let (catalog, diagnostics) = self.compile(backend.clone(), now).await?;
        let since = Instance::probe(backend).await?;
        if since != instance {
            let (from, to) = (&instance.version, &since.version);
            let what =
                if from == to { "its plugins".to_owned() } else { format!("from {from} to {to}") };
            return Err(Error::Upstream {
                path: SCHEMA_PATH.to_owned(),
                why: format!("it changed while its schema was read: {what}"),
            });
        }
        if let Some(store) = &self.store
            && let Err(error) = store.save(&self.address, &instance, &self.policy_text, &catalog)
        {
            tracing::warn!(%error, "the next start compiles again");
        }
        Ok(Loaded { catalog, instance, diagnostics, kept: false })
    }

    /// Takes the document from a NetBox that there is no token for, where calls run as the users
    /// who sign in. NetBox shows its document to everyone, and its version and plugins only to
    /// users, so that no catalog can be known to be up to date, and none is kept.
    ///
    /// # Errors
    ///
    /// Fails if NetBox cannot be reached, or has a document that cannot be compiled.
    pub async fn load_without_token<S>(&self, backend: S, now: SystemTime) -> Result<Loaded, Error>
    where
        S: Service<Request<Bytes>, Response = Response<Bytes>>,
        S::Error: Display,
    {
        let (catalog, diagnostics) = self.compile(backend, now).await?;
        let version = catalog.version().split(' ').next().unwrap_or_default().to_owned();
        let instance = Instance { version, plugins: BTreeMap::new() };
        Ok(Loaded { catalog, instance, diagnostics, kept: false })
    }

    async fn compile<S>(
        &self,
        backend: S,
        now: SystemTime,
    ) -> Result<(Catalog, Vec<Diagnostic>), Error>
    where
        S: Service<Request<Bytes>, Response = Response<Bytes>>,
        S::Error: Display,
    {
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        let path = format!("{SCHEMA_PATH}?format=json&asked={}", since.as_millis());
        tracing::info!("NetBox is writing its schema, which takes it about half a minute");
        let bytes = fetch(backend, &path, TIMEOUT).await?;
        let policy = self.policy.clone();
        let Compiled { catalog, diagnostics } =
            tokio::task::spawn_blocking(move || compile(&Document::parse(&bytes)?, &policy))
                .await
                .map_err(|panic| Error::Upstream {
                    path,
                    why: format!("its schema could not be compiled ({panic})"),
                })??;
        Ok((catalog, diagnostics))
    }
}

/// Where NetBox says what it can do.
const SCHEMA_PATH: &str = "/api/schema/";

/// How long NetBox may take to write it, whatever its calls may take.
const TIMEOUT: Duration = Duration::from_secs(300);
