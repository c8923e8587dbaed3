//! Attacks that any authorization server meets.

use http::{Method, Request, StatusCode};
use http_body_util::Full;
use oauth::{Refusal, Verdict};

use super::driver::{
    App, Browser, CALLBACK, ISSUER, Reply, VERIFIER, World, authorize_path, challenge, changed,
    request,
};

/// A request with one thing wrong with it, which the client is told of.
#[track_caller]
fn is_error_to_client(reply: &Reply, error: &str) {
    let location = reply.header("location");
    assert!(location.starts_with(CALLBACK), "{error}: {location} {}", reply.body);
    assert_eq!(reply.param("error").as_deref(), Some(error));
    assert_eq!(reply.param("iss").as_deref(), Some(ISSUER), "errors say whose they are");
    assert_eq!(reply.param("state").as_deref(), Some("the state"));
    assert_eq!(reply.param("code"), None);
}

async fn ask(world: &World, name: &str, value: Option<&str>) -> Reply {
    world.get(&authorize_path(&changed(&App::default().request("read"), name, value))).await
}

#[tokio::test]
async fn open_redirect_errors_are_shown_until_the_redirect_is_known() {
    let world = World::new();
    for uri in [
        "https://evil.example/callback",
        "https://app.example/callback/../evil",
        "https://app.example/callback?x",
        "https://app.example.evil.example/callback",
        "https://app.example@evil.example/callback",
        "//evil.example/callback",
        "javascript:alert(1)",
        "http://app.example/callback",
        "https://app.example/callback#x",
        "",
    ] {
        ask(&world, "redirect_uri", Some(uri)).await.is_page(400);
        // Not even a request that is wrong otherwise sends anyone there.
        let mut asked = changed(&App::default().request("read"), "redirect_uri", Some(uri));
        asked = changed(&asked, "response_type", Some("token"));
        world.get(&authorize_path(&asked)).await.is_page(400);
    }
    ask(&world, "redirect_uri", None).await.is_page(400);
    ask(&world, "client_id", None).await.is_page(400);
    ask(&world, "client_id", Some("nobody")).await.is_page(400);
    // A parameter that stands twice: which one is meant, nobody can tell.
    for name in ["client_id", "redirect_uri"] {
        let path = authorize_path(&App::default().request("read"));
        world.get(&format!("{path}&{name}=https://evil.example")).await.is_page(400);
    }
}

#[tokio::test]
async fn pkce_downgrade() {
    let world = World::new();
    for (name, value) in [
        ("code_challenge", None),
        ("code_challenge", Some("short")),
        ("code_challenge", Some(&*"+".repeat(43))),
        ("code_challenge_method", None),
        ("code_challenge_method", Some("plain")),
        ("code_challenge_method", Some("s256")),
    ] {
        is_error_to_client(&ask(&world, name, value).await, "invalid_request");
    }
    // A code that has a challenge is not exchanged without its verifier, nor with the challenge.
    for verifier in ["", &challenge(VERIFIER), "another-verifier-that-is-as-long-as-one-has-to-be"]
    {
        let code = world.code("ada", "read").await;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", CALLBACK),
            ("client_id", "app"),
            ("code_verifier", verifier),
        ];
        let error = if verifier.is_empty() { "invalid_request" } else { "invalid_grant" };
        world.post("/oauth/token", &form).await.is_error(400, error);
    }
}

#[tokio::test]
async fn mix_up_every_answer_says_whose_it_is() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let wrong = ask(&world, "scope", Some("root")).await;
    let page = browser.consent_page(&App::default(), "ada", "read").await;
    let denied = browser.decide(&page, "deny", "read").await;
    let granted = browser.approve(&App::default(), "ada", "read").await;
    for answer in [wrong, denied, granted] {
        let location = answer.location().unwrap();
        let named: Vec<_> = location.query_pairs().filter(|(name, _)| name == "iss").collect();
        assert_eq!(named.len(), 1, "{location}");
        assert_eq!(named[0].1, ISSUER);
    }
}

#[tokio::test]
async fn other_flows_are_not_offered() {
    let world = World::new();
    let cases = [
        ("response_type", Some("token"), "unsupported_response_type"),
        ("response_type", Some("code id_token"), "unsupported_response_type"),
        ("response_type", None, "invalid_request"),
        ("response_mode", Some("fragment"), "invalid_request"),
        ("request", Some("eyJhbGciOiJub25lIn0.e30."), "request_not_supported"),
        ("request_uri", Some("https://evil.example/r"), "request_not_supported"),
        ("scope", Some("root"), "invalid_scope"),
        ("prompt", Some("none"), "interaction_required"),
    ];
    for (name, value, error) in cases {
        is_error_to_client(&ask(&world, name, value).await, error);
    }
    for grant_type in ["password", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer"] {
        let form = [("grant_type", grant_type), ("client_id", "app")];
        world.post("/oauth/token", &form).await.is_error(400, "unsupported_grant_type");
    }
}

#[tokio::test]
async fn code_injection_a_code_is_bound_to_all_it_was_issued_for() {
    let world = World::new();
    let app = App::default();
    let others = [
        App::new("app", "http://127.0.0.1/callback"),
        App { resource: super::driver::OTHER_RESOURCE.to_owned(), ..app.clone() },
    ];
    for other in others {
        let code = world.code("ada", "read").await;
        world.redeem(&other, &code).await.is_error(400, "invalid_grant");
        // And it is spent: whoever has it is not the one it was issued to.
        world.redeem(&app, &code).await.is_error(400, "invalid_grant");
    }
    // Another client, even one that proves who it is.
    let code = world.code("ada", "read").await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    world.post_as("secret", "/oauth/token", &form).await.is_error(400, "invalid_grant");
    // Too late.
    let code = world.code("ada", "read").await;
    world.wait(60);
    world.redeem(&app, &code).await.is_error(400, "invalid_grant");
}

#[tokio::test]
async fn token_substitution_no_secret_is_good_for_anything_else() {
    let world = World::new();
    let code = world.code("ada", "read").await;
    let tokens = world.tokens("ada", "read").await;
    let access = tokens["access_token"].as_str().unwrap();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    for other in [code.as_str(), refresh] {
        assert_eq!(world.verify(other).await, Verdict::NotRecognised);
    }
    for other in [code.as_str(), access] {
        world.refresh("app", other).await.is_error(400, "invalid_grant");
    }
    for other in [access, refresh] {
        world.redeem(&App::default(), other).await.is_error(400, "invalid_grant");
    }
    // Another client neither refreshes, nor revokes, nor sees it.
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    world.post_as("secret", "/oauth/token", &form).await.is_error(400, "invalid_grant");
    for token in [access, refresh] {
        let reply = world.post_as("secret", "/oauth/revoke", &[("token", token)]).await;
        assert_eq!(reply.status, StatusCode::OK);
    }
    assert!(matches!(world.verify(access).await, Verdict::Accepted(_)));
    let seen = world.post_as("secret", "/oauth/introspect", &[("token", access)]).await;
    assert_eq!(seen.json(), serde_json::json!({ "active": false }));
    let form = [("token", access), ("client_id", "app")];
    world.post("/oauth/introspect", &form).await.is_error(400, "unauthorized_client");
    assert_eq!(world.refresh("app", refresh).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_stolen_refresh_token_ends_the_family() {
    let world = World::new();
    let tokens = world.tokens("ada", "read").await;
    let stolen = tokens["refresh_token"].as_str().unwrap();
    let thief = world.refresh("app", stolen).await.json();
    // A client that asks twice at once is no thief.
    world.wait(30);
    let twice = world.refresh("app", stolen).await;
    assert_eq!(twice.status, StatusCode::OK);
    world.wait(1);
    world.refresh("app", stolen).await.is_error(400, "invalid_grant");
    for tokens in [&tokens, &thief, &twice.json()] {
        let access = tokens["access_token"].as_str().unwrap();
        assert_eq!(world.verify(access).await, Verdict::Refused(Refusal::Unknown));
    }
    let refresh = thief["refresh_token"].as_str().unwrap();
    world.refresh("app", refresh).await.is_error(400, "invalid_grant");
}

#[tokio::test]
async fn refreshing_never_widens() {
    let world = World::new();
    let tokens = world.tokens("ada", "write").await;
    let refresh = |token: &str, scope: &'static str| {
        let token = token.to_owned();
        let world = &world;
        async move {
            let form = [
                ("grant_type", "refresh_token"),
                ("refresh_token", token.as_str()),
                ("client_id", "app"),
                ("scope", scope),
            ];
            world.post("/oauth/token", &form).await
        }
    };
    let first = tokens["refresh_token"].as_str().unwrap();
    refresh(first, "admin").await.is_error(400, "invalid_scope");
    let narrow = refresh(first, "read").await.json();
    assert_eq!(narrow["scope"], "read");
    let wide = refresh(narrow["refresh_token"].as_str().unwrap(), "write read").await.json();
    assert_eq!(wide["scope"], "read write", "as far as it was granted");
}

#[tokio::test]
async fn session_fixation_the_cookie_is_replaced_at_sign_in() {
    let world = World::new();
    let mut attacker = Browser::new(&world);
    let sent = attacker.authorize(&App::default().request("read")).await;
    let planted = attacker.cookie.clone();
    // The victim's browser has the attacker's cookie, and signs in.
    let mut victim = Browser { world: &world, cookie: planted.clone() };
    let page = victim.follow(&sent).await;
    let signed_in = victim.sign_in(&page, "ada").await;
    assert_ne!(victim.cookie, planted);
    assert_eq!(victim.follow(&signed_in).await.status, StatusCode::OK);
    // The cookie that was planted is nobody's.
    let name = sent.param("request").unwrap();
    attacker.get(&format!("/oauth/consent?request={name}")).await.is_page(400);
    assert_eq!(attacker.get("/oauth/grants").await.location().unwrap().path(), "/oauth/sign-in");
    // A cookie of the attacker's making is no session, and is not kept either.
    for made_up in ["__Host-mcp-session=x", "__Host-mcp-session=mcps_x_y", "mcp-session=x"] {
        let mut browser = Browser { world: &world, cookie: Some(made_up.to_owned()) };
        browser.get("/oauth/sign-in").await;
        assert_ne!(browser.cookie.as_deref(), Some(made_up));
    }
}

#[tokio::test]
async fn a_request_belongs_to_the_browser_that_made_it() {
    let world = World::new();
    let mut attacker = Browser::new(&world);
    let sent = attacker.authorize(&App::default().request("read")).await;
    // The attacker sends the victim, who is signed in, to the pages of the attacker's request.
    let mut victim = Browser::new(&world);
    let page = victim.get("/oauth/sign-in").await;
    victim.sign_in(&page, "ada").await;
    for page in ["consent", "sign-in"] {
        let name = sent.param("request").unwrap();
        victim.get(&format!("/oauth/{page}?request={name}")).await.is_page(400);
    }
}

#[tokio::test]
async fn login_csrf_and_consent_csrf() {
    let world = World::new();
    let mut victim = Browser::new(&world);
    let page = victim.get("/oauth/sign-in").await;
    let mut attacker = Browser::new(&world);
    let attackers_page = attacker.get("/oauth/sign-in").await;
    // The attacker makes the victim's browser send the attacker's name and password.
    for csrf in [String::new(), attackers_page.hidden("csrf").unwrap(), "0".repeat(64)] {
        let form = [
            ("csrf", csrf.as_str()),
            ("way", "account"),
            ("field-name", "bob"),
            ("field-password", "password"),
        ];
        victim.post("/oauth/sign-in", &form).await.is_page(403);
    }
    victim.sign_in(&page, "ada").await;
    // Or an approval, with the token of another page, or of another request.
    let page = victim.consent_page(&App::default(), "ada", "read").await;
    let other = victim.consent_page(&App::default(), "ada", "read").await;
    let grants = victim.get("/oauth/grants").await;
    for csrf in [String::new(), other.hidden("csrf").unwrap(), grants.hidden("csrf").unwrap()] {
        let name = page.hidden("request").unwrap();
        let form = [
            ("csrf", csrf.as_str()),
            ("request", name.as_str()),
            ("decision", "allow"),
            ("scope", "read"),
        ];
        victim.post("/oauth/consent", &form).await.is_page(403);
    }
    // Or a revocation, or signing out.
    let tokens = world.tokens("ada", "read").await;
    for path in ["/oauth/grants", "/oauth/sign-out"] {
        let form = [("csrf", "x"), ("client_id", "app")];
        victim.post(path, &form).await.is_page(403);
    }
    let access = tokens["access_token"].as_str().unwrap();
    assert!(matches!(world.verify(access).await, Verdict::Accepted(_)));
    // Whatever it holds, a form of another server's page is not read.
    let request = Request::post("/oauth/sign-in")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "https://evil.example");
    world.send(request.body(Full::default()).unwrap()).await.is_page(400);
}

#[tokio::test]
async fn clickjacking_every_page_forbids_frames_and_scripts() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let sent = browser.authorize(&App::default().request("read")).await;
    let sign_in = browser.follow(&sent).await;
    let sent = browser.sign_in(&sign_in, "ada").await;
    let consent = browser.follow(&sent).await;
    let grants = browser.get("/oauth/grants").await;
    let mistake = browser.get("/oauth/authorize").await;
    for page in [sign_in, consent, grants, mistake] {
        let policy = page.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(part), "{part}: {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains("script-src"));
        assert_eq!(page.header("x-frame-options"), "DENY");
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert!(page.headers.get("access-control-allow-origin").is_none());
        assert!(!page.body.contains("<script") && !page.body.contains("style="));
    }
}

#[tokio::test]
async fn header_injection() {
    let world = World::new();
    let evil = "x\r\nset-cookie: evil=1\r\n\r\n<script>";
    for name in ["state", "scope", "prompt", "response_type", "resource", "code_challenge"] {
        let reply = ask(&world, name, Some(evil)).await;
        assert!(!reply.headers.values().any(|value| value.as_bytes().contains(&b'\n')));
        assert!(!reply.header("set-cookie").contains("evil"), "{name}");
    }
    let mut browser = Browser::new(&world);
    let asked = changed(&App::default().request("read"), "state", Some(evil));
    let sent = browser.authorize(&asked).await;
    let page = browser.follow(&sent).await;
    let sent = browser.sign_in(&page, "ada").await;
    let page = browser.follow(&sent).await;
    let answer = browser.decide(&page, "allow", "read").await;
    assert_eq!(answer.param("state").as_deref(), Some(evil), "it comes back as it was sent");
}

#[tokio::test]
async fn oversized_everything() {
    let world = World::open();
    let long = "x".repeat(100_000);
    for name in
        ["client_id", "redirect_uri", "state", "scope", "resource", "code_challenge", "other"]
    {
        ask(&world, name, Some(&long[..30_000])).await.is_page(400);
    }
    is_error_to_client_without_state(&ask(&world, "state", Some(&"s".repeat(3000))).await);
    let many: Vec<(String, String)> = (0..50).map(|n| (format!("p{n}"), "1".to_owned())).collect();
    world.get(&authorize_path(&many)).await.is_page(400);
    for path in ["/oauth/token", "/oauth/revoke", "/oauth/introspect", "/oauth/register"] {
        let reply = world.post(path, &[("token", &long)]).await;
        assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
    let form =
        [("grant_type", "authorization_code"), ("client_id", "app"), ("code", &long[..9000])];
    world.post("/oauth/token", &form).await.is_error(400, "invalid_request");
    let mut request = request(Method::POST, "/oauth/token");
    let headers = request.headers_mut();
    headers.insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
    headers.insert("authorization", format!("Basic {long}").parse().unwrap());
    *request.body_mut() = Full::from("grant_type=client_credentials");
    world.send(request).await.is_error(401, "invalid_client");
    let mut browser = Browser { world: &world, cookie: Some(format!("__Host-mcp-session={long}")) };
    assert_eq!(browser.get("/oauth/sign-in").await.status, StatusCode::OK);
    let deep = format!("{{\"redirect_uris\":{}1{}}}", "[".repeat(20_000), "]".repeat(20_000));
    let mut request = super::driver::request(Method::POST, "/oauth/register");
    *request.body_mut() = Full::from(deep);
    world.send(request).await.is_error(400, "invalid_client_metadata");
}

#[track_caller]
fn is_error_to_client_without_state(reply: &Reply) {
    assert_eq!(reply.param("error").as_deref(), Some("invalid_request"));
    assert_eq!(reply.param("state"), None, "what is too long does not come back");
}

#[tokio::test]
async fn nothing_secret_is_in_a_debug_text() {
    let world = World::new();
    let tokens = world.tokens("ada", "read").await;
    let shown = format!("{:?} {:?}", world.server, oauth::store::MemoryStore::new());
    assert!(!shown.contains(SECRET_PART) && shown.len() < 200, "{shown}");
    let secret = oauth::Secret::new(tokens["refresh_token"].as_str().unwrap());
    assert_eq!(format!("{secret:?}"), "Secret(***)");
}

const SECRET_PART: &str = "256 bits";
