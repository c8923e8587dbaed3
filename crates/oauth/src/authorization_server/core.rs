//! What all endpoints share: the options once they are checked, and what was passed in.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mcp_protocol::auth::ScopeSet;
use url::Url;

use super::clients::Documents;
use super::issuer::Issuer;
use super::options::{Options, UnregisteredClients};
use super::redirect_uri::{HostPattern, RedirectUri};
use super::refusal::{OAuthError, Refusal};
use crate::entropy::Entropy;
use crate::error::Error;
use crate::public_origin::PublicOrigin;
use crate::resource_owner::{Person, ResourceOwner};
use crate::scope::{ScopeLadder, intersection};
use crate::secret::Secret;
use crate::store::{ClientId, GrantId, Store, Subject};
use crate::time::{Clock, UnixTime};
use crate::token::{AccessToken, Form, TokenFormat, TokenHash};

#[derive(Clone)]
pub(super) struct Core {
    pub(super) options: Options,
    pub(super) issuer: Issuer,
    pub(super) redirect_hosts: Vec<HostPattern>,
    pub(super) formats: Formats,
    pub(super) owner: Arc<dyn ResourceOwner>,
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) documents: Option<Documents>,
    /// When the store is purged again, in seconds since the epoch.
    pub(super) purge_due: Arc<AtomicU64>,
    /// Whom housekeeping came to last, if it did not come to everybody.
    pub(super) let_go_until: Arc<Mutex<Option<Subject>>>,
    canonical_resources: BTreeMap<String, String>,
}

/// The form of each kind of secret: none can be taken for another.
#[derive(Clone, Debug)]
pub(super) struct Formats {
    pub(super) access_token: TokenFormat,
    pub(super) refresh_token: TokenFormat,
    pub(super) code: TokenFormat,
    pub(super) cookie: TokenFormat,
    pub(super) request: TokenFormat,
    pub(super) client_secret: TokenFormat,
}

impl Core {
    pub(super) fn new(
        options: Options,
        owner: Arc<dyn ResourceOwner>,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, Error> {
        let issuer = Issuer::new(&options.issuer)?;
        if owner.everyone().is_some_and(|everyone| !everyone.anywhere) && !issuer.is_loopback() {
            return Err(Error::server(format!(
                "auto_approve would let in everyone who reaches {}: use it on loopback, or say \
                 i_understand_everyone_gets = \"<scope>\"",
                issuer.as_str()
            )));
        }
        let mut canonical_resources = BTreeMap::new();
        for resource in &options.resources {
            let canonical = canonical(resource)
                .ok_or_else(|| Error::resource(resource, "it is no absolute address"))?;
            canonical_resources.insert(canonical, resource.clone());
        }
        if options.resources.is_empty() {
            return Err(Error::server("there is no resource that tokens would be for"));
        }
        check_clients(&options)?;
        let unregistered = options.unregistered_clients.as_ref();
        let hosts = unregistered.map(|these| these.redirect_hosts.clone()).unwrap_or_default();
        let host = |host: &String| {
            HostPattern::parse(host)
                .ok_or_else(|| Error::server(format!("{host:?} is no redirect host")))
        };
        let redirect_hosts = hosts.iter().map(host).collect::<Result<_, _>>()?;
        let prefix = options.token_prefix.clone();
        let format = |kind: &str| TokenFormat::new(&format!("{prefix}{kind}"));
        let formats = Formats {
            access_token: format("a")?,
            refresh_token: format("r")?,
            code: format("c")?,
            cookie: format("s")?,
            request: format("q")?,
            client_secret: format("k")?,
        };
        Ok(Self {
            options,
            issuer,
            redirect_hosts,
            formats,
            owner,
            store,
            clock,
            entropy,
            documents: None,
            purge_due: Arc::default(),
            let_go_until: Arc::default(),
            canonical_resources,
        })
    }

    /// The same server, as it is under this origin. Tokens are for the same resources: each has its
    /// configured name, and the one that clients see.
    pub(super) fn at(&self, public: &PublicOrigin) -> Self {
        let Some(issuer) = self.issuer.at(public) else { return self.clone() };
        let mut canonical_resources = self.canonical_resources.clone();
        for resource in &self.options.resources {
            let seen = public.rebase(resource, self.issuer.origin());
            if let Some(seen) = seen.as_deref().and_then(canonical) {
                canonical_resources.insert(seen, resource.clone());
            }
        }
        Self { issuer, canonical_resources, ..self.clone() }
    }

    /// Who everyone is, where nobody is asked: not where others may come from.
    pub(super) fn everyone(&self) -> Option<Person> {
        let everyone = self.owner.everyone()?;
        (everyone.anywhere || self.issuer.is_loopback()).then_some(everyone.person)
    }

    pub(super) fn now(&self) -> UnixTime {
        self.clock.now()
    }

    pub(super) fn ladder(&self) -> &ScopeLadder {
        &self.options.ladder
    }

    /// Whether clients may prove themselves with a key.
    pub(super) const fn takes_assertions(&self) -> bool {
        self.options.private_key_jwt && cfg!(feature = "private-key-jwt")
    }

    pub(super) const fn unregistered(&self) -> Option<&UnregisteredClients> {
        self.options.unregistered_clients.as_ref()
    }

    /// A new secret of this kind.
    pub(super) fn secret(&self, format: &TokenFormat) -> Result<Secret, Refusal> {
        Ok(Secret::issue(format, self.entropy.as_ref())?)
    }

    pub(super) fn grant_id(&self) -> Result<GrantId, Refusal> {
        Ok(GrantId::new(self.random_name()?))
    }

    /// A name that nobody else has.
    pub(super) fn random_name(&self) -> Result<String, Refusal> {
        let mut bytes = [0; 16];
        self.entropy.fill(&mut bytes)?;
        Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// A client id for one that registers itself; no other client has such a name.
    pub(super) fn dynamic_client_id(&self) -> Result<ClientId, Refusal> {
        Ok(ClientId::new(format!("{DYNAMIC}{}", self.random_name()?)))
    }

    pub(super) fn is_dynamic_client_id(id: &str) -> bool {
        id.starts_with(DYNAMIC)
    }

    /// The resource that a request means (RFC 8707, section 2): each time the same one, of ours.
    /// Case in scheme and host, and a slash at the end, are not told apart.
    pub(super) fn resource<'a>(
        &self,
        named: impl Iterator<Item = &'a str>,
    ) -> Result<Option<&str>, OAuthError> {
        let mut meant: Option<&str> = None;
        for named in named {
            let ours = canonical(named).and_then(|named| self.canonical_resources.get(&named));
            let Some(ours) = ours else {
                return Err(OAuthError::invalid_target(
                    "this server issues no tokens for that resource",
                ));
            };
            if meant.is_some_and(|meant| meant != ours) {
                return Err(OAuthError::invalid_target("a token is for one resource only"));
            }
            meant = Some(ours);
        }
        Ok(meant)
    }

    /// The resource that is meant where none is named.
    pub(super) fn default_resource(&self) -> &str {
        self.options.resources.first().map(String::as_str).unwrap_or_default()
    }

    /// The same, where a person decides: there is none where resources have people of their own,
    /// who would be asked for the password of another.
    pub(super) fn resource_of_everybody(&self) -> Result<&str, OAuthError> {
        let default = self.default_resource();
        let ways = self.owner.ways_for(default);
        let mut resources = self.options.resources.iter();
        match resources.all(|resource| self.owner.ways_for(resource) == ways) {
            true => Ok(default),
            false => Err(OAuthError::invalid_target(
                "resource is missing, and people sign in for each resource apart",
            )),
        }
    }

    /// The scopes that a parameter names, expanded, as far as they are known; those of the server
    /// where it names none. `offline_access` is understood, and decides nothing.
    pub(super) fn requested_scopes(&self, scope: Option<&str>) -> Result<ScopeSet, OAuthError> {
        let known = self.ladder().scopes();
        let named: Vec<&str> = scope
            .unwrap_or_default()
            .split_ascii_whitespace()
            .filter(|scope| *scope != "offline_access")
            .collect();
        if named.is_empty() {
            let default = &self.options.default_scopes;
            let lowest = || known.iter().take(1).cloned().collect();
            return Ok(self.expand(&if default.is_empty() { lowest() } else { default.clone() }));
        }
        let scopes: ScopeSet =
            named.into_iter().filter(|scope| known.iter().any(|known| known == scope)).collect();
        if scopes.is_empty() {
            return Err(OAuthError::invalid_scope("no such scope is known here"));
        }
        Ok(self.expand(&scopes))
    }

    pub(super) fn expand(&self, scopes: &ScopeSet) -> ScopeSet {
        self.ladder().expand(scopes)
    }

    /// What is within both, each expanded.
    pub(super) fn within(&self, one: &ScopeSet, other: &ScopeSet) -> ScopeSet {
        intersection(&self.expand(one), &self.expand(other))
    }

    /// What a scope allows, in words.
    pub(super) fn scope_text<'a>(&'a self, scope: &'a str) -> &'a str {
        self.options.scope_texts.get(scope).map_or(scope, String::as_str)
    }

    /// Refuses when more than `most` events of a kind come within `window`.
    pub(super) async fn bound(
        &self,
        kind: &str,
        most: u32,
        window: Duration,
    ) -> Result<(), Refusal> {
        let n = self.store.count(TokenHash::of(kind), window, self.now()).await?;
        if n > most { Err(Refusal::TooMany(window.as_secs())) } else { Ok(()) }
    }
}

impl Formats {
    /// The hash of a text, if it has this form.
    pub(super) fn hash(format: &TokenFormat, text: &str) -> Option<TokenHash> {
        let token = AccessToken::new(text);
        (format.form(&token) == Form::Whole).then(|| token.hash())
    }
}

/// Refuses scopes that are not on the ladder, and addresses that answers cannot be sent to.
fn check_clients(options: &Options) -> Result<(), Error> {
    let known = options.ladder.scopes();
    let unregistered = options.unregistered_clients.as_ref();
    let used = options.clients.iter().flat_map(|client| client.max_scopes.iter());
    let used = used.chain(options.default_scopes.iter());
    let mut used = used.chain(unregistered.iter().flat_map(|these| these.max_scopes.iter()));
    if let Some(scope) = used.find(|scope| !known.iter().any(|known| known == scope)) {
        return Err(Error::unknown_scope(scope, known));
    }
    for client in &options.clients {
        for uri in &client.redirect_uris {
            RedirectUri::parse(uri)
                .map_err(|why| Error::server(format!("client {}: {uri}: {why}", client.id)))?;
        }
    }
    Ok(())
}

fn canonical(resource: &str) -> Option<String> {
    let url = Url::parse(resource).ok()?;
    let is_address = matches!(url.scheme(), "http" | "https") && url.has_host();
    if !is_address || resource.contains('#') || !url.username().is_empty() {
        return None;
    }
    Some(url.as_str().trim_end_matches('/').to_owned())
}

const DYNAMIC: &str = "dyn-";
