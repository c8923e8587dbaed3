//! A catalog and what was computed from it.

use std::sync::{Arc, OnceLock};

use super::recent::RecentNames;
use crate::access::Access;
use crate::catalog::Catalog;
use crate::find::Index;
use crate::help::common::Common;
use crate::surface::{Surface, SurfaceOptions};
use crate::tier::Tier;

/// A catalog, its surfaces and what help shares, each computed when it is first asked for.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub(super) catalog: Arc<Catalog>,
    surfaces: PerAccess<Arc<Surface>>,
    common: PerAccess<Common>,
    indices: PerAccess<Index>,
    pub(super) recent: RecentNames,
}

/// One value for each access.
type PerAccess<T> = [[OnceLock<T>; N_LEVELS]; N_LEVELS];

impl Snapshot {
    pub(super) fn new(catalog: Arc<Catalog>) -> Self {
        Self {
            catalog,
            surfaces: Default::default(),
            common: Default::default(),
            indices: Default::default(),
            recent: RecentNames::default(),
        }
    }

    /// The surface of a caller.
    pub(super) fn surface(&self, access: Access, options: &SurfaceOptions) -> Arc<Surface> {
        let kept = &self.surfaces[level(access.granted)][level(access.obtainable)];
        Arc::clone(kept.get_or_init(|| Arc::new(Surface::new(&self.catalog, access, options))))
    }

    /// What the reads and lists of a caller share.
    pub(super) fn common(&self, access: Access) -> &Common {
        let kept = &self.common[level(access.granted)][level(access.obtainable)];
        kept.get_or_init(|| Common::of(&self.catalog, access))
    }

    /// What `find` searches for a caller.
    pub(super) fn index(&self, access: Access) -> &Index {
        let kept = &self.indices[level(access.granted)][level(access.obtainable)];
        kept.get_or_init(|| Index::new(&self.catalog, access))
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
