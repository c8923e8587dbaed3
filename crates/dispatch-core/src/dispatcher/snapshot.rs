//! A catalog and what was computed from it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use indexmap::IndexMap;
use mcp_protocol::tool::ToolPrefix;

use super::people::People;
use super::recent::RecentNames;
use crate::access::Access;
use crate::catalog::{Catalog, OperationSet};
use crate::find::Index;
use crate::help::common::Common;
use crate::permissions::Unanswered;
use crate::surface::{Surface, SurfaceOptions};
use crate::tier::Tier;

/// A catalog, what each caller may do of it, and the views of it that follow.
#[derive(Debug)]
pub(super) struct Snapshot {
    whole: Arc<View>,
    pub(super) people: People,
    pub(super) recent: RecentNames,
    /// The views of callers from whom something is withheld, the oldest first. Callers from whom the
    /// same is withheld share one.
    narrowed: Mutex<IndexMap<Arc<OperationSet>, Arc<View>>>,
    /// The same where tools have a prefix, which their texts say. Whoever mounts this server chooses
    /// it, and no client.
    prefixed: Mutex<BTreeMap<ToolPrefix, Arc<Self>>>,
}

/// A catalog as some callers see it, its surfaces and what help shares, each computed when it is
/// first asked for.
#[derive(Debug)]
pub(super) struct View {
    pub(super) catalog: Arc<Catalog>,
    surfaces: PerAccess<Arc<Surface>>,
    common: PerAccess<Common>,
    indices: PerAccess<Index>,
}

/// One value for each access.
type PerAccess<T> = [[OnceLock<T>; N_LEVELS]; N_LEVELS];

impl Snapshot {
    pub(super) fn new(catalog: Arc<Catalog>) -> Self {
        Self {
            whole: Arc::new(View::new(catalog)),
            people: People::default(),
            recent: RecentNames::default(),
            narrowed: Mutex::default(),
            prefixed: Mutex::default(),
        }
    }

    /// The same, whose texts say the names of tools with a prefix.
    pub(super) fn under(&self, prefix: &ToolPrefix) -> Arc<Self> {
        let mut prefixed = self.prefixed.lock().unwrap_or_else(PoisonError::into_inner);
        let new =
            || Arc::new(Self::new(Arc::new(self.whole.catalog.with_tool_prefix(prefix.clone()))));
        Arc::clone(prefixed.entry(prefix.clone()).or_insert_with(new))
    }

    /// The catalog with nothing left out.
    pub(super) const fn whole(&self) -> &Arc<View> {
        &self.whole
    }

    /// What a caller sees whom the API may let do less. Of a caller whom it was not asked about,
    /// nothing is known.
    pub(super) fn view_of(
        &self,
        subject: &str,
        unanswered: Unanswered,
        n_views: usize,
    ) -> Arc<View> {
        let withheld = match (self.people.withheld(subject), unanswered) {
            (Some(withheld), _) => withheld,
            (None, Unanswered::Offer) => return Arc::clone(&self.whole),
            (None, Unanswered::Hide) => {
                Arc::new(self.whole.catalog.operation_ids().collect::<OperationSet>())
            }
        };
        if withheld.is_empty() {
            return Arc::clone(&self.whole);
        }
        let mut narrowed = self.narrowed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(view) = narrowed.get(&withheld) {
            return Arc::clone(view);
        }
        if narrowed.len() >= n_views.max(1) {
            narrowed.shift_remove_index(0);
        }
        let catalog = Arc::new(self.whole.catalog.without(&withheld));
        let view = Arc::new(View::new(catalog));
        narrowed.insert(withheld, Arc::clone(&view));
        view
    }
}

impl View {
    fn new(catalog: Arc<Catalog>) -> Self {
        Self {
            catalog,
            surfaces: Default::default(),
            common: Default::default(),
            indices: Default::default(),
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
