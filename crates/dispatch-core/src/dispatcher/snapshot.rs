//! A catalog and what was computed from it.

use std::sync::{Arc, OnceLock};

use crate::access::Access;
use crate::catalog::Catalog;
use crate::surface::{Surface, SurfaceOptions};
use crate::tier::Tier;

/// A catalog and its surfaces, each computed when it is first asked for.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub(super) catalog: Arc<Catalog>,
    surfaces: [[OnceLock<Arc<Surface>>; N_LEVELS]; N_LEVELS],
}

impl Snapshot {
    pub(super) fn new(catalog: Arc<Catalog>) -> Self {
        Self { catalog, surfaces: Default::default() }
    }

    /// The surface of a caller.
    pub(super) fn surface(&self, access: Access, options: &SurfaceOptions) -> Arc<Surface> {
        let kept = &self.surfaces[level(access.granted)][level(access.obtainable)];
        Arc::clone(kept.get_or_init(|| Arc::new(Surface::new(&self.catalog, access, options))))
    }
}

const fn level(tier: Option<Tier>) -> usize {
    match tier {
        None => 0,
        Some(Tier::Read) => 1,
        Some(Tier::Write) => 2,
        Some(Tier::Admin) => 3,
    }
}

/// No tier, or one of three.
const N_LEVELS: usize = 4;
