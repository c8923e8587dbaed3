//! The object types behind the resources: permissions are given for types, and paths do not tell
//! them (`/api/users/permissions/` serves `users.objectpermission`, plugins do as they like).

use std::collections::BTreeMap;

use dispatch_core::catalog::{Catalog, ResourceId};
use serde::Deserialize;

/// The object types of the resources of a catalog, such as `dcim.device`.
#[derive(Clone, Debug, Default)]
pub(super) struct ObjectTypes {
    by_resource: BTreeMap<ResourceId, String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct ObjectType {
    app_label: String,
    model: String,
    #[serde(default)]
    rest_api_endpoint: Option<String>,
}

impl ObjectTypes {
    pub(super) fn new(catalog: &Catalog, types: Vec<ObjectType>) -> Self {
        let endpoint = |it: ObjectType| {
            let name = format!("{}.{}", it.app_label, it.model);
            // A NetBox below a path of its host says that path too.
            let endpoint = it.rest_api_endpoint?;
            let path = endpoint.find("/api/").map(|place| endpoint[place..].to_owned());
            Some((path?, name))
        };
        let by_path: BTreeMap<String, String> = types.into_iter().filter_map(endpoint).collect();
        let resources = (0..).map(ResourceId).zip(catalog.resources());
        let by_resource = resources
            .filter_map(|(id, resource)| Some((id, by_path.get(&resource.path)?.clone())))
            .collect();
        Self { by_resource }
    }

    /// The type of the objects of a resource, where NetBox says it.
    pub(super) fn of(&self, id: ResourceId) -> Option<&str> {
        self.by_resource.get(&id).map(String::as_str)
    }
}

/// All of them: everybody who is signed in may see them, since 4.4.
pub(super) const PATH: &str =
    "/api/core/object-types/?limit=1000&fields=app_label,model,rest_api_endpoint";
