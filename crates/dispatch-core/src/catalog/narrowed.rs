//! A catalog without some of its operations.

use std::sync::Arc;

use super::{Catalog, OperationId, OperationSet, Resource, faces};

impl Catalog {
    /// The same catalog without the actions of these operations: they are in it as little as what
    /// the document never had. Ids stay what they are, and what does not change is shared.
    #[must_use]
    pub fn without(&self, left_out: &OperationSet) -> Self {
        let narrow = |resource: &Resource| resource.without(left_out);
        let resources: Arc<[Resource]> = self.resources().iter().map(narrow).collect();
        Self {
            faces: faces(&resources, self.operations().len()),
            narrowed: Some(resources),
            ..self.clone()
        }
    }

    /// The ids of the operations, in the document's order.
    pub fn operation_ids(&self) -> impl Iterator<Item = OperationId> + use<> {
        (0..).map(OperationId).take(self.operations().len())
    }
}

impl Resource {
    fn without(&self, left_out: &OperationSet) -> Self {
        let mut narrowed = self.clone();
        narrowed.actions.retain(|action| !left_out.contains(action.operation));
        // It lists, then creates or updates: without one of them it cannot be promised.
        let needs = ["list", "create", "update"].into_iter().filter_map(|name| self.action(name));
        if needs.into_iter().any(|action| left_out.contains(action.operation)) {
            narrowed.ensure = None;
        }
        narrowed
    }
}
