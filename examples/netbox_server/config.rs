//! The configuration file: what the command line says in flags, and more, in TOML.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use dispatch_core::permissions::{PermissionOptions, Unanswered};
use dispatch_core::policy::Policy;
use dispatch_core::surface::{Level, SchemaProfile, SurfaceOptions, Tools};
use dispatch_core::{Tier, suggest};
use indexmap::IndexMap;
use netbox_adapter::TierCredentials;
use oauth::TrustedProxies;
use oauth::configuration::{Configuration as Access, SECRET_IS_NAMED, SecretSource};
use oauth::resource_owner::ScopeOfGroups;
use serde::Deserialize;

use crate::options::Options;
use crate::upstream;

/// What a configuration file holds. Unknown keys refuse to start: one that is ignored is a
/// protection that is not there.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// Whether this file is for the sandbox, and refused with a real NetBox.
    pub(crate) sandbox: bool,
    /// Where to listen.
    pub(crate) listen: Option<SocketAddr>,
    /// The path of the endpoint.
    pub(crate) path: Option<String>,
    /// The URL that clients use, where it is not the address listened on.
    pub(crate) public_url: Option<String>,
    /// Hosts that requests may name beside those of the public URL: a name, a name with a port, or
    /// `*.` and a domain.
    pub(crate) allowed_hosts: Vec<String>,
    /// How many proxies stand in front that say under which of these hosts a request came.
    pub(crate) trusted_hops: usize,
    /// Origins that browsers may send requests from.
    pub(crate) allowed_origins: Vec<String>,
    /// The real NetBox, or what is common to several.
    pub(crate) netbox: NetBox,
    /// Several NetBoxes by their names: the tables `[netbox.NAME]`.
    #[serde(skip)]
    pub(crate) netboxes: IndexMap<String, NetBox>,
    /// Which of NetBox's tokens calls run with.
    pub(crate) upstream: Option<Upstream>,
    /// Who may connect.
    pub(crate) access: Option<Access>,
    /// The tools.
    pub(crate) surface: Surface,
}

/// The real NetBox.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NetBox {
    /// Its URL.
    pub(crate) url: Option<String>,
    /// The file whose first line is the token.
    pub(crate) token_file: Option<PathBuf>,
    /// How long a request may take, in seconds: bulk writes take minutes.
    pub(crate) timeout_seconds: Option<u64>,
    /// How long a call waits for the job that NetBox does a large write by, in seconds: 600 unless it
    /// is set; with 0, large writes are made in parts.
    pub(crate) job_seconds: Option<u64>,
    /// Whether NetBox's change log is told which client calls and why; it is unless this says no.
    pub(crate) change_messages: Option<bool>,
    /// The folder where compiled catalogs are kept.
    pub(crate) cache: Option<PathBuf>,
    /// How often NetBox is asked whether it was upgraded or has other plugins, in seconds: 60 unless
    /// it is set, and never with 0.
    pub(crate) poll_seconds: Option<u64>,
    /// Which of its tokens calls run with, in place of `[upstream]`.
    pub(crate) upstream: Option<Upstream>,
    /// How several are told apart.
    pub(crate) serve_by: Option<ServeBy>,
}

/// How several NetBoxes are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ServeBy {
    /// Each has an endpoint of its own.
    #[default]
    Path,
    /// One endpoint has the tools of all, each with the name of its NetBox before its own.
    Prefix,
}

impl NetBox {
    /// The same, with what is left out taken from what is common to several.
    fn or(self, common: &Self) -> Self {
        Self {
            url: self.url,
            token_file: self.token_file,
            timeout_seconds: self.timeout_seconds.or(common.timeout_seconds),
            job_seconds: self.job_seconds.or(common.job_seconds),
            cache: self.cache.or_else(|| common.cache.clone()),
            poll_seconds: self.poll_seconds.or(common.poll_seconds),
            change_messages: self.change_messages.or(common.change_messages),
            upstream: self.upstream,
            serve_by: None,
        }
    }

    /// How long a call waits for a job of NetBox's, if large writes are done by jobs.
    pub(crate) fn job_wait(&self) -> Option<Duration> {
        let seconds = self.job_seconds.unwrap_or(600);
        (seconds > 0).then(|| Duration::from_secs(seconds))
    }

    /// How often NetBox is asked what it is, if ever.
    pub(crate) fn poll(&self) -> Option<Duration> {
        let seconds = self.poll_seconds.unwrap_or(60);
        (seconds > 0).then(|| Duration::from_secs(seconds))
    }
}

/// Which of NetBox's tokens calls run with.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Upstream {
    /// One for all calls; with `per_user`, for what the server asks for itself alone.
    pub(crate) token: Option<SecretSource>,
    /// One for each scope; with `per_user`, for callers who did not sign in with an account.
    pub(crate) tokens: Option<Tokens>,
    /// Whether calls run as the NetBox user who signed in.
    pub(crate) per_user: bool,
    /// With `per_user`, what groups of this NetBox let their members grant, in place of what
    /// `[access]` says.
    pub(crate) scope_of_groups: Option<ScopeOfGroups>,
    /// With `per_user`, whether users are offered only what NetBox lets them do.
    pub(crate) permissions: Option<Permissions>,
    /// How long what NetBox said of that is kept, in seconds.
    pub(crate) permissions_kept_seconds: Option<u64>,
}

/// Whether users are offered only what NetBox lets them do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Permissions {
    /// They are offered everything, and NetBox refuses.
    Off,
    /// They are not offered what NetBox is known to refuse.
    #[default]
    Offer,
    /// They are offered what NetBox is known to allow.
    Strict,
}

impl Upstream {
    /// How NetBox is asked what its users may do, if it is.
    pub(crate) fn permissions(&self) -> Result<Option<PermissionOptions>> {
        let is_set = self.permissions.is_some() || self.permissions_kept_seconds.is_some();
        if is_set && !self.per_user {
            bail!(
                "[upstream] permissions is for per_user = true: with tokens of the server's own, \
                 all callers of a scope may do the same"
            );
        }
        let unanswered = match self.permissions.unwrap_or_default() {
            Permissions::Off => return Ok(None),
            Permissions::Offer => Unanswered::Offer,
            Permissions::Strict => Unanswered::Hide,
        };
        let mut options = PermissionOptions::default().with_unanswered(unanswered);
        if let Some(seconds) = self.permissions_kept_seconds {
            options = options.with_ttl(Duration::from_secs(seconds));
        }
        Ok(self.per_user.then_some(options))
    }
}

/// NetBox's tokens by the scope that a call runs under.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tokens {
    read: SecretSource,
    write: Option<SecretSource>,
    admin: Option<SecretSource>,
}

impl Tokens {
    /// The tokens themselves.
    pub(crate) fn read(&self) -> Result<TierCredentials> {
        let read = |source: &Option<SecretSource>| source.as_ref().map(upstream::read).transpose();
        let tokens = TierCredentials::new(
            upstream::read(&self.read)?,
            read(&self.write)?,
            read(&self.admin)?,
        );
        tokens.map_err(|error| anyhow!("[upstream] tokens: failed to {error}"))
    }
}

/// The tools.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Surface {
    /// A policy in place of the built-in one.
    pub(crate) policy_file: Option<PathBuf>,
    /// Groups in place of the built-in ones; `?` after a name allows it to be missing.
    pub(crate) groups: Option<IndexMap<String, Vec<String>>>,
    /// How `params` is published: `object`, or `params_as_string` for clients that mangle objects.
    pub(crate) schema_profile: SchemaProfile,
    /// Whether there is a tool for each group, or one for everything.
    pub(crate) tools: Tools,
    /// How much the tools say of the resources and of what `create` takes.
    pub(crate) level: Level,
    /// How many tokens they may spend on it beyond their level.
    pub(crate) budget: usize,
    /// Whether writing has tools of its own.
    pub(crate) split: bool,
}

impl Surface {
    /// How the tools are written; the command line wins.
    pub(crate) fn options(&self, options: &Options) -> SurfaceOptions {
        SurfaceOptions::default()
            .with_tools(options.tools.unwrap_or(self.tools))
            .with_schema_profile(self.schema_profile)
            .with_level(options.surface_level.unwrap_or(self.level))
            .with_budget(options.surface_budget.unwrap_or(self.budget))
            .with_split(options.split || self.split)
    }
}

impl Config {
    /// Reads a configuration file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("failed to read {}", path.display()))?;
        Self::parse(&text).map_err(|error| anyhow!("{}: {error}", path.display()))
    }

    /// Reads a configuration, with the line and a suggestion where a key is unknown.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let explained = |error: toml::de::Error| {
            let message = error.message();
            let said = match message.strip_prefix("invalid type: string ") {
                _ if message.starts_with(SECRET_IS_NAMED) => SECRET_IS_NAMED.to_owned(),
                // A secret, perhaps.
                Some(text) => {
                    let expected = text.rsplit(", expected ").next().unwrap_or_default();
                    format!("expected {}, not a text", expected.trim_end())
                }
                None => return anyhow!("{error}{}", suggestion(message)),
            };
            // The error itself would show the line.
            let line = error.span().map(|span| {
                let before = &text.as_bytes()[..span.start.min(text.len())];
                let n_lines = before.iter().filter(|byte| **byte == b'\n').count();
                format!("line {}: ", n_lines + 1)
            });
            anyhow!("{}{said}", line.unwrap_or_default())
        };
        let mut table: toml::Table = text.parse().map_err(explained)?;
        let named = take_named(&mut table);
        if named.is_empty() {
            let mut config: Self = toml::from_str(text).map_err(explained)?;
            if let Some(upstream) = config.netbox.upstream.take()
                && config.upstream.replace(upstream).is_some()
            {
                bail!("there are both [upstream] and [netbox.upstream]: give one of them");
            }
            if config.netbox.serve_by.is_some() {
                bail!("[netbox] serve_by is for several NetBoxes, each in its [netbox.NAME]");
            }
            return Ok(config);
        }
        let mut config: Self = table.try_into().map_err(explained)?;
        for (name, value) in named {
            check_name(&name)?;
            let netbox: NetBox = value
                .try_into()
                .map_err(|error| anyhow!("[netbox.{name}]: {}", explained(error)))?;
            if netbox.url.is_none() {
                bail!("[netbox.{name}] has no url");
            }
            if netbox.serve_by.is_some() {
                bail!("[netbox.{name}] serve_by is for all of them, and stands in [netbox]");
            }
            config.netboxes.insert(name, netbox);
        }
        let common = &config.netbox;
        let has_upstream = common.upstream.is_some() || config.upstream.is_some();
        if common.url.is_some() || common.token_file.is_some() || has_upstream {
            bail!(
                "with several NetBoxes, url, token_file and upstream stand in [netbox.NAME] of each"
            );
        }
        Ok(config)
    }

    /// How several NetBoxes are told apart.
    pub(crate) fn serve_by(&self) -> ServeBy {
        self.netbox.serve_by.unwrap_or_default()
    }

    /// What each NetBox is served with: one without a name, or several with theirs. `only` chooses
    /// one of several.
    pub(crate) fn each(&self, only: Option<&str>) -> Result<Vec<(Option<String>, Self)>> {
        if let Some(only) = only.filter(|only| !self.netboxes.contains_key(*only)) {
            bail!("--only {only}: there is no [netbox.{only}] in the configuration");
        }
        if self.netboxes.is_empty() {
            return Ok(vec![(None, self.clone())]);
        }
        let chosen = self.netboxes.iter().filter(|(name, _)| only.is_none_or(|it| it == *name));
        let one = |(name, netbox): (&String, &NetBox)| {
            let mut config = self.clone();
            config.netbox = netbox.clone().or(&self.netbox);
            config.upstream = config.netbox.upstream.take();
            config.netboxes.clear();
            (Some(name.clone()), config)
        };
        Ok(chosen.map(one).collect())
    }

    /// Refuses what would be ignored: the sandbox has no document that another policy could be
    /// applied to, unless one is given.
    pub(crate) fn check(&self, is_sandbox: bool, options: &Options) -> Result<()> {
        if self.sandbox && !is_sandbox {
            bail!(
                "this file is for the sandbox (sandbox = true): take the line out once you have \
                 read what it lets clients and people do with a real NetBox"
            );
        }
        if self.trusted_hops > 0 && self.allowed_hosts.is_empty() {
            bail!(
                "trusted_hops = {} needs allowed_hosts: the names that the proxies may give, such \
                 as \"*.tunnel.example\"",
                self.trusted_hops
            );
        }
        let Surface { policy_file, groups, .. } = &self.surface;
        let scopes = self.scopes();
        if scopes.len() > Tier::ALL.len() {
            bail!("[access] scopes has more than the three that NetBox's operations need");
        }
        let name = match (policy_file, groups) {
            (Some(_), _) => "[surface] policy_file",
            (None, Some(_)) => "[surface] groups",
            (None, None) if !scopes.is_empty() => "[access] scopes",
            (None, None) => return Ok(()),
        };
        if is_sandbox && options.schema.is_none() {
            bail!(
                "{name} needs NetBox's OpenAPI document, which the sandbox does not \
                 have; give one with --schema FILE"
            );
        }
        Ok(())
    }

    /// The scopes in place of `read`, `write` and `admin`.
    fn scopes(&self) -> &[String] {
        self.access.as_ref().map(|access| access.scopes.as_slice()).unwrap_or_default()
    }

    /// The proxies that are believed.
    pub(crate) fn proxies(&self) -> TrustedProxies {
        let names = self.allowed_hosts.iter().map(|host| match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        });
        TrustedProxies::new(self.trusted_hops, names)
    }

    /// The policy: the built-in one, with what the configuration says against it.
    pub(crate) fn policy(&self) -> Result<Policy> {
        let mut policy = match &self.surface.policy_file {
            None => netbox_adapter::policy()?,
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .with_context(|| format!("failed to read {}", path.display()))?;
                Policy::from_toml(&text)
                    .map_err(|error| anyhow!("{}: failed to {error}", path.display()))?
            }
        };
        if let Some(groups) = &self.surface.groups {
            policy.groups.clone_from(groups);
        }
        if !self.scopes().is_empty() {
            policy.scopes = self.scopes().iter().cloned().zip(Tier::ALL).collect();
        }
        Ok(policy)
    }
}

/// Takes the NetBoxes that have names out of a configuration.
fn take_named(table: &mut toml::Table) -> Vec<(String, toml::Value)> {
    let Some(netbox) = table.get_mut("netbox").and_then(toml::Value::as_table_mut) else {
        return Vec::new();
    };
    let is_named =
        |(name, value): &(&String, &toml::Value)| value.is_table() && name.as_str() != "upstream";
    let names: Vec<String> = netbox.iter().filter(is_named).map(|(name, _)| name.clone()).collect();
    names.into_iter().filter_map(|name| netbox.remove_entry(&name)).collect()
}

/// Refuses a name that could not stand in an address, or before the name of a tool.
fn check_name(name: &str) -> Result<()> {
    let is_legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.is_empty() || !name.bytes().all(is_legal) {
        bail!(
            "[netbox.{name}]: a name stands in addresses and before the names of tools, and has a-z, \
             0-9 and -"
        );
    }
    Ok(())
}

/// What may have been meant by an unknown key, read off the text of the parser's error, which lists
/// the keys that would do.
fn suggestion(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let Some(unknown) = quoted.next().filter(|_| message.starts_with("unknown field")) else {
        return String::new();
    };
    let known: Vec<&str> = quoted.collect();
    suggest::nearest(unknown, known, 1)
        .first()
        .map(|near| format!("did you mean `{near}`?\n"))
        .unwrap_or_default()
}
