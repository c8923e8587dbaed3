//! A client application and a person's browser, over HTTP.

use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::redirect::Policy;
use reqwest::{ClientBuilder, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::keys::{now, sign};

/// Whatever sends requests to a server.
pub(crate) struct World {
    http: reqwest::Client,
    /// The endpoint.
    pub(crate) endpoint: String,
    /// Headers that every request has, as a proxy in front would put them.
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) challenge: String,
    pub(crate) location: String,
    cookie: Option<String>,
    pub(crate) body: String,
}

/// A client that registered itself, or that the operator registered.
pub(crate) struct App<'w> {
    world: &'w World,
    server: Value,
    pub(crate) client_id: String,
    proof: Proof,
}

/// How a client proves who it is.
pub(crate) enum Proof {
    /// It does not.
    None,
    /// By a secret, in the header.
    Secret(String),
    /// By a key (RFC 7523): the one of this seed.
    Key(u8),
}

/// A person, signed in or not.
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) password: String,
    /// How they sign in.
    way: String,
    cookie: Option<String>,
}

impl World {
    pub(crate) fn new(endpoint: &str) -> Self {
        Self::with(reqwest::Client::builder(), endpoint)
    }

    /// One that sends requests so.
    pub(crate) fn with(http: ClientBuilder, endpoint: &str) -> Self {
        // A connection for each request, since each may meet another replica.
        let http = http.redirect(Policy::none()).pool_max_idle_per_host(0).no_proxy();
        let http = http.build().expect("a client");
        Self { http, endpoint: endpoint.to_owned(), headers: Vec::new() }
    }

    pub(crate) fn origin(&self) -> String {
        let url = Url::parse(&self.endpoint).expect("an address");
        url.origin().ascii_serialization()
    }

    async fn send(&self, mut request: RequestBuilder) -> Reply {
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        Reply::of(request.send().await.expect("an answer")).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(self.http.get(format!("{}{path}", self.origin()))).await
    }

    /// Posts a JSON-RPC request, with a credential or without.
    pub(crate) async fn rpc(
        &self,
        authorization: Option<&str>,
        method: &str,
        params: Value,
    ) -> Reply {
        let mut params = params;
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let mut request = self
            .http
            .post(&self.endpoint)
            .header("content-type", "application/json")
            .header("accept", "application/json")
            .header("mcp-protocol-version", "2026-07-28")
            .header("mcp-method", method);
        if let Some(name) = params["name"].as_str() {
            request = request.header("mcp-name", name);
        }
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        self.send(request.body(body.to_string())).await
    }

    /// Calls the tool of the sites.
    pub(crate) async fn call(&self, authorization: Option<&str>, arguments: Value) -> Reply {
        self.call_tool(authorization, "dcim", arguments).await
    }

    pub(crate) async fn call_tool(
        &self,
        authorization: Option<&str>,
        tool: &str,
        arguments: Value,
    ) -> Reply {
        let params = json!({ "name": tool, "arguments": arguments });
        self.rpc(authorization, "tools/call", params).await
    }

    pub(crate) async fn list_sites(&self, authorization: Option<&str>) -> Reply {
        self.call(authorization, json!({ "resource": "site", "action": "list" })).await
    }

    pub(crate) async fn create_site(&self, authorization: Option<&str>, slug: &str) -> Reply {
        let params = json!({ "name": slug, "slug": slug });
        let call = json!({ "resource": "site", "action": "create", "params": params });
        self.call(authorization, call).await
    }
}

impl Reply {
    async fn of(response: Response) -> Self {
        let header = |name: &str| {
            let value = response.headers().get(name).map(|value| value.to_str().expect("ASCII"));
            value.unwrap_or_default().to_owned()
        };
        let cookie = header("set-cookie").split(';').next().map(str::to_owned);
        Self {
            status: response.status(),
            challenge: header("www-authenticate"),
            location: header("location"),
            cookie: cookie.filter(|cookie| !cookie.is_empty()),
            body: response.text().await.expect("a text"),
        }
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The value of a hidden field.
    #[track_caller]
    fn hidden(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let (_, rest) =
            self.body.split_once(&start).unwrap_or_else(|| panic!("no {name}: {self:?}"));
        rest.split('"').next().unwrap_or_default().to_owned()
    }

    /// Whether a scope can be chosen.
    fn offers(&self, scope: &str) -> bool {
        self.body.contains(&format!("name=\"scope\" value=\"{scope}\""))
    }

    /// A parameter of where the browser is sent.
    #[track_caller]
    pub(crate) fn param(&self, name: &str) -> String {
        let url = Url::parse(&self.location).unwrap_or_else(|_| panic!("sent nowhere: {self:?}"));
        let mut pairs = url.query_pairs();
        let found = pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
        found.unwrap_or_else(|| panic!("no {name}: {}", self.location))
    }

    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        self
    }
}

impl Person {
    pub(crate) fn new(name: &str, password: &str) -> Self {
        Self {
            name: name.to_owned(),
            password: password.to_owned(),
            way: "local".to_owned(),
            cookie: None,
        }
    }

    /// A user of NetBox's.
    pub(crate) fn of_netbox(name: &str, password: &str) -> Self {
        Self { way: "netbox-password".to_owned(), ..Self::new(name, password) }
    }

    /// A user of one of several NetBoxes.
    pub(crate) fn of_one_netbox(netbox: &str, name: &str, password: &str) -> Self {
        let way = format!("netbox-{netbox}/netbox-password");
        Self { way, ..Self::new(name, password) }
    }

    /// The same person at the same browser, who signs in as another user from now on.
    pub(crate) fn is_now(&mut self, netbox: &str, name: &str, password: &str) {
        let cookie = self.cookie.take();
        *self = Self { cookie, ..Self::of_one_netbox(netbox, name, password) };
    }

    /// Somebody whom an OpenID provider knows.
    pub(crate) fn of_provider() -> Self {
        Self { way: "openid".to_owned(), ..Self::new("", "") }
    }

    /// The first user, whose password a server said at its start.
    #[track_caller]
    pub(crate) fn operator(said: &[String]) -> Self {
        let place = said.iter().position(|line| line.starts_with("sign in as operator"));
        let place = place.unwrap_or_else(|| panic!("no user in {said:#?}"));
        Self::new("operator", said[place + 1].trim())
    }

    async fn go(&mut self, world: &World, request: RequestBuilder) -> Reply {
        let request = match &self.cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        };
        let reply = world.send(request).await;
        if let Some(cookie) = &reply.cookie {
            self.cookie = Some(cookie.clone());
        }
        reply
    }

    async fn open(&mut self, world: &World, url: &str) -> Reply {
        self.go(world, world.http.get(url)).await
    }

    async fn submit(&mut self, world: &World, path: &str, form: &[(&str, &str)]) -> Reply {
        let url = format!("{}{path}", world.origin());
        self.go(world, world.http.post(url).header("origin", world.origin()).form(form)).await
    }

    /// Types name and password into the page of sign-in.
    async fn sign_in(&mut self, world: &World, page: &Reply) -> Reply {
        let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
        let (name, password, way) = (self.name.clone(), self.password.clone(), self.way.clone());
        let mut form = vec![("csrf", csrf.as_str()), ("request", &request), ("way", way.as_str())];
        if way != "openid" {
            form.extend([("field-name", name.as_str()), ("field-password", &password)]);
        }
        self.submit(world, "/oauth/sign-in", &form).await
    }

    /// Takes away what a client was granted, on the page of grants.
    pub(crate) async fn take_away(&mut self, world: &World, client_id: &str) {
        let page = self.open(world, &format!("{}/oauth/grants", world.origin())).await;
        let csrf = page.is(200).hidden("csrf");
        let form = [("csrf", csrf.as_str()), ("client_id", client_id)];
        self.submit(world, "/oauth/grants", &form).await.is(303);
    }

    /// Grants this much on the page of consent.
    async fn consent(&mut self, world: &World, page: &Reply, scope: &str) -> Reply {
        let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
        let form = [
            ("csrf", csrf.as_str()),
            ("request", &request),
            ("decision", "allow"),
            ("scope", scope),
        ];
        self.submit(world, "/oauth/consent", &form).await
    }
}

impl<'w> App<'w> {
    /// Registers.
    pub(crate) async fn register(world: &'w World) -> Self {
        let server = discover(world).await;
        let asked = json!({
            "client_name": "A Test",
            "redirect_uris": [REDIRECT],
            "token_endpoint_auth_method": "none",
            "grant_types": ["authorization_code", "refresh_token"],
        });
        let url = server["registration_endpoint"].as_str().expect("registration is open");
        let request = world.http.post(url).header("content-type", "application/json");
        let reply = world.send(request.body(asked.to_string())).await;
        let client_id = reply.is(201).json()["client_id"].as_str().expect("an id").to_owned();
        Self { world, server, client_id, proof: Proof::None }
    }

    /// Is the client that the operator registered under this name.
    pub(crate) async fn registered(world: &'w World, client_id: &str, proof: Proof) -> Self {
        let server = discover(world).await;
        Self { world, server, client_id: client_id.to_owned(), proof }
    }

    pub(crate) fn url(&self, scope: &str) -> String {
        let endpoint = self.server["authorization_endpoint"].as_str().expect("an endpoint");
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let pairs = [
            ("response_type", "code"),
            ("client_id", self.client_id.as_str()),
            ("redirect_uri", REDIRECT),
            ("state", "a state"),
            ("scope", scope),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("resource", &self.world.endpoint),
        ];
        Url::parse_with_params(endpoint, pairs).expect("an address").into()
    }

    /// Sends a person through the pages, and gives what the browser brings back.
    pub(crate) async fn ask(&self, person: &mut Person, scope: &str) -> Reply {
        let world = self.world;
        let mut reply = person.open(world, &self.url(scope)).await;
        while !reply.is(303).location.starts_with(REDIRECT) {
            let at = reply.location.clone();
            let page = person.open(world, &at).await;
            reply = match page.status.as_u16() {
                303 => page,
                _ if at.contains("/oauth/sign-in") => person.sign_in(world, page.is(200)).await,
                _ => {
                    let mut asked = scope.split(' ').rev();
                    let offered = asked.find(|scope| page.is(200).offers(scope));
                    person.consent(world, &page, offered.unwrap_or_default()).await
                }
            };
        }
        reply
    }

    /// Sends a person away to sign in elsewhere, and gives what they are told when they are back.
    pub(crate) async fn come_back(&self, person: &mut Person) -> Reply {
        let there = self.sign_in(person).await;
        let back = person.open(self.world, &there.is(303).location).await;
        person.open(self.world, &back.is(303).location).await
    }

    /// Sends a person as far as to what they are told of their name and password.
    pub(crate) async fn sign_in(&self, person: &mut Person) -> Reply {
        let sent = person.open(self.world, &self.url("read")).await;
        let page = person.open(self.world, &sent.location).await;
        person.sign_in(self.world, page.is(200)).await
    }

    /// The tokens that a person grants.
    pub(crate) async fn tokens(&self, person: &mut Person, scope: &str) -> Value {
        let answer = self.ask(person, scope).await;
        assert_eq!(answer.param("state"), "a state");
        assert_eq!(answer.param("iss"), self.server["issuer"].as_str().expect("an issuer"));
        self.redeem(&answer.param("code")).await.is(200).json()
    }

    /// The tokens for a code.
    pub(crate) async fn redeem(&self, code: &str) -> Reply {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        self.post("token_endpoint", &form).await
    }

    /// What the client is granted for itself.
    pub(crate) async fn tokens_for_itself(&self, scope: &str) -> Reply {
        self.post("token_endpoint", &[("grant_type", "client_credentials"), ("scope", scope)]).await
    }

    /// New tokens for those whose time is over.
    pub(crate) async fn refresh(&self, tokens: &Value) -> Reply {
        let token = tokens["refresh_token"].as_str().expect("a refresh token");
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.post("token_endpoint", &form).await
    }

    /// Posts a form as this client.
    pub(crate) async fn post(&self, endpoint: &str, form: &[(&str, &str)]) -> Reply {
        let url = self.server[endpoint].as_str().expect("an endpoint");
        let mut form = form.to_vec();
        let request = self.world.http.post(url);
        let (request, assertion) = match &self.proof {
            Proof::None => (request, None),
            Proof::Secret(secret) => (request.basic_auth(&self.client_id, Some(secret)), None),
            Proof::Key(seed) => (request, Some(self.assertion(*seed))),
        };
        if let Some(assertion) = &assertion {
            form.push(("client_assertion_type", JWT_BEARER));
            form.push(("client_assertion", assertion));
        }
        form.push(("client_id", &self.client_id));
        self.world.send(request.form(&form)).await
    }

    fn assertion(&self, seed: u8) -> String {
        static N_MADE: AtomicU32 = AtomicU32::new(0);
        let jti = N_MADE.fetch_add(1, Ordering::Relaxed).to_string();
        let claims = json!({
            "iss": self.client_id, "sub": self.client_id, "aud": self.server["issuer"],
            "jti": jti, "exp": now() + 60,
        });
        sign("JWT", seed, &claims)
    }
}

/// Finds the authorization server as clients do, from the endpoint's own challenge: its metadata.
async fn discover(world: &World) -> Value {
    let refused = world.rpc(None, "tools/list", json!({})).await;
    refused.is(401);
    let (_, rest) = refused.challenge.split_once("resource_metadata=\"").expect("metadata");
    let metadata = rest.split('"').next().unwrap_or_default();
    let resource = world.send(world.http.get(metadata)).await.json();
    assert_eq!(resource["resource"], world.endpoint.as_str());
    let issuer = resource["authorization_servers"][0].as_str().expect("an issuer").to_owned();
    let url = format!("{issuer}/.well-known/oauth-authorization-server");
    let server = world.send(world.http.get(url)).await.json();
    assert_eq!(server["issuer"], issuer.as_str());
    server
}

/// The value of the `Authorization` header for what the token endpoint gave.
pub(crate) fn bearer(tokens: &Value) -> String {
    format!("Bearer {}", tokens["access_token"].as_str().expect("an access token"))
}

pub(crate) const REDIRECT: &str = "http://127.0.0.1:9/callback";
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const VERIFIER: &str = "a-verifier-that-is-as-long-as-one-has-to-be-43";
