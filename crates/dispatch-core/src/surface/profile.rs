//! How the arguments that hold objects are published.
//!
//! An object that names no properties says that any may stand in it. Some clients convert tools to
//! what their model's API takes, and lose that on the way: strict conversion closes such an object,
//! so that only `{}` fits, and other converters drop it. Strings pass through every one of them.

use serde::{Deserialize, Serialize};

/// How a tool's arguments that hold objects are published. Either way both forms are understood.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SchemaProfile {
    /// As objects.
    #[default]
    Object,
    /// As JSON text, for clients that mangle objects of no named properties.
    ParamsAsString,
}

impl SchemaProfile {
    /// The JSON type of an argument that holds an object.
    pub(super) const fn object(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::ParamsAsString => "string",
        }
    }

    /// What is said of it before the grammar.
    pub(super) const fn note(self) -> &'static str {
        match self {
            Self::Object => "",
            Self::ParamsAsString => "params and options: JSON text. ",
        }
    }
}
