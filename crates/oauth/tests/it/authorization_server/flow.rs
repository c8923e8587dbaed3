//! A client goes the whole way: discovery, registration, authorization, sign-in, consent, tokens,
//! a call, refresh, step-up, revocation.

use http::StatusCode;
use mcp_protocol::auth::ScopeSet;
use oauth::{Refusal, Verdict};
use serde_json::json;

use super::driver::{App, Browser, CALLBACK, ISSUER, RESOURCE, World, authorize_path, post_json};

#[tokio::test]
async fn a_client_that_nobody_registered_goes_the_whole_way() {
    let world = World::open();

    let metadata = world.get("/.well-known/oauth-authorization-server").await.json();
    assert_eq!(metadata["issuer"], ISSUER);
    let endpoint = |name: &str| metadata[name].as_str().unwrap().to_owned();
    assert_eq!(endpoint("authorization_endpoint"), format!("{ISSUER}/oauth/authorize"));

    let description = json!({
        "client_name": "Any Client",
        "redirect_uris": ["cursor://x/callback", "http://localhost:8787/callback"],
        "grant_types": ["authorization_code", "refresh_token", "urn:whatever"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
        "application_type": "native",
    });
    let path = endpoint("registration_endpoint").replace(ISSUER, "");
    let reply = world.send(post_json(&path, &description)).await;
    assert_eq!(reply.status, StatusCode::CREATED);
    assert_eq!(reply.header("cache-control"), "no-store");
    let registered = reply.json();
    assert_eq!(registered["redirect_uris"], json!(["http://localhost:8787/callback"]));
    assert_eq!(registered["grant_types"], json!(["authorization_code", "refresh_token"]));
    assert!(registered.get("client_secret").is_none());
    let client_id = registered["client_id"].as_str().unwrap();

    // Another port than it registered, as clients do.
    let app = App::new(client_id, "http://localhost:51234/callback");
    let mut browser = Browser::new(&world);
    let sent = browser.authorize(&app.request("read")).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let sign_in = browser.follow(&sent).await;
    assert!(sign_in.body.contains("Any Client"));
    let sent = browser.sign_in(&sign_in, "ada").await;
    let consent = browser.follow(&sent).await;
    for shown in ["Any Client", "localhost", "read everything you can see", "ada", RESOURCE] {
        assert!(consent.body.contains(shown), "{shown}");
    }
    let answer = browser.decide(&consent, "allow", "read").await;
    assert!(answer.header("location").starts_with("http://localhost:51234/callback?code="));
    assert_eq!(answer.param("state").as_deref(), Some("the state"));
    assert_eq!(answer.param("iss").as_deref(), Some(ISSUER));

    let reply = world.redeem(&app, &answer.param("code").unwrap()).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    assert_eq!(reply.header("cache-control"), "no-store");
    let tokens = reply.json();
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(3600)));
    assert_eq!(tokens["scope"], "read");
    let access = tokens["access_token"].as_str().unwrap();
    let holder = World::holder(world.verify(access).await);
    assert_eq!(holder.subject, "account:ada");
    assert_eq!(holder.client_id.as_deref(), Some(client_id));
    assert_eq!(holder.scopes, ScopeSet::from(["read"]));
    assert_eq!(holder.obtainable, ScopeSet::from(["read", "write"]), "she may grant more");
    assert_eq!(holder.expires_at, Some(1_800_003_600));

    // Refresh.
    world.wait(3600);
    assert_eq!(world.verify(access).await, Verdict::Refused(Refusal::Expired));
    let tokens = world.refresh(client_id, tokens["refresh_token"].as_str().unwrap()).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(World::holder(world.verify(access).await).scopes, ScopeSet::from(["read"]));

    // Step up: the same person, still signed in, is asked for more; the first grant stays.
    let consent = browser.consent_page(&app, "ada", "read write").await;
    assert!(consent.body.contains("You allowed this application before"));
    let answer = browser.decide(&consent, "allow", "write").await;
    let more = world.redeem(&app, &answer.param("code").unwrap()).await.json();
    let more_access = more["access_token"].as_str().unwrap();
    assert_eq!(
        World::holder(world.verify(more_access).await).scopes,
        ScopeSet::from(["read", "write"])
    );
    assert!(matches!(world.verify(access).await, Verdict::Accepted(_)));

    // Revocation, and out.
    let refresh = more["refresh_token"].as_str().unwrap();
    let form = [("token", refresh), ("client_id", client_id)];
    assert_eq!(world.post("/oauth/revoke", &form).await.status, StatusCode::OK);
    assert_eq!(world.verify(more_access).await, Verdict::Refused(Refusal::Unknown));
    world.refresh(client_id, refresh).await.is_error(400, "invalid_grant");
    assert!(matches!(world.verify(access).await, Verdict::Accepted(_)), "another family");
}

#[tokio::test]
async fn a_flow_is_finished_by_another_replica() {
    let world = World::new();
    let replica = world.restarted(World::options(ISSUER));
    let mut browser = Browser::new(&world);
    let page = browser.consent_page(&App::default(), "ada", "read").await;
    let mut elsewhere = Browser { world: &replica, cookie: browser.cookie.clone() };
    let answer = elsewhere.decide(&page, "allow", "read").await;
    let tokens = replica.redeem(&App::default(), &answer.param("code").unwrap()).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    assert!(matches!(world.verify(access).await, Verdict::Accepted(_)));
    let form = [("token", access), ("client_id", "app")];
    replica.post("/oauth/revoke", &form).await;
    assert_eq!(world.verify(access).await, Verdict::Refused(Refusal::Unknown));
}

#[tokio::test]
async fn two_connections_of_one_person_stand_side_by_side() {
    let world = World::new();
    let reader = world.tokens("ada", "read").await;
    let writer = world.tokens("ada", "write").await;
    let scopes = |tokens: &serde_json::Value| {
        let token = tokens["access_token"].as_str().unwrap().to_owned();
        let world = &world;
        async move { World::holder(world.verify(&token).await).scopes }
    };
    assert_eq!(scopes(&reader).await, ScopeSet::from(["read"]));
    assert_eq!(scopes(&writer).await, ScopeSet::from(["read", "write"]));
}

#[tokio::test]
async fn a_denied_request_goes_back_with_the_issuer() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let page = browser.consent_page(&App::default(), "ada", "read").await;
    let answer = browser.decide(&page, "deny", "read").await;
    assert!(answer.header("location").starts_with(CALLBACK));
    assert_eq!(answer.param("error").as_deref(), Some("access_denied"));
    assert_eq!(answer.param("iss").as_deref(), Some(ISSUER));
    assert_eq!(answer.param("state").as_deref(), Some("the state"));
    // The page is of no use any more.
    browser.decide(&page, "allow", "read").await.is_page(400);
}

#[tokio::test]
async fn a_client_may_leave_out_what_is_clear() {
    let world = World::with(|options| {
        let now = oauth::UnixTime::from_secs(1_800_000_000);
        let client = oauth::store::Client::new("one", "One", now)
            .with_redirect_uris([CALLBACK])
            .with_max_scopes(["write"]);
        options.with_client(client)
    });
    let app = App::new("one", CALLBACK);
    let bare: Vec<_> = app
        .request("")
        .into_iter()
        .filter(|(name, _)| {
            !["redirect_uri", "state", "scope", "resource"].contains(&name.as_str())
        })
        .collect();
    let mut browser = Browser::new(&world);
    let sent = browser.get(&authorize_path(&bare)).await;
    let page = browser.follow(&sent).await;
    let sent = browser.sign_in(&page, "ada").await;
    let page = browser.follow(&sent).await;
    let answer = browser.decide(&page, "allow", "read").await;
    assert_eq!(answer.param("state"), None);
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &answer.param("code").unwrap()),
        ("code_verifier", super::driver::VERIFIER),
        ("client_id", "one"),
    ];
    let tokens = world.post("/oauth/token", &form).await.json();
    assert_eq!(tokens["scope"], "read");
    let access = tokens["access_token"].as_str().unwrap();
    assert!(matches!(world.verify(access).await, Verdict::Accepted(_)));
    // A refresh that names no resource keeps it.
    let tokens = world.refresh("one", tokens["refresh_token"].as_str().unwrap()).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    assert!(matches!(world.verify(access).await, Verdict::Accepted(_)));
}
