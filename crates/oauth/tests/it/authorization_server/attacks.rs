//! The weaknesses that were found in another server, each tried here: O1 to O15.

use http::StatusCode;
use mcp_protocol::auth::ScopeSet;
use oauth::authorization_server::{DynamicRegistration, UnregisteredClients};
use oauth::store::Client;
use oauth::{Refusal, UnixTime, Verdict};
use serde_json::json;

use super::driver::{
    App, Browser, CALLBACK, ISSUER, OTHER_RESOURCE, RESOURCE, SECRET, VERIFIER, World,
    authorize_path, changed, post_json, request,
};

#[tokio::test]
async fn o1_nobody_gets_a_code_without_signing_in() {
    let world = World::new();
    let asked = App::default().request("write");
    let mut browser = Browser::new(&world);
    let sent = browser.authorize(&asked).await;
    assert_eq!(sent.param("code"), None);
    assert_eq!(sent.location().unwrap().path(), "/oauth/sign-in");
    let name = sent.param("request").unwrap();

    // What let everyone in there.
    let mut form: Vec<(&str, &str)> = asked.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    form.push(("allow", "true"));
    assert_eq!(
        browser.post("/oauth/authorize", &form).await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );

    // The consent page leads to the sign-in page, and deciding without a session does, too.
    let page = browser.get(&format!("/oauth/consent?request={name}")).await;
    assert_eq!(page.location().unwrap().path(), "/oauth/sign-in");
    let sign_in = browser.follow(&sent).await;
    let csrf = sign_in.hidden("csrf").unwrap();
    for csrf in [csrf.as_str(), ""] {
        let form = [("csrf", csrf), ("request", &name), ("decision", "allow"), ("scope", "write")];
        let reply = browser.post("/oauth/consent", &form).await;
        assert_eq!(reply.location().unwrap().path(), "/oauth/sign-in");
    }
    // A wrong password is no session.
    let reply = browser.sign_in_with(&sign_in, "ada", "guess").await;
    reply.is_page(401);
    assert_eq!(browser.get(&format!("/oauth/consent?request={name}")).await.param("code"), None);
}

#[tokio::test]
async fn o2_a_confidential_client_is_authenticated_on_every_grant() {
    let world = World::new();
    let app = App::new("secret", CALLBACK);
    let code = Browser::new(&world).approve(&app, "ada", "write").await.param("code").unwrap();
    let form = |secret: &str| {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
            ("client_id", "secret"),
            ("client_secret", secret),
        ];
        form.map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let post = |form: Vec<(String, String)>| {
        let world = &world;
        async move {
            let form: Vec<(&str, &str)> =
                form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            world.post("/oauth/token", &form).await
        }
    };
    for secret in ["", "wrong", &SECRET[1..]] {
        post(form(secret).to_vec()).await.is_error(401, "invalid_client");
    }
    let tokens = post(form(SECRET).to_vec()).await;
    assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.body);
    let refresh = tokens.json()["refresh_token"].as_str().unwrap().to_owned();
    world.refresh("secret", &refresh).await.is_error(401, "invalid_client");
    let bare = [("grant_type", "client_credentials"), ("client_id", "machine")];
    world.post("/oauth/token", &bare).await.is_error(401, "invalid_client");
    let form = [("token", refresh.as_str()), ("client_id", "secret")];
    world.post("/oauth/revoke", &form).await.is_error(401, "invalid_client");
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    assert_eq!(world.post_as("secret", "/oauth/token", &form).await.status, StatusCode::OK);
}

#[tokio::test]
async fn o3_registering_gives_no_token() {
    let closed = World::new();
    let description = json!({
        "redirect_uris": [CALLBACK],
        "grant_types": ["client_credentials", "authorization_code"],
        "scope": "admin",
    });
    let reply = closed.send(post_json("/oauth/register", &description)).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    let metadata = closed.get("/.well-known/oauth-authorization-server").await.json();
    assert!(metadata.get("registration_endpoint").is_none());

    let world = World::open();
    let registered = world.send(post_json("/oauth/register", &description)).await.json();
    assert_eq!(registered["grant_types"], json!(["authorization_code"]));
    assert_eq!(registered["scope"], "read write", "the operator says how much");
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", registered["client_id"].as_str().unwrap()),
        ("client_secret", registered["client_secret"].as_str().unwrap()),
    ];
    world.post("/oauth/token", &form).await.is_error(400, "unauthorized_client");
    let machine = json!({"redirect_uris": [CALLBACK], "grant_types": ["client_credentials"]});
    let reply = world.send(post_json("/oauth/register", &machine)).await;
    reply.is_error(400, "invalid_client_metadata");
}

#[tokio::test]
async fn o4_a_client_of_any_name_gets_nothing_without_a_person() {
    let asked = App::new("whatever", "https://app.example/any").request("admin");
    World::new().get(&authorize_path(&asked)).await.is_page(400);
    World::open().get(&authorize_path(&asked)).await.is_page(400);

    let world = World::with(|options| {
        let these = UnregisteredClients::new(["app.example"], ["read"]).with_any_name();
        options.with_unregistered_clients(these)
    });
    let app = App::new("whatever", "https://app.example/any");
    let mut browser = Browser::new(&world);
    let sent = browser.authorize(&asked).await;
    assert_eq!(sent.location().unwrap().path(), "/oauth/sign-in");
    // Even the administrator grants it no more than the operator lets such clients have.
    let answer = browser.approve(&app, "root", "admin").await;
    let tokens = world.redeem(&app, &answer.param("code").unwrap()).await.json();
    assert_eq!(tokens["scope"], "read");
    let elsewhere = App::new("whatever", "https://evil.example/any").request("read");
    world.get(&authorize_path(&elsewhere)).await.is_page(400);
    // One that registered itself and was forgotten is told so.
    let gone = App::new("dyn-0123", "https://app.example/any").request("read");
    world.get(&authorize_path(&gone)).await.is_page(400);
    world.refresh("dyn-0123", "mcpr_x").await.is_error(401, "invalid_client");
}

#[tokio::test]
async fn o5_lowering_narrows_tokens_that_are_issued() {
    let world = World::new();
    let tokens = world.tokens("root", "admin").await;
    let access = tokens["access_token"].as_str().unwrap();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let scopes = |world: &World, verdict| {
        let _ = world;
        World::holder(verdict).scopes
    };
    let all = ScopeSet::from(["admin", "read", "write"]);
    assert_eq!(scopes(&world, world.verify(access).await), all);

    // The person.
    world.accounts.set("root", &["read"]);
    let holder = World::holder(world.verify(access).await);
    assert_eq!(holder.scopes, ScopeSet::from(["read"]));
    assert_eq!(holder.obtainable, ScopeSet::from(["read"]));
    let form = [("token", access)];
    let seen = world.post_as("rs", "/oauth/introspect", &form).await.json();
    assert_eq!((&seen["active"], &seen["scope"]), (&json!(true), &json!("read")));
    let renewed = world.refresh("app", refresh).await.json();
    assert_eq!(renewed["scope"], "read");
    world.accounts.set("root", &["admin"]);
    assert_eq!(scopes(&world, world.verify(access).await), all, "and wide again");

    // The client.
    let mut options = World::options(ISSUER);
    options.clients[0].max_scopes = ScopeSet::from(["write"]);
    let lowered = world.restarted(options.clone());
    assert_eq!(scopes(&lowered, lowered.verify(access).await), ScopeSet::from(["read", "write"]));
    options.clients.remove(0);
    let removed = world.restarted(options);
    assert_eq!(removed.verify(access).await, Verdict::Refused(Refusal::Unknown));

    // The person is gone.
    world.accounts.remove("root");
    assert_eq!(world.verify(access).await, Verdict::Refused(Refusal::Unknown));
    let refresh = renewed["refresh_token"].as_str().unwrap();
    world.refresh("app", refresh).await.is_error(400, "invalid_grant");
}

#[tokio::test]
async fn o5_holds_for_clients_of_the_store_and_for_those_nobody_registered() {
    let world = World::new();
    let client = |scopes: [&str; 1]| {
        Client::new("stored", "Stored", UnixTime::from_secs(1_800_000_000))
            .with_redirect_uris([CALLBACK])
            .with_max_scopes(scopes)
    };
    world.store_client(&client(["write"])).await;
    let app = App::new("stored", CALLBACK);
    let code = Browser::new(&world).approve(&app, "ada", "write").await.param("code").unwrap();
    let tokens = world.redeem(&app, &code).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    world.store_client(&client(["read"])).await;
    assert_eq!(World::holder(world.verify(access).await).scopes, ScopeSet::from(["read"]));
    world.store.remove_client(&oauth::store::ClientId::new("stored")).await.unwrap();
    assert_eq!(world.verify(access).await, Verdict::Refused(Refusal::Unknown));

    // What was issued to a client of any name is of no use once the name is registered, or none
    // such are let in.
    let these = UnregisteredClients::new(["app.example"], ["write"]).with_any_name();
    let let_in = World::options(ISSUER).with_unregistered_clients(these.clone());
    let world = world.restarted(let_in.clone());
    let app = App::new("anyone", CALLBACK);
    let code = Browser::new(&world).approve(&app, "ada", "write").await.param("code").unwrap();
    let tokens = world.redeem(&app, &code).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    assert!(matches!(world.verify(access).await, Verdict::Accepted(_)));
    let mut narrowed = let_in.clone();
    narrowed.unregistered_clients =
        Some(UnregisteredClients::new(["app.example"], ["read"]).with_any_name());
    let verdict = world.restarted(narrowed).verify(access).await;
    assert_eq!(World::holder(verdict).scopes, ScopeSet::from(["read"]));
    let shut = world.restarted(World::options(ISSUER));
    assert_eq!(shut.verify(access).await, Verdict::Refused(Refusal::Unknown));
    let registered =
        Client::new("anyone", "Any", UnixTime::from_secs(0)).with_max_scopes(["admin"]);
    let registered = world.restarted(let_in.with_client(registered));
    assert_eq!(registered.verify(access).await, Verdict::Refused(Refusal::Unknown));
    let refresh = tokens["refresh_token"].as_str().unwrap();
    registered.refresh("anyone", refresh).await.is_error(400, "invalid_grant");
}

#[tokio::test]
async fn o6_a_token_is_for_one_resource() {
    let world = World::new();
    let tokens = world.tokens("ada", "write").await;
    let access = tokens["access_token"].as_str().unwrap();
    assert!(matches!(world.verify_at(RESOURCE, access).await, Verdict::Accepted(_)));
    let elsewhere = world.verify_at(OTHER_RESOURCE, access).await;
    assert_eq!(elsewhere, Verdict::Refused(Refusal::OtherAudience));
    assert!(world.server.verifier("https://mcp.example/third").is_err());

    // Neither when the code is exchanged nor when it is refreshed can it become another's.
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh),
        ("client_id", "app"),
        ("resource", OTHER_RESOURCE),
    ];
    world.post("/oauth/token", &form).await.is_error(400, "invalid_target");
    let code = world.code("ada", "read").await;
    let app = App { resource: OTHER_RESOURCE.to_owned(), ..App::default() };
    world.redeem(&app, &code).await.is_error(400, "invalid_grant");

    let asked = App::default().request("read");
    let unknown = changed(&asked, "resource", Some("https://evil.example/mcp"));
    let reply = world.get(&authorize_path(&unknown)).await;
    assert_eq!(reply.param("error").as_deref(), Some("invalid_target"));
    let mut two = asked.clone();
    two.push(("resource".to_owned(), OTHER_RESOURCE.to_owned()));
    let reply = world.get(&authorize_path(&two)).await;
    assert_eq!(reply.param("error").as_deref(), Some("invalid_target"));
    // The same twice is the same, in other letters where letters do not count.
    let mut twice = asked.clone();
    twice.push(("resource".to_owned(), "HTTPS://MCP.example/mcp/".to_owned()));
    let reply = world.get(&authorize_path(&twice)).await;
    assert_eq!(reply.location().unwrap().path(), "/oauth/sign-in");
}

#[tokio::test]
async fn o7_no_header_changes_the_issuer() {
    let world = World::open();
    let plain = world.get("/.well-known/oauth-authorization-server").await.body;
    for (name, value) in [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("forwarded", "host=evil.example;proto=http"),
        ("x-original-host", "evil.example"),
    ] {
        let mut request = request(http::Method::GET, "/.well-known/oauth-authorization-server");
        request.headers_mut().insert(name, value.parse().unwrap());
        let reply = world.send(request).await;
        assert_eq!(reply.body, plain, "{name}");
        let asked = App::default().request("read");
        let mut request = super::driver::request(http::Method::GET, &authorize_path(&asked));
        request.headers_mut().insert(name, value.parse().unwrap());
        assert!(!format!("{:?}", world.send(request).await).contains("evil"), "{name}");
    }
    assert!(!plain.contains("evil"));
}

#[tokio::test]
async fn o8_a_redirect_uri_with_a_query_keeps_it() {
    let world = World::with(|options| {
        let client = Client::new("query", "Query", UnixTime::from_secs(0))
            .with_redirect_uris(["https://app.example/cb?x=1&y=a%26b"])
            .with_max_scopes(["read"]);
        options.with_client(client)
    });
    let app = App::new("query", "https://app.example/cb?x=1&y=a%26b");
    let answer = Browser::new(&world).approve(&app, "ada", "read").await;
    assert!(answer.header("location").starts_with("https://app.example/cb?x=1&y=a%26b&code="));
    assert_eq!(world.redeem(&app, &answer.param("code").unwrap()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn o9_the_person_sees_what_is_asked_and_can_take_it_back() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let page = browser.consent_page(&App::default(), "ada", "write").await;
    let shown = [
        "The App",
        "app.example",
        "read everything you can see",
        "also create and change things",
        "ada",
        RESOURCE,
    ];
    for shown in shown {
        assert!(page.body.contains(shown), "{shown}");
    }
    assert!(!page.body.contains("admin"), "she cannot grant that, nor was it asked");
    // She grants less than was asked.
    let answer = browser.decide(&page, "allow", "read").await;
    let tokens = world.redeem(&App::default(), &answer.param("code").unwrap()).await.json();
    assert_eq!(tokens["scope"], "read");
    // Not more.
    let page = browser.consent_page(&App::default(), "ada", "read").await;
    browser.decide(&page, "allow", "write").await.is_page(403);
    browser.decide(&page, "allow", "admin").await.is_page(403);

    let grants = browser.get("/oauth/grants").await;
    assert!(grants.body.contains("The App") && grants.body.contains("read everything you can see"));
    let csrf = grants.hidden("csrf").unwrap();
    let taken = browser.post("/oauth/grants", &[("csrf", &csrf), ("client_id", "app")]).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER);
    assert!(browser.get("/oauth/grants").await.body.contains("No application has access"));
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(world.verify(access).await, Verdict::Refused(Refusal::Unknown));
}

#[tokio::test]
async fn o10_what_was_missing_is_there() {
    let world = World::new();
    let code = world.code("ada", "write").await;
    let tokens = world.redeem(&App::default(), &code).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    // Introspection, with the secret in the header.
    let seen = world.post_as("rs", "/oauth/introspect", &[("token", access)]).await.json();
    assert_eq!(seen["active"], json!(true));
    assert_eq!((&seen["aud"], &seen["iss"]), (&json!(RESOURCE), &json!(ISSUER)));
    assert_eq!((&seen["sub"], &seen["client_id"]), (&json!("account:ada"), &json!("app")));
    // A code that is replayed revokes what it minted.
    world.redeem(&App::default(), &code).await.is_error(400, "invalid_grant");
    assert_eq!(world.verify(access).await, Verdict::Refused(Refusal::Unknown));
    let seen = world.post_as("rs", "/oauth/introspect", &[("token", access)]).await.json();
    assert_eq!(seen, json!({ "active": false }));
    let refresh = tokens["refresh_token"].as_str().unwrap();
    world.refresh("app", refresh).await.is_error(400, "invalid_grant");
}

#[tokio::test]
async fn o11_registering_and_guessing_are_bounded() {
    let world = World::with(|options| {
        let mut bounds = DynamicRegistration::default();
        (bounds.max_per_hour, bounds.max_clients) = (3, 5);
        let these = UnregisteredClients::new(["app.example"], ["read"]);
        options.with_unregistered_clients(these.with_dynamic_registration(bounds))
    });
    let description = json!({"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none"});
    let register = || world.send(post_json("/oauth/register", &description));
    for expected in [201, 201, 201, 429] {
        let reply = register().await;
        assert_eq!(reply.status.as_u16(), expected);
        assert_eq!(reply.headers.contains_key("retry-after"), expected == 429);
    }
    world.wait(3600);
    for expected in [201, 201, 429] {
        assert_eq!(register().await.status.as_u16(), expected, "no more than five in all");
    }
    // Unused ones make room.
    world.wait(86_400);
    assert_eq!(register().await.status, StatusCode::CREATED);

    let mut browser = Browser::new(&world);
    let page = browser.get("/oauth/sign-in").await;
    for _ in 0..10 {
        browser.sign_in_with(&page, "ada", "guess").await.is_page(401);
    }
    browser.sign_in(&page, "ada").await.is_page(429);
    assert_eq!(browser.sign_in(&page, "bob").await.status, StatusCode::SEE_OTHER);
    world.wait(300);
    let page = browser.get("/oauth/sign-in").await;
    assert_eq!(browser.sign_in(&page, "ada").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn o11_names_that_are_made_up_do_not_fill_the_store() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let page = browser.get("/oauth/sign-in").await;
    for n in 0..10_000 {
        browser.sign_in_with(&page, &format!("nobody-{n}"), "guess").await;
    }
    world.wait(300);
    let n_kept = world.store.purge(oauth::Clock::now(&world.clock)).await.unwrap();
    assert!(n_kept <= 4097, "{n_kept}");
}

#[tokio::test]
async fn o12_loopback_ports_are_free_and_private_schemes_are_not_taken() {
    let world = World::new();
    let app = App::new("app", "http://127.0.0.1:61234/callback");
    let answer = Browser::new(&world).approve(&app, "ada", "read").await;
    assert!(answer.header("location").starts_with("http://127.0.0.1:61234/callback?"));
    assert_eq!(world.redeem(&app, &answer.param("code").unwrap()).await.status, StatusCode::OK);

    let world = World::open();
    for uri in
        ["com.example.app:/cb", "cursor://x/cb", "http://app.example/cb", "https://evil.example/cb"]
    {
        let reply =
            world.send(post_json("/oauth/register", &json!({"redirect_uris": [uri]}))).await;
        reply.is_error(400, "invalid_redirect_uri");
    }
}

#[tokio::test]
async fn o13_a_flood_of_requests_takes_no_code_away() {
    let world = World::new();
    let code = world.code("ada", "read").await;
    let mut browser = Browser::new(&world);
    let waiting = browser.consent_page(&App::default(), "ada", "read").await;
    world.wait(1);
    for _ in 0..500 {
        world.get(&authorize_path(&App::default().request("read"))).await;
    }
    assert_eq!(world.redeem(&App::default(), &code).await.status, StatusCode::OK);
    assert!(browser.decide(&waiting, "allow", "read").await.param("code").is_some());
    world.wait(601);
    let n_purged = world.store.purge(oauth::Clock::now(&world.clock)).await.unwrap();
    assert!(n_purged >= 500, "{n_purged}");
}
