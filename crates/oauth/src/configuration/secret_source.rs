use std::fs;
use std::path::PathBuf;

use serde::Deserialize;

use crate::error::Error;
use crate::secret::Secret;

/// Where a secret is: `{ env = "NAME" }` or `{ file = "path" }`, never in the configuration itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
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
