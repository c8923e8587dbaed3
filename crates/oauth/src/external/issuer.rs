//! An issuer: what is known of it, and asking it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::lock::Mutex;
use http::header::ACCEPT;
use http::{Request, StatusCode};
use url::Url;

use super::http_client::{BOUNDS, IssuerClient, Unreachable};
use super::keys::Keys;
use super::metadata::{self, Metadata};
use crate::error::Error;
use crate::time::UnixTime;

/// An authorization server that somebody else runs. Clones share what they found out.
#[derive(Clone)]
pub struct ExternalIssuer {
    known: Arc<Known>,
}

struct Known {
    issuer: String,
    client: Arc<dyn IssuerClient>,
    metadata: Mutex<Kept>,
    keys: Keys,
}

/// What was found out last, and when it was last tried.
#[derive(Default)]
struct Kept {
    metadata: Option<(UnixTime, Arc<Metadata>)>,
    failed: Option<(UnixTime, Unreachable)>,
}

impl ExternalIssuer {
    /// The issuer of this identifier, which is kept to the letter.
    ///
    /// # Errors
    ///
    /// Fails unless it is an address with `https`, or with `http` on loopback.
    pub fn new(issuer: &str, client: impl IssuerClient + 'static) -> Result<Self, Error> {
        let refused = |why| Error::issuer(issuer, why);
        let url = Url::parse(issuer).map_err(|_| refused("it is no address"))?;
        if !metadata::is_trustworthy(issuer) {
            return Err(refused("it must be https, or http on loopback"));
        }
        if url.query().is_some() {
            return Err(refused("it has a query"));
        }
        let known = Known {
            issuer: issuer.to_owned(),
            client: Arc::new(client),
            metadata: Mutex::default(),
            keys: Keys::default(),
        };
        Ok(Self { known: Arc::new(known) })
    }

    /// The identifier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.known.issuer
    }

    /// Asks the issuer for its metadata, to know early whether it answers.
    ///
    /// # Errors
    ///
    /// Fails if it does not, or not as it should.
    pub async fn reach(&self, now: UnixTime) -> Result<(), Unreachable> {
        self.metadata(now).await.map(|_| ())
    }

    pub(crate) async fn metadata(&self, now: UnixTime) -> Result<Arc<Metadata>, Unreachable> {
        // Whoever comes while somebody asks waits for the answer.
        let mut kept = self.known.metadata.lock().await;
        if let Some((asked, metadata)) = &kept.metadata
            && now < *asked + MAX_AGE
        {
            return Ok(Arc::clone(metadata));
        }
        if let Some((tried, why)) = &kept.failed
            && now < *tried + AFTER_FAILURE
        {
            return Err(why.clone());
        }
        match self.discover().await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                *kept = Kept { metadata: Some((now, Arc::clone(&metadata))), failed: None };
                Ok(metadata)
            }
            Err(why) => {
                kept.failed = Some((now, why.clone()));
                Err(why)
            }
        }
    }

    async fn discover(&self) -> Result<Metadata, Unreachable> {
        for address in metadata::addresses(self.as_str()) {
            // A host that does not answer would not at its other addresses.
            let (status, document) = self.get(&address).await?;
            if status == StatusCode::OK {
                return Metadata::parse(&document, self.as_str());
            }
            if status.is_server_error() {
                let what = format!("read {address}: it answers {}", status.as_u16());
                return Err(Unreachable::new(what));
            }
        }
        Err(Unreachable::new(format!("find the metadata of {}", self.as_str())))
    }

    /// What `is_enough` makes of the keys of the issuer. Where it makes nothing of those that were
    /// read before, they are read again, if that was not done just now.
    pub(crate) async fn with_keys<T: Send>(
        &self,
        now: UnixTime,
        is_enough: impl Fn(&[u8]) -> Option<T> + Send + Sync,
    ) -> Result<Option<T>, Unreachable> {
        self.known.keys.find(self, now, is_enough).await
    }

    /// Reads the keys.
    pub(super) async fn key_set(&self, now: UnixTime) -> Result<Bytes, Unreachable> {
        let metadata = self.metadata(now).await?;
        let address = metadata.jwks_uri.as_deref().ok_or_else(|| {
            Unreachable::new(format!("read the keys of {}: it names none", self.as_str()))
        })?;
        match self.get(address).await? {
            (StatusCode::OK, keys) => Ok(keys),
            (status, _) => {
                let what = format!("read the keys at {address}: it answers {}", status.as_u16());
                Err(Unreachable::new(what))
            }
        }
    }

    async fn get(&self, address: &str) -> Result<(StatusCode, Bytes), Unreachable> {
        let request = Request::get(address).header(ACCEPT, "application/json").body(Bytes::new());
        let request =
            request.map_err(|_| Unreachable::new(format!("ask at {address}: it is no address")))?;
        self.send(request).await
    }

    pub(crate) async fn send(
        &self,
        request: Request<Bytes>,
    ) -> Result<(StatusCode, Bytes), Unreachable> {
        let answer = self.known.client.send(request, BOUNDS).await?;
        if answer.body().len() > BOUNDS.max_bytes {
            return Err(Unreachable::new("read the answer of the issuer: it is too long"));
        }
        Ok((answer.status(), answer.into_body()))
    }
}

impl fmt::Debug for ExternalIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExternalIssuer({:?})", self.as_str())
    }
}

const MAX_AGE: Duration = Duration::from_secs(3600);
const AFTER_FAILURE: Duration = Duration::from_secs(5);
