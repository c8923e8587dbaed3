//! This project as a system under test: the real service over a fresh sandbox, in process.

use std::sync::{Arc, OnceLock};

use anyhow::{Result, anyhow};
use dispatch_core::{Catalog, Dispatcher, DispatcherOptions, Tier};
use mcp_protocol::auth::{AuthInfo, ScopeSet};
use mcp_protocol::http::McpService;

use crate::connection::{Connection, InProcess};
use crate::sandbox::Fresh;

/// What the traces of this project are filed under.
pub const NAME: &str = "ours";

/// Connects to a server over the sandbox, at a tier and with the options of a dispatcher.
///
/// # Errors
///
/// Where the catalog cannot be loaded.
pub fn connect(fresh: &Fresh, tier: Tier, options: &DispatcherOptions) -> Result<Connection> {
    let dispatcher = Dispatcher::new(catalog()?, fresh.backend(tier)).with_options(options.clone());
    let scopes: ScopeSet =
        Tier::ALL.into_iter().filter(|it| *it <= tier).map(|it| it.to_string()).collect();
    let auth = AuthInfo::new("agent").with_scopes(scopes.clone()).with_obtainable(scopes);
    Ok(Connection::InProcess(InProcess::new(McpService::new(dispatcher), auth)))
}

/// The catalog of NetBox 4.7.0, loaded once.
///
/// # Errors
///
/// Where it cannot be loaded.
pub fn catalog() -> Result<Arc<Catalog>> {
    static CATALOG: OnceLock<Result<Arc<Catalog>, String>> = OnceLock::new();
    let load = || netbox_adapter::bundled_catalog().map(Arc::new).map_err(|it| it.to_string());
    CATALOG.get_or_init(load).clone().map_err(|error| anyhow!("failed to {error}"))
}
