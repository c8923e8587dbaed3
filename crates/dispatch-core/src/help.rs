//! What an agent is told when it asks: compact typed signatures, never JSON Schema.
//!
//! Everything said here is read from the catalog that calls are checked against, in the notation of
//! [`signature`](crate::signature). What the caller's [`Access`] hides is not there: it is unknown,
//! in the same words as what never existed.

use crate::access::Access;
use crate::catalog::{Catalog, GroupId, ResourceId};
use crate::resolve;

pub(crate) mod common;
mod resource;

/// What help is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HelpRequest {
    /// The group whose tool was asked; `None` asks about every group.
    pub group: Option<GroupId>,
    /// The resources, as spelled. `device.create` asks about one action, `interface.type` about one
    /// field, and `device,site` is two resources.
    pub resources: Vec<String>,
    /// One action of every resource named.
    pub action: Option<String>,
    /// One field or parameter of every resource named.
    pub field: Option<String>,
}

/// An answer of help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Help {
    /// The words for the agent.
    pub text: String,
    /// Whether nothing that was asked for exists.
    pub is_error: bool,
}

/// Answers a request for help.
#[must_use]
pub fn help(catalog: &Catalog, access: Access, request: &HelpRequest) -> Help {
    let mut texts = Vec::new();
    for spelling in &request.resources {
        match resolve::resource(catalog, access, request.group, spelling) {
            Ok(id) => texts.push(resource::describe(catalog, access, id)),
            Err(refusal) => texts.push(refusal.to_string()),
        }
    }
    Help { text: texts.join("\n"), is_error: false }
}
