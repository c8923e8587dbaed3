//! A client application and a person's browser, over HTTP.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

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

/// A client that registered itself.
pub(crate) struct App<'w> {
    world: &'w World,
    server: Value,
    pub(crate) client_id: String,
}

/// A person, signed in or not.
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) password: String,
    cookie: Option<String>,
}

impl World {
    pub(crate) fn new(endpoint: &str) -> Self {
        let http = reqwest::Client::builder().redirect(Policy::none()).no_proxy();
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
            .header("accept", "application/json, text/event-stream")
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
        let params = json!({ "name": "dcim", "arguments": arguments });
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
        Self { name: name.to_owned(), password: password.to_owned(), cookie: None }
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
        let (name, password) = (self.name.clone(), self.password.clone());
        let form = [
            ("csrf", csrf.as_str()),
            ("request", &request),
            ("way", "local"),
            ("field-name", &name),
            ("field-password", &password),
        ];
        self.submit(world, "/oauth/sign-in", &form).await
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
    /// Finds the authorization server as clients do, from the endpoint's own challenge, and
    /// registers.
    pub(crate) async fn register(world: &'w World) -> Self {
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
        Self { world, server, client_id }
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
        while reply.location.starts_with(&world.origin()) {
            let page = person.open(world, &reply.location.clone()).await;
            page.is(200);
            reply = if reply.location.contains("/oauth/sign-in") {
                person.sign_in(world, &page).await
            } else {
                let highest = scope.split(' ').next_back().unwrap_or_default();
                person.consent(world, &page, highest).await
            };
            reply.is(303);
        }
        reply
    }

    /// The tokens that a person grants.
    pub(crate) async fn tokens(&self, person: &mut Person, scope: &str) -> Value {
        let answer = self.ask(person, scope).await;
        assert_eq!(answer.param("state"), "a state");
        assert_eq!(answer.param("iss"), self.server["issuer"].as_str().expect("an issuer"));
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &answer.param("code")),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        self.post("token_endpoint", &form).await.is(200).json()
    }

    /// Posts a form as this client.
    pub(crate) async fn post(&self, endpoint: &str, form: &[(&str, &str)]) -> Reply {
        let url = self.server[endpoint].as_str().expect("an endpoint");
        let mut form = form.to_vec();
        form.push(("client_id", &self.client_id));
        self.world.send(self.world.http.post(url).form(&form)).await
    }
}

/// The value of the `Authorization` header for what the token endpoint gave.
pub(crate) fn bearer(tokens: &Value) -> String {
    format!("Bearer {}", tokens["access_token"].as_str().expect("an access token"))
}

const REDIRECT: &str = "http://127.0.0.1:9/callback";
const VERIFIER: &str = "a-verifier-that-is-as-long-as-one-has-to-be-43";
