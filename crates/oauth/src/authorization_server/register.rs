//! Clients that register themselves (RFC 7591). It is off unless the operator opens it, and a
//! client that registered itself gets nothing without a person.

use std::time::Duration;

use http::StatusCode;
use mcp_protocol::auth::ScopeSet;
use serde_json::{Value, json};

use super::answer::{self, Answer};
use super::clients::ClientMetadata;
use super::core::Core;
use super::redirect_uri::RedirectUri;
use super::refusal::{OAuthError, Refusal};
use crate::secret::Secret;
use crate::store::{Client, ClientAuthentication, ClientOrigin, GrantType};

impl Core {
    /// Answers `POST /oauth/register`.
    pub(super) async fn register(&self, body: &[u8]) -> Result<Answer, Refusal> {
        let these = self.unregistered();
        let Some((these, bounds)) = these.and_then(|these| Some((these, these.dynamic?))) else {
            let error =
                OAuthError::other("access_denied", "clients do not register themselves here");
            return Err(OAuthError { status: StatusCode::NOT_FOUND, ..error }.into());
        };
        let not_one = || metadata_error("the body is no description of a client");
        let metadata = ClientMetadata::parse(body).ok_or_else(not_one)?;
        if metadata
            .response_types
            .as_ref()
            .is_some_and(|types| !types.iter().any(|name| name == "code"))
        {
            return Err(metadata_error("response_types must have code").into());
        }
        let redirect_uris: Vec<String> = metadata
            .usable_redirect_uris()
            .into_iter()
            .filter(|uri| {
                let uri = RedirectUri::parse(uri);
                uri.is_ok_and(|uri| self.redirect_hosts.iter().any(|host| host.admits(&uri)))
            })
            .collect();
        if redirect_uris.is_empty() {
            let description = "no redirect URI is one that this server sends people to";
            return Err(OAuthError::other("invalid_redirect_uri", description).into());
        }
        let grant_types = metadata.usable_grant_types();
        if !grant_types.contains(&GrantType::AuthorizationCode) {
            return Err(metadata_error("grant_types must have authorization_code").into());
        }
        let (authentication, secret) = self.authentication(&metadata)?;
        self.bound("register", bounds.max_per_hour, Duration::from_secs(3600)).await?;

        let now = self.now();
        let name =
            metadata.display_name().unwrap_or_else(|| "An application without a name".to_owned());
        let client = Client::new(self.dynamic_client_id()?.as_str(), name, now)
            .with_origin(ClientOrigin::Dynamic)
            .with_authentication(authentication)
            .with_redirect_uris(redirect_uris)
            .with_grant_types(grant_types)
            .with_max_scopes(these.max_scopes.clone())
            .with_expiry(now + bounds.unused_for);
        if !self.store.register_client(&client, bounds.max_clients, now).await? {
            return Err(Refusal::TooMany(bounds.unused_for.as_secs().min(3600)));
        }
        let scopes = self.client_ceiling(&client).await?;
        let body = registration(&client, &scopes, &metadata, secret.as_ref());
        Ok(answer::json(StatusCode::CREATED, &body))
    }

    fn authentication(
        &self,
        metadata: &ClientMetadata,
    ) -> Result<(ClientAuthentication, Option<Secret>), Refusal> {
        match metadata.token_endpoint_auth_method.as_deref() {
            Some("none") => Ok((ClientAuthentication::None, None)),
            // RFC 7591, section 2: the default is the secret in the header.
            None | Some("client_secret_basic" | "client_secret_post") => {
                let secret = self.secret(&self.formats.client_secret)?;
                Ok((ClientAuthentication::Secret { sha256: secret.hash() }, Some(secret)))
            }
            Some("private_key_jwt") if self.takes_assertions() => {
                let authentication = metadata.key_source().map_err(metadata_error)?;
                Ok((authentication, None))
            }
            Some(_) => Err(metadata_error("token_endpoint_auth_method is not known here").into()),
        }
    }
}

/// What the client is told (RFC 7591, section 3.2.1): what was kept of what it said.
fn registration(
    client: &Client,
    scopes: &ScopeSet,
    metadata: &ClientMetadata,
    secret: Option<&Secret>,
) -> Value {
    let method = metadata.token_endpoint_auth_method.as_deref().unwrap_or("client_secret_basic");
    let grant_types: Vec<&str> = client.grant_types.iter().map(|kind| kind.as_str()).collect();
    let mut body = json!({
        "client_id": client.id.as_str(),
        "client_id_issued_at": client.created.as_secs(),
        "client_name": client.name,
        "redirect_uris": client.redirect_uris,
        "grant_types": grant_types,
        "response_types": ["code"],
        "token_endpoint_auth_method": method,
        "scope": scopes.to_string(),
    });
    if let (Some(secret), Some(body)) = (secret, body.as_object_mut()) {
        body.insert("client_secret".to_owned(), secret.expose().into());
        body.insert("client_secret_expires_at".to_owned(), 0.into());
    }
    body
}

fn metadata_error(description: &'static str) -> OAuthError {
    OAuthError::other("invalid_client_metadata", description)
}
