//! Tokens that are signed (RFC 9068).

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mcp_protocol::auth::AuthInfo;
use serde::Deserialize;

use super::claims::Claims;
use super::issuer::ExternalIssuer;
use super::scope_map::ScopeMap;
use crate::jws::Header;
use crate::time::UnixTime;
use crate::token::AccessToken;
use crate::unavailable::Unavailable;
use crate::verifier::{Refusal, Verdict, Verifier};

/// Checks the signed tokens of an [`ExternalIssuer`].
///
/// It recognises a JSON Web Token by its form and the issuer that it names; those of other issuers
/// are for others.
#[derive(Clone, Debug)]
pub struct JwtTokens {
    issuer: ExternalIssuer,
    audiences: Vec<String>,
    scopes: ScopeMap,
    /// Where roles and groups are, beside the scopes.
    role_claims: Vec<String>,
    takes_any_type: bool,
}

impl JwtTokens {
    /// Takes the tokens of this issuer for this resource.
    pub fn new(issuer: ExternalIssuer, resource: impl Into<String>, scopes: ScopeMap) -> Self {
        Self {
            issuer,
            audiences: vec![resource.into()],
            scopes,
            role_claims: Vec::new(),
            takes_any_type: false,
        }
    }

    /// Also takes tokens whose audience is this: some issuers have names of their own for a
    /// resource.
    #[must_use]
    pub fn with_audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// Also reads scopes from this claim, as of roles or groups; `a.b` is `b` in `a`.
    #[must_use]
    pub fn with_scope_claim(mut self, claim: impl Into<String>) -> Self {
        self.role_claims.push(claim.into());
        self
    }

    /// Takes tokens that do not say that they are access tokens (`typ`: `at+jwt`). With an issuer
    /// whose other tokens have the same audience, those would be taken, too.
    #[must_use]
    pub const fn with_any_type(mut self) -> Self {
        self.takes_any_type = true;
        self
    }

    fn judge(&self, claims: &Claims, now: UnixTime) -> Verdict {
        // What has no end, or nobody, is no access token (RFC 9068, section 2.2).
        let (Some(subject), Some(_)) = (&claims.sub, claims.exp) else {
            return Verdict::Refused(Refusal::NotGenuine);
        };
        if claims.iss.as_deref() != Some(self.issuer.as_str()) {
            return Verdict::Refused(Refusal::NotGenuine);
        }
        if let Some(fault) = claims.fault(&self.audiences, now) {
            return Verdict::Refused(fault);
        }
        let role_claims = self.role_claims.iter().map(String::as_str);
        let names = SCOPE_CLAIMS.into_iter().chain(role_claims);
        let names = names.flat_map(|claim| claims.texts(claim));
        let scopes = self.scopes.scopes_of(names);
        let holder = holder(&self.issuer, subject, claims, &self.scopes, scopes);
        // Roles and groups are nothing that a client could ask for.
        Verdict::Accepted(match self.role_claims.is_empty() {
            true => holder.with_scope_names(self.scopes.scope_names()),
            false => holder,
        })
    }

    fn is_access_token(&self, token_type: Option<&str>) -> bool {
        let is_named = |name: &str| token_type.is_some_and(|kind| kind.eq_ignore_ascii_case(name));
        let is_other = || token_type.is_some() && !is_named("JWT");
        is_named("at+jwt") || is_named("application/at+jwt") || self.takes_any_type && !is_other()
    }
}

#[async_trait]
impl Verifier for JwtTokens {
    async fn verify(&self, token: &AccessToken, now: UnixTime) -> Verdict {
        let token = token.expose();
        if named_issuer(token).is_none_or(|named| named != self.issuer.as_str()) {
            return Verdict::NotRecognised;
        }
        let header = match Header::of(token) {
            Some(header) if self.is_access_token(header.token_type.as_deref()) => header,
            _ => return Verdict::Refused(Refusal::NotGenuine),
        };
        let claims = |keys: &[u8]| header.claims::<Claims>(token, keys);
        match self.issuer.with_keys(now, claims).await {
            Ok(Some(claims)) => self.judge(&claims, now),
            Ok(None) => Verdict::Refused(Refusal::NotGenuine),
            Err(error) => Verdict::Unavailable(Unavailable::new(&error.to_string())),
        }
    }
}

/// Who holds a token of an issuer. The same name is another's with another issuer.
pub(super) fn holder(
    issuer: &ExternalIssuer,
    subject: &str,
    claims: &Claims,
    map: &ScopeMap,
    scopes: mcp_protocol::auth::ScopeSet,
) -> AuthInfo {
    let mut holder = AuthInfo::new(format!("{}#{subject}", issuer.as_str()))
        .with_scopes(scopes)
        .with_obtainable(map.most());
    holder.expires_at = claims.exp.map(|exp| exp as u64);
    match claims.client() {
        Some(client) => holder.with_client_id(client),
        None => holder,
    }
}

/// The issuer that a token names, if it has the form of a JSON Web Token. Nothing of it is
/// believed yet.
fn named_issuer(token: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        iss: String,
    }
    let mut parts = token.split('.');
    let (Some(_), Some(claims), Some(_), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    let claims = URL_SAFE_NO_PAD.decode(claims).ok()?;
    serde_json::from_slice(&claims).ok().map(|named: Named| named.iss)
}

/// Where issuers put the scopes that a client asked for.
const SCOPE_CLAIMS: [&str; 2] = ["scope", "scp"];
