//! Tokens that their issuer is asked about (RFC 7662).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::Value;

use super::claims::Claims;
use super::http_client::Unreachable;
use super::issuer::ExternalIssuer;
use super::jwt::holder;
use super::metadata::{Metadata, is_trustworthy};
use super::ourselves::Ourselves;
use super::scope_map::ScopeMap;
use crate::error::Error;
use crate::secret::Secret;
use crate::time::UnixTime;
use crate::token::AccessToken;
use crate::unavailable::Unavailable;
use crate::verifier::{Refusal, Verdict, Verifier};

/// Asks an [`ExternalIssuer`] about tokens.
///
/// Such tokens have no form of their own: it recognises those with its prefix, and all of them if it
/// has none. One without stands last in a chain.
#[derive(Clone)]
pub struct IntrospectedTokens {
    issuer: ExternalIssuer,
    audiences: Vec<String>,
    scopes: ScopeMap,
    ourselves: Ourselves,
    endpoint: Option<String>,
    takes_unstated_audience: bool,
    prefix: String,
    max_age: Duration,
    answers: Arc<Mutex<Answers>>,
}

/// What was answered, by the hash of the token, and until when that counts.
type Answers = BTreeMap<[u8; 32], (Verdict, UnixTime)>;

impl IntrospectedTokens {
    /// Takes the tokens of this issuer for this resource. The issuer knows us as this client.
    pub fn new(
        issuer: ExternalIssuer,
        resource: impl Into<String>,
        scopes: ScopeMap,
        client_id: impl Into<String>,
        client_secret: Secret,
    ) -> Self {
        Self {
            issuer,
            audiences: vec![resource.into()],
            scopes,
            ourselves: Ourselves::new(client_id, Some(client_secret)),
            endpoint: None,
            takes_unstated_audience: false,
            prefix: String::new(),
            max_age: Duration::from_secs(1),
            answers: Arc::default(),
        }
    }

    /// Also takes tokens whose audience is this: some issuers have names of their own for a
    /// resource.
    #[must_use]
    pub fn with_audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// Asks at this address, where the metadata of the issuer names none.
    ///
    /// # Errors
    ///
    /// Fails unless it is an address with `https`, or with `http` on loopback.
    pub fn with_endpoint(mut self, endpoint: impl Into<String>) -> Result<Self, Error> {
        let endpoint = endpoint.into();
        if !is_trustworthy(&endpoint) {
            let why = "its introspection endpoint must be https, or http on loopback";
            return Err(Error::issuer(self.issuer.as_str(), why));
        }
        self.endpoint = Some(endpoint);
        Ok(self)
    }

    /// Takes tokens of which the issuer does not say what they are for. It must then be one that
    /// tells us of no tokens but those for us.
    #[must_use]
    pub const fn with_unstated_audience(mut self) -> Self {
        self.takes_unstated_audience = true;
        self
    }

    /// Asks only about tokens that start with this, and leaves all others to others.
    #[must_use]
    pub fn with_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Sets how long an answer counts: one second, if nothing is said. So long may a token be used
    /// after it was revoked; never after it expired.
    #[must_use]
    pub const fn with_max_age(mut self, max_age: Duration) -> Self {
        self.max_age = max_age;
        self
    }

    async fn ask(&self, token: &str, now: UnixTime) -> Result<Verdict, Unreachable> {
        let request = match &self.endpoint {
            Some(endpoint) => self.request(endpoint, None, token)?,
            None => self.request_by(&*self.issuer.metadata(now).await?, token)?,
        };
        let (status, body) = self.issuer.send(request).await?;
        let issuer = self.issuer.as_str();
        // Also where it refuses us, which says nothing of the token.
        if status != StatusCode::OK {
            let what = format!("ask {issuer} about a token: it answers {}", status.as_u16());
            return Err(Unreachable::new(what));
        }
        let unreadable = || Unreachable::new(format!("read what {issuer} says of a token"));
        let answer: Value = serde_json::from_slice(&body).map_err(|_| unreadable())?;
        match answer.get("active").and_then(Value::as_bool) {
            Some(true) => {}
            Some(false) => return Ok(Verdict::Refused(Refusal::Unknown)),
            None => return Err(unreadable()),
        }
        let kind = answer.get("token_type").and_then(Value::as_str).unwrap_or("bearer");
        if !kind.eq_ignore_ascii_case("bearer") {
            return Ok(Verdict::Refused(Refusal::Bound));
        }
        let claims: Claims = serde_json::from_value(answer).map_err(|_| unreadable())?;
        Ok(self.judge(&claims, now))
    }

    fn judge(&self, claims: &Claims, now: UnixTime) -> Verdict {
        if claims.iss.as_deref().is_some_and(|named| named != self.issuer.as_str()) {
            return Verdict::Refused(Refusal::NotGenuine);
        }
        let is_unstated = claims.aud.names().is_empty() && self.takes_unstated_audience;
        let fault =
            if is_unstated { claims.fault_of_use(now) } else { claims.fault(&self.audiences, now) };
        if let Some(fault) = fault {
            return Verdict::Refused(fault);
        }
        // Whoever acts for itself has no other name (RFC 7662, section 2.2: both are optional).
        let Some(subject) = claims.sub.as_deref().or_else(|| claims.client()) else {
            return Verdict::Refused(Refusal::NotGenuine);
        };
        let scopes = self.scopes.scopes_of(claims.texts("scope"));
        let holder = holder(&self.issuer, subject, claims, &self.scopes, scopes);
        Verdict::Accepted(holder.with_scope_names(self.scopes.scope_names()))
    }

    fn request_by(&self, metadata: &Metadata, token: &str) -> Result<Request<Bytes>, Unreachable> {
        let issuer = self.issuer.as_str();
        let endpoint = metadata.introspection_endpoint.as_deref().ok_or_else(|| {
            Unreachable::new(format!("ask {issuer} about a token: it has no endpoint for that"))
        })?;
        let methods = metadata.introspection_endpoint_auth_methods_supported.as_deref();
        self.request(endpoint, methods, token)
    }

    fn request(
        &self,
        endpoint: &str,
        methods: Option<&[String]>,
        token: &str,
    ) -> Result<Request<Bytes>, Unreachable> {
        let pairs = [("token", token), ("token_type_hint", "access_token")];
        self.ourselves.form(endpoint, methods, &pairs)
    }

    fn kept(&self, hash: &[u8; 32], now: UnixTime) -> Option<Verdict> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let (verdict, until) = answers.get(hash)?;
        (now < *until).then(|| verdict.clone())
    }

    fn keep(&self, hash: [u8; 32], verdict: &Verdict, now: UnixTime) {
        let mut until = now + self.max_age;
        if let Verdict::Accepted(holder) = verdict
            && let Some(expires) = holder.expires_at
        {
            until = until.min(UnixTime::from_secs(expires));
        }
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= MAX_KEPT {
            answers.retain(|_, (_, until)| now < *until);
        }
        if answers.len() < MAX_KEPT {
            answers.insert(hash, (verdict.clone(), until));
        }
    }
}

#[async_trait]
impl Verifier for IntrospectedTokens {
    async fn verify(&self, token: &AccessToken, now: UnixTime) -> Verdict {
        if !token.expose().starts_with(&self.prefix) {
            return Verdict::NotRecognised;
        }
        let hash = *token.hash().as_bytes();
        if let Some(verdict) = self.kept(&hash, now) {
            return verdict;
        }
        match self.ask(token.expose(), now).await {
            Ok(verdict) => {
                self.keep(hash, &verdict, now);
                verdict
            }
            Err(error) => Verdict::Unavailable(Unavailable::new(&error.to_string())),
        }
    }
}

impl fmt::Debug for IntrospectedTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntrospectedTokens")
            .field("issuer", &self.issuer)
            .field("audiences", &self.audiences)
            .field("ourselves", &self.ourselves)
            .field("endpoint", &self.endpoint)
            .field("prefix", &self.prefix)
            .field("max_age", &self.max_age)
            .finish_non_exhaustive()
    }
}

const MAX_KEPT: usize = 10_000;
