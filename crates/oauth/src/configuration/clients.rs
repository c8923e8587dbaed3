use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use super::SecretSource;
use crate::authorization_server::{DynamicRegistration, UnregisteredClients};
use crate::error::Error;
use crate::store::{Client, ClientAuthentication, GrantType, KeySource};
use crate::time::UnixTime;

/// A client that the operator registers.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ClientConfiguration {
    /// Its `client_id`.
    pub id: String,
    /// What people are shown; its id, if there is none.
    pub name: Option<String>,
    /// Where answers may be sent.
    pub redirect_uris: Vec<String>,
    /// The most that it can be granted.
    pub max_scope: Option<String>,
    /// The secret that it proves itself with.
    pub secret: Option<SecretSource>,
    /// Where its public keys are, if it proves itself with a key (RFC 7523).
    pub jwks_uri: Option<String>,
    /// The file of its public keys (a JSON Web Key Set, RFC 7517), where they are at no address.
    pub jwks_file: Option<PathBuf>,
    /// Whether it may get tokens for itself (`client_credentials`).
    pub acts_for_itself: bool,
    /// The resources whose tokens it may ask about (RFC 7662).
    pub introspects: Vec<String>,
}

impl ClientConfiguration {
    /// The client.
    ///
    /// # Errors
    ///
    /// Fails if it cannot do what it is there for, or contradicts itself.
    pub fn client(&self, created: UnixTime) -> Result<Client, Error> {
        let id = &self.id;
        let refused = |why: &str| Error::access(format!("client {id:?}: {why}"));
        if id.is_empty() {
            return Err(Error::access("[[access.clients]] needs an id"));
        }
        let may_be_asked = !self.redirect_uris.is_empty();
        let authentication = match (&self.secret, &self.jwks_uri, &self.jwks_file) {
            (Some(source), None, None) => {
                let secret = source.read()?;
                if secret.expose().len() < MIN_SECRET_BYTES {
                    return Err(refused("its secret has fewer than 32 characters"));
                }
                ClientAuthentication::Secret { sha256: secret.hash() }
            }
            (None, Some(address), None) => {
                ClientAuthentication::PrivateKey(KeySource::Address(address.clone()))
            }
            (None, None, Some(path)) => {
                ClientAuthentication::PrivateKey(KeySource::Keys(public_keys(id, path)?))
            }
            (None, None, None) => ClientAuthentication::None,
            _ => return Err(refused("it has more than one of secret, jwks_uri and jwks_file")),
        };
        let is_public = authentication == ClientAuthentication::None;
        if is_public && (self.acts_for_itself || !self.introspects.is_empty()) {
            return Err(refused("it needs a secret, jwks_uri or jwks_file for what it may do"));
        }
        if !may_be_asked && !self.acts_for_itself && self.introspects.is_empty() {
            return Err(refused(
                "it can do nothing: give it redirect_uris, acts_for_itself or introspects",
            ));
        }
        if self.max_scope.is_none() && (may_be_asked || self.acts_for_itself) {
            return Err(refused("it can be granted nothing: give it a max_scope"));
        }
        let mut grant_types = Vec::new();
        if may_be_asked {
            grant_types.extend([GrantType::AuthorizationCode, GrantType::RefreshToken]);
        }
        if self.acts_for_itself {
            grant_types.push(GrantType::ClientCredentials);
        }
        Ok(Client::new(id, self.name.as_ref().unwrap_or(id), created)
            .with_authentication(authentication)
            .with_redirect_uris(&self.redirect_uris)
            .with_grant_types(grant_types)
            .with_introspection(&self.introspects)
            .with_max_scopes(
                self.max_scope.iter().cloned().collect::<mcp_protocol::auth::ScopeSet>(),
            ))
    }
}

/// The keys in a file, which must be public ones.
fn public_keys(id: &str, path: &Path) -> Result<String, Error> {
    let refused = |why: &str| Error::access(format!("client {id:?}: {} {why}", path.display()));
    let text =
        fs::read_to_string(path).map_err(|error| refused(&format!("cannot be read: {error}")))?;
    let set: KeySet = serde_json::from_str(&text).unwrap_or_default();
    if set.keys.is_empty() {
        return Err(refused("is no JSON Web Key Set: {\"keys\": [...]}"));
    }
    // `d` is the private half of a key, and `k` a key that is shared (RFC 7518, section 6).
    if set.keys.iter().any(|key| key.contains_key("d") || key.contains_key("k")) {
        return Err(refused("holds a private key: give the public one, and keep the other"));
    }
    Ok(text)
}

#[derive(Default, Deserialize)]
struct KeySet {
    keys: Vec<BTreeMap<String, serde_json::Value>>,
}

/// What clients may do that nobody registered.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct UnregisteredClientsConfiguration {
    /// Where their answers may go: a host, `*.` and a domain, `loopback`, or `*` for every host but
    /// loopback.
    pub redirect_hosts: Vec<String>,
    /// The most that they can be granted.
    pub max_scope: Option<String>,
    /// Whether a client may be the address of a document that describes it.
    pub metadata_documents: bool,
    /// Whether clients may register themselves.
    pub dynamic_registration: bool,
    /// The most clients that registered themselves and are kept.
    pub max_registered: Option<usize>,
    /// The most registrations in an hour.
    pub max_registrations_per_hour: Option<u32>,
    /// How long a client is kept that registered itself and was never granted anything.
    pub unused_for: Option<super::WrittenDuration>,
    /// Whether a client may have any name that is no address.
    pub any_name: bool,
}

impl Default for UnregisteredClientsConfiguration {
    fn default() -> Self {
        Self {
            redirect_hosts: Vec::new(),
            max_scope: None,
            metadata_documents: true,
            dynamic_registration: false,
            max_registered: None,
            max_registrations_per_hour: None,
            unused_for: None,
            any_name: false,
        }
    }
}

impl UnregisteredClientsConfiguration {
    /// The policy.
    ///
    /// # Errors
    ///
    /// Fails if it lets nobody in, or sets bounds of what it does not open.
    pub fn policy(&self) -> Result<UnregisteredClients, Error> {
        let refused = |why: &str| Error::access(format!("unregistered_clients: {why}"));
        let Some(max_scope) = &self.max_scope else {
            return Err(refused("say the most that they can be granted: max_scope = \"read\""));
        };
        if self.redirect_hosts.is_empty() {
            return Err(refused("say where answers may go: redirect_hosts = [\"loopback\"]"));
        }
        if !(self.metadata_documents || self.dynamic_registration || self.any_name) {
            return Err(refused("every way in is closed; leave it out"));
        }
        let has_bounds = self.max_registered.is_some()
            || self.max_registrations_per_hour.is_some()
            || self.unused_for.is_some();
        if has_bounds && !self.dynamic_registration {
            return Err(refused(
                "max_registered, max_registrations_per_hour and unused_for are of \
                 dynamic_registration, which is off",
            ));
        }
        let mut policy = UnregisteredClients::new(&self.redirect_hosts, [max_scope.as_str()]);
        policy.metadata_documents = self.metadata_documents;
        policy.any_name = self.any_name;
        if self.dynamic_registration {
            let default = DynamicRegistration::default();
            policy = policy.with_dynamic_registration(DynamicRegistration {
                max_clients: self.max_registered.unwrap_or(default.max_clients),
                max_per_hour: self.max_registrations_per_hour.unwrap_or(default.max_per_hour),
                unused_for: self
                    .unused_for
                    .map_or(default.unused_for, |time| -> Duration { time.0 }),
            });
        }
        Ok(policy)
    }
}

const MIN_SECRET_BYTES: usize = 32;
