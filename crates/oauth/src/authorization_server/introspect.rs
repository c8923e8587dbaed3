//! What a token is good for, for resource servers elsewhere (RFC 7662).

use http::StatusCode;
use http::request::Parts;
use serde_json::json;

use super::answer::{self, Answer};
use super::core::{Core, Formats};
use super::parameters::Parameters;
use super::refusal::{OAuthError, Refusal};
use crate::scope::intersection;
use crate::store::{Client, Grant, IssuedAccessToken};

impl Core {
    /// Answers `POST /oauth/introspect`. A client learns of its own tokens, and a resource server
    /// of those for its resources; for all others there is no such token.
    pub(super) async fn introspect(
        &self,
        parts: &Parts,
        form: &Parameters,
    ) -> Result<Answer, Refusal> {
        let client = self.authenticate(&parts.headers, form).await?;
        if client.is_public() {
            let description = "only clients with a secret or a key may ask about tokens";
            return Err(OAuthError::unauthorized_client(description).into());
        }
        let token = form.required("token")?;
        let known = match Formats::hash(&self.formats.access_token, token) {
            Some(hash) => self.store.access_token(hash).await?,
            None => None,
        };
        let seen = known.filter(|(_, grant)| {
            let is_own = grant.client_id == client.id && grant.client_origin == client.origin;
            is_own || may_ask_about(&client, grant)
        });
        let body = match seen {
            Some((token, grant)) => self.description(&token, &grant).await?,
            None => None,
        };
        let body = body.unwrap_or_else(|| json!({ "active": false }));
        Ok(answer::json(StatusCode::OK, &body))
    }

    async fn description(
        &self,
        token: &IssuedAccessToken,
        grant: &Grant,
    ) -> Result<Option<serde_json::Value>, Refusal> {
        let now = self.now();
        if token.expires <= now || !grant.is_live(now) {
            return Ok(None);
        }
        let Some(scopes) = self.scopes_now(grant).await? else { return Ok(None) };
        let scopes = intersection(&token.scopes, &scopes);
        if scopes.is_empty() {
            return Ok(None);
        }
        Ok(Some(json!({
            "active": true,
            "scope": scopes.to_string(),
            "client_id": grant.client_id.as_str(),
            "sub": subject_of(grant),
            "aud": grant.resource,
            "iss": self.issuer.as_str(),
            "token_type": "Bearer",
            "iat": token.created.as_secs(),
            "exp": token.expires.as_secs(),
        })))
    }
}

/// Who acts with the tokens of a grant.
pub(super) fn subject_of(grant: &Grant) -> String {
    match &grant.subject {
        Some(subject) => subject.to_string(),
        None => format!("client:{}", grant.client_id),
    }
}

fn may_ask_about(client: &Client, grant: &Grant) -> bool {
    client.introspects.contains(&grant.resource)
}
