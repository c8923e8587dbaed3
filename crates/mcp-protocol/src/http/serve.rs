//! The way of one request through the service.

use std::convert::Infallible;
use std::future::pending;
use std::mem;
use std::pin::pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{BoxFuture, Either, select};
use http::header::{ALLOW, HOST};
use http::request::Parts;
use http::{Extensions, HeaderValue, Method, Request, Response, StatusCode};
use http_body::Body;
use serde_json::json;
use tower::Service;

use super::accept::{Accepts, is_json};
use super::call::{Event, EventStream, RunningCall};
use super::end_of_access::end_of_access;
use super::origin::{Refused, origin_of};
use super::read::{ReadError, read};
use super::settings::{Settings, without_trailing_slash};
use super::{McpService, ResponseBody, answer, cors, session_id};
use crate::auth::{AuthInfo, ResourceMetadataUrl};
use crate::dispatch::{
    Messages, Outcome, PreparedCall, Reply, dispatch, of_the_handshake, prepare, too_many_listen,
};
use crate::jsonrpc::Envelope;
use crate::request::headers::PROTOCOL_VERSION;
use crate::request::ladder::judge;
use crate::revision::{Era, Revision};
use crate::tool::{NotReady, RequestContext, ToolServer};

impl<S: ToolServer, B> Service<Request<B>> for McpService<S>
where
    B: Body + Send + 'static,
    B::Data: Send,
{
    type Response = Response<ResponseBody>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let service = self.clone();
        Box::pin(async move { Ok(service.serve(request).await) })
    }
}

impl<S: ToolServer> McpService<S> {
    async fn serve<B: Body>(self, request: Request<B>) -> Response<ResponseBody> {
        let (parts, body) = request.into_parts();
        let path = without_trailing_slash(parts.uri.path());
        if self.settings.health_path.as_deref() == Some(path) {
            return self.health(&parts.method);
        }
        if self.settings.path.as_deref().is_some_and(|served| served != path) {
            return answer::refusal(StatusCode::NOT_FOUND, "there is nothing at this path");
        }
        if let Err(refused) = self.settings.allowed.check(&parts) {
            return forbidden(refused, &parts);
        }
        let origin = origin_of(&parts.headers).cloned();
        let mut response = match parts.method {
            Method::POST => self.post(parts, body).await,
            Method::OPTIONS => preflight(&parts, self.methods()),
            Method::GET if self.server.list_changes().is_some() => self.get(&parts),
            _ => not_allowed(&format!("this endpoint answers {}", self.methods()), self.methods()),
        };
        if let Some(origin) = origin {
            cors::expose(&mut response, &origin);
        }
        response
    }

    /// The methods that are answered.
    fn methods(&self) -> &'static str {
        match self.server.list_changes() {
            Some(_) => "GET, POST, OPTIONS",
            None => "POST, OPTIONS",
        }
    }

    fn health(&self, method: &Method) -> Response<ResponseBody> {
        if !matches!(*method, Method::GET | Method::HEAD) {
            return not_allowed("the health path answers GET only", "GET, HEAD");
        }
        match self.server.ready() {
            Ok(()) => {
                let status = match self.server.degraded() {
                    None => json!({ "status": "ok" }),
                    Some(why) => json!({ "status": "degraded", "why": &*why }),
                };
                answer::json(StatusCode::OK, status.to_string().into())
            }
            Err(not_ready) => answer::reply(Reply {
                status: StatusCode::SERVICE_UNAVAILABLE,
                retry_after_seconds: Some(not_ready.retry_after_seconds()),
                body: json!({ "status": "starting", "why": not_ready.message }).to_string().into(),
            }),
        }
    }

    async fn post<B: Body>(&self, mut parts: Parts, body: B) -> Response<ResponseBody> {
        if !is_json(&parts.headers) {
            let message = "the body must be uncompressed application/json";
            return answer::refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, message);
        }
        let Settings { max_body_bytes, body_deadline, .. } = *self.settings;
        let body = match read(body, max_body_bytes, body_deadline, &*self.runtime).await {
            Ok(body) => body,
            Err(error) => return unreadable(error, &self.settings),
        };
        match self.receive(&mut parts, &body).await {
            Outcome::Accepted => answer::empty(StatusCode::ACCEPTED),
            Outcome::Answer(reply) => answer::reply(reply),
            Outcome::Welcome(reply) => session_id::with_one(answer::reply(reply)),
            Outcome::Challenge(challenge, refused) => {
                let of_request = refused.cx.extensions.get::<ResourceMetadataUrl>();
                let url = of_request.map(ResourceMetadataUrl::as_str);
                let url = url.or(self.settings.resource_metadata.as_deref());
                answer::challenge(&challenge, &refused, url)
            }
            Outcome::Listen { id, messages, extensions } => {
                let busy = || Reply::not_ready(Some(&id), &too_many_listen(), Era::Stateless);
                self.listen(messages, &extensions, Accepts::read(&parts.headers), busy)
            }
            Outcome::Call(prepared) => {
                self.call_tool(*prepared, Accepts::read(&parts.headers)).await
            }
        }
    }

    /// Lets a handshake-era client listen (2025-11-25, Transports, "Listening for Messages from the
    /// Server"). Later revisions have no such stream.
    fn get(&self, parts: &Parts) -> Response<ResponseBody> {
        let version = parts.headers.get(PROTOCOL_VERSION).map(|value| value.to_str().ok());
        let revision = match version {
            None => Some(Revision::ASSUMED),
            Some(version) => version.and_then(Revision::from_wire),
        };
        let accepts = Accepts::read(&parts.headers);
        match self.server.list_changes() {
            Some(changes)
                if accepts.events && revision.is_some_and(|it| it.era() == Era::Handshake) =>
            {
                let busy = || Reply::not_ready(None, &too_many_listen(), Era::Handshake);
                self.listen(of_the_handshake(changes), &parts.extensions, accepts, busy)
            }
            _ => not_allowed(
                "GET listens for changes: it accepts text/event-stream, in a revision up to 2025-11-25",
                self.methods(),
            ),
        }
    }

    /// Sends messages until one side ends them, or the caller would not be let in any more.
    fn listen(
        &self,
        messages: Messages,
        extensions: &Extensions,
        accepts: Accepts,
        busy: impl FnOnce() -> Reply,
    ) -> Response<ResponseBody> {
        if !accepts.events {
            let message = "who listens has to accept text/event-stream";
            return answer::refusal(StatusCode::NOT_ACCEPTABLE, message);
        }
        let caller = extensions.get::<AuthInfo>();
        let Some(place) = self.listeners.take(caller) else { return answer::reply(busy()) };
        let (runtime, every) = (self.runtime.clone(), self.settings.keep_alive);
        let messages = messages.until(end_of_access(extensions, runtime.clone(), every));
        answer::events(EventStream::listening(messages, place, runtime, every))
    }

    /// Does everything but the running of a tool.
    async fn receive(&self, parts: &mut Parts, body: &Bytes) -> Outcome {
        let envelope = match Envelope::parse(body) {
            Ok(envelope) => envelope,
            Err(refused) => {
                return Outcome::Answer(Reply::rejection(refused.id, &refused.error.into()));
            }
        };
        let id = envelope.id;
        let judged = judge(envelope, Some(&parts.headers), Revision::ASSUMED);
        let (request, revision) = match judged {
            Ok(judged) => judged,
            Err(rejection) => return Outcome::Answer(Reply::rejection(id, &rejection)),
        };
        tracing::debug!(method = request.method(), %revision, "serving a message");
        let mut cx = RequestContext::new(revision).with_meta(request.meta.to_request_meta());
        cx.auth = parts.extensions.get::<AuthInfo>().cloned();
        cx.extensions = mem::take(&mut parts.extensions);
        prepare(&*self.server, &request, body, &cx).await;
        dispatch(&*self.server, &request, body, Some(&parts.headers), cx)
    }

    async fn call_tool(&self, prepared: PreparedCall, accepts: Accepts) -> Response<ResponseBody> {
        let Some(place) = self.calls.take(prepared.cx.auth.as_ref()) else {
            let busy = NotReady::new(Duration::from_secs(1), "too many calls are running");
            let era = prepared.cx.revision.era();
            return answer::reply(Reply::not_ready(Some(&prepared.id), &busy, era));
        };
        let (server, runtime) = (self.server.clone(), self.runtime.clone());
        let every = self.settings.keep_alive;
        // What is between takes a connection on which nothing comes for a while for a dead one.
        let too_quiet = match accepts.events {
            true => runtime.sleep(every),
            false => Box::pin(pending()),
        };
        let mut call = RunningCall::start(server, &*runtime, place, prepared, accepts.events);
        let first = match select(pin!(call.next()), too_quiet).await {
            Either::Left((Some(Event::Reply(reply)), _))
                if accepts.json || reply.status != StatusCode::OK =>
            {
                return answer::reply(reply);
            }
            Either::Left((first, _)) => first,
            Either::Right(_) => None,
        };
        answer::events(EventStream::new(first, call, runtime, every))
    }
}

fn forbidden(refused: Refused, parts: &Parts) -> Response<ResponseBody> {
    tracing::warn!(
        ?refused,
        host = ?parts.headers.get(HOST),
        origin = ?origin_of(&parts.headers),
        "refused a request that may come from a rebound name; allow its host or origin if it is yours"
    );
    let message = match refused {
        Refused::Host => "this server does not answer to that host name",
        Refused::Origin => "this server does not answer pages of that origin",
    };
    answer::refusal(StatusCode::FORBIDDEN, message)
}

fn preflight(parts: &Parts, methods: &'static str) -> Response<ResponseBody> {
    let mut response = answer::empty(StatusCode::NO_CONTENT);
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
    cors::allow(&mut response, &parts.headers, methods);
    response
}

fn not_allowed(message: &str, allowed: &'static str) -> Response<ResponseBody> {
    let mut response = answer::refusal(StatusCode::METHOD_NOT_ALLOWED, message);
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    response
}

fn unreadable(error: ReadError, settings: &Settings) -> Response<ResponseBody> {
    let message = match error {
        ReadError::TooLarge => {
            format!("the body is larger than {} bytes", settings.max_body_bytes)
        }
        ReadError::TooSlow => "the body did not arrive in time".to_owned(),
        ReadError::Broken => "the body broke off".to_owned(),
    };
    answer::refusal(error.status(), &message)
}
