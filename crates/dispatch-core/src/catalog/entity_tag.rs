//! Entity tags that are made of what an object shows, as the lists of an API send none.

use serde::{Deserialize, Serialize};

/// How the entity tag of an object (RFC 9110, section 8.8.3) is made of one of its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct EntityTag {
    /// The field, which every change of the object changes.
    pub field: String,
    /// What its value ends with and the tag does not hold. Of a value that ends otherwise no tag is
    /// made.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ends: String,
    /// The tag, in which `{}` stands for the value.
    pub tag: String,
}

impl EntityTag {
    /// The tag of an object whose field has this value.
    #[must_use]
    pub fn of(&self, value: &str) -> Option<String> {
        let value = value.strip_suffix(&self.ends).filter(|value| !value.is_empty())?;
        Some(self.tag.replace("{}", value))
    }
}
