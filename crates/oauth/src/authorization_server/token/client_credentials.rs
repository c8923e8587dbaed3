//! A token for a client itself (RFC 6749, section 4.4): for machines that the operator registered.

use super::tokens;
use crate::authorization_server::answer::Answer;
use crate::authorization_server::core::Core;
use crate::authorization_server::parameters::Parameters;
use crate::authorization_server::refusal::{OAuthError, Refusal};
use crate::store::{Client, ClientOrigin, Grant};

impl Core {
    pub(super) async fn token_for_client(
        &self,
        client: &Client,
        form: &Parameters,
    ) -> Result<Answer, Refusal> {
        if client.is_public() || client.origin != ClientOrigin::Operator {
            let description = "only a client that the operator registered, with a secret or a key, \
                               gets a token for itself";
            return Err(OAuthError::unauthorized_client(description).into());
        }
        let resource = self.resource(form.all("resource"))?;
        let resource = resource.unwrap_or_else(|| self.default_resource());
        let ceiling = self.client_ceiling(client).await?;
        let scopes = match form.get("scope") {
            None => ceiling,
            Some(asked) => {
                let asked = self.requested_scopes(Some(asked))?;
                if !asked.is_subset(&ceiling) {
                    let description = "more is asked than this client may have";
                    return Err(OAuthError::invalid_scope(description).into());
                }
                asked
            }
        };
        if scopes.is_empty() {
            return Err(OAuthError::invalid_scope("this client may have no scope").into());
        }
        let now = self.now();
        let grant_id = self.grant_id()?;
        let expires = now + self.options.lifetimes.access_token;
        let access = self.new_access_token(&grant_id, scopes.clone(), now, expires)?;
        let grant = Grant::to_client(grant_id, client.id.clone(), scopes, resource, now, expires);
        self.store.put_grant(&grant, &access.1).await?;
        Ok(tokens(&access, None, now))
    }
}
