//! What one set of scopes sees: the MCP tools, already serialized, and the instructions.
//!
//! One tool per group. Its description names the group's resources and their special actions, since
//! the names are what a client's tool search and an agent need to find their way; how much it says
//! of what `create` takes is a [`Level`] and a budget of tokens. The grammar of the arguments stands
//! in the instructions, and in one short line for clients that drop those. Beside the groups there
//! is `find`, and with [`SurfaceOptions::split`] there are `write` and `delete`. With [`Tools::One`]
//! a single tool stands for the groups, `find` and `batch`, and its description has the whole grammar.

use std::sync::Arc;

use bytes::Bytes;

use crate::access::{Access, Standing};
use crate::catalog::{Catalog, GroupId};
use crate::tier::Tier;

mod description;
mod instructions;
mod one;
mod options;
mod profile;
mod route;
mod signatures;
mod tool;

use description::Descriptions;
pub use options::{Level, SurfaceOptions, Tools};
pub use profile::SchemaProfile;
pub(crate) use route::{Route, is_reading};
use tool::{Annotations, InputSchema, Tool};

/// The tools of one set of scopes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Surface {
    /// The tools as a serialized JSON array: the groups in their order, then the others. A group of
    /// which the caller sees nothing is absent.
    pub tools: Bytes,
    /// How many tools there are.
    pub n_tools: usize,
    /// The grammar of the tools, where they do not have it whole, and what the policy adds about this
    /// API.
    pub instructions: Arc<str>,
}

impl Surface {
    /// Writes the surface of a caller.
    #[must_use]
    pub fn new(catalog: &Catalog, access: Access, options: &SurfaceOptions) -> Self {
        let profile = options.schema_profile;
        let tools = tools(catalog, access, options);
        // INVARIANT: a tool is strings and booleans, which always serialize.
        let json = serde_json::to_vec(&tools).expect("tools serialize");
        let instructions = match options.tools {
            Tools::Groups => instructions::instructions(catalog, access, profile),
            Tools::One => catalog.parts().instructions.clone().unwrap_or_default(),
        };
        Self { tools: Bytes::from(json), n_tools: tools.len(), instructions: instructions.into() }
    }
}

fn tools(catalog: &Catalog, access: Access, options: &SurfaceOptions) -> Vec<Tool> {
    let profile = options.schema_profile;
    let descriptions = Descriptions::new(catalog, access, options);
    let groups = (0..).map(GroupId).take(catalog.groups().len()).map(Route::Group);
    let routes = groups.chain(Route::OWN).filter(|it| it.is_offered(catalog, access, options));
    let only_reads = only_reads(catalog, access);
    let tool = |(place, route): (usize, Route)| Tool {
        name: route.bare_name(catalog),
        description: match place {
            0 => profile.note().to_owned() + &descriptions.first(route),
            _ => descriptions.of(route),
        },
        input_schema: InputSchema::of(route, options),
        annotations: Annotations::of(route, only_reads, options.split),
    };
    routes.enumerate().map(tool).collect()
}

/// Whether everything that a caller may call or obtain leaves the API unchanged.
fn only_reads(catalog: &Catalog, access: Access) -> bool {
    let mut actions = catalog.resources().iter().flat_map(|resource| &resource.actions);
    actions.all(|action| {
        let tier = catalog.operation(action.operation).tier;
        tier == Tier::Read || access.standing(tier) == Standing::Hidden
    })
}
