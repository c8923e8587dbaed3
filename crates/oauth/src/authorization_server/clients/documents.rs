//! Clients whose name is the address of a document that describes them
//! (OAuth Client ID Metadata Document).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use url::Url;

use super::address::{is_document_address, is_public};
use super::built_in;
use super::fetch::{DocumentRequest, FetchError, Fetcher, Resolver};
use super::metadata::ClientMetadata;
use crate::authorization_server::core::Core;
use crate::authorization_server::refusal::{PersonError, Refusal};
use crate::store::{Client, ClientAuthentication, ClientId, ClientOrigin};
use crate::time::UnixTime;

/// What documents are fetched with.
#[derive(Clone)]
pub(in crate::authorization_server) struct Documents {
    resolver: Arc<dyn Resolver>,
    fetcher: Arc<dyn Fetcher>,
    #[cfg(feature = "private-key-jwt")]
    keys: Arc<super::keys::Keys>,
}

/// Whether a client of this name is described by a document.
pub(in crate::authorization_server) fn is_document_id(id: &str) -> bool {
    is_document_address(id)
}

impl Core {
    /// The client that a document describes: as it was when it was last fetched, or as it is now.
    pub(super) async fn described_client(
        &self,
        id: &ClientId,
        kept: Option<Client>,
        now: UnixTime,
    ) -> Result<Option<Client>, Refusal> {
        let these = self.unregistered().filter(|these| these.metadata_documents);
        let (Some(these), Some(documents)) = (these, &self.documents) else { return Ok(None) };
        if let Some(kept) = &kept
            && kept.expires.is_some_and(|expires| now < expires)
        {
            return Ok(Some(kept.clone()));
        }
        let fetched = match self.bound("document", MAX_PER_MINUTE, MINUTE).await {
            Ok(()) => documents
                .fetch(id.as_str())
                .await
                .map_err(|error| unreadable(id, &format!("failed to {error}")).into()),
            Err(refusal) => Err(refusal),
        };
        let (document, fresh_for) = match (fetched, kept) {
            (Ok(fetched), _) => fetched,
            // What was fetched before is better than a copy, and a copy better than nothing.
            (Err(_), Some(kept)) => return Ok(Some(kept)),
            (Err(refusal), None) => match built_in::document(id.as_str()) {
                Some(document) => (Bytes::from_static(document.as_bytes()), MIN_FRESH),
                None => return Err(refusal),
            },
        };
        let described = described(id, &document, now).map_err(|why| unreadable(id, why))?;
        let client =
            described.with_max_scopes(these.max_scopes.clone()).with_expiry(now + fresh_for);
        self.store.put_client(&client).await?;
        Ok(Some(client))
    }
}

impl Documents {
    pub(in crate::authorization_server) fn new(
        resolver: Arc<dyn Resolver>,
        fetcher: Arc<dyn Fetcher>,
    ) -> Self {
        Self {
            resolver,
            fetcher,
            #[cfg(feature = "private-key-jwt")]
            keys: Arc::default(),
        }
    }

    /// The keys that were fetched before.
    #[cfg(feature = "private-key-jwt")]
    pub(in crate::authorization_server) fn keys(&self) -> &super::keys::Keys {
        &self.keys
    }

    /// Fetches JSON from the public internet, and says how long it is fresh.
    pub(in crate::authorization_server) async fn fetch(
        &self,
        url: &str,
    ) -> Result<(Bytes, Duration), FetchError> {
        let refused = |why: &str| FetchError::new(why);
        if !is_document_address(url) {
            return Err(refused("fetch it: its address is not one that would be fetched"));
        }
        let parsed = Url::parse(url).map_err(|_| refused("fetch it: it has no address"))?;
        let host = parsed.host_str().unwrap_or_default().to_owned();
        let addresses = self.resolver.resolve(&host).await?;
        // One address that is not public gives the others away: the next answer may be that one.
        if !addresses.iter().all(|address| is_public(*address)) {
            return Err(refused("fetch it: its host is not on the public internet"));
        }
        let Some(address) = addresses.first() else {
            return Err(refused("fetch it: its host has no address"));
        };
        let address = SocketAddr::new(*address, 443);
        let request = DocumentRequest::new(url, host, address, MAX_BYTES, TIMEOUT);
        let response = self.fetcher.fetch(&request).await?;
        if response.status != StatusCode::OK {
            return Err(FetchError::new(format!(
                "fetch it: its host answers {}",
                response.status.as_u16()
            )));
        }
        if response.body.len() > MAX_BYTES {
            return Err(refused("fetch it: it is too long"));
        }
        if !is_json(&response.headers) {
            return Err(refused("fetch it: it is no JSON"));
        }
        Ok((response.body, fresh_for(&response.headers)))
    }
}

fn described(id: &ClientId, document: &[u8], now: UnixTime) -> Result<Client, &'static str> {
    let metadata = ClientMetadata::parse(document).ok_or("it is no description of a client")?;
    if metadata.client_id.as_deref() != Some(id.as_str()) {
        return Err("it describes another client");
    }
    let name = metadata.display_name().ok_or("it does not say what the client is called")?;
    let redirect_uris = metadata.usable_redirect_uris();
    if redirect_uris.is_empty() {
        return Err("it lists no redirect URI that could be used");
    }
    let authentication = match metadata.token_endpoint_auth_method.as_deref() {
        None | Some("none") => ClientAuthentication::None,
        Some("private_key_jwt") => metadata.key_source()?,
        Some(_) => return Err("a document that all can read cannot go with a shared secret"),
    };
    let client = Client::new(id.as_str(), name, now)
        .with_origin(ClientOrigin::MetadataDocument)
        .with_redirect_uris(redirect_uris)
        .with_grant_types(metadata.usable_grant_types())
        .with_authentication(authentication);
    Ok(client)
}

fn unreadable(id: &ClientId, why: &str) -> PersonError {
    let text = format!("The description of this application, {id}, cannot be used: {why}.");
    PersonError::new("This application cannot be told from others", text)
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
        || essence.starts_with("application/") && essence.ends_with("+json")
}

/// How long a document need not be fetched again (RFC 9111), within bounds of ours.
fn fresh_for(headers: &HeaderMap) -> Duration {
    let control = headers.get(CACHE_CONTROL).and_then(|value| value.to_str().ok());
    let mut fresh = DEFAULT_FRESH;
    for directive in control.unwrap_or_default().split(',').map(str::trim) {
        if directive.eq_ignore_ascii_case("no-store") || directive.eq_ignore_ascii_case("no-cache")
        {
            return MIN_FRESH;
        }
        if let Some(secs) = directive.strip_prefix("max-age=").and_then(|secs| secs.parse().ok()) {
            fresh = Duration::from_secs(secs);
        }
    }
    fresh.clamp(MIN_FRESH, MAX_FRESH)
}

const MAX_BYTES: usize = 16 * 1024;
const TIMEOUT: Duration = Duration::from_secs(5);
const MINUTE: Duration = Duration::from_secs(60);
const MAX_PER_MINUTE: u32 = 120;
const MIN_FRESH: Duration = Duration::from_secs(60);
const DEFAULT_FRESH: Duration = Duration::from_secs(3600);
const MAX_FRESH: Duration = Duration::from_secs(86_400);
