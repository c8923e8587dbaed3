//! People who sign in, and a laptop on which nobody does.

use std::sync::Arc;

use http::StatusCode;
use mcp_protocol::auth::ScopeSet;
use oauth::authorization_server::{AuthorizationServer, Options};
use oauth::resource_owner::{AutoApprove, LocalUsers, hash_password};
use oauth::store::{Client, LocalUser, MemoryStore, Store};
use oauth::{OsEntropy, UnixTime};

use super::driver::{App, Browser, CALLBACK, ISSUER, World, authorize_path, changed, request};

#[tokio::test]
async fn local_users_sign_in_with_their_password() {
    let mut world = World::new();
    let store: Arc<dyn Store> = Arc::clone(&world.store) as Arc<dyn Store>;
    let users = LocalUsers::new(Arc::clone(&store), &OsEntropy).unwrap();
    let hash = hash_password("correct horse", &OsEntropy).unwrap();
    assert!(hash.starts_with("$argon2id$v=19$"));
    let ada = LocalUser::new("ada", hash, ["write"], UnixTime::from_secs(0));
    assert!(!format!("{ada:?}").contains("argon2"));
    world.store.put_user(&ada).await.unwrap();
    world.server = AuthorizationServer::new(World::options(ISSUER), users, store)
        .unwrap()
        .with_clock(world.clock.clone());

    let mut browser = Browser::new(&world);
    let sent = browser.authorize(&App::default().request("write")).await;
    let page = browser.follow(&sent).await;
    let sign_in = |name: &'static str, password: &'static str| {
        let (csrf, request) = (page.hidden("csrf").unwrap(), page.hidden("request").unwrap());
        let mut browser = Browser { world: &world, cookie: browser.cookie.clone() };
        async move {
            let form = [
                ("csrf", csrf.as_str()),
                ("request", request.as_str()),
                ("way", "local"),
                ("field-name", name),
                ("field-password", password),
            ];
            (browser.post("/oauth/sign-in", &form).await, browser.cookie)
        }
    };
    // What is said does not tell a wrong name from a wrong password.
    let (wrong, _) = sign_in("ada", "correct horses").await;
    let (nobody, _) = sign_in("nobody", "correct horse").await;
    wrong.is_page(401);
    assert_eq!(wrong.body.replace("\"ada\"", "\"nobody\""), nobody.body);
    sign_in("Ada", "correct horse").await.0.is_page(401);
    let (sent, cookie) = sign_in("ada", "correct horse").await;
    browser.cookie = cookie;
    let consent = browser.follow(&sent).await;
    let answer = browser.decide(&consent, "allow", "write").await;
    let tokens = world.redeem(&App::default(), &answer.param("code").unwrap()).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(World::holder(world.verify(access).await).subject, "user:ada");
    let lowered = LocalUser::new("ada", ada.password_hash, ["read"], UnixTime::from_secs(0));
    world.store.put_user(&lowered).await.unwrap();
    assert_eq!(World::holder(world.verify(access).await).scopes, ScopeSet::from(["read"]));
    world.store.remove_user("ada").await.unwrap();
    assert!(!matches!(world.verify(access).await, oauth::Verdict::Accepted(_)));
}

#[test]
fn a_password_that_is_none_is_refused() {
    for bad in ["", "short", &"x".repeat(1025)] {
        assert!(hash_password(bad, &OsEntropy).is_err());
    }
    let two = [(); 2].map(|()| hash_password("the same one", &OsEntropy).unwrap());
    assert_ne!(two[0], two[1]);
}

#[tokio::test]
async fn a_person_may_have_several_ways_to_sign_in() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let page = browser.get("/oauth/sign-in").await;
    assert!(page.body.contains("With your account") && page.body.contains("With a token"));
    let csrf = page.hidden("csrf").unwrap();
    let sign_in = |way: &'static str, token: &'static str| {
        let form =
            [("csrf", csrf.clone()), ("way", way.to_owned()), ("field-token", token.to_owned())];
        let mut browser = Browser { world: &world, cookie: browser.cookie.clone() };
        async move {
            let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
            browser.post("/oauth/sign-in", &form).await
        }
    };
    sign_in("token", "guess").await.is_page(401);
    sign_in("account", "token of ada").await.is_page(400);
    sign_in("other", "token of ada").await.is_page(400);
    let sent = sign_in("token", "token of ada").await;
    assert_eq!(sent.location().unwrap().path(), "/oauth/grants");
    // What cannot be told now is not a no.
    browser.sign_in(&page, "broken").await.is_page(503);
}

#[tokio::test]
async fn a_name_is_typed_once_and_a_password_again() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let page = browser.get("/oauth/sign-in").await;
    let csrf = page.hidden("csrf").unwrap();
    for (name, shown) in [
        ("ada", "value=\"ada\""),
        (
            "\"><script>alert(1)</script>",
            "value=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\"",
        ),
    ] {
        let form = [
            ("csrf", csrf.as_str()),
            ("way", "account"),
            ("field-name", name),
            ("field-password", "hunter2"),
        ];
        let again = browser.post("/oauth/sign-in", &form).await;
        again.is_page(401);
        assert_eq!(again.body.matches(shown).count(), 1, "{}", again.body);
        assert!(!again.body.contains("hunter2") && !again.body.contains("<script"));
    }
    // Neither by an address, nor for the other form.
    let page = browser.get("/oauth/sign-in?field-name=eve&way=account").await;
    assert!(!page.body.contains("eve"));
}

#[tokio::test]
async fn sessions_end() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let page = browser.get("/oauth/sign-in").await;
    browser.sign_in(&page, "ada").await;
    let grants = browser.get("/oauth/grants").await;
    assert!(grants.body.contains("Signed in as"));
    let before = browser.cookie.clone();
    browser.post("/oauth/sign-out", &[("csrf", &grants.hidden("csrf").unwrap())]).await;
    let mut old = Browser { world: &world, cookie: before };
    assert_eq!(old.get("/oauth/grants").await.status, StatusCode::SEE_OTHER);

    let page = browser.get("/oauth/sign-in").await;
    browser.sign_in(&page, "ada").await;
    world.wait(8 * 3600);
    assert_eq!(browser.get("/oauth/grants").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_person_grants_no_more_than_they_may() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    // Bob may only grant reading.
    let page = browser.consent_page(&App::default(), "bob", "write").await;
    assert!(!page.body.contains("value=\"write\""));
    browser.decide(&page, "allow", "write").await.is_page(403);
    let answer = browser.decide(&page, "allow", "read").await;
    assert!(answer.param("code").is_some());
    // Someone who may grant nothing: the client is told.
    world.accounts.set("nil", &[]);
    let mut browser = Browser::new(&world);
    let sent = browser.authorize(&App::default().request("read")).await;
    let page = browser.follow(&sent).await;
    let sent = browser.sign_in(&page, "nil").await;
    let answer = browser.follow_anywhere(&sent).await;
    assert_eq!(answer.param("error").as_deref(), Some("access_denied"));
    assert_eq!(answer.param("iss").as_deref(), Some(ISSUER));
}

#[tokio::test]
async fn consent_is_remembered_where_that_is_wished_and_safe() {
    let world = World::with(|options| options.with_remembered_consent(true));
    let mut browser = Browser::new(&world);
    browser.approve(&App::default(), "ada", "write").await;
    for scope in ["write", "read"] {
        let again = browser.authorize(&App::default().request(scope)).await;
        assert!(again.param("code").is_some(), "{scope}");
    }
    let silent = changed(&App::default().request("read"), "prompt", Some("none"));
    assert!(browser.authorize(&silent).await.param("code").is_some());
    // More than before, when the client asks for it, on loopback, or for another resource.
    let other = App { resource: super::driver::OTHER_RESOURCE.to_owned(), ..App::default() };
    for asked in [
        App::default().request("admin"),
        changed(&App::default().request("read"), "prompt", Some("consent")),
        changed(&App::default().request("read"), "prompt", Some("login")),
        other.request("read"),
        App::new("app", "http://127.0.0.1:1/callback").request("read"),
    ] {
        assert_eq!(browser.authorize(&asked).await.param("code"), None, "{asked:?}");
    }
    // Not in another browser, and not unless it is wished.
    assert_eq!(Browser::new(&world).authorize(&silent).await.param("code"), None);
    let strict = world.restarted(World::options(ISSUER));
    let mut browser = Browser { world: &strict, cookie: browser.cookie.clone() };
    let again = browser.authorize(&App::default().request("read")).await;
    assert_eq!(again.location().unwrap().path(), "/oauth/consent");
}

#[tokio::test]
async fn on_a_laptop_nobody_is_asked_and_nobody_else_gets_in() {
    let issuer = "http://127.0.0.1:8080";
    let resource = "http://127.0.0.1:8080/mcp";
    let options = Options::new(issuer, resource).with_client(
        Client::new("app", "App", UnixTime::from_secs(0))
            .with_redirect_uris([CALLBACK])
            .with_max_scopes(["admin"]),
    );
    let owner = AutoApprove::on_loopback("127.0.0.1".parse().unwrap(), ["write"]).unwrap();
    let store = Arc::new(MemoryStore::new());
    let mut world = World::new();
    world.server =
        AuthorizationServer::new(options, owner, store).unwrap().with_clock(world.clock.clone());
    let app = App { resource: resource.to_owned(), ..App::default() };
    let answer = world.get(&authorize_path(&app.request("admin"))).await;
    assert_eq!(answer.param("iss").as_deref(), Some(issuer));
    let tokens = world.redeem(&app, &answer.param("code").unwrap()).await.json();
    assert_eq!(tokens["scope"], "read write");
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(World::holder(world.verify_at(resource, access).await).subject, "everyone");

    // A page somewhere that makes its own name lead to this machine.
    for (host, status) in [
        ("127.0.0.1:8080", 303),
        ("localhost:8080", 303),
        ("[::1]:8080", 303),
        ("evil.example", 400),
        ("127.0.0.1.evil.example:8080", 400),
        ("192.168.1.2:8080", 400),
        ("", 400),
    ] {
        let mut request = request(http::Method::GET, &authorize_path(&app.request("read")));
        request.headers_mut().insert("host", host.parse().unwrap());
        assert_eq!(world.send(request).await.status.as_u16(), status, "{host}");
    }
}
