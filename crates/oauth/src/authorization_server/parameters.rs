//! The parameters of a request, from its query or its form (RFC 6749, section 3.1).

use std::fmt;

use super::refusal::OAuthError;

/// Parameters by name. Values are shown by no `Debug`: among them are codes and passwords.
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads parameters. None but `resource` may stand twice, unless both are the same; empty ones
    /// are as good as none.
    pub(super) fn parse(encoded: &[u8]) -> Result<Self, OAuthError> {
        let mut parameters: Vec<(String, String)> = Vec::new();
        for (name, value) in url::form_urlencoded::parse(encoded) {
            if value.is_empty() {
                continue;
            }
            if parameters.len() == MAX_PARAMETERS || value.len() > MAX_BYTES {
                return Err(OAuthError::invalid_request(
                    "the request has too many or too long parameters",
                ));
            }
            let is_other = |(known, held): &(String, String)| *known == name && *held != value;
            if name != "resource" && parameters.iter().any(is_other) {
                return Err(OAuthError::invalid_request("a parameter stands twice"));
            }
            parameters.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(parameters))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn all<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn required(&self, name: &'static str) -> Result<&str, OAuthError> {
        let missing = || OAuthError::invalid_request(format!("the parameter {name} is missing"));
        self.get(name).ok_or_else(missing)
    }
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

const MAX_PARAMETERS: usize = 32;

/// As long as a signed assertion may be.
const MAX_BYTES: usize = 8192;
