//! What an agent is told when it asks: compact typed signatures, never JSON Schema.
//!
//! Everything said here is read from the catalog that calls are checked against, in the notation of
//! [`signature`](crate::signature). What the caller's [`Access`] hides is not there: it is unknown,
//! in the same words as what never existed.

use crate::access::Access;
use crate::catalog::{Catalog, GroupId, ResourceId, normalize};
use crate::resolve::{self, Refusal};

pub(crate) mod common;
mod detail;
pub(crate) mod example;
mod group;
mod options;
mod resource;
pub(crate) mod room;
mod usual;

use common::Common;

/// What help is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HelpRequest {
    /// The group whose tool was asked; `None` asks about every group.
    pub group: Option<GroupId>,
    /// The resources, as spelled. `device.create` asks about one action, `interface.type` about one
    /// field.
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

/// Answers a request for help: about the resources named, or about the group, or about every group.
///
/// What resources share is found anew each time; [`Helper`] finds it once for many requests.
#[must_use]
pub fn help(catalog: &Catalog, access: Access, request: &HelpRequest) -> Help {
    Helper::new(catalog, access).help(request)
}

/// Answers many requests for help of one caller.
#[derive(Clone, Debug)]
pub struct Helper<'a> {
    catalog: &'a Catalog,
    access: Access,
    common: Common,
}

impl<'a> Helper<'a> {
    /// Finds what the resources share that the caller may see.
    #[must_use]
    pub fn new(catalog: &'a Catalog, access: Access) -> Self {
        Self { catalog, access, common: Common::of(catalog, access) }
    }

    /// Answers a request: see [`help`].
    #[must_use]
    pub fn help(&self, request: &HelpRequest) -> Help {
        help_with(self.catalog, self.access, &self.common, request)
    }
}

/// Answers a request for help with what was found before.
pub(crate) fn help_with(
    catalog: &Catalog,
    access: Access,
    common: &Common,
    request: &HelpRequest,
) -> Help {
    let group = request.group.or_else(|| named_group(catalog, access, &request.resources));
    let asks_for_group = |spelling: &String| is_group(catalog, group, spelling);
    if request.resources.iter().all(asks_for_group) {
        let text = match group {
            Some(group) => group::describe(catalog, access, common, group),
            None => group::describe_all(catalog, access, common),
        };
        let is_error = text.is_empty();
        let text =
            if is_error { "there is nothing here that you may use".to_owned() } else { text };
        return Help { text, is_error };
    }
    let named = request.resources.iter().take(MOST_RESOURCES);
    let answers: Vec<Result<String, Refusal>> =
        named.map(|spelling| about(catalog, access, common, request, spelling)).collect();
    let is_error = answers.iter().all(Result::is_err);
    let mut texts: Vec<String> = answers
        .into_iter()
        .map(|answer| answer.unwrap_or_else(|refusal| refusal.to_string()))
        .collect();
    if request.resources.len() > MOST_RESOURCES {
        texts.push(format!("help explains at most {MOST_RESOURCES} resources at once"));
    }
    Help { text: texts.join("\n"), is_error }
}

/// The field that a request asks about, where it is about one of one resource.
pub(crate) fn field_of(
    catalog: &Catalog,
    access: Access,
    request: &HelpRequest,
) -> Option<(ResourceId, String)> {
    let [spelling] = request.resources.as_slice() else { return None };
    let (id, path) = resource_and_path(catalog, access, request.group, spelling).ok()?;
    let path = request.field.as_deref().or(path)?;
    let field = path.rsplit('.').next().unwrap_or(path);
    Some((id, field.to_owned()))
}

/// The group that is named where a resource is asked about, if the caller sees any of it.
fn named_group(catalog: &Catalog, access: Access, resources: &[String]) -> Option<GroupId> {
    let [spelling] = resources else { return None };
    let group = catalog.group_named(spelling)?;
    resolve::resources(catalog, access, group).next().map(|_| group)
}

/// Whether a spelling asks about the group itself: its name, `help`, or nothing at all. The schema
/// of the tools requires a resource, so that an agent has to write something.
fn is_group(catalog: &Catalog, group: Option<GroupId>, spelling: &str) -> bool {
    let word = normalize(spelling);
    let is_name = group.is_some_and(|group| {
        normalize(&catalog.group(group).name) == word || catalog.tool_of(group) == spelling
    });
    let spelled = || catalog.resource_spelled(spelling, group);
    // The name of a tool means the tool, though it may be the plural of one of its resources.
    let names_resource =
        || spelled().is_some_and(|resource| normalize(&catalog.resource(resource).name) == word);
    word.is_empty() || is_name && !names_resource() || word == "help" && spelled().is_none()
}

/// Explains one spelling: a resource, or after a dot one of its actions or fields.
fn about(
    catalog: &Catalog,
    access: Access,
    common: &Common,
    request: &HelpRequest,
    spelling: &str,
) -> Result<String, Refusal> {
    let (id, path) = resource_and_path(catalog, access, request.group, spelling)?;
    if let Some(action) = &request.action {
        let resolved = resolve::action(catalog, access, id, action)?;
        return match &request.field {
            Some(field) => detail::field(catalog, access, id, Some(&resolved), field),
            None => Ok(resource::describe_action(catalog, access, common, &resolved)),
        };
    }
    match request.field.as_deref().or(path) {
        None => Ok(resource::describe(catalog, access, common, id)),
        Some(path) => detail::action_or_field(catalog, access, common, id, path),
    }
}

/// Reads `device`, `device.type` or `dcim.device.type`: the longest part that is a resource, and
/// what stands behind it.
fn resource_and_path<'s>(
    catalog: &Catalog,
    access: Access,
    group: Option<GroupId>,
    spelling: &'s str,
) -> Result<(ResourceId, Option<&'s str>), Refusal> {
    let whole = resolve::resource(catalog, access, group, spelling);
    if let Ok(id) = whole {
        return Ok((id, None));
    }
    let mut dots = spelling.rmatch_indices('.').map(|(place, _)| place);
    let split = dots.find_map(|place| {
        let id = resolve::resource(catalog, access, group, &spelling[..place]).ok()?;
        Some((id, Some(&spelling[place + 1..])))
    });
    match (split, spelling.split_once('.')) {
        (Some(split), _) => Ok(split),
        (None, Some((first, _))) => {
            resolve::resource(catalog, access, group, first).and(whole).map(|id| (id, None))
        }
        (None, None) => whole.map(|id| (id, None)),
    }
}

/// How many resources one answer explains: an answer has to fit into a client's limits.
const MOST_RESOURCES: usize = 25;
