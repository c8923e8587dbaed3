//! Tokens for a code (RFC 6749, section 4.1.3; RFC 7636, section 4.5).

use super::{narrowed_to_nothing, of_no_use, tokens};
use crate::authorization_server::answer::Answer;
use crate::authorization_server::authorize::fits;
use crate::authorization_server::core::{Core, Formats};
use crate::authorization_server::parameters::Parameters;
use crate::authorization_server::refusal::Refusal;
use crate::store::{AuthorizationCode, Client, Grant, GrantType, TakenCode};

impl Core {
    pub(super) async fn token_for_code(
        &self,
        client: &Client,
        form: &Parameters,
    ) -> Result<Answer, Refusal> {
        let code = form.required("code")?;
        let verifier = form.required("code_verifier")?;
        let resource = self.resource(form.all("resource"))?;
        let code = Formats::hash(&self.formats.code, code).ok_or_else(of_no_use)?;
        let now = self.now();
        let grant_expires = now + self.options.lifetimes.grant;
        let grant_id = self.grant_id()?;
        // A code is spent by whoever presents it: one that is presented wrongly is in wrong hands.
        let taken = self.store.take_code(code, grant_id.clone(), now, grant_expires).await?;
        let TakenCode::Taken(code) = taken else { return Err(of_no_use()) };
        let is_for_this = is_for(&code, client)
            && fits(verifier, &code.code_challenge)
            && is_redirect_uri_of(&code, form.get("redirect_uri"))
            && resource.is_none_or(|resource| resource == code.resource);
        if !is_for_this {
            self.store.revoke_grant(&grant_id).await?;
            return Err(of_no_use());
        }
        let grant = Grant::from_code(grant_id, &code, now, grant_expires);
        let scopes = self.scopes_now(&grant).await?.filter(|scopes| !scopes.is_empty());
        let Some(scopes) = scopes else {
            self.store.revoke_grant(&grant.id).await?;
            return Err(narrowed_to_nothing());
        };
        let access = self.new_access_token(&grant.id, scopes, now, grant_expires)?;
        let refresh = match client.grant_types.contains(&GrantType::RefreshToken) {
            true => Some(self.new_refresh_token(&grant.id, now, grant_expires)?),
            false => None,
        };
        // The code may have been replayed meanwhile: then there are no tokens.
        let kept = refresh.as_ref().map(|(_, kept)| kept);
        if !self.store.issue(&access.1, kept, now).await? {
            return Err(of_no_use());
        }
        Ok(tokens(&access, refresh.as_ref(), now))
    }
}

fn is_for(code: &AuthorizationCode, client: &Client) -> bool {
    code.client_id == client.id && code.client_origin == client.origin
}

/// Whether the client knows where the code was sent. It may leave that out only if it left it out
/// of the authorization request (RFC 6749, section 4.1.3).
fn is_redirect_uri_of(code: &AuthorizationCode, sent: Option<&str>) -> bool {
    match sent {
        Some(sent) => sent == code.redirect_uri,
        None => !code.redirect_uri_was_sent,
    }
}
