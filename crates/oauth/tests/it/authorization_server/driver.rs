//! A world with an authorization server in it, people with browsers, and client applications.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use mcp_protocol::auth::AuthInfo;
use oauth::authorization_server::{AuthorizationServer, Options, Unavailable, UnregisteredClients};
use oauth::store::{Client, ClientAuthentication, MemoryStore, Store};
use oauth::{AccessToken, Clock, TokenHash, UnixTime, Verdict, Verifier};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tower::ServiceExt as _;
use url::Url;

mod browser;
mod surroundings;

pub(super) use browser::{App, Browser, Reply};
pub(super) use surroundings::Accounts;
use surroundings::{HandClock, Internet};

pub(super) const ISSUER: &str = "https://mcp.example";
pub(super) const RESOURCE: &str = "https://mcp.example/mcp";
pub(super) const OTHER_RESOURCE: &str = "https://mcp.example/other";
pub(super) const CALLBACK: &str = "https://app.example/callback";
pub(super) const SECRET: &str = "a secret of 256 bits, as far as tests go";
pub(super) const VERIFIER: &str = "a-verifier-that-is-as-long-as-one-has-to-be-43";

type Parts = (Arc<dyn Store>, HandClock, Accounts, Internet);

/// An authorization server and all that is around it.
pub(super) struct World {
    pub(super) server: AuthorizationServer,
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: HandClock,
    pub(super) accounts: Accounts,
    pub(super) internet: Internet,
}

impl World {
    /// Two resources, three accounts (`ada` may grant `write`, `bob` `read`, `root` `admin`), and
    /// the clients `app` (public), `secret` (confidential), `machine` (for itself) and `rs` (a
    /// resource server).
    pub(super) fn new() -> Self {
        Self::with(|options| options)
    }

    pub(super) fn with(change: impl FnOnce(Options) -> Options) -> Self {
        Self::at(ISSUER, change)
    }

    pub(super) fn at(issuer: &str, change: impl FnOnce(Options) -> Options) -> Self {
        Self::serve(Self::parts(), change(Self::options(issuer)))
    }

    /// A server in which nobody is registered, and clients may come by themselves.
    pub(super) fn open() -> Self {
        let hosts = ["app.example", "claude.ai", "loopback"];
        Self::with(|options| {
            let these = UnregisteredClients::new(hosts, ["write"])
                .with_dynamic_registration(Default::default());
            options.with_unregistered_clients(these)
        })
    }

    fn parts() -> Parts {
        let accounts = Accounts::default();
        accounts.set("ada", &["write"]);
        accounts.set("bob", &["read"]);
        accounts.set("root", &["admin"]);
        let clock = HandClock::new(1_800_000_000);
        (Arc::new(MemoryStore::new()), clock, accounts, Internet::default())
    }

    pub(super) fn options(issuer: &str) -> Options {
        let now = UnixTime::from_secs(1_800_000_000);
        let secret = ClientAuthentication::Secret { sha256: TokenHash::of(SECRET) };
        let all = [
            oauth::store::GrantType::AuthorizationCode,
            oauth::store::GrantType::RefreshToken,
            oauth::store::GrantType::ClientCredentials,
        ];
        Options::new(issuer, RESOURCE)
            .with_resource(OTHER_RESOURCE)
            .with_service_name("Example")
            .with_scope_text("read", "read everything you can see")
            .with_scope_text("write", "also create and change things")
            .with_client(
                Client::new("app", "The App", now)
                    .with_redirect_uris([CALLBACK, "http://127.0.0.1/callback"])
                    .with_max_scopes(["admin"]),
            )
            .with_client(
                Client::new("secret", "The Secret", now)
                    .with_redirect_uris([CALLBACK])
                    .with_authentication(secret.clone())
                    .with_max_scopes(["write"]),
            )
            .with_client(
                Client::new("machine", "The Machine", now)
                    .with_authentication(secret.clone())
                    .with_grant_types(all)
                    .with_max_scopes(["write"]),
            )
            .with_client(
                Client::new("rs", "A Resource Server", now)
                    .with_authentication(secret)
                    .with_introspection([RESOURCE]),
            )
    }

    pub(super) async fn send(&self, request: Request<Full<Bytes>>) -> Reply {
        let response = self.server.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let left = parts.extensions.get::<Unavailable>();
        Reply {
            left: left.map(|left| left.what().to_owned()),
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    pub(super) async fn get(&self, url: &str) -> Reply {
        self.send(Request::get(path_of(url)).body(Full::default()).unwrap()).await
    }

    pub(super) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Reply {
        self.send(form_request(path).body(encoded(form)).unwrap()).await
    }

    /// Posts as a client that sends its secret in the header.
    pub(super) async fn post_as(&self, client: &str, path: &str, form: &[(&str, &str)]) -> Reply {
        let credential = STANDARD.encode(format!("{client}:{}", form_escaped(SECRET)));
        let request = form_request(path).header("authorization", format!("Basic {credential}"));
        self.send(request.body(encoded(form)).unwrap()).await
    }

    pub(super) fn wait(&self, secs: u64) {
        self.clock.wait(secs);
    }

    pub(super) async fn verify(&self, token: &str) -> Verdict {
        self.verify_at(RESOURCE, token).await
    }

    pub(super) async fn verify_at(&self, resource: &str, token: &str) -> Verdict {
        let verifier = self.server.verifier(resource).unwrap();
        verifier.verify(&AccessToken::new(token), self.clock.now()).await
    }

    /// Who holds a token that must be valid.
    #[track_caller]
    pub(super) fn holder(verdict: Verdict) -> AuthInfo {
        let Verdict::Accepted(holder) = verdict else { panic!("not accepted: {verdict:?}") };
        holder
    }

    /// A code for `app`, of this person, for this scope.
    pub(super) async fn code(&self, person: &str, scope: &str) -> String {
        let mut browser = Browser::new(self);
        browser.approve(&App::default(), person, scope).await.param("code").unwrap()
    }

    /// The tokens of `app`, of this person, for this scope.
    pub(super) async fn tokens(&self, person: &str, scope: &str) -> Value {
        let code = self.code(person, scope).await;
        let reply = self.redeem(&App::default(), &code).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
        reply.json()
    }

    pub(super) async fn redeem(&self, app: &App, code: &str) -> Reply {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", app.redirect_uri.as_str()),
            ("code_verifier", VERIFIER),
            ("client_id", app.client_id.as_str()),
            ("resource", app.resource.as_str()),
        ];
        self.post("/oauth/token", &form).await
    }

    pub(super) async fn refresh(&self, client_id: &str, token: &str) -> Reply {
        let form =
            [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", client_id)];
        self.post("/oauth/token", &form).await
    }

    pub(super) async fn store_client(&self, client: &Client) {
        self.store.put_client(client).await.unwrap();
    }

    /// A replica with the same options, on this store.
    pub(super) fn replica(&self, store: Arc<dyn Store>) -> Self {
        let parts = (store, self.clock.clone(), self.accounts.clone(), self.internet.clone());
        Self::serve(parts, Self::options(ISSUER))
    }

    fn serve(parts: Parts, options: Options) -> Self {
        let (store, clock, accounts, internet) = parts;
        let server = AuthorizationServer::new(options, accounts.clone(), Arc::clone(&store))
            .unwrap()
            .with_clock(clock.clone())
            .with_documents(internet.clone(), internet.clone());
        Self { server, store, clock, accounts, internet }
    }

    /// Another server with other options on the same store: a replica, or the same after its
    /// configuration was changed.
    pub(super) fn restarted(&self, options: Options) -> Self {
        let parts = (
            Arc::clone(&self.store),
            self.clock.clone(),
            self.accounts.clone(),
            self.internet.clone(),
        );
        Self::serve(parts, options)
    }
}

pub(super) fn authorize_path(request: &[(String, String)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(request).finish();
    format!("/oauth/authorize?{query}")
}

/// The request with one parameter changed; removed, if there is no value.
pub(super) fn changed(
    request: &[(String, String)],
    name: &str,
    value: Option<&str>,
) -> Vec<(String, String)> {
    let mut request: Vec<_> = request.iter().filter(|(known, _)| known != name).cloned().collect();
    request.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    request
}

pub(super) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

pub(super) fn post_json(path: &str, body: &Value) -> Request<Full<Bytes>> {
    let request = Request::post(path).header("content-type", "application/json");
    request.body(Full::from(body.to_string())).unwrap()
}

pub(super) fn request(method: Method, path: &str) -> Request<Full<Bytes>> {
    Request::builder().method(method).uri(path).body(Full::default()).unwrap()
}

fn form_request(path: &str) -> http::request::Builder {
    Request::post(path).header("content-type", "application/x-www-form-urlencoded")
}

fn encoded(form: &[(&str, &str)]) -> Full<Bytes> {
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    Full::from(form)
}

fn form_escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// What follows the origin.
fn path_of(url: &str) -> String {
    match Url::parse(url) {
        Ok(url) => url[url::Position::BeforePath..].to_owned(),
        Err(_) => url.to_owned(),
    }
}
