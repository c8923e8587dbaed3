//! New tokens for a refresh token, which is spent (RFC 6749, section 6; RFC 9700, section 4.14).

use super::{narrowed_to_nothing, of_no_use, tokens};
use crate::authorization_server::answer::Answer;
use crate::authorization_server::core::{Core, Formats};
use crate::authorization_server::parameters::Parameters;
use crate::authorization_server::refusal::{OAuthError, Refusal};
use crate::scope::intersection;
use crate::store::{Client, Rotation};

impl Core {
    pub(super) async fn token_for_refresh_token(
        &self,
        client: &Client,
        form: &Parameters,
    ) -> Result<Answer, Refusal> {
        let presented = form.required("refresh_token")?;
        let resource = self.resource(form.all("resource"))?;
        let presented =
            Formats::hash(&self.formats.refresh_token, presented).ok_or_else(of_no_use)?;
        let kept = self.store.refresh_token(presented).await?;
        let (_, grant) = kept.ok_or_else(of_no_use)?;
        let now = self.now();
        let is_for_this = grant.client_id == client.id
            && grant.client_origin == client.origin
            && grant.is_live(now);
        if !is_for_this {
            return Err(of_no_use());
        }
        if resource.is_some_and(|resource| resource != grant.resource) {
            let description = "the refresh token was issued for another resource";
            return Err(OAuthError::invalid_target(description).into());
        }
        let scopes = self.scopes_now(&grant).await?;
        let mut scopes =
            scopes.filter(|scopes| !scopes.is_empty()).ok_or_else(narrowed_to_nothing)?;
        if let Some(asked) = form.get("scope") {
            let asked = self.requested_scopes(Some(asked))?;
            if !asked.is_subset(&grant.scopes) {
                return Err(OAuthError::invalid_scope("more is asked than was granted").into());
            }
            scopes = intersection(&scopes, &asked);
            if scopes.is_empty() {
                return Err(narrowed_to_nothing());
            }
        }
        let access = self.new_access_token(&grant.id, scopes, now, grant.expires)?;
        let refresh = self.new_refresh_token(&grant.id, now, grant.expires)?;
        let grace = self.options.lifetimes.refresh_grace;
        let rotation =
            self.store.rotate_refresh_token(presented, &access.1, &refresh.1, now, grace).await?;
        match rotation {
            Rotation::Rotated => Ok(tokens(&access, Some(&refresh), now)),
            Rotation::Reused | Rotation::Dead => Err(of_no_use()),
        }
    }
}
