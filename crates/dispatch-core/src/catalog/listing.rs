//! The catalog as a list that people review and tests compare.

use std::fmt::Write as _;

use super::{Catalog, Form};

impl Catalog {
    /// Every action, one a line, in the catalog's order: group, resource, action, tier, method and
    /// path, and `items` where its body is a list.
    #[must_use]
    pub fn listing(&self) -> String {
        let mut text = String::new();
        for resource in self.resources() {
            let group = &self.group(resource.group).name;
            for action in &resource.actions {
                let operation = self.operation(action.operation);
                let form = if action.form == Form::Many { " items" } else { "" };
                // INVARIANT: writing to a string cannot fail.
                writeln!(
                    text,
                    "{group} {} {}\t{}\t{} {}{form}",
                    resource.name,
                    action.name,
                    operation.tier,
                    operation.method.as_str(),
                    operation.path,
                )
                .expect("a string takes any text");
            }
        }
        text
    }
}
