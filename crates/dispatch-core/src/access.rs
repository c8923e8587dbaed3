//! What a caller may do: what it was granted, and what it could still obtain.

use std::collections::BTreeMap;

use mcp_protocol::auth::AuthInfo;

use crate::tier::Tier;

/// What a caller may do, as tiers of one catalog (DESIGN: "granted and obtainable").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Access {
    /// The highest tier that the caller's token grants; `None` grants nothing.
    pub granted: Option<Tier>,
    /// The highest tier that the caller could still be granted, at least `granted`. What is above
    /// it does not exist for this caller.
    pub obtainable: Option<Tier>,
}

/// How an operation of a tier stands to a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The caller may call it.
    Granted,
    /// The caller may see it, and has to be granted more to call it.
    Obtainable,
    /// It does not exist for this caller.
    Hidden,
}

impl Access {
    /// Grants every tier up to this one, and offers no more.
    #[must_use]
    pub const fn up_to(tier: Tier) -> Self {
        Self { granted: Some(tier), obtainable: Some(tier) }
    }

    /// Grants nothing and offers nothing.
    #[must_use]
    pub const fn none() -> Self {
        Self { granted: None, obtainable: None }
    }

    /// Reads a caller's scopes with a catalog's map from scope to tier. Scopes the map does not
    /// name are another server's and grant nothing here.
    #[must_use]
    pub fn of(auth: &AuthInfo, scopes: &BTreeMap<String, Tier>) -> Self {
        let highest = |held: &mcp_protocol::auth::ScopeSet| {
            held.iter().filter_map(|scope| scopes.get(scope).copied()).max()
        };
        let granted = highest(&auth.scopes);
        Self { granted, obtainable: granted.max(highest(&auth.obtainable)) }
    }

    /// The same, but nothing above this tier.
    #[must_use]
    pub fn at_most(self, tier: Tier) -> Self {
        let within = |held: Option<Tier>| held.map(|held| held.min(tier));
        Self { granted: within(self.granted), obtainable: within(self.obtainable) }
    }

    /// How an operation of this tier stands to the caller.
    #[must_use]
    pub fn standing(self, tier: Tier) -> Standing {
        if self.granted >= Some(tier) {
            Standing::Granted
        } else if self.obtainable >= Some(tier) {
            Standing::Obtainable
        } else {
            Standing::Hidden
        }
    }
}
