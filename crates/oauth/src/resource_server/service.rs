//! The service: one request, one decision.

use std::borrow::Cow;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{Method, Request, Response};
use http_body::Body;
use http_body_util::{Either, Full};
use mcp_protocol::auth::{AuthInfo, ResourceMetadataUrl, Standing};
use tower::Service;

use super::answer::{self, Challenge};
use super::credential::Credential;
use super::layer::Access;
use super::metadata::ResourceMetadata;
use super::standing::Presented;
use crate::public_origin::PublicOrigin;
use crate::token::AccessToken;
use crate::verifier::Verdict;

/// A body of the layer's own, or of the service behind it.
pub type AccessBody<B> = Either<Full<Bytes>, B>;

/// A service behind an [`AccessLayer`](super::AccessLayer).
#[derive(Clone, Debug)]
pub struct AccessService<S> {
    inner: S,
    access: Arc<Access>,
}

impl<S> AccessService<S> {
    pub(super) const fn new(inner: S, access: Arc<Access>) -> Self {
        Self { inner, access }
    }
}

impl<S, B, R> Service<Request<B>> for AccessService<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Body + Send + 'static,
{
    type Response = Response<AccessBody<R>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The service that was found ready is the one to call; its clone has to get ready first.
        let next = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, next);
        let access = Arc::clone(&self.access);
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            match access.decide(&parts).await {
                Decision::Answer(response) => {
                    access.read_out(body).await;
                    return Ok(response.map(Either::Left));
                }
                Decision::PassAsItIs => {}
                Decision::Pass { caller, token } => {
                    parts.headers.remove(AUTHORIZATION);
                    let url = access.metadata_of(&parts).url();
                    parts.extensions.insert(ResourceMetadataUrl::new(url));
                    parts.extensions.insert(caller);
                    if let Some(token) = token {
                        parts.extensions.insert(Standing::new(Presented { access, token }));
                    }
                }
            }
            let response = inner.call(Request::from_parts(parts, body)).await?;
            Ok(response.map(Either::Right))
        })
    }
}

/// What to do with a request.
#[derive(Debug)]
enum Decision {
    /// Answer it.
    Answer(Response<Full<Bytes>>),
    /// Let it through, as this caller's.
    Pass {
        caller: AuthInfo,
        /// What says so, unless the caller is anonymous.
        token: Option<AccessToken>,
    },
    /// Let it through as it is: it is to a path that is open, or is a browser's question.
    PassAsItIs,
}

impl Access {
    /// Reads the body of a request that is refused. A server closes the connection where it does
    /// not, and the client then loses the answer, or the next request that it sends on it. Without a
    /// deadline, what does not arrive within a few turns is not waited for: nothing here tells the
    /// time, and nobody is to hold a connection by sending nothing.
    async fn read_out<B: Body>(&self, body: B) {
        if body.size_hint().upper().is_none_or(|n_bytes| n_bytes > MAX_REFUSED_BYTES) {
            return;
        }
        let mut body = pin!(body);
        #[cfg(feature = "runtime-tokio")]
        if let Some(deadline) = self.deadline {
            let reading = async {
                while let Some(Ok(_)) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {}
            };
            // Whatever is read by then, the answer is the same.
            let _ = tokio::time::timeout(deadline, reading).await;
            return;
        }
        let mut n_turns = 0;
        poll_fn(|cx| {
            while let Poll::Ready(frame) = body.as_mut().poll_frame(cx) {
                if !matches!(frame, Some(Ok(_))) {
                    return Poll::Ready(());
                }
            }
            n_turns += 1;
            if n_turns > MAX_TURNS {
                return Poll::Ready(());
            }
            // Whoever drives the connection runs before this is asked again.
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    async fn decide(&self, parts: &Parts) -> Decision {
        let metadata = self.metadata_of(parts);
        let challenge = |challenge| self.challenge(challenge, &metadata);
        let path = parts.uri.path();
        if metadata.is_at(path) {
            return Decision::Answer(answer::document(&parts.method, &metadata));
        }
        // Browsers ask without credentials whether they may send a request with them.
        if parts.method == Method::OPTIONS || self.open_paths.iter().any(|open| open == path) {
            return Decision::PassAsItIs;
        }
        if is_probe(path) {
            return Decision::Answer(answer::not_found());
        }
        match Credential::of(&parts.headers) {
            Credential::Malformed(what) => Decision::Answer(answer::malformed(what)),
            Credential::None => match &self.anonymous {
                Some(anonymous) => {
                    let caller = anonymous.clone().with_scope_names(self.scope_names.clone());
                    Decision::Pass { caller, token: None }
                }
                None => challenge(Challenge::NoToken),
            },
            Credential::Some { scheme, token } => {
                let mut foreign = self.foreign.iter();
                if let Some(sentence) = foreign.find_map(|kind| kind.sentence_for(scheme, &token)) {
                    return challenge(Challenge::Invalid(sentence));
                }
                if !scheme.eq_ignore_ascii_case("bearer") {
                    return challenge(Challenge::Invalid("this endpoint takes bearer tokens"));
                }
                match self.verifier.verify(&token, self.clock.now()).await {
                    Verdict::Accepted(caller) => Decision::Pass { caller, token: Some(token) },
                    Verdict::Refused(refusal) => {
                        challenge(Challenge::Invalid(refusal.description()))
                    }
                    Verdict::NotRecognised => {
                        challenge(Challenge::Invalid("the token is not one of this server"))
                    }
                    Verdict::Unavailable(cause) => Decision::Answer(answer::unavailable(cause)),
                }
            }
        }
    }

    /// What the client of this request is told of the endpoint.
    fn metadata_of(&self, parts: &Parts) -> Cow<'_, ResourceMetadata> {
        match parts.extensions.get::<PublicOrigin>() {
            Some(public) => Cow::Owned(self.metadata.at(public)),
            None => Cow::Borrowed(&self.metadata),
        }
    }

    fn challenge(&self, challenge: Challenge<'_>, metadata: &ResourceMetadata) -> Decision {
        let names = self.challenge_scopes.iter();
        let names = names.map(|scope| self.scope_names.get(scope).map_or(scope, String::as_str));
        let scope = names.collect::<Vec<_>>().join(" ");
        let answer = answer::unauthorized(challenge, metadata, &scope);
        Decision::Answer(answer)
    }
}

/// Whether clients look here for an authorization server. Where there is one behind this layer, its
/// paths are open.
fn is_probe(path: &str) -> bool {
    path.contains("/.well-known/") || matches!(path, "/register" | "/authorize" | "/token")
}

/// Longer than calls that clients try without a token.
const MAX_REFUSED_BYTES: u64 = 64 * 1024;

/// More than it takes to read what has arrived.
const MAX_TURNS: usize = 64;
