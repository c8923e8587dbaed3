//! The rest of the weaknesses: where tokens are used, and where the store fails.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use mcp_protocol::auth::ScopeSet;
use oauth::authorization_server::{AuthorizationServer, DynamicRegistration, UnregisteredClients};
use oauth::resource_server::{AccessLayer, ResourceMetadata};
use oauth::store::Store;
use oauth::{Refusal, Unavailable, Verdict};
use serde_json::{Value, json};
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::broken_store::Broken;
use super::driver::{App, CALLBACK, ISSUER, RESOURCE, World, authorize_path, post_json};
use crate::access_layer::standing::LetIn;

/// An endpoint that is open for reading.
async fn call_open_endpoint(world: &World, authorization: &str) -> Response<()> {
    let inner = service_fn(|request: Request<Full<Bytes>>| async move {
        let caller = request.extensions().get::<mcp_protocol::auth::AuthInfo>().unwrap();
        let who = caller.subject.parse().unwrap();
        let mut response = Response::new(Full::<Bytes>::default());
        response.headers_mut().insert("x-who", who);
        Ok::<_, Infallible>(response)
    });
    let metadata = ResourceMetadata::new(RESOURCE).unwrap();
    let layer = AccessLayer::new(world.server.verifier(RESOURCE).unwrap(), metadata)
        .with_anonymous(ScopeSet::from(["read"]), ScopeSet::from(["read", "write"]))
        .with_clock(world.clock.clone());
    let mut request = Request::post("/mcp").body(Full::default()).unwrap();
    if !authorization.is_empty() {
        request.headers_mut().insert("authorization", authorization.parse().unwrap());
    }
    layer.layer(inner).oneshot(request).await.unwrap().map(|_| ())
}

#[tokio::test]
async fn o14_a_dead_token_is_never_anonymous() {
    let world = World::new();
    let tokens = world.tokens("ada", "read").await;
    let access = tokens["access_token"].as_str().unwrap();
    let who = |response: &Response<()>| {
        response.headers().get("x-who").map(|who| who.to_str().unwrap().to_owned())
    };
    assert_eq!(who(&call_open_endpoint(&world, "").await).as_deref(), Some("anonymous"));
    let bearer = format!("Bearer {access}");
    assert_eq!(who(&call_open_endpoint(&world, &bearer).await).as_deref(), Some("account:ada"));
    world.post("/oauth/revoke", &[("token", access), ("client_id", "app")]).await;
    for dead in [bearer.as_str(), "Bearer x", "Bearer mcpa_x_y", "Token x", "Basic eDp5"] {
        let response = call_open_endpoint(&world, dead).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{dead}");
        assert!(response.headers().contains_key("www-authenticate"));
    }
}

#[tokio::test]
async fn who_listens_stands_no_longer_than_what_they_were_granted() {
    let world = World::new();
    let metadata = ResourceMetadata::new(RESOURCE).unwrap();
    let layer = AccessLayer::new(world.server.verifier(RESOURCE).unwrap(), metadata)
        .with_clock(world.clock.clone());
    let let_in = async |person: &str| {
        let tokens = world.tokens(person, "read").await;
        (LetIn::by(&layer, tokens["access_token"].as_str()).await, tokens)
    };
    let (ada, tokens) = let_in("ada").await;
    let (bob, _) = let_in("bob").await;
    let (root, _) = let_in("root").await;
    // What was granted is taken back.
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert!(ada.holds().await);
    world.post("/oauth/revoke", &[("token", refresh), ("client_id", "app")]).await;
    assert!(!ada.holds().await);
    // The person may do less, or is gone.
    assert!(bob.holds().await);
    world.accounts.remove("bob");
    assert!(!bob.holds().await);
    assert!(root.holds().await);
    world.accounts.set("root", &["write"]);
    assert!(!root.holds().await, "less can be had than before");
    // The token ends.
    let (ada, _) = let_in("ada").await;
    world.wait(3599);
    assert!(ada.holds().await);
    world.wait(1);
    assert!(!ada.holds().await);
}

#[tokio::test]
async fn o15_tokens_expire_and_the_scheme_has_no_case() {
    let world = World::new();
    let tokens = world.tokens("ada", "read").await;
    let access = tokens["access_token"].as_str().unwrap();
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let response = call_open_endpoint(&world, &format!("{scheme} {access}")).await;
        assert_eq!(response.status(), StatusCode::OK, "{scheme}");
    }
    world.wait(3599);
    assert!(matches!(world.verify(access).await, Verdict::Accepted(_)));
    world.wait(1);
    assert_eq!(world.verify(access).await, Verdict::Refused(Refusal::Expired));
    // Refreshing goes on, but not for ever: what was granted ends.
    let mut refresh = tokens["refresh_token"].as_str().unwrap().to_owned();
    for _ in 0..12 {
        world.wait(29 * 86_400);
        let tokens = world.refresh("app", &refresh).await;
        assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.body);
        refresh = tokens.json()["refresh_token"].as_str().unwrap().to_owned();
    }
    world.wait(29 * 86_400);
    world.refresh("app", &refresh).await.is_error(400, "invalid_grant");
}

#[tokio::test]
async fn o11_a_store_that_fails_lets_nobody_in() {
    let mut world = World::open();
    let tokens = world.tokens("ada", "read").await;
    let these = UnregisteredClients::new(["app.example"], ["read"])
        .with_dynamic_registration(DynamicRegistration::default());
    let options = World::options(ISSUER).with_unregistered_clients(these);
    let broken: Arc<dyn Store> = Arc::new(Broken);
    world.server = AuthorizationServer::new(options, world.accounts.clone(), broken)
        .unwrap()
        .with_clock(world.clock.clone());
    let access: &Value = &tokens["access_token"];
    let cause = Unavailable::new("reach the store at secret-host");
    assert_eq!(world.verify(access.as_str().unwrap()).await, Verdict::Unavailable(cause));
    let description = json!({"redirect_uris": [CALLBACK]});
    let replies = [
        world.send(post_json("/oauth/register", &description)).await,
        world.get(&authorize_path(&App::default().request("read"))).await,
        world
            .redeem(
                &App::default(),
                &tokens["access_token"].as_str().unwrap().replace("mcpa", "mcpc"),
            )
            .await,
    ];
    for reply in &replies[..2] {
        assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(reply.headers.contains_key("retry-after"));
        assert!(!reply.body.contains("secret-host"), "what the store said is for the log");
    }
    assert!(!replies[2].status.is_success());
}
