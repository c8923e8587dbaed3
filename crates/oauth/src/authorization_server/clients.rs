//! Who a client is: registered by the operator, self-registered, described by a document, or known
//! by nothing but where its answers go.

use mcp_protocol::auth::ScopeSet;

use super::core::Core;
use super::redirect_uri::RedirectUri;
use super::refusal::{PersonError, Refusal};
use crate::store::{Client, ClientId, ClientOrigin, Grant, Limited, Subject};

mod address;
mod built_in;
mod documents;
mod fetch;
#[cfg(feature = "private-key-jwt")]
mod keys;
mod metadata;

pub(super) use documents::{Documents, is_document_id};
pub use fetch::{DocumentRequest, DocumentResponse, FetchError, Fetcher, Resolver};
pub(super) use metadata::ClientMetadata;

impl Core {
    /// The client of this name, as it is known now. The document of one that is described by one is
    /// fetched where it is needed.
    pub(super) async fn client(&self, id: &str) -> Result<Option<Client>, Refusal> {
        if id.len() > MAX_ID_BYTES {
            return Ok(None);
        }
        let id = ClientId::new(id);
        let known = self.known_client(&id).await?;
        let now = self.now();
        match known {
            Some(client) if client.origin != ClientOrigin::MetadataDocument => Ok(Some(client)),
            _ if is_document_id(id.as_str()) => self.described_client(&id, known, now).await,
            _ => Ok(self.unnamed_client(&id)),
        }
    }

    /// The client of this name that is written down somewhere.
    async fn known_client(&self, id: &ClientId) -> Result<Option<Client>, Refusal> {
        if let Some(client) = self.options.clients.iter().find(|client| client.id == *id) {
            return Ok(Some(client.clone()));
        }
        let stored = self.store.client(id).await?;
        Ok(stored.filter(|client| {
            client.origin != ClientOrigin::Dynamic
                || self.unregistered().is_some_and(|these| these.dynamic.is_some())
        }))
    }

    /// A public client of any name, where such are let in.
    fn unnamed_client(&self, id: &ClientId) -> Option<Client> {
        let these = self.unregistered().filter(|these| these.any_name)?;
        // A client that registered itself and was forgotten must learn of it.
        if Self::is_dynamic_client_id(id.as_str()) || id.as_str().contains(':') {
            return None;
        }
        let client = Client::new(id.as_str(), metadata::display_name(id.as_str()), self.now())
            .with_origin(ClientOrigin::Unregistered)
            .with_max_scopes(these.max_scopes.clone());
        Some(client)
    }

    /// The most that a client can be granted now.
    pub(super) async fn client_ceiling(&self, client: &Client) -> Result<ScopeSet, Refusal> {
        let own = self.expand(&client.max_scopes);
        let most = match client.origin {
            ClientOrigin::Operator => own,
            _ => match self.unregistered() {
                Some(these) => self.within(&own, &these.max_scopes),
                None => ScopeSet::new(),
            },
        };
        self.limited(most, &Limited::Client(client.id.clone())).await
    }

    /// The most that a person may grant now at a resource, expanded; `None` if they are gone, or
    /// are none of its people.
    pub(super) async fn person_ceiling(
        &self,
        subject: &Subject,
        resource: &str,
    ) -> Result<Option<ScopeSet>, Refusal> {
        if !self.owner.is_for(subject, resource) {
            return Ok(None);
        }
        let Some(ceiling) = self.owner.ceiling(subject).await? else { return Ok(None) };
        let most = self.expand(&ceiling);
        self.limited(most, &Limited::Person(subject.clone())).await.map(Some)
    }

    /// What the operator leaves of these scopes.
    async fn limited(&self, most: ScopeSet, of: &Limited) -> Result<ScopeSet, Refusal> {
        let limit = self.store.limit(of).await?;
        Ok(limit.map_or(most.clone(), |limit| self.within(&most, &limit)))
    }

    /// The most that the client of a grant can be granted now; `None` if there is no such client
    /// any more. Nothing is fetched.
    pub(super) async fn ceiling_of_client(
        &self,
        grant: &Grant,
    ) -> Result<Option<ScopeSet>, Refusal> {
        let known = self.known_client(&grant.client_id).await?;
        let client = match known {
            Some(client) => Some(client),
            None => self.unnamed_client(&grant.client_id),
        };
        let client = client.filter(|client| client.origin == grant.client_origin);
        let is_let_in = |client: &Client| match client.origin {
            ClientOrigin::MetadataDocument => {
                self.unregistered().is_some_and(|these| these.metadata_documents)
            }
            _ => true,
        };
        match client.filter(is_let_in) {
            Some(client) => self.client_ceiling(&client).await.map(Some),
            None => Ok(None),
        }
    }

    /// The most that the person of a grant may grant now, expanded; `None` if they are gone. A
    /// client's own token has no person, and is bounded by the client alone.
    pub(super) async fn ceiling_of_person(
        &self,
        grant: &Grant,
    ) -> Result<Option<ScopeSet>, Refusal> {
        match &grant.subject {
            Some(subject) => self.person_ceiling(subject, &grant.resource).await,
            None => Ok(Some(self.ladder().scopes().iter().cloned().collect())),
        }
    }

    /// Where to send the answer: the address that was asked for, if the client may use it.
    pub(super) fn redirect_uri(
        &self,
        client: &Client,
        asked: Option<&str>,
    ) -> Result<RedirectUri, PersonError> {
        let refused = |text: String| PersonError::new(TITLE, text);
        let asked = match (asked, client.redirect_uris.as_slice()) {
            (Some(asked), _) => asked,
            (None, [only]) => only,
            (None, _) => {
                return Err(refused("The application did not say where to return to.".to_owned()));
            }
        };
        let uri = RedirectUri::parse(asked).map_err(|why| {
            refused(format!(
                "The address that the application wants to return to cannot be used: {why}."
            ))
        })?;
        let is_listed = client.redirect_uris.iter().any(|registered| uri.matches(registered));
        let is_admitted = self.redirect_hosts.iter().any(|pattern| pattern.admits(&uri));
        let may = match client.origin {
            ClientOrigin::Operator => is_listed,
            ClientOrigin::MetadataDocument | ClientOrigin::Dynamic => is_listed && is_admitted,
            ClientOrigin::Unregistered => is_admitted,
        };
        if may {
            Ok(uri)
        } else if is_listed {
            let host = uri.host();
            Err(refused(format!(
                "This server sends nobody to {host}: ask its operator to allow it."
            )))
        } else {
            Err(refused(
                "The application wants to return to an address that is not its own.".to_owned(),
            ))
        }
    }
}

const TITLE: &str = "This request cannot be trusted";

/// As long as an address may be.
const MAX_ID_BYTES: usize = 1024;
