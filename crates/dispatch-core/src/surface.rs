//! What one set of scopes sees: the MCP tools, already serialized, and the instructions.
//!
//! One tool per group. Its description names the group's resources and nothing else, since the
//! names are what a client's tool search and an agent need to find their way; the grammar of the
//! arguments stands once, in the instructions, and in one short line for clients that drop those.

use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;

use crate::access::{Access, Standing};
use crate::catalog::{Catalog, GroupId};
use crate::resolve;
use crate::tier::Tier;

mod instructions;
mod profile;

pub use profile::SchemaProfile;

/// The tools of one set of scopes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Surface {
    /// The tools as a serialized JSON array, in the order of the groups. A group of which the
    /// caller sees nothing is absent.
    pub tools: Bytes,
    /// How many tools there are.
    pub n_tools: usize,
    /// The grammar of the tools, and what the policy adds about this API.
    pub instructions: Arc<str>,
}

/// How a surface is written.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SurfaceOptions {
    /// How arguments that hold objects are published.
    pub schema_profile: SchemaProfile,
}

impl SurfaceOptions {
    /// Sets how arguments that hold objects are published.
    #[must_use]
    pub const fn with_schema_profile(mut self, profile: SchemaProfile) -> Self {
        self.schema_profile = profile;
        self
    }
}

impl Surface {
    /// Writes the surface of a caller.
    #[must_use]
    pub fn new(catalog: &Catalog, access: Access, options: &SurfaceOptions) -> Self {
        let SurfaceOptions { schema_profile } = *options;
        let annotations =
            only_reads(catalog, access).then_some(Annotations { read_only_hint: true });
        let mut tools: Vec<Tool<'_>> = Vec::new();
        for (place, group) in (0..).zip(catalog.groups()) {
            let names: Vec<&str> = resolve::resources(catalog, access, GroupId(place))
                .map(|id| catalog.resource(id).name.as_str())
                .collect();
            if names.is_empty() {
                continue;
            }
            let grammar = match tools.is_empty() {
                true => schema_profile.note().to_owned() + &instructions::line(catalog, access),
                false => String::new(),
            };
            let description = format!("{grammar}{}", names.join(" "));
            let input_schema = InputSchema::new(schema_profile);
            tools.push(Tool { name: &group.name, description, input_schema, annotations });
        }
        // INVARIANT: a tool is strings and booleans, which always serialize.
        let json = serde_json::to_vec(&tools).expect("tools serialize");
        let instructions = instructions::instructions(catalog, access);
        Self {
            tools: Bytes::from(json),
            n_tools: tools.len(),
            instructions: (schema_profile.note().to_owned() + &instructions).into(),
        }
    }
}

/// Whether everything that a caller may call or obtain leaves the API unchanged.
fn only_reads(catalog: &Catalog, access: Access) -> bool {
    let mut operations = catalog.operations().iter();
    operations.all(|operation| {
        operation.tier == Tier::Read || access.standing(operation.tier) == Standing::Hidden
    })
}

/// A tool (MCP 2026-07-28, Schema, `Tool`).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tool<'a> {
    name: &'a str,
    description: String,
    input_schema: InputSchema,
    #[serde(skip_serializing_if = "Option::is_none")]
    annotations: Option<Annotations>,
}

/// What a client may know of a tool before it asks its user (MCP 2026-07-28, `ToolAnnotations`).
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
struct Annotations {
    read_only_hint: bool,
}

/// The input schema of every group tool. Texts about the arguments would be paid for once a tool.
#[derive(Serialize)]
struct InputSchema {
    r#type: &'static str,
    properties: Properties,
    required: [&'static str; 1],
}

impl InputSchema {
    fn new(profile: SchemaProfile) -> Self {
        let string = Typed { r#type: "string" };
        let object = Typed { r#type: profile.object() };
        Self {
            r#type: "object",
            properties: Properties {
                resource: string,
                action: string,
                params: object,
                options: object,
            },
            required: ["resource"],
        }
    }
}

#[derive(Serialize)]
struct Properties {
    resource: Typed,
    action: Typed,
    params: Typed,
    options: Typed,
}

#[derive(Clone, Copy, Serialize)]
struct Typed {
    r#type: &'static str,
}
