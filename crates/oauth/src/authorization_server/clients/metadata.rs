//! What a client says of itself, in a document or when it registers (RFC 7591, section 2).

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use crate::authorization_server::redirect_uri::RedirectUri;
use crate::store::{ClientAuthentication, GrantType, KeySource};

/// What a client says of itself. What is not known here is not read: clients say many things.
#[derive(Debug, Default, Deserialize)]
pub(in crate::authorization_server) struct ClientMetadata {
    #[serde(default)]
    pub(in crate::authorization_server) client_id: Option<String>,
    #[serde(default)]
    pub(in crate::authorization_server) client_name: Option<String>,
    #[serde(default)]
    pub(in crate::authorization_server) redirect_uris: Vec<String>,
    #[serde(default)]
    pub(in crate::authorization_server) grant_types: Option<Vec<String>>,
    #[serde(default)]
    pub(in crate::authorization_server) response_types: Option<Vec<String>>,
    #[serde(default)]
    pub(in crate::authorization_server) token_endpoint_auth_method: Option<String>,
    #[serde(default)]
    pub(in crate::authorization_server) jwks: Option<Value>,
    #[serde(default)]
    pub(in crate::authorization_server) jwks_uri: Option<String>,
}

impl ClientMetadata {
    /// Reads an object; anything else is `None`.
    pub(in crate::authorization_server) fn parse(json: &[u8]) -> Option<Self> {
        let object: serde_json::Map<String, Value> = serde_json::from_slice(json).ok()?;
        serde_json::from_value(Value::Object(object)).ok()
    }

    /// The redirect URIs that are of use; others that stand beside them are dropped, since clients
    /// list those of private schemes too.
    pub(in crate::authorization_server) fn usable_redirect_uris(&self) -> Vec<String> {
        let uris = self.redirect_uris.iter().take(MAX_REDIRECT_URIS);
        uris.filter(|uri| RedirectUri::parse(uri).is_ok()).cloned().collect()
    }

    /// The grant types of a client that people grant something to. A client nobody registered gets
    /// no tokens for itself, and those that are not known are dropped.
    pub(in crate::authorization_server) fn usable_grant_types(&self) -> BTreeSet<GrantType> {
        let Some(named) = &self.grant_types else { return [GrantType::AuthorizationCode].into() };
        let known = named.iter().filter_map(|name| GrantType::of(name));
        known.filter(|grant_type| *grant_type != GrantType::ClientCredentials).collect()
    }

    /// How the client proves itself with a key, if it says so.
    pub(in crate::authorization_server) fn key_source(
        &self,
    ) -> Result<ClientAuthentication, &'static str> {
        let source = match (&self.jwks, &self.jwks_uri) {
            (Some(_), Some(_)) => return Err("it has both jwks and jwks_uri"),
            (None, None) => return Err("private_key_jwt needs jwks or jwks_uri"),
            (Some(keys), None) => {
                let keys = keys.to_string();
                if keys.len() > MAX_KEYS_BYTES {
                    return Err("its jwks is too long");
                }
                KeySource::Keys(keys)
            }
            (None, Some(address)) => {
                if !super::address::is_document_address(address) {
                    return Err("its jwks_uri is no address that would be fetched");
                }
                KeySource::Address(address.clone())
            }
        };
        Ok(ClientAuthentication::PrivateKey(source))
    }

    /// The name that people are shown.
    pub(in crate::authorization_server) fn display_name(&self) -> Option<String> {
        let name = display_name(self.client_name.as_deref()?);
        (!name.is_empty()).then_some(name)
    }
}

/// A name that cannot pretend to be something else on a page: no control characters, none that turn
/// the direction of writing or show nothing, and not too long.
pub(super) fn display_name(name: &str) -> String {
    let is_hidden = |c: &char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{3164}');
    let shown: String =
        name.chars().filter(|c| !c.is_control() && !is_hidden(c)).take(80).collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

const MAX_REDIRECT_URIS: usize = 20;
const MAX_KEYS_BYTES: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::display_name;

    #[test]
    fn a_name_cannot_pretend() {
        assert_eq!(display_name("  Claude \n Code "), "Claude Code");
        assert_eq!(display_name("evil\u{202e}edualC"), "eviledualC");
        assert_eq!(display_name("\u{200b}\u{7}"), "");
        assert_eq!(display_name(&"x".repeat(1000)).len(), 80);
    }
}
