//! The token endpoint (RFC 6749, section 3.2): one file for each grant.

use http::StatusCode;
use http::request::Parts;
use mcp_protocol::auth::ScopeSet;
use serde::Serialize;

use super::answer::{self, Answer};
use super::core::Core;
use super::parameters::Parameters;
use super::refusal::{OAuthError, Refusal};
use crate::secret::Secret;
use crate::store::{Grant, GrantId, GrantType, IssuedAccessToken, IssuedRefreshToken};
use crate::time::UnixTime;

mod authorization_code;
mod client_credentials;
mod refresh;

impl Core {
    /// Answers `POST /oauth/token`.
    pub(super) async fn token(&self, parts: &Parts, form: &Parameters) -> Result<Answer, Refusal> {
        let grant_type = form.required("grant_type")?;
        let client = self.authenticate(&parts.headers, form).await?;
        let Some(grant_type) = GrantType::of(grant_type) else {
            let description = "this grant type is not known here";
            return Err(OAuthError::other("unsupported_grant_type", description).into());
        };
        if !client.grant_types.contains(&grant_type) {
            let description = "this client may not use this grant type";
            return Err(OAuthError::unauthorized_client(description).into());
        }
        match grant_type {
            GrantType::AuthorizationCode => self.token_for_code(&client, form).await,
            GrantType::RefreshToken => self.token_for_refresh_token(&client, form).await,
            GrantType::ClientCredentials => self.token_for_client(&client, form).await,
        }
    }

    /// What a grant is good for now: no more than was granted, than the client may have, and than
    /// the person may grant.
    pub(super) async fn scopes_now(&self, grant: &Grant) -> Result<Option<ScopeSet>, Refusal> {
        let Some(of_client) = self.ceiling_of_client(grant).await? else { return Ok(None) };
        let Some(of_person) = self.ceiling_of_person(grant).await? else { return Ok(None) };
        Ok(Some(self.within(&self.within(&grant.scopes, &of_client), &of_person)))
    }

    /// A new access token, and what is kept of it. It ends no later than its grant.
    fn new_access_token(
        &self,
        grant_id: &GrantId,
        scopes: ScopeSet,
        now: UnixTime,
        grant_expires: UnixTime,
    ) -> Result<(Secret, IssuedAccessToken), Refusal> {
        let secret = self.secret(&self.formats.access_token)?;
        let expires = (now + self.options.lifetimes.access_token).min(grant_expires);
        let kept = IssuedAccessToken::new(secret.hash(), grant_id.clone(), scopes, now, expires);
        Ok((secret, kept))
    }

    fn new_refresh_token(
        &self,
        grant_id: &GrantId,
        now: UnixTime,
        grant_expires: UnixTime,
    ) -> Result<(Secret, IssuedRefreshToken), Refusal> {
        let secret = self.secret(&self.formats.refresh_token)?;
        let expires = (now + self.options.lifetimes.refresh_token).min(grant_expires);
        let kept = IssuedRefreshToken::new(secret.hash(), grant_id.clone(), expires);
        Ok((secret, kept))
    }
}

/// The answer with the tokens (RFC 6749, section 5.1).
fn tokens(
    access: &(Secret, IssuedAccessToken),
    refresh: Option<&(Secret, IssuedRefreshToken)>,
    now: UnixTime,
) -> Answer {
    let (secret, kept) = access;
    let body = Tokens {
        access_token: secret.expose(),
        token_type: "Bearer",
        expires_in: kept.expires.as_secs().saturating_sub(now.as_secs()),
        refresh_token: refresh.map(|(secret, _)| secret.expose()),
        scope: kept.scopes.to_string(),
    };
    answer::json(StatusCode::OK, &body)
}

#[derive(Serialize)]
struct Tokens<'a> {
    access_token: &'a str,
    token_type: &'a str,
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    scope: String,
}

/// A code or a refresh token is of no use. One answer for all that could be wrong with it: whoever
/// tries learns nothing.
fn of_no_use() -> Refusal {
    OAuthError::invalid_grant("it is not valid, was used already, or was issued for something else")
        .into()
}

fn narrowed_to_nothing() -> Refusal {
    OAuthError::invalid_grant("what was granted cannot be granted any more").into()
}
