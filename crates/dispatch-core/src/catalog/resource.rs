//! Groups, resources and actions: how operations are named to an agent.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::operation::{Method, Operation, OperationId};

/// The place of a group in its catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GroupId(pub u32);

/// The place of a resource in its catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResourceId(pub u32);

/// A group of resources: one MCP tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The name of the tool: 1 to 64 of `[A-Za-z0-9_-]`.
    pub name: String,
    /// Its resources, in the order the surface names them.
    pub resources: Vec<ResourceId>,
}

/// A resource: what the operations of one path and the paths below it work on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// Its name, unique over the catalog.
    pub name: String,
    /// Its group.
    pub group: GroupId,
    /// The path of its collection, such as `/api/dcim/devices/`.
    pub path: String,
    /// Other names it is known by, beside the spellings of its name and its path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spellings: Vec<String>,
    /// What people say for it, for `find`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub synonyms: Vec<String>,
    /// How likely it is asked about, from 0 to 100: signatures are spent on the likeliest first.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub weight: u32,
    /// Its actions, in the order help shows them. Names are unique within the resource.
    pub actions: Vec<Action>,
    /// What people know its objects by, in the order that is tried.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<Key>,
    /// The action that creates an object or changes the one of its natural key, where the API has
    /// all that it takes. Its operation is that of `create`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ensure: Option<Action>,
    /// Fields of its objects that hold an object of one of several kinds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub generic: Vec<GenericField>,
    /// Columns of a list, picked when the catalog was compiled, as dotted paths.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Fields whose values never reach an agent, as dotted paths; `*` stands for any one key. Of one
    /// that ends in `@`, these are the credentials in its URL.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
    /// A remark of the policy for `help`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The parameters of example calls for `help`, by action.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub examples: IndexMap<String, Value>,
}

impl Resource {
    /// The action of this exact name.
    #[must_use]
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.name == name)
    }

    /// The operation that reads the resource without parameters in the path.
    #[must_use]
    pub fn only_read<'a>(&self, operations: &'a [Operation]) -> Option<&'a Operation> {
        let mut all = self.actions.iter().filter_map(|it| operations.get(it.operation.0 as usize));
        all.find(|it| it.method == Method::Get && it.path_parameters.is_empty())
    }
}

/// A natural key: fields that tell one object of a resource from the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// Its fields.
    pub fields: Vec<KeyField>,
    /// Whether several objects may have it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ambiguous: bool,
}

impl Key {
    /// Its one field, where it has one only.
    #[must_use]
    pub fn single(&self) -> Option<&KeyField> {
        match self.fields.as_slice() {
            [field] => Some(field),
            _ => None,
        }
    }
}

/// A field of a natural key. At least one of the fields of a key has a filter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyField {
    /// Its name.
    pub name: String,
    /// The resource that it refers to, where it refers to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The parameter of the list that takes its value; of a reference, what the first key of that
    /// resource holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// The parameter of the list that takes the id of what it refers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_filter: Option<String>,
    /// Whether its values are numbers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub number: bool,
}

/// A field of a resource's objects that holds an object of one of several kinds. In a request, two
/// fields say it: the object's id and its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GenericField {
    /// Its name, by which a caller may give the object: `assigned_object`, `a_terminations`.
    pub name: String,
    /// The field of the id: `assigned_object_id`.
    pub id: String,
    /// The field of the kind: `assigned_object_type`.
    pub kind: String,
    /// Whether it is a list of objects that hold these two fields.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_list: bool,
    /// The kinds of objects it may hold, the usual one first.
    pub kinds: Vec<Kind>,
    /// Whether an object of any other resource fits too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_open: bool,
}

/// A kind of objects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kind {
    /// What the API calls it: `dcim.interface`.
    pub name: String,
    /// The resource of these objects.
    pub resource: String,
}

/// An action of a resource: one face of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// Its name: `list`, `create`, `bulk_create`, `available-ips`, ...
    pub name: String,
    /// The operation behind it.
    pub operation: OperationId,
    /// Whether the body is one value or a list.
    pub form: Form,
    /// What people say for it, for `find`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub synonyms: Vec<String>,
    /// Columns of the rows it answers with, where these are no rows of the resource's list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Whether neighbouring rows that differ in their first column only are shown as one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_runs: bool,
}

/// Which form of its operation's body an action takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// No body, or one value.
    One,
    /// A list, given as `{"items": [...]}`.
    Many,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
const fn is_zero(weight: &u32) -> bool {
    *weight == 0
}
