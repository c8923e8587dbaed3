//! A tool as `tools/list` shows it (MCP 2026-07-28, Schema, `Tool`).

use indexmap::IndexMap;
use serde::Serialize;

use super::{Route, SurfaceOptions};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tool {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) input_schema: InputSchema,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) annotations: Option<Annotations>,
}

/// What a client may know of a tool before it asks its user (MCP 2026-07-28, `ToolAnnotations`).
/// What is left out has the meaning of the specification's defaults: it may write, and destroy.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Annotations {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    read_only_hint: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    destructive_hint: bool,
}

impl Annotations {
    pub(super) fn of(route: Route, only_reads: bool, split: bool) -> Option<Self> {
        let reads = Self { read_only_hint: true, destructive_hint: false };
        match route {
            Route::Write => None,
            Route::Delete => Some(Self { read_only_hint: false, destructive_hint: true }),
            Route::Group(_) | Route::One | Route::Find | Route::Batch => {
                (split || only_reads).then_some(reads)
            }
        }
    }
}

/// The input schema of a tool. Texts about the arguments would be paid for once a tool.
#[derive(Serialize)]
pub(super) struct InputSchema {
    r#type: &'static str,
    properties: IndexMap<&'static str, Property>,
    #[serde(skip_serializing_if = "Option::is_none")]
    required: Option<[&'static str; 1]>,
}

#[derive(Serialize)]
struct Property {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Items>,
}

#[derive(Serialize)]
struct Items {
    r#type: &'static str,
}

impl InputSchema {
    /// The schema of a tool. Nothing is required of a group's tool, which explains itself when it
    /// is called with nothing: the word would be paid for once a tool.
    pub(super) fn of(route: Route, options: &SurfaceOptions) -> Self {
        let object = options.schema_profile.object();
        let of_type = |r#type| Property { r#type, items: None };
        let steps = || {
            [
                ("steps", Property { r#type: "array", items: Some(Items { r#type: object }) }),
                ("on_error", of_type("string")),
            ]
        };
        let call = || {
            [
                ("resource", of_type("string")),
                ("action", of_type("string")),
                ("params", of_type(object)),
                ("options", of_type(object)),
            ]
        };
        let (properties, required): (Vec<_>, _) = match route {
            Route::Find => (vec![("words", of_type("string"))], Some(["words"])),
            Route::Batch => (steps().into(), Some(["steps"])),
            Route::One | Route::Write | Route::Delete => {
                (call().into_iter().chain(steps()).collect(), None)
            }
            Route::Group(_) => (call().into(), None),
        };
        Self { r#type: "object", properties: properties.into_iter().collect(), required }
    }
}
