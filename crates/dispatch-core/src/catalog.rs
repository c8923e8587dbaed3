//! The catalog: what was compiled from a document, as facts only.
//!
//! A [`Catalog`] is a value: groups hold resources, resources hold actions, an action is one face of
//! an operation, and an operation is a method, a path and typed parameters. `help`, the checks of
//! arguments and the request builder all read the same catalog, so what an agent is told is what is
//! checked and what is sent. It is immutable once it exists: [`compile`](crate::compile) makes
//! it, [`Catalog::save`] and [`Catalog::load`] keep it.
//!
//! Equal input gives equal bytes: everything is in ordered collections.

use std::collections::BTreeMap;
use std::sync::Arc;

use mcp_protocol::tool::ToolPrefix;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::tier::Tier;

mod background;
mod entity_tag;
mod listing;
mod narrowed;
mod operation;
mod operation_set;
mod resource;
mod spelling;
mod types;
mod validate;
mod vocabulary;

pub use background::{Background, Workers};
pub use entity_tag::EntityTag;
pub use operation::{
    Answer, AnswerKind, Body, Envelope, Media, Method, Operation, OperationId, Paging, Parameter,
    Refers, Style,
};
pub use operation_set::OperationSet;
pub use resource::{
    Action, Form, GenericField, Group, GroupId, Key, KeyField, Kind, Resource, ResourceId,
};
pub(crate) use spelling::singular;
pub use spelling::{Spellings, normalize};
pub(crate) use types::MAX_UNIONS;
pub use types::{
    Additional, Bounds, Field, Length, ObjectType, Reference, Shape, Type, TypeId, Types,
};
pub(crate) use validate::faults_of;
pub use vocabulary::{Choices, Rules, Takes, Vocabulary};

/// What was compiled from a document: see the [module](self).
#[derive(Clone, Debug)]
pub struct Catalog {
    parts: Arc<CatalogParts>,
    /// The resources in place of those of the parts, where some of their actions are left out.
    narrowed: Option<Arc<[Resource]>>,
    spellings: Arc<Spellings>,
    faces: Arc<[Vec<(ResourceId, usize)>]>,
    /// What clients see before the names of the tools.
    tool_prefix: ToolPrefix,
}

/// The parts of a catalog, before it is known that they fit each other.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CatalogParts {
    /// The title of the API.
    pub title: String,
    /// The version of the API, as its document says it.
    pub version: String,
    /// The SHA-256 of the document's bytes, in hexadecimal.
    pub document_sha256: String,
    /// How many operations of the document were dropped.
    pub n_dropped: usize,
    /// The operations that the policy does not offer, as `METHOD path`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<String>,
    /// Fields that hold the id of an object whose kind another field of the same object says, and
    /// that other field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub generic: BTreeMap<String, String>,
    /// Fields whose words are rows of a list, by their names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub vocabularies: BTreeMap<String, Vocabulary>,
    /// What an agent is told about this API beside the grammar of the tools.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
    /// Whether a bulk request that the API refuses has written nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bulk_is_atomic: bool,
    /// Whether a filter whose value is an empty text is ignored.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ignores_empty_filters: bool,
    /// How entity tags are made of what objects show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity_tag: Option<EntityTag>,
    /// How bulk writes are done in the background, where the API does that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<Background>,
    /// The field of a write that says why it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_message: Option<String>,
    /// The tier that each scope grants.
    pub scopes: BTreeMap<String, Tier>,
    /// The groups, in the order of the tools.
    pub groups: Vec<Group>,
    /// The resources.
    pub resources: Vec<Resource>,
    /// The operations, in the document's order.
    pub operations: Vec<Operation>,
    /// The types.
    pub types: Types,
}

impl Catalog {
    /// Makes a catalog of parts that fit each other.
    ///
    /// # Errors
    ///
    /// Names every place where they do not: an id that leads nowhere, a type that is made of nothing
    /// but itself, a name that stands twice, an operation that no action reaches, a path or a paging
    /// that is not of the operation's parameters.
    pub fn new(parts: CatalogParts) -> Result<Self, Error> {
        let faults = faults_of(&parts);
        if !faults.is_empty() {
            return Err(Error::invalid_catalog(faults));
        }
        let named = parts.resources.iter().enumerate().map(|(i, resource)| {
            let group = &parts.groups[resource.group.0 as usize];
            (ResourceId(index(i)), resource, group.name.as_str())
        });
        let spellings = Spellings::new(named);
        let faces = faces(&parts.resources, parts.operations.len());
        Ok(Self {
            parts: Arc::new(parts),
            narrowed: None,
            spellings: Arc::new(spellings),
            faces,
            tool_prefix: ToolPrefix::default(),
        })
    }

    /// The same catalog, whose texts say the names of its tools with a prefix.
    #[must_use]
    pub fn with_tool_prefix(&self, tool_prefix: ToolPrefix) -> Self {
        Self { tool_prefix, ..self.clone() }
    }

    /// Reads a catalog that [`Catalog::save`] wrote.
    ///
    /// # Errors
    ///
    /// Fails if the bytes are no catalog of this version of the format, or its parts do not fit.
    pub fn load(bytes: &[u8]) -> Result<Self, Error> {
        // What another format holds beside its number cannot be known.
        let Numbered { format } = serde_json::from_slice(bytes).map_err(Error::load)?;
        if format != FORMAT {
            return Err(Error::other_format(format, FORMAT));
        }
        let Saved { catalog } = serde_json::from_slice(bytes).map_err(Error::load)?;
        Self::new(catalog)
    }

    /// Writes the catalog, to be read by [`Catalog::load`]. Equal catalogs give equal bytes.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        let saved = SavedRef { format: FORMAT, catalog: self.parts() };
        // INVARIANT: every part is plain data with string keys, which always serializes.
        serde_json::to_vec(&saved).expect("a catalog serializes")
    }

    /// The title of the API.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.parts.title
    }

    /// The version of the API, as its document says it.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.parts.version
    }

    /// Everything the catalog holds, and what was left out by [`Catalog::without`].
    #[must_use]
    pub fn parts(&self) -> &CatalogParts {
        &self.parts
    }

    /// The groups, in the order of the tools.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.parts.groups
    }

    /// The group of this exact name, or of its tool's.
    #[must_use]
    pub fn group_named(&self, name: &str) -> Option<GroupId> {
        let name = self.tool_prefix.strip(name);
        let place = self.parts.groups.iter().position(|group| group.name == name)?;
        Some(GroupId(index(place)))
    }

    /// A group.
    #[must_use]
    pub fn group(&self, id: GroupId) -> &Group {
        &self.parts.groups[id.0 as usize]
    }

    /// The name of a group's tool, as clients see it.
    #[must_use]
    pub fn tool_of(&self, id: GroupId) -> String {
        self.tool_prefix.full(&self.group(id).name)
    }

    /// What clients see before the names of the tools.
    #[must_use]
    pub const fn tool_prefix(&self) -> &ToolPrefix {
        &self.tool_prefix
    }

    /// The resources.
    #[must_use]
    pub fn resources(&self) -> &[Resource] {
        self.narrowed.as_deref().unwrap_or(&self.parts.resources)
    }

    /// A resource.
    #[must_use]
    pub fn resource(&self, id: ResourceId) -> &Resource {
        &self.resources()[id.0 as usize]
    }

    /// The resource that a spelling means, asked for through a group's tool or through none.
    #[must_use]
    pub fn resource_spelled(&self, spelling: &str, group: Option<GroupId>) -> Option<ResourceId> {
        let known = |spelling| self.spellings.resource(spelling, group);
        known(spelling).or_else(|| known(self.tool_prefix.strip(spelling)))
    }

    /// What an API that names kinds of objects calls this resource: `dcim.device`.
    #[must_use]
    pub(crate) fn kind_of(&self, resource: &Resource) -> String {
        format!("{}.{}", self.group(resource.group).name, resource.name)
    }

    /// The operations, in the document's order.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.parts.operations
    }

    /// An operation.
    #[must_use]
    pub fn operation(&self, id: OperationId) -> &Operation {
        &self.parts.operations[id.0 as usize]
    }

    /// The actions that reach an operation: one, or two where its body has two forms.
    pub fn faces(&self, id: OperationId) -> impl Iterator<Item = (&Resource, &Action)> {
        self.faces[id.0 as usize].iter().map(|(resource, action)| {
            let resource = self.resource(*resource);
            (resource, &resource.actions[*action])
        })
    }

    /// The types.
    #[must_use]
    pub fn types(&self) -> &Types {
        &self.parts.types
    }
}

/// The version of the saved form; it grows whenever an older reader would misread a newer file.
const FORMAT: u32 = 1;

#[derive(Deserialize)]
struct Numbered {
    format: u32,
}

#[derive(Deserialize)]
struct Saved {
    catalog: CatalogParts,
}

#[derive(Serialize)]
struct SavedRef<'a> {
    format: u32,
    catalog: &'a CatalogParts,
}

/// The actions that reach each operation.
fn faces(resources: &[Resource], n_operations: usize) -> Arc<[Vec<(ResourceId, usize)>]> {
    let mut faces = vec![Vec::new(); n_operations];
    for (i, resource) in resources.iter().enumerate() {
        for (j, action) in resource.actions.iter().enumerate() {
            faces[action.operation.0 as usize].push((ResourceId(index(i)), j));
        }
    }
    faces.into()
}

/// A place in a list as an id; a catalog of more than four thousand million entries is refused by
/// the limits of a document long before.
#[expect(clippy::cast_possible_truncation, reason = "bounded by the size of a document")]
const fn index(place: usize) -> u32 {
    place as u32
}
