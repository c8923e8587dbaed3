//! Revocation by a client (RFC 7009). A refresh token takes its whole family with it.

use http::StatusCode;
use http::request::Parts;
use serde_json::json;

use super::answer::{self, Answer};
use super::core::{Core, Formats};
use super::parameters::Parameters;
use super::refusal::Refusal;
use crate::store::{Client, Grant};

impl Core {
    /// Answers `POST /oauth/revoke`. A token that is not known, or is another client's, is answered
    /// like one that was revoked, and stays as it is.
    pub(super) async fn revoke(&self, parts: &Parts, form: &Parameters) -> Result<Answer, Refusal> {
        let client = self.authenticate(&parts.headers, form).await?;
        let token = form.required("token")?;
        let mut answer = answer::json(StatusCode::OK, &json!({}));
        if let Some(token) = Formats::hash(&self.formats.refresh_token, token) {
            if let Some((_, grant)) = self.store.refresh_token(token).await?
                && is_of(&grant, &client)
            {
                self.store.revoke_grant(&grant.id).await?;
                if let Some(subject) = &grant.subject {
                    answer = answer::with_left(answer, self.release_if_unused(subject).await);
                }
            }
        } else if let Some(token) = Formats::hash(&self.formats.access_token, token)
            && let Some((_, grant)) = self.store.access_token(token).await?
            && is_of(&grant, &client)
        {
            self.store.revoke_access_token(token).await?;
        }
        Ok(answer)
    }
}

fn is_of(grant: &Grant, client: &Client) -> bool {
    grant.client_id == client.id && grant.client_origin == client.origin
}
