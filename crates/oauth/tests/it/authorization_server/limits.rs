//! Limits that an operator sets while the server runs.

use oauth::store::{ClientId, Limited, Subject};
use oauth::{Refusal, Verdict};
use serde_json::json;

use super::driver::{App, Browser, CALLBACK, World, post_json};

async fn limit(world: &World, of: &Limited, scopes: &[&str]) {
    world.store.put_limit(of, &scopes.iter().copied().collect()).await.unwrap();
}

fn ada() -> Limited {
    Limited::Person(Subject::new("account:ada"))
}

async fn scopes(world: &World, token: &str) -> String {
    World::holder(world.verify(token).await).scopes.to_string()
}

#[tokio::test]
async fn lowering_a_limit_narrows_tokens_that_are_issued() {
    for of in [ada(), Limited::Client(ClientId::new("app"))] {
        let world = World::new();
        let tokens = world.tokens("ada", "write").await;
        let access = tokens["access_token"].as_str().unwrap();
        assert_eq!(scopes(&world, access).await, "read write");

        limit(&world, &of, &["read"]).await;
        let holder = World::holder(world.verify(access).await);
        assert_eq!((holder.scopes, holder.obtainable), (["read"].into(), ["read"].into()));
        let form = [("token", access)];
        let told = world.post_as("rs", "/oauth/introspect", &form).await.json();
        assert_eq!(told["scope"], "read");
        // Nor is more to be had by refreshing, or by asking again.
        let refresh = tokens["refresh_token"].as_str().unwrap();
        assert_eq!(world.refresh("app", refresh).await.json()["scope"], "read");
        assert_eq!(world.tokens("ada", "write").await["scope"], "read");

        limit(&world, &of, &[]).await;
        // Whoever may do nothing is not let in to do it.
        assert_eq!(world.verify(access).await, Verdict::Refused(Refusal::Unknown));
        let told = world.post_as("rs", "/oauth/introspect", &form).await.json();
        assert_eq!(told, json!({ "active": false }));
        // What was granted is granted again when the limit is gone.
        assert!(world.store.remove_limit(&of).await.unwrap());
        assert_eq!(scopes(&world, access).await, "read write");
        // A limit gives nothing.
        limit(&world, &of, &["admin"]).await;
        assert_eq!(scopes(&world, access).await, "read write");
    }
}

#[tokio::test]
async fn a_limit_is_for_one_client_and_one_person() {
    let world = World::new();
    let tokens = world.tokens("root", "write").await;
    limit(&world, &ada(), &["read"]).await;
    limit(&world, &Limited::Client(ClientId::new("secret")), &["read"]).await;
    assert_eq!(scopes(&world, tokens["access_token"].as_str().unwrap()).await, "read write");
}

#[tokio::test]
async fn clients_nobody_registered_are_limited_one_by_one() {
    let world = World::open();
    let description = json!({ "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none" });
    let reply = world.send(post_json("/oauth/register", &description)).await.json();
    let app = App::new(reply["client_id"].as_str().unwrap(), CALLBACK);
    let mut browser = Browser::new(&world);
    let code = browser.approve(&app, "ada", "write").await.param("code").unwrap();
    let tokens = world.redeem(&app, &code).await.json();
    limit(&world, &Limited::Client(ClientId::new(&app.client_id)), &["read"]).await;
    assert_eq!(scopes(&world, tokens["access_token"].as_str().unwrap()).await, "read");
}
