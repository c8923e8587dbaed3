//! Putting the credential on.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use dispatch_core::request::UpstreamContext;
use dispatch_core::{BackendError, Tier};
use http::header::AUTHORIZATION;
use http::{Request, Response};
use mcp_protocol::auth::AuthInfo;
use oauth::store::Subject;
use tower::{Layer, Service, ServiceExt as _};

use super::by_person::SIGN_IN;
use super::refused::{refused_token, with_advice};
use super::{Credential, PersonCredentials, TierCredentials};

/// Which token a call runs with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Credentials {
    /// One for all.
    Service(Credential),
    /// One for each tier.
    Tiers(TierCredentials),
    /// That of the account as which a person signed in.
    Person(PersonCredentials),
}

impl Credentials {
    /// The highest tier that a caller can have with these.
    #[must_use]
    pub const fn highest_tier(&self) -> Tier {
        match self {
            Self::Tiers(tiers) => tiers.highest_tier(),
            Self::Service(_) | Self::Person(_) => Tier::Admin,
        }
    }
}

impl From<Credential> for Credentials {
    fn from(credential: Credential) -> Self {
        Self::Service(credential)
    }
}

impl From<TierCredentials> for Credentials {
    fn from(tiers: TierCredentials) -> Self {
        Self::Tiers(tiers)
    }
}

impl From<PersonCredentials> for Credentials {
    fn from(people: PersonCredentials) -> Self {
        Self::Person(people)
    }
}

/// Puts a token on every request: by whose call it is, which the extensions of the request say.
///
/// Where NetBox refuses the token itself, its words are followed by what to do. A request that was
/// refused so, because the person has another token since, is sent again with that.
#[derive(Clone, Debug)]
pub struct CredentialLayer {
    credentials: Arc<Credentials>,
}

impl CredentialLayer {
    /// Makes a layer.
    #[must_use]
    pub fn new(credentials: impl Into<Credentials>) -> Self {
        Self { credentials: Arc::new(credentials.into()) }
    }
}

impl<S> Layer<S> for CredentialLayer {
    type Service = WithCredential<S>;

    fn layer(&self, inner: S) -> Self::Service {
        WithCredential { inner, credentials: Arc::clone(&self.credentials) }
    }
}

/// A backend whose requests carry a credential: see [`CredentialLayer`].
#[derive(Clone, Debug)]
pub struct WithCredential<S> {
    inner: S,
    credentials: Arc<Credentials>,
}

impl<S> Service<Request<Bytes>> for WithCredential<S>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>, Error = BackendError>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
{
    type Response = Response<Bytes>;
    type Error = BackendError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, BackendError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BackendError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let credentials = Arc::clone(&self.credentials);
        // The service that is ready goes; a clone of it may not be ready.
        let next = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, next);
        Box::pin(async move {
            let auth = request.extensions().get::<AuthInfo>().cloned();
            let context = request.extensions().get::<UpstreamContext>().cloned();
            let credential = match &*credentials {
                Credentials::Service(credential) => credential,
                Credentials::Tiers(tiers) => tiers.of(context.as_ref())?,
                Credentials::Person(people) => match people.person(auth.as_ref()) {
                    Some(person) => return send_as(people, &person, inner, request).await,
                    None => people.other(auth.as_ref(), context.as_ref())?,
                },
            };
            let answer = send(inner, request, credential).await?;
            Ok(with_advice(answer, OPERATOR))
        })
    }
}

/// Sends a request with the token of a person, and again where the token was replaced meanwhile:
/// NetBox did nothing of what it refused.
async fn send_as<S>(
    people: &PersonCredentials,
    person: &Subject,
    inner: S,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, BackendError>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>, Error = BackendError> + Clone,
{
    let credential = people.of(person).await?;
    let again = (inner.clone(), request.clone());
    let answer = send(inner, request, &credential).await?;
    if refused_token(&answer).is_none() {
        return Ok(answer);
    }
    match people.again(person).await? {
        Some(other) if other.expose() != credential.expose() => {
            send(again.0, again.1, &other).await
        }
        Some(_) => Ok(answer),
        None => Ok(with_advice(answer, &format!("NetBox takes your token no more: {SIGN_IN}"))),
    }
}

async fn send<S>(
    inner: S,
    mut request: Request<Bytes>,
    credential: &Credential,
) -> Result<Response<Bytes>, BackendError>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>, Error = BackendError>,
{
    request.headers_mut().insert(AUTHORIZATION, credential.header());
    inner.oneshot(request).await
}

/// What is to be done where NetBox refuses a token of the server's.
const OPERATOR: &str =
    "It is this server's own token that NetBox does not take: its operator has to replace it";
