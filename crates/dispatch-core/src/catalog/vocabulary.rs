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
    /// How values are checked before a write is sent that is only told of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Rules>,
}

/// What the rows of a vocabulary say of the values of their words. A word of a type that is not
/// here takes any value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// What values are of each type.
    pub types: IndexMap<String, Takes>,
    /// The field of the least number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<String>,
    /// The field of the greatest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<String>,
    /// The field of the regular expression that the start of a text has to match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The field of the value that stands where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// The field that says of which kind an object is, such as `group.resource`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refers: Option<String>,
}

/// What a word takes. Where it need not be given, `null` and an empty text stand for no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Takes {
    /// A text.
    Text,
    /// The address of something.
    Url,
    /// An integer, written as one.
    Integer,
    /// A number, or a text that is one.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A day (ISO 8601).
    Date,
    /// A day, and what time it is (ISO 8601).
    Datetime,
    /// One of the choices.
    Choice,
    /// A list of choices.
    Choices,
    /// The id or the attributes of an object.
    Object,
    /// A list of such.
    Objects,
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
