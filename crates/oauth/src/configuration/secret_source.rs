use std::path::PathBuf;
use std::{fmt, fs};

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

use crate::error::Error;
use crate::secret::Secret;

/// Where a secret is: `{ env = "NAME" }` or `{ file = "path" }`, never in the configuration itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretSource {
    /// In this variable of the environment.
    Env(String),
    /// The first line of this file.
    File(PathBuf),
}

impl SecretSource {
    /// Reads the secret.
    ///
    /// # Errors
    ///
    /// Fails if it is not there, or is empty.
    pub fn read(&self) -> Result<Secret, Error> {
        let (text, from) = match self {
            Self::Env(name) => (
                std::env::var(name).map_err(|_| {
                    Error::access(format!("the environment variable {name} is not set"))
                })?,
                name.clone(),
            ),
            Self::File(path) => {
                let from = path.display().to_string();
                let text = fs::read_to_string(path)
                    .map_err(|error| Error::access(format!("{from}: {error}")))?;
                (text, from)
            }
        };
        let secret = text.lines().next().unwrap_or_default().trim();
        if secret.is_empty() {
            return Err(Error::access(format!("{from} holds no secret")));
        }
        Ok(Secret::new(secret))
    }
}

impl<'de> Deserialize<'de> for SecretSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Named)
    }
}

/// Reads where a secret is, and does not repeat one that was written instead.
struct Named;

impl<'de> Visitor<'de> for Named {
    type Value = SecretSource;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SECRET_IS_NAMED)
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Err(E::custom(SECRET_IS_NAMED))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let known = Known::deserialize(MapAccessDeserializer::new(map))?;
        match (known.env, known.file) {
            (Some(name), None) => Ok(SecretSource::Env(name)),
            (None, Some(path)) => Ok(SecretSource::File(path)),
            _ => Err(A::Error::custom(SECRET_IS_NAMED)),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Known {
    env: Option<String>,
    file: Option<PathBuf>,
}

/// What is said of a secret that stands in a configuration.
pub const SECRET_IS_NAMED: &str = "a secret is named and not written: { env = \"NAME\" } or \
                                   { file = \"PATH\" }";
