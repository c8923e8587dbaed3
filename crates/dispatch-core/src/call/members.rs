//! The members of a JSON object, each value as the text that was written.

use std::fmt;

use indexmap::IndexMap;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::CallError;

/// The members of a JSON object in their order, no name twice, each value as the text that was
/// written.
#[derive(Clone, Debug, Default)]
pub struct Members(IndexMap<String, Box<RawValue>>);

impl Members {
    /// Reads the members of a JSON object; `place` names it in errors.
    ///
    /// # Errors
    ///
    /// Fails if the text is no JSON object, or a name stands twice.
    pub fn parse(text: &str, place: &'static str) -> Result<Self, CallError> {
        if !text.trim_start().starts_with('{') {
            return Err(CallError::wrong_type(place, "an object"));
        }
        serde_json::from_str(text).map_err(|error| CallError::not_json(place, &error))
    }

    /// Reads the arguments of a tool: a JSON object.
    ///
    /// # Errors
    ///
    /// Fails if they are too large, no JSON object, or a name stands twice.
    pub fn of_arguments(arguments: &[u8]) -> Result<Self, CallError> {
        if arguments.len() > MAX_BYTES {
            return Err(CallError::TooLarge);
        }
        let text = str::from_utf8(arguments)
            .map_err(|error| CallError::not_json("the arguments object", &error))?;
        Self::parse(text, "the arguments object")
    }

    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&RawValue> {
        self.0.get(name).map(|value| &**value)
    }

    /// Adds a member.
    ///
    /// # Errors
    ///
    /// Fails if the name is there already.
    pub fn insert(&mut self, name: String, value: Box<RawValue>) -> Result<(), CallError> {
        if self.0.contains_key(&name) {
            return Err(CallError::Twice { name: cut(&name) });
        }
        self.0.insert(name, value);
        Ok(())
    }

    /// Sets a member, in place of the one of its name if there is one.
    pub fn set(&mut self, name: String, value: Box<RawValue>) {
        self.0.insert(name, value);
    }

    /// The values, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Box<RawValue>> {
        self.0.values_mut()
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<Box<RawValue>> {
        self.0.shift_remove(name)
    }

    /// Puts another value in the place of a member's.
    pub(crate) fn replace(&mut self, name: &str, value: Box<RawValue>) {
        if let Some(known) = self.0.get_mut(name) {
            *known = value;
        }
    }

    /// The object as JSON, each value as it was written.
    pub(crate) fn to_raw(&self) -> Option<Box<RawValue>> {
        serde_json::value::to_raw_value(&self.0).ok()
    }

    /// Whether there is no member.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The members in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &RawValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), &**value))
    }
}

impl IntoIterator for Members {
    type Item = (String, Box<RawValue>);
    type IntoIter = indexmap::map::IntoIter<String, Box<RawValue>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Members::default();
        while let Some((name, value)) = map.next_entry()? {
            members.insert(name, value).map_err(A::Error::custom)?;
        }
        Ok(members)
    }
}

/// A name as an error repeats it.
fn cut(name: &str) -> String {
    name.chars().take(64).collect()
}

/// How large the arguments of one call may be; what the API takes is bounded far below.
const MAX_BYTES: usize = 16 * 1024 * 1024;
