//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use dispatch_core::Tier;
use dispatch_core::surface::{Level, Tools};

use crate::commands::Command;

/// NetBox for MCP clients: about 1,250 operations through ten tools.
///
/// With no arguments it serves a sandbox, a small network in this process that is no NetBox, open
/// on loopback. With --netbox-url it serves a real NetBox, with the token of NETBOX_TOKEN.
#[derive(Clone, Debug, Parser)]
#[command(name = "netbox_server", version)]
pub(crate) struct Options {
    /// What to do in place of serving.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    /// Where to listen [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,

    /// The path of the endpoint [default: /api/mcp].
    #[arg(long)]
    pub(crate) path: Option<String>,

    /// The URL of a real NetBox.
    #[arg(long, value_name = "URL")]
    pub(crate) netbox_url: Option<String>,

    /// A file whose first line is NetBox's token, in place of the environment's NETBOX_TOKEN.
    #[arg(long, value_name = "FILE")]
    pub(crate) netbox_token_file: Option<PathBuf>,

    /// Serve only this one of the several NetBoxes of the configuration.
    #[arg(long, value_name = "NAME")]
    pub(crate) only: Option<String>,

    /// The scope of the access token that is made at start where no access is configured.
    #[arg(long, value_parser = tier, default_value = "read")]
    pub(crate) scope: Tier,

    /// A configuration file; the command line wins over it.
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) config: Option<PathBuf>,

    /// An OpenAPI document in place of the running NetBox's own.
    #[arg(long, value_name = "FILE")]
    pub(crate) schema: Option<PathBuf>,

    /// Whether there is a tool for each group, or one for everything: groups or one [default: groups].
    #[arg(long, value_name = "TOOLS", value_parser = tools)]
    pub(crate) tools: Option<Tools>,

    /// How much the tools say of the resources and of what `create` takes: bare, names, required or
    /// full [default: names].
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    pub(crate) surface_level: Option<Level>,

    /// How many tokens the tools may spend on what `create` takes, beyond their level.
    #[arg(long, value_name = "TOKENS")]
    pub(crate) surface_budget: Option<usize>,

    /// Let the tools of the groups, or the one tool, only read; `write` and `delete` do the rest.
    #[arg(long)]
    pub(crate) split: bool,

    /// Start the sandbox with nothing in it.
    #[arg(long)]
    pub(crate) empty: bool,

    /// What the sandbox holds [default: small].
    #[arg(long, value_name = "NETWORK", value_enum, conflicts_with = "empty")]
    pub(crate) seed: Option<Seed>,

    /// Serve one client over standard input and output in place of HTTP.
    #[arg(long)]
    pub(crate) stdio: bool,
}

/// A network that the sandbox can hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Seed {
    /// Two sites with six devices.
    #[default]
    Small,
    /// Three sites with 84 devices, and names that are not unique.
    Campus,
    /// The two networks of the published walkthrough.
    Walkthrough,
}

fn tier(name: &str) -> Result<Tier, String> {
    Tier::ALL
        .into_iter()
        .find(|tier| tier.as_str() == name)
        .ok_or_else(|| "expected read, write or admin".to_owned())
}

fn tools(name: &str) -> Result<Tools, String> {
    Tools::ALL
        .into_iter()
        .find(|tools| tools.as_str() == name)
        .ok_or_else(|| "expected groups or one".to_owned())
}

fn level(name: &str) -> Result<Level, String> {
    Level::ALL
        .into_iter()
        .find(|level| level.as_str() == name)
        .ok_or_else(|| "expected bare, names, required or full".to_owned())
}
