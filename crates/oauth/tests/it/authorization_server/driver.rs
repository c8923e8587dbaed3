//! A world with an authorization server in it, people with browsers, and client applications.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use mcp_protocol::auth::{AuthInfo, ScopeSet};
use oauth::authorization_server::{
    AuthorizationServer, DocumentRequest, DocumentResponse, FetchError, Fetcher, Options, Resolver,
    Unavailable, UnregisteredClients,
};
use oauth::resource_owner::{Attempt, Field, Person, ResourceOwner, SignInError, Way};
use oauth::store::{Client, ClientAuthentication, MemoryStore, Store, Subject};
use oauth::{AccessToken, Clock, TokenHash, UnixTime, Verdict, Verifier};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tower::ServiceExt as _;
use url::Url;

pub(super) const ISSUER: &str = "https://mcp.example";
pub(super) const RESOURCE: &str = "https://mcp.example/mcp";
pub(super) const OTHER_RESOURCE: &str = "https://mcp.example/other";
pub(super) const CALLBACK: &str = "https://app.example/callback";
pub(super) const SECRET: &str = "a secret of 256 bits, as far as tests go";
pub(super) const VERIFIER: &str = "a-verifier-that-is-as-long-as-one-has-to-be-43";

/// A clock that is set by hand.
#[derive(Clone)]
pub(super) struct HandClock(Arc<AtomicU64>);

impl Clock for HandClock {
    fn now(&self) -> UnixTime {
        UnixTime::from_secs(self.0.load(Ordering::SeqCst))
    }
}

/// Accounts of some other system: a name, a password, and what each may grant. They stand for an
/// account of the API behind a server.
#[derive(Clone, Default)]
pub(super) struct Accounts(Arc<Mutex<BTreeMap<String, ScopeSet>>>);

impl Accounts {
    pub(super) fn set(&self, name: &str, scopes: &[&str]) {
        self.0.lock().unwrap().insert(name.to_owned(), scopes.iter().copied().collect());
    }

    pub(super) fn remove(&self, name: &str) {
        self.0.lock().unwrap().remove(name);
    }
}

#[async_trait]
impl ResourceOwner for Accounts {
    fn ways(&self) -> Vec<Way> {
        let fields = [Field::text("name", "User name"), Field::secret("password", "Password")];
        vec![
            Way::new("account", "With your account", fields),
            Way::new("token", "With a token", [Field::secret("token", "API token")]),
        ]
    }

    async fn sign_in(&self, attempt: &Attempt) -> Result<Person, SignInError> {
        if attempt.answer("name") == "broken" {
            return Err(SignInError::Unavailable(Unavailable::new("ask the API")));
        }
        let name = match attempt.way.as_str() {
            "token" => attempt.answer("token").strip_prefix("token of ").unwrap_or_default(),
            _ if attempt.answer("password") == "password" => attempt.answer("name"),
            _ => "",
        };
        if !self.0.lock().unwrap().contains_key(name) {
            return Err(SignInError::Wrong("There is no such account.".to_owned()));
        }
        Ok(Person::new(format!("account:{name}"), name))
    }

    async fn ceiling(&self, subject: &Subject) -> Result<Option<ScopeSet>, Unavailable> {
        let name = subject.as_str().strip_prefix("account:").unwrap_or_default();
        Ok(self.0.lock().unwrap().get(name).cloned())
    }
}

/// What stands at an address of the internet.
#[derive(Clone)]
pub(super) struct Document {
    status: u16,
    kind: &'static str,
    body: String,
}

/// The internet.
#[derive(Clone, Default)]
pub(super) struct Internet {
    pub(super) hosts: Arc<Mutex<BTreeMap<String, Vec<IpAddr>>>>,
    pub(super) documents: Arc<Mutex<BTreeMap<String, Document>>>,
    pub(super) fetched: Arc<Mutex<Vec<DocumentRequest>>>,
}

impl Internet {
    pub(super) fn host(&self, host: &str, addresses: &[&str]) {
        let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
        self.hosts.lock().unwrap().insert(host.to_owned(), addresses);
    }

    pub(super) fn document(&self, url: &str, document: &Value) {
        self.answer(url, 200, "application/json", &document.to_string());
    }

    pub(super) fn answer(&self, url: &str, status: u16, kind: &'static str, body: &str) {
        let document = Document { status, kind, body: body.to_owned() };
        self.documents.lock().unwrap().insert(url.to_owned(), document);
    }

    pub(super) fn n_fetched(&self) -> usize {
        self.fetched.lock().unwrap().len()
    }
}

#[async_trait]
impl Resolver for Internet {
    async fn resolve(&self, host: &str) -> Result<Vec<IpAddr>, FetchError> {
        let known = self.hosts.lock().unwrap().get(host).cloned();
        known.ok_or_else(|| FetchError::new("find the host"))
    }
}

#[async_trait]
impl Fetcher for Internet {
    async fn fetch(&self, request: &DocumentRequest) -> Result<DocumentResponse, FetchError> {
        self.fetched.lock().unwrap().push(request.clone());
        let known = self.documents.lock().unwrap().get(&request.url).cloned();
        let Document { status, kind, body } = known.ok_or_else(|| FetchError::new("connect"))?;
        let mut headers = HeaderMap::new();
        headers.insert("content-type", kind.parse().unwrap());
        headers.insert("location", "https://127.0.0.1/x".parse().unwrap());
        Ok(DocumentResponse::new(StatusCode::from_u16(status).unwrap(), headers, body.into()))
    }
}

/// An authorization server and all that is around it.
pub(super) struct World {
    pub(super) server: AuthorizationServer,
    pub(super) store: Arc<MemoryStore>,
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

    fn parts() -> (Arc<MemoryStore>, HandClock, Accounts, Internet) {
        let accounts = Accounts::default();
        accounts.set("ada", &["write"]);
        accounts.set("bob", &["read"]);
        accounts.set("root", &["admin"]);
        let clock = HandClock(Arc::new(AtomicU64::new(1_800_000_000)));
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
        Reply {
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
        self.clock.0.fetch_add(secs, Ordering::SeqCst);
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

    fn serve(parts: (Arc<MemoryStore>, HandClock, Accounts, Internet), options: Options) -> Self {
        let (store, clock, accounts, internet) = parts;
        let shared: Arc<dyn Store> = Arc::clone(&store) as Arc<dyn Store>;
        let server = AuthorizationServer::new(options, accounts.clone(), shared)
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

/// An answer.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Reply {
    #[track_caller]
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub(super) fn location(&self) -> Option<Url> {
        Url::parse(self.header("location")).ok()
    }

    /// A parameter of the address that the browser is sent to.
    pub(super) fn param(&self, name: &str) -> Option<String> {
        let location = self.location()?;
        location.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }

    /// The value of a hidden field.
    pub(super) fn hidden(&self, name: &str) -> Option<String> {
        let (_, rest) = self.body.split_once(&format!("name=\"{name}\" value=\""))?;
        rest.split_once('"').map(|(value, _)| value.to_owned())
    }

    /// Asserts that it is an error of the protocol.
    #[track_caller]
    pub(super) fn is_error(&self, status: u16, error: &str) {
        assert_eq!((self.status.as_u16(), self.json()["error"].as_str()), (status, Some(error)));
    }

    /// Asserts that it is a page for the person, who is sent nowhere.
    #[track_caller]
    pub(super) fn is_page(&self, status: u16) {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        assert!(self.location().is_none() && self.body.starts_with("<!DOCTYPE html>"));
    }
}

/// A client application that asks.
#[derive(Clone, Debug)]
pub(super) struct App {
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) resource: String,
}

impl Default for App {
    fn default() -> Self {
        Self::new("app", CALLBACK)
    }
}

impl App {
    pub(super) fn new(client_id: &str, redirect_uri: &str) -> Self {
        Self {
            client_id: client_id.to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            resource: RESOURCE.to_owned(),
        }
    }

    /// The parameters of a request that is right.
    pub(super) fn request(&self, scope: &str) -> Vec<(String, String)> {
        [
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", &self.redirect_uri),
            ("state", "the state"),
            ("scope", scope),
            ("code_challenge", &challenge(VERIFIER)),
            ("code_challenge_method", "S256"),
            ("resource", &self.resource),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }
}

/// A person's browser.
pub(super) struct Browser<'w> {
    pub(super) world: &'w World,
    pub(super) cookie: Option<String>,
}

impl<'w> Browser<'w> {
    pub(super) const fn new(world: &'w World) -> Self {
        Self { world, cookie: None }
    }

    pub(super) async fn get(&mut self, url: &str) -> Reply {
        self.send(Request::get(path_of(url)), Full::default()).await
    }

    pub(super) async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Reply {
        let request = form_request(path).header("origin", ISSUER);
        self.send(request, encoded(form)).await
    }

    async fn send(&mut self, request: http::request::Builder, body: Full<Bytes>) -> Reply {
        let request = match &self.cookie {
            Some(cookie) => request.header("cookie", format!("other=1; {cookie}")),
            None => request,
        };
        let reply = self.world.send(request.body(body).unwrap()).await;
        if let Some(cookie) = reply.headers.get("set-cookie") {
            let cookie = cookie.to_str().unwrap().split(';').next().unwrap();
            self.cookie = Some(cookie.to_owned());
        }
        reply
    }

    /// Opens the address of an authorization request.
    pub(super) async fn authorize(&mut self, request: &[(String, String)]) -> Reply {
        self.get(&authorize_path(request)).await
    }

    /// Follows to the page that the answer leads to.
    pub(super) async fn follow(&mut self, reply: &Reply) -> Reply {
        let to = reply.location().unwrap_or_else(|| panic!("leads nowhere: {}", reply.body));
        assert_eq!(to.origin().ascii_serialization(), ISSUER);
        self.get(to.as_str()).await
    }

    /// Follows to our page, which may send the browser on.
    pub(super) async fn follow_anywhere(&mut self, reply: &Reply) -> Reply {
        self.get(reply.header("location")).await
    }

    /// Fills in the sign-in page.
    pub(super) async fn sign_in(&mut self, page: &Reply, person: &str) -> Reply {
        self.sign_in_with(page, person, "password").await
    }

    pub(super) async fn sign_in_with(
        &mut self,
        page: &Reply,
        person: &str,
        password: &str,
    ) -> Reply {
        let csrf = page.hidden("csrf").unwrap();
        let request = page.hidden("request").unwrap_or_default();
        let form = [
            ("csrf", csrf.as_str()),
            ("request", request.as_str()),
            ("way", "account"),
            ("field-name", person),
            ("field-password", password),
        ];
        self.post("/oauth/sign-in", &form).await
    }

    /// Answers the consent page.
    pub(super) async fn decide(&mut self, page: &Reply, decision: &str, scope: &str) -> Reply {
        let (csrf, request) = (page.hidden("csrf").unwrap(), page.hidden("request").unwrap());
        let form = [
            ("csrf", csrf.as_str()),
            ("request", request.as_str()),
            ("decision", decision),
            ("scope", scope),
        ];
        self.post("/oauth/consent", &form).await
    }

    /// Opens the request of an application and signs in; gives the consent page.
    pub(super) async fn consent_page(&mut self, app: &App, person: &str, scope: &str) -> Reply {
        let sent = self.authorize(&app.request(scope)).await;
        let page = self.follow(&sent).await;
        if page.body.contains("name=\"decision\"") {
            return page;
        }
        let sent = self.sign_in(&page, person).await;
        self.follow(&sent).await
    }

    /// Goes all the way, and grants the highest of these scopes.
    pub(super) async fn approve(&mut self, app: &App, person: &str, scope: &str) -> Reply {
        let page = self.consent_page(app, person, scope).await;
        let highest = ["admin", "write", "read"]
            .into_iter()
            .find(|known| page.body.contains(&format!("name=\"scope\" value=\"{known}\" checked")));
        let reply = self.decide(&page, "allow", highest.expect("a scope is chosen")).await;
        assert!(reply.param("code").is_some(), "{} {:?}", reply.body, reply.headers);
        reply
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
