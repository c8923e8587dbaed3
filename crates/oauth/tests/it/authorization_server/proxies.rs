//! A server behind a proxy that gives it a name.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use oauth::authorization_server::{AuthorizationServer, Options};
use oauth::resource_owner::AutoApprove;
use oauth::resource_server::{AccessLayer, ResourceMetadata};
use oauth::store::MemoryStore;
use oauth::{TrustedProxies, Verdict, Verifiers};
use serde_json::Value;
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::driver::{
    App, Browser, ISSUER, RESOURCE, Reply, VERIFIER, World, authorize_path, changed, request,
};

const TUNNEL: &str = "https://blue.tunnel.example";

/// Sends a request as a tunnel would.
async fn through(world: &World, mut request: Request<Full<Bytes>>) -> Reply {
    let headers = request.headers_mut();
    headers.insert("x-forwarded-proto", "https".parse().unwrap());
    headers.insert("x-forwarded-host", "blue.tunnel.example".parse().unwrap());
    let proxies = TrustedProxies::new(1, ["*.tunnel.example"]);
    let origin = proxies.public_origin(request.headers()).unwrap();
    request.extensions_mut().insert(origin);
    world.send(request).await
}

#[tokio::test]
async fn addresses_follow_a_trusted_proxy_and_tokens_stay() {
    let world = World::new();
    let path = "/.well-known/oauth-authorization-server";
    let metadata = through(&world, request(Method::GET, path)).await.json();
    assert_eq!(metadata["issuer"], TUNNEL);
    assert_eq!(metadata["token_endpoint"], format!("{TUNNEL}/oauth/token"));
    assert_eq!(world.get(path).await.json()["issuer"], ISSUER, "others see what is configured");

    // Errors and pages are under the public name, and so is the resource.
    let app = App { resource: format!("{TUNNEL}/mcp"), ..App::default() };
    let wrong = changed(&app.request("read"), "scope", Some("root"));
    let reply = through(&world, request(Method::GET, &authorize_path(&wrong))).await;
    assert_eq!(reply.param("iss").as_deref(), Some(TUNNEL));
    let reply = through(&world, request(Method::GET, &authorize_path(&app.request("read")))).await;
    assert!(reply.header("location").starts_with(&format!("{TUNNEL}/oauth/sign-in?request=")));
    world.get(&authorize_path(&app.request("read"))).await.param("error").unwrap();

    // A token that was issued under one name is good under another.
    let code = world.code("ada", "read").await;
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", &app.redirect_uri),
            ("code_verifier", VERIFIER),
            ("client_id", "app"),
            ("resource", &app.resource),
        ])
        .finish();
    let mut exchange = request(Method::POST, "/oauth/token");
    let form_type = "application/x-www-form-urlencoded".parse().unwrap();
    exchange.headers_mut().insert("content-type", form_type);
    *exchange.body_mut() = Full::from(form);
    let tokens = through(&world, exchange).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    assert!(matches!(world.verify_at(RESOURCE, access).await, Verdict::Accepted(_)));
    let mut browser = Browser::new(&world);
    browser.approve(&App::default(), "ada", "read").await;
}

#[tokio::test]
async fn challenges_and_the_resource_follow() {
    let inner = service_fn(|_: Request<Full<Bytes>>| async {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    });
    let metadata = ResourceMetadata::new(RESOURCE)
        .unwrap()
        .with_authorization_server(ISSUER)
        .with_authorization_server("https://login.other.example");
    let layer = AccessLayer::new(Verifiers::new(), metadata);
    let ask = |path: &'static str| {
        let service = layer.layer(inner);
        async move {
            let mut request = request(Method::GET, path);
            request.headers_mut().insert("x-forwarded-proto", "https".parse().unwrap());
            request.headers_mut().insert("x-forwarded-host", "a.tunnel.example".parse().unwrap());
            let proxies = TrustedProxies::new(1, ["*.tunnel.example"]);
            let origin = proxies.public_origin(request.headers()).unwrap();
            request.extensions_mut().insert(origin);
            service.oneshot(request).await.unwrap()
        }
    };
    let refused = ask("/mcp").await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let challenge = refused.headers()["www-authenticate"].to_str().unwrap();
    let named = "https://a.tunnel.example/.well-known/oauth-protected-resource/mcp";
    assert!(challenge.contains(named), "{challenge}");
    let document = ask("/.well-known/oauth-protected-resource/mcp").await;
    let document = document.into_body().collect().await.unwrap().to_bytes();
    let document: Value = serde_json::from_slice(&document).unwrap();
    assert_eq!(document["resource"], "https://a.tunnel.example/mcp");
    let servers = ["https://a.tunnel.example", "https://login.other.example"];
    assert_eq!(document["authorization_servers"], serde_json::json!(servers));
}

#[tokio::test]
async fn a_tunnel_to_a_laptop_lets_nobody_in_by_itself() {
    let (issuer, resource) = ("http://127.0.0.1:8080", "http://127.0.0.1:8080/mcp");
    let mut world = World::new();
    let owner = AutoApprove::on_loopback("127.0.0.1".parse().unwrap(), ["write"]).unwrap();
    let mut options = Options::new(issuer, resource);
    options.clients = World::options(ISSUER).clients;
    let store = Arc::new(MemoryStore::new());
    world.server = AuthorizationServer::new(options, owner, store).unwrap();
    let app = App { resource: format!("{TUNNEL}/mcp"), ..App::default() };
    let asked = authorize_path(&app.request("read"));
    let reply = through(&world, request(Method::GET, &asked)).await;
    assert_eq!(reply.param("code"), None);
    let path = reply.header("location").replace(TUNNEL, "");
    through(&world, request(Method::GET, &path)).await.is_page(400);
    let app = App { resource: resource.to_owned(), ..App::default() };
    assert!(world.get(&authorize_path(&app.request("read"))).await.param("code").is_some());
}
