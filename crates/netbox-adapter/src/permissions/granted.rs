//! What a user was granted, as NetBox says it.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use super::need::Need;

/// A list of NetBox's.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct List<T> {
    pub(super) results: Vec<T>,
    /// Where the rest is.
    pub(super) next: Option<String>,
}

/// A user, as NetBox describes the one who asks.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct User {
    pub(super) id: u64,
    #[serde(default)]
    pub(super) groups: Vec<GroupId>,
    #[serde(default)]
    pub(super) permissions: Vec<Permission>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct GroupId {
    pub(super) id: u64,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Group {
    pub(super) id: u64,
    pub(super) permissions: Vec<Permission>,
}

/// A permission. Its constraints are left aside: NetBox decides them object by object.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Permission {
    enabled: bool,
    object_types: Vec<String>,
    actions: Vec<String>,
}

/// What a user was granted.
#[derive(Clone, Debug)]
pub(super) struct Granted {
    granted: BTreeSet<(String, String)>,
    is_superuser: bool,
    /// Whether there may be more.
    is_incomplete: bool,
}

impl Granted {
    /// What a superuser may do.
    pub(super) const fn everything() -> Self {
        Self { granted: BTreeSet::new(), is_superuser: true, is_incomplete: false }
    }

    /// What these permissions grant.
    pub(super) fn of(permissions: Vec<Permission>) -> Self {
        let mut granted =
            Self { granted: BTreeSet::new(), is_superuser: false, is_incomplete: false };
        granted.add(permissions);
        granted
    }

    /// Adds what these permissions grant.
    pub(super) fn add(&mut self, permissions: impl IntoIterator<Item = Permission>) {
        for permission in permissions.into_iter().filter(|permission| permission.enabled) {
            for object_type in &permission.object_types {
                let pair = |action: &String| (object_type.clone(), action.clone());
                self.granted.extend(permission.actions.iter().map(pair));
            }
        }
    }

    /// The same, where there may be more.
    pub(super) fn incomplete(self) -> Self {
        Self { is_incomplete: true, ..self }
    }

    /// Whether what an operation needs was granted, where that is known.
    pub(super) fn allows(&self, need: &Need) -> Option<bool> {
        match need {
            _ if self.is_superuser => Some(true),
            Need::Nothing => Some(true),
            Need::Superuser => Some(false),
            Need::Unknown => None,
            Need::Permissions(all) => {
                all_of(all.iter().map(|(object_type, action)| self.has(object_type, action)))
            }
        }
    }

    fn has(&self, object_type: &str, action: &str) -> Option<bool> {
        if self.granted.contains(&(object_type.to_owned(), action.to_owned())) {
            return Some(true);
        }
        let is_open = self.is_incomplete || OF_ONESELF.contains(&object_type);
        if is_open { None } else { Some(false) }
    }
}

/// What NetBox said of one resource, asked about by itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) view: Option<bool>,
    pub(super) is_superuser: Option<bool>,
    add: Option<bool>,
    change: Option<bool>,
}

impl Said {
    /// Reads the answer to `OPTIONS`, whose `actions` are the methods that the user may send.
    pub(super) fn read_options(&mut self, answer: &Value) {
        let has = |method: &str| answer["actions"].get(method).is_some();
        (self.add, self.change) = (Some(has("POST")), Some(has("PUT")));
    }

    /// Whether what an operation on objects of this type needs was granted, where it was said.
    pub(super) fn allows(&self, own: &str, need: &Need) -> Option<bool> {
        let all = match need {
            Need::Nothing => return Some(true),
            Need::Superuser => return self.is_superuser,
            Need::Unknown => return None,
            Need::Permissions(all) => all,
        };
        all_of(all.iter().map(|(object_type, action)| match *action {
            _ if object_type != own => None,
            "view" => self.view,
            "add" => self.add,
            "change" => self.change,
            _ => None,
        }))
    }
}

/// Whether all of these are so, where that is known: one that is not is enough to know.
fn all_of(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let parts: Vec<Option<bool>> = parts.collect();
    if parts.contains(&Some(false)) {
        return Some(false);
    }
    (!parts.contains(&None)).then_some(true)
}

/// What users may do with their own objects of by default, which no list of permissions says, and
/// which NetBox's configuration may say otherwise.
const OF_ONESELF: [&str; 4] =
    ["extras.bookmark", "extras.notification", "extras.subscription", "users.token"];
