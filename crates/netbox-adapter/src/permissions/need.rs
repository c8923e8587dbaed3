//! What NetBox asks of a user for an operation.

use dispatch_core::catalog::{Method, Operation, Resource};

/// What NetBox asks of a user for an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Nothing but to be signed in.
    Nothing,
    /// To be a superuser.
    Superuser,
    /// Actions on object types, all of them.
    Permissions(Vec<(String, &'static str)>),
    /// It is not known.
    Unknown,
}

impl Need {
    /// What an operation of a resource needs whose objects are of this type.
    pub(super) fn of(
        object_type: Option<&str>,
        resource: &Resource,
        operation: &Operation,
    ) -> Self {
        let is_read = operation.method == Method::Get;
        if SUPERUSER.iter().any(|path| operation.path.starts_with(path)) {
            return Self::Superuser;
        }
        if OPEN.contains(&operation.path.as_str()) || is_read && is_open_to_read(resource) {
            return Self::Nothing;
        }
        let Some(own) = object_type else { return Self::Unknown };
        let Some(rest) = operation.path.strip_prefix(&resource.path) else { return Self::Unknown };
        let own = |action| (own.to_owned(), action);
        let rest = rest.split_once('/').map_or("", |(_, rest)| rest).trim_end_matches('/');
        if let Some((_, child)) = AVAILABLE.iter().find(|(name, _)| *name == rest) {
            let action = if is_read { "view" } else { "add" };
            return Self::Permissions(vec![own("view"), ((*child).to_owned(), action)]);
        }
        Self::Permissions(match (rest, operation.method) {
            (_, Method::Get) => vec![own("view")],
            ("", Method::Post) if resource.path == SCRIPTS => vec![own("run")],
            ("", Method::Post) => vec![own("add")],
            ("", Method::Put | Method::Patch) => vec![own("change")],
            ("", Method::Delete) => vec![own("delete")],
            ("sync", Method::Post) => vec![own("sync")],
            ("render", Method::Post) => vec![own("view"), own("render")],
            ("render-config", Method::Post) => vec![own("view"), own("render_config")],
            _ => return Self::Unknown,
        })
    }
}

/// Whether everybody who is signed in may read a resource.
fn is_open_to_read(resource: &Resource) -> bool {
    matches!(resource.path.as_str(), SCRIPTS | "/api/core/object-types/")
}

/// What lives in Redis and not in the database.
const SUPERUSER: [&str; 3] = [
    "/api/core/background-queues/",
    "/api/core/background-tasks/",
    "/api/core/background-workers/",
];

/// What NetBox answers everybody who is signed in.
const OPEN: [&str; 5] = [
    "/api/authentication-check/",
    "/api/dcim/connected-device/",
    "/api/status/",
    "/api/users/config/",
    "/api/users/tokens/provision/",
];

/// What hands out objects of another type.
const AVAILABLE: [(&str, &str); 4] = [
    ("available-asns", "ipam.asn"),
    ("available-ips", "ipam.ipaddress"),
    ("available-prefixes", "ipam.prefix"),
    ("available-vlans", "ipam.vlan"),
];

const SCRIPTS: &str = "/api/extras/scripts/";
