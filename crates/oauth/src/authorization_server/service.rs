//! The service: which path is which endpoint, and what form its answers have.

use std::borrow::Cow;
use std::convert::Infallible;
use std::error::Error as StdError;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt as _, Full, Limited};
use serde_json::json;
use tower::Service;

use super::AuthorizationServer;
use super::answer::{self, Answer};
use super::core::Core;
use super::parameters::Parameters;
use super::refusal::{OAuthError, Refusal};
use crate::public_origin::PublicOrigin;

impl<B> Service<Request<B>> for AuthorizationServer
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let server = self.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let core = match parts.extensions.get::<PublicOrigin>() {
                Some(public) => Cow::Owned(server.core().at(public)),
                None => Cow::Borrowed(server.core()),
            };
            let Some(endpoint) = core.endpoint(parts.uri.path()) else {
                return Ok(not_found());
            };
            if let Some(answer) = endpoint.refuse_method(&parts.method) {
                return Ok(answer);
            }
            if let Err(refusal) = core.check_origin(&parts, endpoint.is_page()) {
                return Ok(core.refused(endpoint, &refusal));
            }
            // Nothing but a body that is wanted is read, and no more of it than is wanted.
            let body = match parts.method == Method::POST {
                false => Bytes::new(),
                true => match Limited::new(body, MAX_BODY_BYTES).collect().await {
                    Ok(body) => body.to_bytes(),
                    Err(_) => return Ok(answer::oauth_error(&too_large())),
                },
            };
            let answer = core.answer(endpoint, &parts, &body).await;
            Ok(answer.unwrap_or_else(|refusal| core.refused(endpoint, &refusal)))
        })
    }
}

/// An endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    Metadata,
    Authorize,
    SignIn,
    Callback,
    Consent,
    Grants,
    SignOut,
    Token,
    Revoke,
    Introspect,
    Register,
}

impl Endpoint {
    /// The endpoints that have a path of their own.
    pub(super) const PATHS: [(&'static str, Self); 10] = [
        ("/oauth/authorize", Self::Authorize),
        ("/oauth/sign-in", Self::SignIn),
        ("/oauth/callback", Self::Callback),
        ("/oauth/consent", Self::Consent),
        ("/oauth/grants", Self::Grants),
        ("/oauth/sign-out", Self::SignOut),
        ("/oauth/token", Self::Token),
        ("/oauth/revoke", Self::Revoke),
        ("/oauth/introspect", Self::Introspect),
        ("/oauth/register", Self::Register),
    ];

    /// Whether people see its answers; those of the others are for programs.
    const fn is_page(self) -> bool {
        matches!(
            self,
            Self::Authorize
                | Self::SignIn
                | Self::Callback
                | Self::Consent
                | Self::Grants
                | Self::SignOut
        )
    }

    const fn methods(self) -> &'static str {
        match self {
            Self::Metadata | Self::Authorize => "GET, HEAD",
            // A way back is gone once it was asked for.
            Self::Callback => "GET",
            Self::SignIn | Self::Consent | Self::Grants => "GET, HEAD, POST",
            Self::SignOut | Self::Token | Self::Revoke | Self::Introspect | Self::Register => {
                "POST"
            }
        }
    }

    fn refuse_method(self, method: &Method) -> Option<Answer> {
        let methods = self.methods();
        if *method == Method::OPTIONS && !self.is_page() {
            return Some(answer::preflight(methods));
        }
        let is_known = methods.split(", ").any(|known| known == method.as_str());
        (!is_known).then(|| answer::method_not_allowed(methods))
    }
}

impl Core {
    pub(super) fn endpoint(&self, path: &str) -> Option<Endpoint> {
        if self.issuer.metadata_paths().iter().any(|known| known == path) {
            return Some(Endpoint::Metadata);
        }
        let mut endpoints = Endpoint::PATHS.into_iter();
        let found = endpoints.find(|(endpoint, _)| self.issuer.path_of(endpoint) == path);
        found.map(|(_, endpoint)| endpoint)
    }

    async fn answer(
        &self,
        endpoint: Endpoint,
        parts: &Parts,
        body: &[u8],
    ) -> Result<Answer, Refusal> {
        if endpoint == Endpoint::Metadata {
            return Ok(self.metadata(parts.method == Method::GET));
        }
        if parts.method == Method::POST {
            self.purge_at_times().await;
        }
        if endpoint == Endpoint::Register {
            return self.register(body).await;
        }
        if parts.method != Method::POST {
            return match endpoint {
                Endpoint::SignIn => self.sign_in_page(parts).await,
                Endpoint::Callback => self.come_back(parts).await,
                Endpoint::Consent => self.consent_page(parts).await,
                Endpoint::Grants => self.grants_page(parts).await,
                _ => self.authorize(parts).await,
            };
        }
        let form = form(parts, body)?;
        match endpoint {
            Endpoint::SignIn => self.sign_in(parts, &form).await,
            Endpoint::Consent => self.decide(parts, &form).await,
            Endpoint::Grants => self.take_away(parts, &form).await,
            Endpoint::SignOut => self.sign_out(parts, &form).await,
            Endpoint::Revoke => self.revoke(parts, &form).await,
            Endpoint::Introspect => self.introspect(parts, &form).await,
            _ => self.token(parts, &form).await,
        }
    }

    fn refused(&self, endpoint: Endpoint, refusal: &Refusal) -> Answer {
        if endpoint.is_page() {
            answer::refused_page(refusal, &self.options.service_name)
        } else {
            answer::refused(refusal)
        }
    }
}

fn form(parts: &Parts, body: &[u8]) -> Result<Parameters, OAuthError> {
    let content_type = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(OAuthError::invalid_request(
            "the body must be application/x-www-form-urlencoded",
        ));
    }
    Parameters::parse(body)
}

fn too_large() -> OAuthError {
    let error = OAuthError::invalid_request("the body cannot be read, or is too long");
    OAuthError { status: StatusCode::PAYLOAD_TOO_LARGE, ..error }
}

/// 404, as JSON: some clients take a web page for a document.
fn not_found() -> Answer {
    let body =
        json!({ "error": "not_found", "error_description": "this server has no such document" });
    answer::json(StatusCode::NOT_FOUND, &body)
}

/// Longer than any form or registration.
const MAX_BODY_BYTES: usize = 64 * 1024;
