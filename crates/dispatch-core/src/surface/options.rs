//! How a surface is written.

use serde::{Deserialize, Serialize};

use super::SchemaProfile;

/// How a surface is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SurfaceOptions {
    /// How much is said of what `create` takes, for every resource.
    pub level: Level,
    /// How many tokens may be spent on saying all that `create` takes, for resources of which the
    /// level says less: those of the greatest weight first, then the shortest.
    pub budget: usize,
    /// Whether the tools of the groups only read, so that clients can allow them without asking;
    /// `write` and `delete` then do the rest.
    pub split: bool,
    /// How arguments that hold objects are published.
    pub schema_profile: SchemaProfile,
}

/// How much a surface says of what `create` takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Level {
    /// The names of the resources and of their special actions.
    #[default]
    Names,
    /// Also the fields that a new one must have beside its name and slug.
    Required,
    /// Also every other field that may be written, with its choices.
    Full,
}

impl Level {
    /// Every level, the shortest first.
    pub const ALL: [Self; 3] = [Self::Names, Self::Required, Self::Full];

    /// The level's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Names => "names",
            Self::Required => "required",
            Self::Full => "full",
        }
    }
}

impl SurfaceOptions {
    /// Sets how much is said of what `create` takes.
    #[must_use]
    pub const fn with_level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// Sets how many tokens may be spent on saying all that `create` takes.
    #[must_use]
    pub const fn with_budget(mut self, n_tokens: usize) -> Self {
        self.budget = n_tokens;
        self
    }

    /// Sets whether writing has tools of its own.
    #[must_use]
    pub const fn with_split(mut self, split: bool) -> Self {
        self.split = split;
        self
    }

    /// Sets how arguments that hold objects are published.
    #[must_use]
    pub const fn with_schema_profile(mut self, profile: SchemaProfile) -> Self {
        self.schema_profile = profile;
        self
    }
}
