//! People who sign in with an OpenID provider (OpenID Connect Core 1.0, section 3.1).

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use mcp_protocol::auth::ScopeSet;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Attempt, BroughtBack, Person, ResourceOwner, SignInError, Visit, Way};
use crate::authorization_server::Unavailable;
use crate::external::{Claims, ExternalIssuer, Metadata, Ourselves, ScopeMap, Unreachable};
use crate::jws::Header;
use crate::secret::Secret;
use crate::store::{SealedCredential, Store, StoreError, Subject};
use crate::time::UnixTime;
use crate::token::TokenHash;

/// The people of an OpenID provider, who sign in there: authorization code, PKCE, nonce.
///
/// What a person may grant is what everyone may who signs in, and what the provider's claims about
/// them are mapped to. It is kept in the store until they sign in again; whoever is forgotten there
/// ([`Store::remove_credential`]) is nobody here.
#[derive(Clone)]
pub struct OpenIdProvider {
    issuer: ExternalIssuer,
    ourselves: Ourselves,
    store: Arc<dyn Store>,
    title: String,
    scopes: Vec<String>,
    everyone: ScopeSet,
    claims: Vec<(String, ScopeMap)>,
}

impl OpenIdProvider {
    /// The people of this provider, to which we are this client. Its redirect URI is the path
    /// `/oauth/callback` below our issuer. Nobody may grant anything yet.
    pub fn new(
        issuer: ExternalIssuer,
        client_id: impl Into<String>,
        client_secret: Option<Secret>,
        store: Arc<dyn Store>,
    ) -> Self {
        let host = Url::parse(issuer.as_str()).ok();
        let host = host.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        Self {
            issuer,
            ourselves: Ourselves::new(client_id, client_secret),
            store,
            title: format!("With your account at {host}"),
            scopes: ["openid", "profile"].map(str::to_owned).to_vec(),
            everyone: ScopeSet::new(),
            claims: Vec::new(),
        }
    }

    /// Sets what the way is called on the sign-in page.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Asks the provider for this scope, too.
    #[must_use]
    pub fn with_scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes.push(scope.into());
        self
    }

    /// Lets everyone grant these who signs in there.
    #[must_use]
    pub fn with_everyone(mut self, scopes: impl Into<ScopeSet>) -> Self {
        self.everyone = scopes.into();
        self
    }

    /// Lets people grant what a claim says of them, as of groups or roles; `a.b` is `b` in `a`.
    #[must_use]
    pub fn with_claim(mut self, claim: impl Into<String>, scopes: ScopeMap) -> Self {
        self.claims.push((claim.into(), scopes));
        self
    }

    /// Exchanges the code for the ID token.
    async fn id_token(
        &self,
        metadata: &Metadata,
        visit: &Visit,
        code: &Secret,
    ) -> Result<Result<String, StatusCode>, Unreachable> {
        let issuer = self.issuer.as_str();
        let endpoint = metadata.token_endpoint.as_deref().ok_or_else(|| {
            Unreachable::new(format!("exchange a code at {issuer}: it has no token endpoint"))
        })?;
        let pairs = [
            ("grant_type", "authorization_code"),
            ("code", code.expose()),
            ("redirect_uri", &visit.redirect_uri),
            ("code_verifier", visit.code_verifier.expose()),
        ];
        let methods = metadata.token_endpoint_auth_methods_supported.as_deref();
        let request = self.ourselves.form(endpoint, methods, &pairs)?;
        let (status, body) = self.issuer.send(request).await?;
        if status.is_client_error() {
            return Ok(Err(status));
        }
        let answer: TokenAnswer = serde_json::from_slice(&body).map_err(|_| {
            Unreachable::new(format!("exchange a code at {issuer}: there is no ID token"))
        })?;
        Ok(Ok(answer.id_token))
    }

    /// The claims of an ID token that is of this visit (OpenID Connect Core, section 3.1.3.7).
    async fn claims(&self, visit: &Visit, id_token: &str) -> Result<Option<Claims>, Unreachable> {
        let Some(header) = Header::of(id_token) else { return Ok(None) };
        let claims = |keys: &[u8]| header.claims::<Claims>(id_token, keys);
        let Some(claims) = self.issuer.with_keys(visit.now, claims).await? else { return Ok(None) };
        let names = claims.aud.names();
        let is_for_us = names.contains(&self.ourselves.id)
            && (names.len() == 1 || claims.azp.is_some())
            && claims.azp.as_ref().is_none_or(|azp| *azp == self.ourselves.id);
        let is_of_visit =
            claims.text("nonce").is_some_and(|nonce| TokenHash::of(nonce) == visit.nonce.hash());
        let is_good = claims.iss.as_deref() == Some(self.issuer.as_str())
            && is_for_us
            && is_of_visit
            && claims.exp.is_some()
            && claims.fault_of_time(visit.now).is_none();
        Ok(is_good.then_some(claims))
    }

    /// What this person may grant, as the provider says now.
    fn scopes_of(&self, claims: &Claims) -> ScopeSet {
        let mut scopes = self.everyone.clone();
        for (claim, map) in &self.claims {
            scopes.extend(map.scopes_of(claims.texts(claim)).iter());
        }
        scopes
    }

    async fn forget(&self, subject: &Subject) -> Result<(), StoreError> {
        match self.store.credential(subject).await? {
            Some(kept) => self.store.remove_credential(subject, &kept).await.map(drop),
            None => Ok(()),
        }
    }

    fn prefix(&self) -> String {
        format!("{}#", self.issuer.as_str())
    }
}

#[async_trait]
impl ResourceOwner for OpenIdProvider {
    fn ways(&self) -> Vec<Way> {
        vec![Way::elsewhere(WAY, self.title.clone())]
    }

    async fn sign_in(&self, _: &Attempt) -> Result<Person, SignInError> {
        Err(SignInError::Wrong("Sign in with the provider.".to_owned()))
    }

    async fn send_elsewhere(&self, visit: &Visit) -> Result<String, Unavailable> {
        let metadata =
            self.issuer.metadata(visit.now).await.map_err(|error| unavailable(&error))?;
        let endpoint = metadata.authorization_endpoint.as_deref();
        let mut url = endpoint.and_then(|endpoint| Url::parse(endpoint).ok()).ok_or_else(|| {
            let issuer = self.issuer.as_str();
            Unavailable::new(&format!(
                "send a person to {issuer}: it has no authorization endpoint"
            ))
        })?;
        let challenge = URL_SAFE_NO_PAD.encode(visit.code_verifier.hash().as_bytes());
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.ourselves.id)
            .append_pair("redirect_uri", &visit.redirect_uri)
            .append_pair("scope", &self.scopes.join(" "))
            .append_pair("state", visit.state.expose())
            .append_pair("nonce", visit.nonce.expose())
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        Ok(url.into())
    }

    async fn welcome_back(
        &self,
        visit: &Visit,
        brought: &BroughtBack,
    ) -> Result<Person, SignInError> {
        let metadata = self.issuer.metadata(visit.now).await.map_err(|error| failed(&error))?;
        // An answer of another issuer must not bring its code here (RFC 9207, section 2.4).
        let is_ours = match &brought.issuer {
            Some(named) => named == self.issuer.as_str(),
            None => !metadata.authorization_response_iss_parameter_supported,
        };
        if !is_ours {
            return Err(SignInError::Wrong("The answer came from another provider.".to_owned()));
        }
        let Some(code) = brought.code.as_ref().filter(|_| brought.error.is_none()) else {
            return Err(SignInError::Wrong("The provider did not sign you in.".to_owned()));
        };
        let not_proved = || {
            let text = "What the provider says does not prove who you are. Please try again.";
            SignInError::Wrong(text.to_owned())
        };
        let id_token =
            self.id_token(&metadata, visit, code).await.map_err(|error| failed(&error))?;
        let id_token = id_token.map_err(|_| not_proved())?;
        let claims = self.claims(visit, &id_token).await.map_err(|error| failed(&error))?;
        let claims = claims.ok_or_else(not_proved)?;
        let named = claims.sub.as_deref().filter(|name| !name.is_empty() && name.len() <= 255);
        let named = named.ok_or_else(not_proved)?;
        let subject = Subject::new(format!("{}{named}", self.prefix()));
        let scopes = self.scopes_of(&claims);
        if scopes.is_empty() {
            // What they granted when they might do more ends with it.
            self.forget(&subject).await.map_err(|error| failed(&error))?;
            let text = "You are known there, but may do nothing here. Ask the operator.";
            return Err(SignInError::Wrong(text.to_owned()));
        }
        let kept = Kept { scopes: scopes.to_string(), since: visit.now };
        let kept = serde_json::to_vec(&kept).map_err(|error| failed(&error))?;
        let names = ["preferred_username", "name", "email"];
        let name = names.iter().find_map(|name| claims.text(name)).unwrap_or(named);
        let name: String = name.chars().filter(|c| !c.is_control()).take(80).collect();
        Ok(Person::new(subject.as_str(), name).with_keep(SealedCredential::new(kept)))
    }

    async fn ceiling(&self, subject: &Subject) -> Result<Option<ScopeSet>, Unavailable> {
        if !subject.as_str().starts_with(&self.prefix()) {
            return Ok(None);
        }
        let kept = self.store.credential(subject).await;
        let kept = kept.map_err(|error| Unavailable::new(&error.to_string()))?;
        let kept = kept.and_then(|kept| serde_json::from_slice::<Kept>(kept.as_bytes()).ok());
        Ok(kept.map(|kept| kept.scopes.split_ascii_whitespace().collect()))
    }
}

impl fmt::Debug for OpenIdProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenIdProvider")
            .field("issuer", &self.issuer)
            .field("ourselves", &self.ourselves)
            .field("scopes", &self.scopes)
            .field("everyone", &self.everyone)
            .field("claims", &self.claims)
            .finish_non_exhaustive()
    }
}

/// What is kept of a person: nothing secret.
#[derive(Serialize, Deserialize)]
struct Kept {
    scopes: String,
    since: UnixTime,
}

#[derive(Deserialize)]
struct TokenAnswer {
    id_token: String,
}

fn unavailable(error: &dyn fmt::Display) -> Unavailable {
    Unavailable::new(&error.to_string())
}

fn failed(error: &dyn fmt::Display) -> SignInError {
    SignInError::Unavailable(unavailable(error))
}

const WAY: &str = "openid";
