//! One resource, whole.

use super::{Access, Catalog, ResourceId};
use crate::resolve;

pub(super) fn describe(catalog: &Catalog, access: Access, id: ResourceId) -> String {
    let names: Vec<&str> = resolve::actions(catalog, access, id)
        .map(|resolved| resolved.action.name.as_str())
        .collect();
    format!("{}: {}", catalog.resource(id).name, names.join(" "))
}
