//! Fields whose words are rows of a list of the API, such as fields that its users made up.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// The words of a field, for `help`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vocabulary {
    /// The resource whose list has a row for each word.
    pub list: String,
    /// Filters of the list; `{kind}` stands for the resource that is asked about, as
    /// `group.resource`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub params: IndexMap<String, String>,
    /// The field of a row that is the word.
    pub name: String,
    /// The field that says of which type its values are.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub ty: Option<String>,
    /// The field that says whether it must be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<String>,
    /// What values it may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choices: Option<Choices>,
    /// What filters of lists by these words begin with. An API may ignore such a filter where there
    /// is no such word, and answer with every row: so a word is looked up first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filters: Option<String>,
    /// The field of a row that lists what kinds of objects have the word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kinds: Option<String>,
    /// Further fields to tell, where they say anything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
}

/// Where the values of a word are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choices {
    /// The field of a row that refers to what holds them.
    pub field: String,
    /// The resource of that, which is found by the filter `id`.
    pub list: String,
    /// The fields of it that are, or hold, the values.
    pub values: Vec<String>,
}
