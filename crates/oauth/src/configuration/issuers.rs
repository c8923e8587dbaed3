use std::collections::BTreeMap;
use std::sync::Arc;

use mcp_protocol::auth::ScopeSet;
use serde::Deserialize;

use super::{SecretSource, WrittenDuration};
use crate::error::Error;
use crate::external::{ExternalIssuer, IntrospectedTokens, IssuerClient, JwtTokens, ScopeMap};
use crate::resource_owner::OpenIdProvider;
use crate::scope::ScopeLadder;
use crate::store::Store;
use crate::verifier::Verifier;

/// An authorization server that others run, whose tokens are taken.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct IssuerConfiguration {
    /// Its identifier, to the letter.
    pub issuer: String,
    /// How its tokens are checked.
    pub tokens: TokensOfIssuer,
    /// What else it calls this resource, as the audience of its tokens.
    pub audiences: Vec<String>,
    /// What its scopes, roles or groups allow, by name; the scopes go by their own names, if empty.
    pub scopes: BTreeMap<String, String>,
    /// With signed tokens, the claims that name them beside `scope` and `scp`.
    pub scope_claims: Vec<String>,
    /// With signed tokens, whether they need not say that they are access tokens.
    pub any_token_type: bool,
    /// With introspected tokens, what it knows us as.
    pub client_id: Option<String>,
    /// With introspected tokens, the secret that we prove ourselves with.
    pub client_secret: Option<SecretSource>,
    /// With introspected tokens, where to ask; where its metadata says, if not said.
    pub introspection_endpoint: Option<String>,
    /// With introspected tokens, whether the issuer need not say what they are for: for one that
    /// tells us of no tokens but those for us.
    pub unstated_audience: bool,
    /// With introspected tokens, what they start with; all that are nobody else's, if not said.
    pub prefix: Option<String>,
    /// With introspected tokens, how long an answer counts; a second, if not said.
    pub max_age: Option<WrittenDuration>,
}

/// How the tokens of an issuer are checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TokensOfIssuer {
    /// By their signature (RFC 9068).
    #[default]
    Signed,
    /// By asking (RFC 7662).
    Introspected,
}

impl IssuerConfiguration {
    /// What checks its tokens for this resource.
    ///
    /// # Errors
    ///
    /// Fails if something contradicts itself, or a secret cannot be read.
    pub fn verifier(
        &self,
        resource: &str,
        ladder: &ScopeLadder,
        client: Arc<dyn IssuerClient>,
    ) -> Result<Arc<dyn Verifier>, Error> {
        let refused = |why: &str| Error::access(format!("issuer {:?}: {why}", self.issuer));
        let issuer = ExternalIssuer::new(&self.issuer, client)?;
        let map = scope_map(ladder, &self.scopes)?;
        let of_signed = !self.scope_claims.is_empty() || self.any_token_type;
        let of_introspected = self.client_id.is_some()
            || self.client_secret.is_some()
            || self.introspection_endpoint.is_some()
            || self.unstated_audience
            || self.prefix.is_some()
            || self.max_age.is_some();
        match self.tokens {
            TokensOfIssuer::Signed if of_introspected => Err(refused(
                "client_id, client_secret, introspection_endpoint, unstated_audience, prefix and \
                 max_age are for tokens = \"introspected\"",
            )),
            TokensOfIssuer::Introspected if of_signed => {
                Err(refused("scope_claims and any_token_type are for tokens = \"signed\""))
            }
            TokensOfIssuer::Signed => {
                let mut tokens = JwtTokens::new(issuer, resource, map);
                for audience in &self.audiences {
                    tokens = tokens.with_audience(audience);
                }
                for claim in &self.scope_claims {
                    tokens = tokens.with_scope_claim(claim);
                }
                Ok(Arc::new(if self.any_token_type { tokens.with_any_type() } else { tokens }))
            }
            TokensOfIssuer::Introspected => {
                let (Some(id), Some(secret)) = (&self.client_id, &self.client_secret) else {
                    return Err(refused("to be asked, it needs client_id and client_secret"));
                };
                let mut tokens = IntrospectedTokens::new(issuer, resource, map, id, secret.read()?);
                for audience in &self.audiences {
                    tokens = tokens.with_audience(audience);
                }
                if let Some(endpoint) = &self.introspection_endpoint {
                    tokens = tokens.with_endpoint(endpoint)?;
                }
                if self.unstated_audience {
                    tokens = tokens.with_unstated_audience();
                }
                if let Some(prefix) = &self.prefix {
                    tokens = tokens.with_prefix(prefix);
                }
                if let Some(max_age) = self.max_age {
                    tokens = tokens.with_max_age(max_age.0);
                }
                Ok(Arc::new(tokens))
            }
        }
    }
}

/// An OpenID provider, with which people sign in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct OpenIdConfiguration {
    /// Its identifier, to the letter.
    pub issuer: String,
    /// What it knows us as. The redirect URI is the path `/oauth/callback` below our issuer.
    pub client_id: String,
    /// The secret that we prove ourselves with, if it gave us one.
    pub client_secret: Option<SecretSource>,
    /// What the way is called on the sign-in page.
    pub title: Option<String>,
    /// What it is asked for beside `openid` and `profile`.
    pub ask_for: Vec<String>,
    /// What everyone may grant who signs in there.
    pub everyone: Option<String>,
    /// What people may grant by what a claim says of them: claim, then name, then scope.
    pub claims: BTreeMap<String, BTreeMap<String, String>>,
}

impl OpenIdConfiguration {
    /// The people of the provider.
    ///
    /// # Errors
    ///
    /// Fails if nobody could grant anything, or a secret cannot be read.
    pub fn provider(
        &self,
        ladder: &ScopeLadder,
        store: Arc<dyn Store>,
        client: Arc<dyn IssuerClient>,
    ) -> Result<OpenIdProvider, Error> {
        if self.client_id.is_empty() {
            return Err(Error::access("[access.openid] needs a client_id"));
        }
        if self.everyone.is_none() && self.claims.is_empty() {
            return Err(Error::access(
                "with [access.openid], nobody may grant anything: say everyone = \"read\", or map \
                 what a claim says to scopes",
            ));
        }
        let issuer = ExternalIssuer::new(&self.issuer, client)?;
        let secret = self.client_secret.as_ref().map(SecretSource::read).transpose()?;
        let mut provider = OpenIdProvider::new(issuer, &self.client_id, secret, store);
        if let Some(title) = &self.title {
            provider = provider.with_title(title);
        }
        for scope in &self.ask_for {
            provider = provider.with_scope(scope);
        }
        if let Some(scope) = &self.everyone {
            let everyone = ScopeMap::new(ladder.clone()).with("", [scope.as_str()])?;
            provider = provider.with_everyone(everyone.scopes_of([""]));
        }
        for (claim, names) in &self.claims {
            provider = provider.with_claim(claim, scope_map(ladder, names)?);
        }
        Ok(provider)
    }
}

fn scope_map(ladder: &ScopeLadder, names: &BTreeMap<String, String>) -> Result<ScopeMap, Error> {
    names.iter().try_fold(ScopeMap::new(ladder.clone()), |map, (name, scope)| {
        map.with(name, ScopeSet::from([scope.as_str()]))
    })
}
