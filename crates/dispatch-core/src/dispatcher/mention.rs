//! Which resources a call is about, before it is known what its caller may see.

use mcp_protocol::tool::ToolCall;

use super::DispatcherOptions;
use crate::access::Access;
use crate::batch::Batch;
use crate::call::Call;
use crate::catalog::{Catalog, GroupId, OperationId, ResourceId, normalize};
use crate::permissions::{Permitted, Unanswered};
use crate::resolve;
use crate::tier::Tier;

/// A resource that a call is about.
#[derive(Debug)]
pub(super) struct Mention {
    resource: ResourceId,
    /// The operations that the call needs; none where it asks for help.
    operations: Vec<OperationId>,
}

impl Mention {
    /// The resources that a call is about. A call that cannot be read is about none.
    pub(super) fn of_call(
        catalog: &Catalog,
        call: &ToolCall,
        options: &DispatcherOptions,
    ) -> Vec<Self> {
        let group = catalog.group_named(&call.name);
        let Ok(read) = Call::parse(&call.arguments) else { return Vec::new() };
        if !read.resources.is_empty() {
            return Self::all(catalog, group, &read);
        }
        let Ok(batch) = Batch::parse(&call.arguments, options.batch) else { return Vec::new() };
        batch.steps.iter().flat_map(|step| Self::all(catalog, None, &step.call)).collect()
    }

    fn all(catalog: &Catalog, group: Option<GroupId>, call: &Call) -> Vec<Self> {
        let action = call.action.as_deref().filter(|action| normalize(action) != "help");
        let mention = |spelling: &String| {
            let spelled = |spelling: &str| catalog.resource_spelled(spelling, group);
            // Help takes `device.create` and `dcim.device.type` too.
            let mut dots = spelling.rmatch_indices('.').map(|(place, _)| place);
            let resource =
                spelled(spelling).or_else(|| dots.find_map(|it| spelled(&spelling[..it])));
            let resource = resource?;
            let operations = action.map(|action| needed(catalog, resource, action));
            Some(Self { resource, operations: operations.unwrap_or_default() })
        };
        call.resources.iter().take(MOST_RESOURCES).filter_map(mention).collect()
    }

    /// The resource, if the API has to be asked about it: what is explained is known before, and
    /// nothing is refused that the API was not asked about by itself.
    pub(super) fn to_be_asked(
        &self,
        catalog: &Catalog,
        permitted: &Permitted,
        unanswered: Unanswered,
    ) -> Option<ResourceId> {
        let is_denied = |id: &OperationId| permitted.is_allowed(*id) == Some(false);
        let is_open = |id: &OperationId| permitted.is_allowed(*id).is_none();
        let is_asked = if self.operations.is_empty() {
            let actions = &catalog.resource(self.resource).actions;
            let all: Vec<OperationId> = actions.iter().map(|action| action.operation).collect();
            all.iter().any(is_open) || all.iter().all(is_denied)
        } else {
            let is_unsure = |id: &_| unanswered == Unanswered::Hide && is_open(id);
            self.operations.iter().any(|id| is_denied(id) || is_unsure(id))
        };
        is_asked.then_some(self.resource)
    }
}

/// The operations that an action needs.
fn needed(catalog: &Catalog, id: ResourceId, action: &str) -> Vec<OperationId> {
    let everything = Access::up_to(Tier::Admin);
    let Ok(resolved) = resolve::action(catalog, everything, id, action) else { return Vec::new() };
    let resource = resolved.resource;
    if resource.ensure.as_ref() != Some(resolved.action) {
        return vec![resolved.action.operation];
    }
    let parts = ["list", "create", "update"].into_iter().filter_map(|name| resource.action(name));
    parts.map(|action| action.operation).collect()
}

/// As many as help explains at once.
const MOST_RESOURCES: usize = 25;
