//! The authorization server beside what it protects, as one service.

use std::convert::Infallible;
use std::error::Error as StdError;
use std::pin::Pin;
use std::task::{Context, Poll};
#[cfg(feature = "runtime-tokio")]
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::{Either, Full};
use tower::Service;

use super::AuthorizationServer;
#[cfg(feature = "runtime-tokio")]
use super::answer;

/// A service whose requests to the paths of an [`AuthorizationServer`] go there: see
/// [`AuthorizationServer::beside`].
#[derive(Clone, Debug)]
pub struct Beside<S> {
    server: AuthorizationServer,
    inner: S,
    #[cfg(feature = "runtime-tokio")]
    deadline: Option<Duration>,
}

#[cfg(feature = "runtime-tokio")]
impl<S> Beside<S> {
    /// Bounds the time that a request to the authorization server may take, its body included; 408
    /// beyond. It runs on tokio.
    #[must_use]
    pub const fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }
}

impl AuthorizationServer {
    /// Answers its own [paths](Self::paths), and gives every other request to `inner`: usually the
    /// endpoint that it issues tokens for, behind its
    /// [`AccessLayer`](crate::resource_server::AccessLayer).
    pub const fn beside<S>(self, inner: S) -> Beside<S> {
        Beside {
            server: self,
            inner,
            #[cfg(feature = "runtime-tokio")]
            deadline: None,
        }
    }
}

impl<S, B, R> Service<Request<B>> for Beside<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Future: Send + 'static,
    S::Error: From<Infallible>,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    type Response = Response<Either<Full<Bytes>, R>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if self.server.answers(request.uri().path()) {
            let answer = self.server.call(request);
            #[cfg(feature = "runtime-tokio")]
            if let Some(deadline) = self.deadline {
                return Box::pin(async move {
                    let answer = tokio::time::timeout(deadline, answer).await;
                    let answer = answer.unwrap_or_else(|_| Ok(answer::took_too_long()))?;
                    Ok(answer.map(Either::Left))
                });
            }
            return Box::pin(async move { Ok(answer.await?.map(Either::Left)) });
        }
        let answer = self.inner.call(request);
        Box::pin(async move { Ok(answer.await?.map(Either::Right)) })
    }
}
