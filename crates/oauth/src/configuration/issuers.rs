use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use super::{SecretSource, WrittenDuration};
use crate::error::Error;
use crate::external::{ExternalIssuer, HttpIssuerClient, IntrospectedTokens, JwtTokens, ScopeMap};
use crate::resource_owner::OpenIdProvider;
use crate::scope::ScopeLadder;
use crate::store::Store;
use crate::verifier::Verifiers;

/// An OpenID provider that people sign in with.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct OpenIdConfiguration {
    /// Its issuer, to the letter.
    pub issuer: String,
    /// What it calls us. Our redirect URI there is `/oauth/callback` below our issuer.
    pub client_id: String,
    /// What we prove ourselves with there.
    pub client_secret: Option<SecretSource>,
    /// What the way is called on the sign-in page.
    pub title: Option<String>,
    /// Scopes to ask the provider for beside `openid` and `profile`, such as `groups`.
    pub ask_for: Vec<String>,
    /// What everyone may grant who signs in there.
    pub everyone: Option<String>,
    /// What people may grant by a claim of theirs: `claims.groups = { "netops" = "write" }`.
    pub claims: BTreeMap<String, BTreeMap<String, String>>,
}

impl OpenIdConfiguration {
    /// The provider's people.
    ///
    /// # Errors
    ///
    /// Fails if something is missing, or nobody could grant anything.
    pub fn provider(
        &self,
        ladder: &ScopeLadder,
        store: Arc<dyn Store>,
    ) -> Result<OpenIdProvider, Error> {
        for (name, value) in [("issuer", &self.issuer), ("client_id", &self.client_id)] {
            if value.is_empty() {
                return Err(Error::access(format!("[access.openid] needs {name}")));
            }
        }
        if self.everyone.is_none() && self.claims.is_empty() {
            return Err(Error::access(
                "[access.openid] lets nobody grant anything: give everyone = \"read\", or claims",
            ));
        }
        let issuer = ExternalIssuer::new(&self.issuer, HttpIssuerClient::new()?)?;
        let secret = self.client_secret.as_ref().map(SecretSource::read).transpose()?;
        let mut provider = OpenIdProvider::new(issuer, &self.client_id, secret, store);
        if let Some(title) = &self.title {
            provider = provider.with_title(title);
        }
        for scope in &self.ask_for {
            provider = provider.with_scope(scope);
        }
        if let Some(scope) = &self.everyone {
            let everyone = ScopeMap::new(ladder.clone()).with("everyone", [scope.as_str()])?;
            provider = provider.with_everyone(everyone.scopes_of(["everyone"]));
        }
        for (claim, scopes) in &self.claims {
            provider = provider.with_claim(claim, scope_map(ladder, scopes)?);
        }
        Ok(provider)
    }
}

/// An authorization server that somebody else runs, whose tokens are taken.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ExternalIssuerConfiguration {
    /// Its issuer, to the letter.
    pub issuer: String,
    /// What it calls us, where that is not the address of the endpoint.
    pub audiences: Vec<String>,
    /// What its scopes are here, by their names there; those of the same name, if there are none.
    pub scopes: BTreeMap<String, String>,
    /// Further claims to read scopes from, such as `groups`.
    pub scope_claims: Vec<String>,
    /// Whether tokens are taken that do not say that they are access tokens.
    pub any_type: bool,
    /// Whether it is asked about each token, and as whom; else tokens are read, and must be signed.
    pub introspection: Option<IntrospectionConfiguration>,
}

/// As whom an issuer is asked about tokens (RFC 7662).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct IntrospectionConfiguration {
    /// What it calls us.
    pub client_id: String,
    /// What we prove ourselves with there.
    pub client_secret: SecretSource,
    /// What its tokens start with: others are not sent there.
    #[serde(default)]
    pub prefix: String,
    /// Where it is asked, if its metadata does not say.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// Whether tokens are taken of which it does not say what they are for.
    #[serde(default)]
    pub unstated_audience: bool,
    /// How long an answer counts, and so a token may be used that was revoked: an hour at most, and
    /// a second if not said.
    #[serde(default)]
    pub remembered_for: Option<WrittenDuration>,
}

impl ExternalIssuerConfiguration {
    /// What clients ask it for to get scopes that have other names there.
    ///
    /// # Errors
    ///
    /// Fails if a scope is not on the ladder.
    pub fn scope_names(&self, ladder: &ScopeLadder) -> Result<BTreeMap<String, String>, Error> {
        match self.scope_claims.is_empty() {
            true => Ok(scope_map(ladder, &self.scopes)?.scope_names()),
            // Roles and groups are nothing that a client could ask for.
            false => Ok(BTreeMap::new()),
        }
    }

    /// Adds its tokens to a chain.
    pub(super) fn tokens(
        &self,
        chain: Verifiers,
        resource: &str,
        ladder: &ScopeLadder,
    ) -> Result<Verifiers, Error> {
        let refused =
            |why: &str| Error::access(format!("external issuer {:?}: {why}", self.issuer));
        let issuer = ExternalIssuer::new(&self.issuer, HttpIssuerClient::new()?)?;
        let scopes = scope_map(ladder, &self.scopes)?;
        let Some(introspection) = &self.introspection else {
            let mut tokens = JwtTokens::new(issuer, resource, scopes);
            for audience in &self.audiences {
                tokens = tokens.with_audience(audience);
            }
            for claim in &self.scope_claims {
                tokens = tokens.with_scope_claim(claim);
            }
            if self.any_type {
                tokens = tokens.with_any_type();
            }
            return Ok(chain.then(tokens));
        };
        if self.any_type || !self.scope_claims.is_empty() {
            return Err(refused("any_type and scope_claims are for tokens that are read here"));
        }
        let secret = introspection.client_secret.read()?;
        let mut tokens =
            IntrospectedTokens::new(issuer, resource, scopes, &introspection.client_id, secret)
                .with_prefix(&introspection.prefix);
        for audience in &self.audiences {
            tokens = tokens.with_audience(audience);
        }
        if let Some(endpoint) = &introspection.endpoint {
            tokens = tokens.with_endpoint(endpoint)?;
        }
        if introspection.unstated_audience {
            tokens = tokens.with_unstated_audience();
        }
        if let Some(WrittenDuration(time)) = introspection.remembered_for {
            if time > LONGEST_REMEMBERED {
                return Err(refused("remembered_for is an hour at most"));
            }
            tokens = tokens.with_max_age(time);
        }
        Ok(chain.then(tokens))
    }
}

/// The scopes of these names; those of the ladder by their own, if there are none.
fn scope_map(ladder: &ScopeLadder, names: &BTreeMap<String, String>) -> Result<ScopeMap, Error> {
    let map = ScopeMap::new(ladder.clone());
    names.iter().try_fold(map, |map, (name, scope)| map.with(name, [scope.as_str()]))
}

/// How long an answer may count: a token that was revoked is of use so long.
const LONGEST_REMEMBERED: Duration = Duration::from_secs(3600);
