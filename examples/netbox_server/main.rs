//! NetBox for MCP clients: about 1,250 operations through ten tools.
//!
//! `cargo run --release --example netbox_server` serves a sandbox on loopback; `--netbox-url` and a
//! token in `NETBOX_TOKEN` serve a real NetBox. `--help` has the rest.

mod access;
mod banner;
mod catalog;
mod commands;
mod config;
mod endpoint;
mod first_user;
mod netbox;
mod options;
mod paths;
mod reload;
mod serve;
mod upstream;

use std::io::IsTerminal as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Parser as _;
use tracing_subscriber::EnvFilter;

use access::Access;
use config::Config;
use endpoint::Endpoint;
use options::Options;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info")),
        )
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .init();
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<()> {
    let config = options.config.as_deref().map_or_else(|| Ok(Config::default()), Config::read)?;
    if let Some(command) = &options.command {
        return commands::run(command, &config).await;
    }
    let settings = Settings::new(&options, &config)?;
    let configuration = config.access.clone().unwrap_or_default();
    access::check(&configuration, &settings)?;
    let store = configuration.open_store().await.map_err(access::failed)?;
    let endpoints = Endpoint::all(&config, &options, &settings, &configuration, &store)?;
    let access = Access::choose(&options, &config, &endpoints, &settings, store).await?;
    if options.stdio
        && let [endpoint] = endpoints.as_slice()
    {
        return serve::stdio(endpoint, &access, &options).await;
    }
    serve::serve(endpoints, &access, &settings, &options, &config).await
}

/// Where the server says that it is well.
const HEALTH_PATH: &str = "/healthz";

/// Where the server listens and what it is called, from the command line and the configuration.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The address.
    pub(crate) listen: SocketAddr,
    /// The path of the endpoint.
    pub(crate) path: String,
    /// The URL that clients use, where it is another.
    pub(crate) public_url: Option<String>,
}

impl Settings {
    fn new(options: &Options, config: &Config) -> Result<Self> {
        let default = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080));
        let path = options.path.clone().or_else(|| config.path.clone());
        let path = path.unwrap_or_else(|| "/api/mcp".to_owned());
        if !path.starts_with('/') {
            bail!("the path of the endpoint starts with a slash, such as /api/mcp, not {path:?}");
        }
        Ok(Self {
            listen: options.listen.or(config.listen).unwrap_or(default),
            path,
            public_url: config.public_url.clone(),
        })
    }

    /// The same, for one of several NetBoxes.
    pub(crate) fn of(&self, name: Option<&str>) -> Self {
        let Some(name) = name else { return self.clone() };
        let path = format!("{}/{name}", self.path.trim_end_matches('/'));
        Self { path, ..self.clone() }
    }

    /// The URL that clients are given.
    pub(crate) fn url(&self) -> String {
        format!("{}{}", self.base_url(), self.path)
    }

    /// Whether only this machine can reach the server, as far as is known.
    pub(crate) fn is_only_here(&self) -> bool {
        self.listen.ip().is_loopback() && self.public_url.is_none()
    }

    /// The URL below which everything stands: the public one, else where the server listens.
    pub(crate) fn base_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.listen),
        }
    }
}
