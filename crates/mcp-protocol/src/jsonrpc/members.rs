use std::borrow::Cow;
use std::fmt::{self, Formatter};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Tells why the members of an object could not be read.
#[derive(Debug)]
pub(crate) enum MembersError {
    /// The text is not JSON.
    Syntax(serde_json::Error),
    /// The text is JSON, but not an object.
    NotAnObject,
    /// A member that is asked for occurs twice.
    Duplicate(String),
}

/// Reads the members called `names` of the object `json`, each as raw JSON, in one pass.
///
/// Other members are skipped, though checked to be JSON.
pub(crate) fn members<'a, const N: usize>(
    json: &'a str,
    names: &[&str; N],
) -> Result<[Option<&'a RawValue>; N], MembersError> {
    if !json.trim_ascii_start().starts_with('{') {
        return match serde_json::from_str::<IgnoredAny>(json) {
            Ok(_) => Err(MembersError::NotAnObject),
            Err(error) => Err(MembersError::Syntax(error)),
        };
    }
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let found = Members { names }.deserialize(&mut deserializer).map_err(MembersError::Syntax)?;
    deserializer.end().map_err(MembersError::Syntax)?;
    match found.duplicate {
        Some(i) => Err(MembersError::Duplicate(names[i].to_owned())),
        None => Ok(found.values),
    }
}

/// Reads a JSON string without copying it where it holds no escape; `None` for anything else.
pub(crate) fn string(raw: &RawValue) -> Option<Cow<'_, str>> {
    let text = raw.get();
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        serde_json::from_str(text).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inner))
    }
}

struct Members<'n, const N: usize> {
    names: &'n [&'n str; N],
}

struct Found<'de, const N: usize> {
    values: [Option<&'de RawValue>; N],
    duplicate: Option<usize>,
}

impl<'de, const N: usize> DeserializeSeed<'de> for Members<'_, N> {
    type Value = Found<'de, N>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, const N: usize> Visitor<'de> for Members<'_, N> {
    type Value = Found<'de, N>;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = Found { values: [None; N], duplicate: None };
        while let Some(index) = map.next_key_seed(Name { names: self.names })? {
            match index {
                Some(i) => {
                    let value: &'de RawValue = map.next_value()?;
                    if found.values[i].replace(value).is_some() {
                        found.duplicate = Some(i);
                    }
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(found)
    }
}

/// Reads a key as its position in `names`.
struct Name<'n, const N: usize> {
    names: &'n [&'n str; N],
}

impl<'de, const N: usize> DeserializeSeed<'de> for Name<'_, N> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<const N: usize> Visitor<'_> for Name<'_, N> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a member name")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.names.iter().position(|name| *name == key))
    }
}
