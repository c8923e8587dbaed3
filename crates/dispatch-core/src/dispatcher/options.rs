//! How a dispatcher behaves.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::access::Access;
use crate::batch::BatchLimits;
use crate::execute::Limits;
use crate::picture::Rasterizer;
use crate::plan::ListLimits;
use crate::surface::SurfaceOptions;
use crate::tier::Tier;

/// How a [`Dispatcher`](super::Dispatcher) behaves.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DispatcherOptions {
    /// What a request may do that came through no access layer: nothing unless it is set. An
    /// embedder whose server is reached by trusted callers only, or a server on stdio, sets it.
    pub without_auth: Access,
    /// The highest tier that anyone can have here: what is above it does not exist. An embedder
    /// whose credentials for the API reach no further sets it.
    pub highest_tier: Tier,
    /// About how many tokens one answer may have.
    pub max_answer_tokens: usize,
    /// How many bytes a request body may have. What is larger is refused rather than split, which
    /// would make several writes of one that is done whole or not at all.
    pub max_body_bytes: usize,
    /// How much of a list one call reads.
    pub list: ListLimits,
    /// How much one call may do at a time.
    pub limits: Limits,
    /// How much one batch may hold.
    pub batch: BatchLimits,
    /// How long a call waits for the job that the API does a bulk write by; `None` has every bulk
    /// write done at once.
    pub job_wait: Option<Duration>,
    /// How the tools are written.
    pub surface: SurfaceOptions,
    /// Whether the API's own log of changes is told which client calls and why, where the catalog
    /// knows the field for it: not unless it is set.
    pub notes_changes: bool,
    /// How long a client may keep the list of tools.
    pub list_ttl: Duration,
    /// How long a read may use what a name stood for when the same caller last looked it up. A
    /// write looks names up anew, and ends what was kept.
    pub names_kept: Duration,
    /// The clock that ages are told by.
    pub clock: fn() -> Instant,
    /// Who draws what the API answers as SVG; without one, the agent gets its text where it asks.
    pub rasterizer: Option<Arc<dyn Rasterizer>>,
}

impl Default for DispatcherOptions {
    fn default() -> Self {
        Self {
            without_auth: Access::none(),
            highest_tier: Tier::Admin,
            max_answer_tokens: 20_000,
            max_body_bytes: 2_500_000,
            list: ListLimits::default(),
            limits: Limits::default(),
            batch: BatchLimits::default(),
            job_wait: Some(Duration::from_secs(600)),
            surface: SurfaceOptions::default(),
            notes_changes: false,
            list_ttl: Duration::from_secs(300),
            names_kept: Duration::from_secs(30),
            clock: Instant::now,
            rasterizer: None,
        }
    }
}

impl DispatcherOptions {
    /// Sets what a request may do that came through no access layer.
    #[must_use]
    pub fn with_access_without_auth(mut self, access: Access) -> Self {
        self.without_auth = access;
        self
    }

    /// Sets the highest tier that anyone can have.
    #[must_use]
    pub fn with_highest_tier(mut self, tier: Tier) -> Self {
        self.highest_tier = tier;
        self
    }

    /// Sets whether the API's own log of changes is told which client calls and why.
    #[must_use]
    pub const fn with_notes_of_changes(mut self, notes_changes: bool) -> Self {
        self.notes_changes = notes_changes;
        self
    }

    /// Sets how long a call waits for the job that the API does a bulk write by, if it may.
    #[must_use]
    pub const fn with_job_wait(mut self, wait: Option<Duration>) -> Self {
        self.job_wait = wait;
        self
    }

    /// Sets how long a client may keep the list of tools.
    #[must_use]
    pub const fn with_list_ttl(mut self, ttl: Duration) -> Self {
        self.list_ttl = ttl;
        self
    }

    /// Sets how the tools are written.
    #[must_use]
    pub fn with_surface(mut self, surface: SurfaceOptions) -> Self {
        self.surface = surface;
        self
    }

    /// Sets who draws what the API answers as SVG.
    #[must_use]
    pub fn with_rasterizer(mut self, rasterizer: Arc<dyn Rasterizer>) -> Self {
        self.rasterizer = Some(rasterizer);
        self
    }
}
