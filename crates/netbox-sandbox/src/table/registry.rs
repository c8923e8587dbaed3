//! All resources, by path and by model.

use std::{collections::BTreeMap, sync::LazyLock};

use super::Resource;
use crate::apps;

struct Registry {
    all: Vec<&'static Resource>,
    by_path: BTreeMap<&'static str, &'static Resource>,
    by_model: BTreeMap<&'static str, &'static Resource>,
}

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
    let all: Vec<&'static Resource> =
        apps::ALL.iter().flat_map(|parts| parts.iter()).flat_map(|part| part.iter()).collect();
    let by_path = all.iter().map(|resource| (resource.path, *resource)).collect();
    // Two paths may show one model; the first of them is where its objects live.
    let mut by_model = BTreeMap::new();
    for resource in &all {
        by_model.entry(resource.model).or_insert(*resource);
    }
    Registry { all, by_path, by_model }
});

/// All resources, app by app.
pub(crate) fn all() -> impl Iterator<Item = &'static Resource> {
    REGISTRY.all.iter().copied()
}

/// The resource at a path such as `dcim/devices`.
pub(crate) fn by_path(path: &str) -> Option<&'static Resource> {
    REGISTRY.by_path.get(path).copied()
}

/// The resource of a model such as `dcim.device`.
pub(crate) fn by_model(model: &str) -> Option<&'static Resource> {
    REGISTRY.by_model.get(model).copied()
}
