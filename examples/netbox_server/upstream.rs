//! The NetBox behind the server: a real one, or the sandbox.

use std::convert::Infallible;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use bytes::Bytes;
use dispatch_core::BackendError;
use dispatch_core::backend::{HttpBackend, HttpBackendOptions};
use http::{Request, Response};
use netbox_adapter::{Credential, CredentialLayer};
use netbox_sandbox::{Sandbox, seed};
use tower::util::BoxCloneSyncService;
use tower::{Layer as _, ServiceExt as _};

use crate::config::Config;
use crate::options::Options;

/// The way to NetBox.
pub(crate) type Service = BoxCloneSyncService<Request<Bytes>, Response<Bytes>, BackendError>;

/// The NetBox behind the server.
#[derive(Clone, Debug)]
pub(crate) struct Upstream {
    /// Its URL; none for the sandbox.
    pub(crate) url: Option<String>,
    /// The way to it.
    pub(crate) service: Service,
}

impl Upstream {
    /// A real NetBox where a URL is given, else the sandbox.
    pub(crate) fn choose(options: &Options, config: &Config) -> Result<Self> {
        match options.netbox_url.as_ref().or(config.netbox.url.as_ref()) {
            Some(url) => Self::real(url, options, config),
            None => Self::sandbox(options),
        }
    }

    /// Whether it is the sandbox and no NetBox.
    pub(crate) const fn is_sandbox(&self) -> bool {
        self.url.is_none()
    }

    fn real(url: &str, options: &Options, config: &Config) -> Result<Self> {
        if options.empty {
            bail!("--empty is for the sandbox; --netbox-url is for a real NetBox");
        }
        let credential = credential(options, config)?;
        let mut http = HttpBackendOptions::default();
        if let Some(seconds) = config.netbox.timeout_seconds {
            http.timeout = Duration::from_secs(seconds);
        }
        let backend = HttpBackend::new(url, http).map_err(|error| anyhow!("failed to {error}"))?;
        let service = CredentialLayer::new(credential).layer(backend);
        Ok(Self { url: Some(url.to_owned()), service: BoxCloneSyncService::new(service) })
    }

    fn sandbox(options: &Options) -> Result<Self> {
        let sandbox = Sandbox::new();
        if !options.empty {
            seed::small(&sandbox).context("failed to seed the sandbox")?;
        }
        let service = sandbox.map_err(|never: Infallible| match never {});
        Ok(Self { url: None, service: BoxCloneSyncService::new(service) })
    }
}

/// NetBox's token: from a file, else from the environment; never an argument, which every user of
/// the machine can read.
fn credential(options: &Options, config: &Config) -> Result<Credential> {
    let file = options.netbox_token_file.as_ref().or(config.netbox.token_file.as_ref());
    let credential = match file {
        Some(path) => Credential::from_file(path),
        None => match std::env::var(TOKEN_VARIABLE) {
            Ok(token) => Credential::new(&token, TOKEN_VARIABLE),
            Err(_) => bail!(
                "no NetBox token: set {TOKEN_VARIABLE} in the environment, or give \
                 --netbox-token-file FILE"
            ),
        },
    };
    credential.map_err(|error| anyhow!("failed to {error}"))
}

/// The environment variable of NetBox's token.
const TOKEN_VARIABLE: &str = "NETBOX_TOKEN";
