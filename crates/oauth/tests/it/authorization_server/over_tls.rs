//! The whole over real connections: documents from a host with TLS, the server behind a proxy that
//! terminates TLS, and the server as the issuer of somebody else.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use mcp_protocol::auth::{AuthInfo, ScopeSet};
use oauth::authorization_server::{
    AuthorizationServer, DocumentRequest, DocumentResponse, FetchError, Fetcher, HttpFetcher,
    Options,
};
use oauth::external::{ExternalIssuer, HttpIssuerClient, IntrospectedTokens, ScopeMap};
use oauth::resource_server::{AccessLayer, ResourceMetadata};
use oauth::{
    AccessToken, Refusal, ScopeLadder, Secret, TrustedProxies, UnixTime, Verdict, Verifier as _,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::driver::{App, Browser, CALLBACK, ISSUER, RESOURCE, SECRET, World, authorize_path};
use crate::tls;

/// Connects to this machine, where it should connect to the address that was checked.
struct Rerouted {
    fetcher: HttpFetcher,
    to: SocketAddr,
}

#[async_trait]
impl Fetcher for Rerouted {
    async fn fetch(&self, request: &DocumentRequest) -> Result<DocumentResponse, FetchError> {
        assert_eq!(request.address, "93.184.216.34:443".parse().unwrap());
        let mut request = request.clone();
        request.address = self.to;
        self.fetcher.fetch(&request).await
    }
}

#[tokio::test]
async fn a_client_is_described_over_tls() {
    const ID: &str = "https://app.example/client.json";
    let mut world = World::open();
    let asked = world.internet.fetched.clone();
    let to = tls::serve_tls(service_fn(move |request: Request<Full<Bytes>>| {
        let url = format!("https://app.example{}", request.uri());
        let address = "93.184.216.34:443".parse().unwrap();
        let request = DocumentRequest::new(url, "", address, 0, std::time::Duration::ZERO);
        asked.lock().unwrap().push(request);
        let document = json!({
            "client_id": ID, "client_name": "Described", "redirect_uris": [CALLBACK],
        });
        let answer = Response::builder().header("content-type", "application/json");
        let answer = answer.header("cache-control", "max-age=600");
        let answer = answer.body(Full::from(document.to_string())).unwrap();
        async move { Ok::<_, Infallible>(answer) }
    }))
    .await;
    let fetcher = HttpFetcher::with_roots([tls::authority()]);
    let internet = world.internet.clone();
    world.server = world.server.with_documents(internet, Rerouted { fetcher, to });

    // While its host is inside, nothing is asked of it.
    for inside in ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fe80::1", "fd00::1"] {
        world.internet.host("app.example", &["93.184.216.34", inside]);
        world.get(&authorize_path(&App::new(ID, CALLBACK).request("read"))).await.is_page(400);
        assert_eq!(world.internet.n_fetched(), 0, "{inside}");
    }
    world.internet.host("app.example", &["93.184.216.34"]);
    let page = Browser::new(&world).consent_page(&App::new(ID, CALLBACK), "ada", "read").await;
    assert!(page.body.contains("Described"));
    // Kept as long as its host says.
    for (secs, n_fetched) in [(0, 1), (599, 1), (1, 2)] {
        world.wait(secs);
        let sent = world.get(&authorize_path(&App::new(ID, CALLBACK).request("read"))).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER);
        assert_eq!(world.internet.n_fetched(), n_fetched);
    }
}

/// A server and the endpoint that it protects, as a program puts them together; says where.
async fn program(hops: usize) -> SocketAddr {
    let world = World::new();
    let proxies = TrustedProxies::new(hops, ["*.tunnel.example"]);
    let endpoint = service_fn(|request: Request<Full<Bytes>>| async move {
        let who = request.extensions().get::<AuthInfo>().unwrap().subject.clone();
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::from(who)))
    });
    let metadata = ResourceMetadata::new(RESOURCE).unwrap().with_authorization_server(ISSUER);
    let verifier = world.server.verifier(RESOURCE).unwrap();
    let layer = AccessLayer::new(verifier, metadata).with_clock(world.clock.clone());
    let protected = layer.layer(endpoint);
    let (listener, address) = tls::listen().await;
    tls::serve(
        listener,
        service_fn(move |mut request: Request<Full<Bytes>>| {
            if let Some(origin) = proxies.public_origin(request.headers()) {
                request.extensions_mut().insert(origin);
            }
            let (server, protected) = (world.server.clone(), protected.clone());
            async move {
                if server.paths().iter().any(|path| path == request.uri().path()) {
                    return server.oneshot(request).await;
                }
                let (parts, body) = protected.oneshot(request).await?.into_parts();
                let body = body.collect().await.unwrap().to_bytes();
                Ok(Response::from_parts(parts, Full::from(body)))
            }
        }),
    );
    address
}

const TUNNEL: &str = "https://blue.tunnel.example";
const METADATA: &str = "/.well-known/oauth-authorization-server";

/// What a client sees through a proxy.
async fn through(proxy: SocketAddr, request: reqwest::RequestBuilder) -> (u16, HeaderMap, String) {
    // The names of the tests lead to the proxy.
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .tls_certs_only([tls::authority()])
        .resolve("blue.tunnel.example", proxy)
        .build()
        .unwrap();
    let answer = client.execute(request.build().unwrap()).await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    (status, headers, answer.text().await.unwrap())
}

fn ask(path: &str) -> reqwest::RequestBuilder {
    reqwest::Client::new().get(format!("{TUNNEL}{path}"))
}

#[tokio::test]
async fn behind_a_proxy_everything_has_its_name() {
    let proxy = tls::proxy(program(1).await, true).await;
    let (_, _, metadata) = through(proxy, ask(METADATA)).await;
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    assert_eq!(metadata["issuer"], TUNNEL);
    let (status, headers, _) = through(proxy, ask("/mcp")).await;
    let challenge = headers["www-authenticate"].to_str().unwrap();
    let document = "/.well-known/oauth-protected-resource/mcp";
    assert_eq!(status, 401);
    assert!(
        challenge.contains(&format!("resource_metadata=\"{TUNNEL}{document}\"")),
        "{challenge}"
    );
    let (_, _, resource) = through(proxy, ask(document)).await;
    let resource: Value = serde_json::from_str(&resource).unwrap();
    assert_eq!(resource["resource"], format!("{TUNNEL}/mcp"));
    assert_eq!(resource["authorization_servers"], json!([TUNNEL]));

    let app = App { resource: format!("{TUNNEL}/mcp"), ..App::default() };
    let (status, headers, _) = through(proxy, ask(&authorize_path(&app.request("read")))).await;
    assert_eq!(status, 303);
    assert!(headers["location"].to_str().unwrap().starts_with(&format!("{TUNNEL}/oauth/sign-in?")));
    assert!(headers["set-cookie"].to_str().unwrap().contains("; Secure"));

    let secret: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    let basic = STANDARD.encode(format!("machine:{secret}"));
    let form = format!("grant_type=client_credentials&resource={TUNNEL}/mcp");
    let endpoint = metadata["token_endpoint"].as_str().unwrap();
    let request = reqwest::Client::new()
        .post(endpoint)
        .header("authorization", format!("Basic {basic}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form);
    let (status, _, tokens) = through(proxy, request).await;
    assert_eq!(status, 200, "{tokens}");
    let tokens: Value = serde_json::from_str(&tokens).unwrap();
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let (status, _, who) = through(proxy, ask("/mcp").header("authorization", bearer)).await;
    assert_eq!((status, who.as_str()), (200, "client:machine"));
}

#[tokio::test]
async fn behind_a_proxy_no_client_gives_it_a_name() {
    let forged = [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-host", "evil.tunnel.example.evil.example"),
        ("x-forwarded-proto", "http"),
        ("forwarded", "host=evil.example;proto=https"),
        ("x-original-host", "evil.example"),
    ];
    for replaces in [true, false] {
        let proxy = tls::proxy(program(1).await, replaces).await;
        for (name, value) in forged {
            let (status, _, seen) = through(proxy, ask(METADATA).header(name, value)).await;
            let seen: Value = serde_json::from_str(&seen).unwrap();
            assert_eq!((status, &seen["issuer"]), (200, &json!(TUNNEL)), "{name}: {value}");
        }
        // A host that the proxy lets pass, and is not allowed, is not the name of anything.
        let (_, headers, _) = through(proxy, ask("/mcp").header("host", "evil.example")).await;
        let challenge = headers["www-authenticate"].to_str().unwrap();
        assert!(challenge.contains(ISSUER) && !challenge.contains("evil"), "{challenge}");
        let (_, _, seen) = through(proxy, ask(METADATA).header("host", "evil.example")).await;
        assert!(seen.contains(ISSUER) && !seen.contains("evil"), "{seen}");
    }
    // Where no proxy is trusted, none has a say.
    let proxy = tls::proxy(program(0).await, true).await;
    for (name, value) in forged.into_iter().chain([("host", "evil.example"), ("accept", "x")]) {
        let (_, headers, _) = through(proxy, ask("/mcp").header(name, value)).await;
        let challenge = headers["www-authenticate"].to_str().unwrap();
        assert!(challenge.contains(&format!("{ISSUER}/.well-known/")), "{challenge}");
        let (_, _, seen) = through(proxy, ask(METADATA).header(name, value)).await;
        let seen: Value = serde_json::from_str(&seen).unwrap();
        assert_eq!(seen["issuer"], ISSUER, "{name}: {value}");
    }
}

/// A server that is the issuer of somebody else: its own address is the issuer.
fn elsewhere(listener: &TcpListener) -> (World, String) {
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let mut world = World::new();
    let mut options = Options::new(&issuer, RESOURCE).with_resource("https://mcp.example/other");
    options.clients = World::options(ISSUER).clients;
    let store = Arc::clone(&world.store) as Arc<dyn oauth::store::Store>;
    world.server = AuthorizationServer::new(options, world.accounts.clone(), store)
        .unwrap()
        .with_clock(world.clock.clone());
    (world, issuer)
}

async fn token_of_machine(world: &World, resource: &str) -> AccessToken {
    let form = [("grant_type", "client_credentials"), ("resource", resource)];
    let tokens = world.post_as("machine", "/oauth/token", &form).await.json();
    AccessToken::new(tokens["access_token"].as_str().unwrap())
}

#[tokio::test]
async fn our_tokens_are_taken_elsewhere_by_asking() {
    let (listener, _) = tls::listen().await;
    let (world, issuer) = elsewhere(&listener);
    tls::serve(listener, world.server.clone());
    let client = HttpIssuerClient::new().unwrap();
    let external = ExternalIssuer::new(&issuer, client).unwrap();
    let map = ScopeMap::new(ScopeLadder::default());
    let tokens = IntrospectedTokens::new(external, RESOURCE, map, "rs", Secret::new(SECRET));
    let now = UnixTime::from_secs(1_800_000_000);
    let token = token_of_machine(&world, RESOURCE).await;
    let Verdict::Accepted(holder) = tokens.verify(&token, now).await else { panic!("refused") };
    assert_eq!(holder.subject, format!("{issuer}#client:machine"));
    assert_eq!(holder.scopes, ScopeSet::from(["read", "write"]));
    // One for another resource is none here.
    let other = token_of_machine(&world, "https://mcp.example/other").await;
    assert_eq!(tokens.verify(&other, now).await, Verdict::Refused(Refusal::Unknown));
    // Revoked, it is of no use a second later.
    let form = [("token", token.expose())];
    world.post_as("machine", "/oauth/revoke", &form).await;
    let later = UnixTime::from_secs(1_800_000_001);
    assert_eq!(tokens.verify(&token, later).await, Verdict::Refused(Refusal::Unknown));
}

#[tokio::test]
async fn an_issuer_proves_itself_over_tls() {
    let answered = tls::serve_tls(service_fn(|_: Request<Full<Bytes>>| async {
        let answer = Response::builder().status(404).body(Full::default()).unwrap();
        Ok::<_, Infallible>(answer)
    }))
    .await;
    let issuer = format!("https://localhost:{}", answered.port());
    let now = UnixTime::from_secs(1_800_000_000);
    for (client, expected) in [
        (HttpIssuerClient::with_roots([tls::authority()]).unwrap(), "find the metadata of"),
        (HttpIssuerClient::new().unwrap(), "does not answer"),
    ] {
        let external = ExternalIssuer::new(&issuer, client).unwrap();
        let error = external.reach(now).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}
