use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "runtime-tokio")]
use super::TokioRuntime;
use super::places::{Places, half};
use super::settings::{Settings, without_trailing_slash};
use super::{InvalidOrigin, Runtime};
use crate::tool::ToolServer;

/// Serves a [`ToolServer`] over Streamable HTTP.
///
/// It is cheap to clone and mounts wherever a tower service does. Only requests to loopback hosts
/// and from loopback pages are answered until [`with_public_url`](Self::with_public_url),
/// [`with_allowed_hosts`](Self::with_allowed_hosts) or
/// [`with_allowed_origins`](Self::with_allowed_origins) say otherwise.
pub struct McpService<S> {
    pub(super) server: Arc<S>,
    pub(super) runtime: Arc<dyn Runtime>,
    pub(super) settings: Arc<Settings>,
    pub(super) calls: Arc<Places>,
    pub(super) listeners: Arc<Places>,
}

#[cfg(feature = "runtime-tokio")]
impl<S: ToolServer> McpService<S> {
    /// Serves `server` on tokio.
    pub fn new(server: S) -> Self {
        Self::with_runtime(server, TokioRuntime)
    }
}

impl<S: ToolServer> McpService<S> {
    /// Serves `server` on any runtime.
    pub fn with_runtime(server: S, runtime: impl Runtime) -> Self {
        Self {
            server: Arc::new(server),
            runtime: Arc::new(runtime),
            settings: Arc::new(Settings::default()),
            calls: Places::new(MAX_CALLS, half(MAX_CALLS)),
            listeners: Places::new(MAX_LISTENERS, MAX_LISTENERS_OF_ONE),
        }
    }

    /// Answers at `path` only, with or without a slash at its end; 404 elsewhere.
    ///
    /// A router that chooses the service by path needs none.
    #[must_use]
    pub fn with_path(self, path: &str) -> Self {
        self.set(|settings| settings.path = Some(without_trailing_slash(path).to_owned()))
    }

    /// Answers `GET` at `path` with 200 once the server is ready, with 503 before.
    ///
    /// No host is checked there: the probes of orchestrators name addresses.
    #[must_use]
    pub fn with_health_path(self, path: &str) -> Self {
        self.set(|settings| settings.health_path = Some(without_trailing_slash(path).to_owned()))
    }

    /// Allows the host and the origin of the URL that clients know the server by.
    ///
    /// # Errors
    ///
    /// [`InvalidOrigin`] if `url` is no absolute `http` or `https` URL.
    pub fn with_public_url(self, url: &str) -> Result<Self, InvalidOrigin> {
        self.try_set(|settings| settings.allowed.add_url(url))
    }

    /// Allows further hosts, each a name, a name with a port, or `*.` and a domain for all names
    /// below it.
    ///
    /// # Errors
    ///
    /// [`InvalidOrigin`] for one that is no host.
    pub fn with_allowed_hosts<H: AsRef<str>>(
        self,
        hosts: impl IntoIterator<Item = H>,
    ) -> Result<Self, InvalidOrigin> {
        self.try_set(|settings| {
            hosts.into_iter().try_for_each(|host| settings.allowed.add_host(host.as_ref()))
        })
    }

    /// Allows pages of further origins, such as `https://app.example.com`.
    ///
    /// # Errors
    ///
    /// [`InvalidOrigin`] for one that is no origin.
    pub fn with_allowed_origins<O: AsRef<str>>(
        self,
        origins: impl IntoIterator<Item = O>,
    ) -> Result<Self, InvalidOrigin> {
        self.try_set(|settings| {
            origins.into_iter().try_for_each(|origin| settings.allowed.add_origin(origin.as_ref()))
        })
    }

    /// Names the protected-resource metadata (RFC 9728) in the challenges for more scopes, where the
    /// request has no [`ResourceMetadataUrl`](crate::auth::ResourceMetadataUrl) of its own.
    #[must_use]
    pub fn with_resource_metadata(self, url: impl Into<String>) -> Self {
        self.set(|settings| settings.resource_metadata = Some(url.into()))
    }

    /// Bounds the size of a request's body, 4 MiB by default; 413 beyond.
    #[must_use]
    pub fn with_max_body_bytes(self, max_body_bytes: usize) -> Self {
        self.set(|settings| settings.max_body_bytes = max_body_bytes)
    }

    /// Bounds the time a request's body may take to arrive, 30 seconds by default; 408 beyond.
    #[must_use]
    pub fn with_body_deadline(self, body_deadline: Duration) -> Self {
        self.set(|settings| settings.body_deadline = body_deadline)
    }

    /// Bounds how many calls run at once, 512 by default, and half of them for one caller; 503 beyond.
    ///
    /// A call counts until it ends, whether its client still waits or not.
    #[must_use]
    pub fn with_max_calls(mut self, max_calls: usize) -> Self {
        self.calls = Places::new(max_calls, half(max_calls));
        self
    }

    /// Sets how often an event stream that says nothing is kept open, 15 seconds by default, how long a
    /// call takes before its answer becomes one, and how often it is asked whether who listens would
    /// still be let in.
    #[must_use]
    pub fn with_keep_alive(self, keep_alive: Duration) -> Self {
        self.set(|settings| settings.keep_alive = keep_alive)
    }

    /// Waits until no call runs. A server that ends does so after its connections ended: a call goes on
    /// when its client goes away.
    pub async fn calls_ended(&self) {
        self.calls.all_free().await;
    }

    fn set(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(Arc::make_mut(&mut self.settings));
        self
    }

    fn try_set(
        mut self,
        change: impl FnOnce(&mut Settings) -> Result<(), InvalidOrigin>,
    ) -> Result<Self, InvalidOrigin> {
        change(Arc::make_mut(&mut self.settings))?;
        Ok(self)
    }
}

impl<S> Clone for McpService<S> {
    fn clone(&self) -> Self {
        Self {
            server: self.server.clone(),
            runtime: self.runtime.clone(),
            settings: self.settings.clone(),
            calls: self.calls.clone(),
            listeners: self.listeners.clone(),
        }
    }
}

impl<S> Debug for McpService<S> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpService").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// How many calls run at once.
const MAX_CALLS: usize = 512;

/// How many clients listen at once.
const MAX_LISTENERS: usize = 1024;

/// How many of them are of one caller who signed in.
const MAX_LISTENERS_OF_ONE: usize = 32;
