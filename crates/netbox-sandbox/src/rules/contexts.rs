//! Config contexts: the data that devices and virtual machines inherit.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::{
    order::natural,
    render::{View, ancestors},
    state::Object,
    table,
};

/// By what a context selects: its list, the path to what must be in it, and the target.
const SELECTORS: &[(&str, &str, &str)] = &[
    ("regions", "site.region", "dcim/regions"),
    ("site_groups", "site.group", "dcim/site-groups"),
    ("sites", "site", "dcim/sites"),
    ("locations", "location", "dcim/locations"),
    ("device_types", "device_type", "dcim/device-types"),
    ("roles", "role", "dcim/device-roles"),
    ("platforms", "platform", "dcim/platforms"),
    ("cluster_types", "cluster.type", "virtualization/cluster-types"),
    ("cluster_groups", "cluster.group", "virtualization/cluster-groups"),
    ("clusters", "cluster", "virtualization/clusters"),
    ("tenant_groups", "tenant.group", "tenancy/tenant-groups"),
    ("tenants", "tenant", "tenancy/tenants"),
];

/// The merged context of a device or virtual machine.
pub(crate) fn of(view: &View<'_>, object: &Object) -> Value {
    let path = if object.get("device_type").is_null() {
        "virtualization/virtual-machines"
    } else {
        "dcim/devices"
    };
    let contexts = view.state.all("extras/config-contexts");
    let mut contexts: Vec<&Arc<Object>> = contexts
        .filter(|context| context.is_true("is_active") && applies(view, path, object, context))
        .collect();
    contexts.sort_by(|left, right| {
        let weight = |context: &Object| context.get("weight").as_i64().unwrap_or_default();
        weight(left)
            .cmp(&weight(right))
            .then_with(|| natural(left.text("name"), right.text("name")))
    });
    let mut merged = Map::new();
    for context in contexts {
        merge(&mut merged, context.get("data"));
    }
    merge(&mut merged, object.get("local_context_data"));
    Value::Object(merged)
}

fn applies(view: &View<'_>, path: &str, object: &Object, context: &Object) -> bool {
    let Some(resource) = table::by_path(path) else { return false };
    let selected = SELECTORS.iter().all(|(list, path, target)| {
        let wanted = context.ids_of(list);
        if wanted.is_empty() {
            return true;
        }
        let Some(target) = table::by_path(target) else { return false };
        let own = crate::filter::walk(view, resource, object, path);
        let own =
            own.iter().filter_map(Value::as_u64).filter_map(|id| view.state.get(target.path, id));
        own.into_iter().any(|own| {
            wanted.contains(&own.id)
                || ancestors(view.state, target, own).iter().any(|id| wanted.contains(id))
        })
    });
    let tags = context.ids_of("tags");
    let own_tags = object.ids_of("tags");
    selected && (tags.is_empty() || tags.iter().any(|tag| own_tags.contains(tag)))
}

/// Merges objects deeply; other values replace.
fn merge(into: &mut Map<String, Value>, from: &Value) {
    for (name, value) in from.as_object().into_iter().flatten() {
        match (into.get_mut(name), value) {
            (Some(Value::Object(into)), Value::Object(_)) => merge(into, value),
            _ => {
                into.insert(name.clone(), json!(value));
            }
        }
    }
}
