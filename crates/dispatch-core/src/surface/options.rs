//! How a surface is written.

use serde::{Deserialize, Serialize};

use super::SchemaProfile;

/// How a surface is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SurfaceOptions {
    /// Whether each group has a tool, or one tool takes everything.
    pub tools: Tools,
    /// How much is said of what `create` takes, for every resource.
    pub level: Level,
    /// How many tokens may be spent on saying all that `create` takes, for resources of which the
    /// level says less: those of the greatest weight first, then the shortest.
    pub budget: usize,
    /// Whether the tools of the groups, or the one tool, only read, so that clients can allow them
    /// without asking; `write` and `delete` then do the rest.
    pub split: bool,
    /// How arguments that hold objects are published.
    pub schema_profile: SchemaProfile,
}

/// Which tools there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Tools {
    /// One for each group, beside `find` and `batch`.
    #[default]
    Groups,
    /// One for everything, in which finding is an action and a batch is its argument `steps`.
    One,
}

impl Tools {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Groups, Self::One];

    /// The name in options.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Groups => "groups",
            Self::One => "one",
        }
    }
}

/// How much a surface says of the resources and of what `create` takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Level {
    /// No resource at all: an agent tries a name, or looks for it with `find` or `help`.
    Bare,
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
    pub const ALL: [Self; 4] = [Self::Bare, Self::Names, Self::Required, Self::Full];

    /// The level's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Names => "names",
            Self::Required => "required",
            Self::Full => "full",
        }
    }
}

impl SurfaceOptions {
    /// Sets which tools there are.
    #[must_use]
    pub const fn with_tools(mut self, tools: Tools) -> Self {
        self.tools = tools;
        self
    }

    /// Sets how much is said of the resources and of what `create` takes.
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
