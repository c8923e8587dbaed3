//! People who sign in with an OpenID provider.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::StatusCode;
use mcp_protocol::auth::ScopeSet;
use oauth::authorization_server::AuthorizationServer;
use oauth::external::ScopeMap;
use oauth::resource_owner::OpenIdProvider;
use oauth::store::{Store, Subject};
use oauth::{Refusal, ScopeLadder, Secret, Verdict};
use serde_json::{Value, json};
use url::Url;

use super::driver::{App, Browser, ISSUER, Reply, World, challenge};
use crate::external::{ISSUER as PROVIDER, Issuer, sign_with};

const TOKEN: &str = "https://login.example/t1/token";
const ADA: &str = "https://login.example/t1#ada";

/// A server whose people are those of a provider.
struct Elsewhere {
    world: World,
    provider: Issuer,
}

impl Elsewhere {
    fn new() -> Self {
        Self::where_everyone_may(["read"])
    }

    fn where_everyone_may(everyone: impl Into<ScopeSet>) -> Self {
        let mut world = World::new();
        let provider = Issuer::new(1);
        let store: Arc<dyn Store> = Arc::clone(&world.store) as Arc<dyn Store>;
        let groups = ScopeMap::new(ScopeLadder::default()).with("Operators", ["write"]).unwrap();
        let secret = Some(Secret::new("of ours"));
        let owner = OpenIdProvider::new(provider.external(), "us", secret, Arc::clone(&store))
            .with_title("With the company's account")
            .with_scope("groups")
            .with_everyone(everyone)
            .with_claim("groups", groups);
        world.server = AuthorizationServer::new(World::options(ISSUER), owner, store)
            .unwrap()
            .with_clock(world.clock.clone());
        Self { world, provider }
    }

    /// Goes to the provider for an application; gives what it is asked there.
    async fn leave(&self, browser: &mut Browser<'_>) -> BTreeMap<String, String> {
        let sent = browser.authorize(&App::default().request("write")).await;
        let page = browser.follow(&sent).await;
        asked(&send(browser, &page).await)
    }

    /// What the provider says of Ada to whoever brings the code of this visit.
    fn knows(&self, visit: &BTreeMap<String, String>) {
        self.says(1, &claims(visit));
    }

    fn says(&self, seed: u8, claims: &Value) {
        let id_token = sign_with(seed, "JWT", claims);
        let answer = json!({"access_token": "x", "token_type": "Bearer", "id_token": id_token});
        self.provider.answer(TOKEN, &answer);
    }
}

async fn send(browser: &mut Browser<'_>, page: &Reply) -> Reply {
    let (csrf, request) = (page.hidden("csrf").unwrap(), page.hidden("request"));
    let request = request.unwrap_or_default();
    let form = [("csrf", csrf.as_str()), ("request", &request), ("way", "openid")];
    browser.post("/oauth/sign-in", &form).await
}

#[track_caller]
fn asked(sent: &Reply) -> BTreeMap<String, String> {
    let to = sent.location().unwrap_or_else(|| panic!("leads nowhere: {}", sent.body));
    assert!(to.as_str().starts_with("https://login.example/t1/authorize?tenant=1&"), "{to}");
    to.query_pairs().into_owned().collect()
}

fn claims(visit: &BTreeMap<String, String>) -> Value {
    json!({
        "iss": PROVIDER, "sub": "ada", "aud": "us", "nonce": visit["nonce"],
        "iat": 1_800_000_000, "exp": 1_800_000_300,
        "preferred_username": "Ada", "groups": ["Operators", "Everyone"],
    })
}

/// The way back, with these parameters; a missing value leaves one out.
fn way_back(visit: &BTreeMap<String, String>, changes: &[(&str, Option<&str>)]) -> String {
    let mut answer: BTreeMap<&str, &str> =
        [("code", "c1"), ("state", &visit["state"]), ("iss", PROVIDER)].into();
    for (name, value) in changes {
        match value {
            Some(value) => answer.insert(name, value),
            None => answer.remove(name),
        };
    }
    Url::parse_with_params(&format!("{ISSUER}/oauth/callback"), answer).unwrap().into()
}

#[tokio::test]
async fn a_person_signs_in_elsewhere_and_grants_here() {
    let there = Elsewhere::new();
    let world = &there.world;
    let mut browser = Browser::new(world);
    let sent = browser.authorize(&App::default().request("write")).await;
    let page = browser.follow(&sent).await;
    assert!(
        page.body.contains("With the company&#39;s account") || page.body.contains("company's")
    );
    assert!(page.header("content-security-policy").contains("form-action 'self' https:;"));
    let visit = asked(&send(&mut browser, &page).await);
    assert_eq!(visit["response_type"], "code");
    assert_eq!(visit["client_id"], "us");
    assert_eq!(visit["redirect_uri"], format!("{ISSUER}/oauth/callback"));
    assert_eq!(visit["scope"], "openid profile groups");
    assert_eq!(visit["code_challenge_method"], "S256");
    there.knows(&visit);

    let before = browser.cookie.clone();
    let back = browser.get(&way_back(&visit, &[])).await;
    assert_ne!(browser.cookie, before, "the cookie is replaced");
    // We proved who we are, and that it was us who asked.
    let asked = there.provider.last("/token");
    assert!(asked.headers()["authorization"].to_str().unwrap().starts_with("Basic "));
    let form: BTreeMap<String, String> =
        url::form_urlencoded::parse(asked.body()).into_owned().collect();
    assert_eq!(form["grant_type"], "authorization_code");
    assert_eq!((&form["code"], &form["redirect_uri"]), (&"c1".to_owned(), &visit["redirect_uri"]));
    assert_eq!(challenge(&form["code_verifier"]), visit["code_challenge"]);

    let page = browser.follow(&back).await;
    assert!(page.body.contains("Ada") && page.body.contains("The App"));
    let answer = browser.decide(&page, "allow", "write").await;
    let tokens = world.redeem(&App::default(), &answer.param("code").unwrap()).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    let holder = World::holder(world.verify(access).await);
    assert_eq!(
        (holder.subject.as_str(), &holder.scopes),
        (ADA, &ScopeSet::from(["read", "write"]))
    );

    // Another day she is in no group, and what was granted narrows.
    let mut browser = Browser::new(world);
    let page = browser.get("/oauth/sign-in").await;
    let visit = self::asked(&send(&mut browser, &page).await);
    let mut less = claims(&visit);
    less["groups"] = json!([]);
    there.says(1, &less);
    let back = browser.get(&way_back(&visit, &[])).await;
    assert_eq!(back.location().unwrap().path(), "/oauth/grants");
    assert_eq!(World::holder(world.verify(access).await).scopes, ScopeSet::from(["read"]));
    // And once she is forgotten, she is nobody.
    let kept = world.store.credential(&Subject::new(ADA)).await.unwrap().unwrap();
    assert!(world.store.remove_credential(&Subject::new(ADA), &kept).await.unwrap());
    assert_eq!(world.verify(access).await, Verdict::Refused(Refusal::Unknown));
}

#[tokio::test]
async fn an_id_token_that_is_not_right_is_nobody() {
    let there = Elsewhere::new();
    let mut browser = Browser::new(&there.world);
    let changed = |visit: &BTreeMap<String, String>, name: &str, value: Value| {
        let mut claims = claims(visit);
        claims[name] = value;
        claims
    };
    for (name, value) in [
        ("iss", json!("https://evil.example")),
        ("aud", json!("them")),
        ("aud", json!(["us", "them"])),
        ("aud", json!([])),
        ("azp", json!("them")),
        ("nonce", json!("of another visit")),
        ("nonce", json!(null)),
        ("exp", json!(1_799_999_000)),
        ("exp", json!(null)),
        ("nbf", json!(1_800_001_000)),
        ("sub", json!("")),
        ("sub", json!(null)),
        ("sub", json!("x".repeat(256))),
    ] {
        let visit = there.leave(&mut browser).await;
        there.says(1, &changed(&visit, name, value.clone()));
        let back = browser.get(&way_back(&visit, &[])).await;
        back.is_page(401);
        assert!(browser.get("/oauth/grants").await.location().is_some(), "{name} {value}");
    }
    // Signed by somebody else, or not at all.
    let visit = there.leave(&mut browser).await;
    there.says(9, &claims(&visit));
    browser.get(&way_back(&visit, &[])).await.is_page(401);
    let visit = there.leave(&mut browser).await;
    let unsigned = sign_with(1, "JWT", &claims(&visit));
    let unsigned = unsigned.rsplit_once('.').unwrap().0;
    there.provider.answer(TOKEN, &json!({"id_token": format!("{unsigned}.")}));
    browser.get(&way_back(&visit, &[])).await.is_page(401);
    // Nobody who may nothing.
    let visit = there.leave(&mut browser).await;
    there.provider.answer_with(TOKEN, 400, r#"{"error":"invalid_grant"}"#);
    browser.get(&way_back(&visit, &[])).await.is_page(401);
    for (status, body) in [(500, ""), (0, ""), (200, "{}")] {
        let visit = there.leave(&mut browser).await;
        there.provider.answer_with(TOKEN, status, body);
        browser.get(&way_back(&visit, &[])).await.is_page(503);
    }
    // Several audiences are fine where it says which of them we are.
    let visit = there.leave(&mut browser).await;
    let mut both = changed(&visit, "aud", json!(["us", "them"]));
    both["azp"] = json!("us");
    there.says(1, &both);
    assert_eq!(browser.get(&way_back(&visit, &[])).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_way_back_belongs_to_one_browser_and_is_used_once() {
    let there = Elsewhere::new();
    let mut attacker = Browser::new(&there.world);
    let visit = there.leave(&mut attacker).await;
    there.knows(&visit);
    // Login CSRF: what was begun elsewhere is worth nothing in the browser of a victim.
    let mut victim = Browser::new(&there.world);
    there.leave(&mut victim).await;
    let n_asked = there.provider.n_asked("/token");
    for browser in [&mut victim, &mut Browser::new(&there.world)] {
        browser.get(&way_back(&visit, &[])).await.is_page(400);
    }
    for state in [None, Some(""), Some("x"), Some("x.y"), Some(".")] {
        attacker.get(&way_back(&visit, &[("state", state)])).await.is_page(400);
    }
    // Changed, it is not ours.
    let (ticket, mark) = visit["state"].split_once('.').unwrap();
    for state in
        [format!("{ticket}x.{mark}"), format!("x{ticket}.{mark}"), format!("{ticket}.{ticket}")]
    {
        attacker.get(&way_back(&visit, &[("state", Some(&state))])).await.is_page(400);
    }
    assert_eq!(there.provider.n_asked("/token"), n_asked, "no code was tried");
    assert_eq!(attacker.get(&way_back(&visit, &[])).await.status, StatusCode::SEE_OTHER);
    attacker.get(&way_back(&visit, &[])).await.is_page(400);
    // It is over after a while.
    let mut browser = Browser::new(&there.world);
    let visit = there.leave(&mut browser).await;
    there.knows(&visit);
    there.world.wait(601);
    browser.get(&way_back(&visit, &[])).await.is_page(400);
    // And one that failed cannot be tried again with another code.
    let mut browser = Browser::new(&there.world);
    let visit = there.leave(&mut browser).await;
    browser.get(&way_back(&visit, &[("error", Some("access_denied"))])).await.is_page(401);
    browser.get(&way_back(&visit, &[])).await.is_page(400);
}

#[tokio::test]
async fn mix_up_of_providers() {
    let there = Elsewhere::new();
    let mut browser = Browser::new(&there.world);
    for issuer in [Some("https://evil.example"), Some("https://login.example/t1/"), None] {
        let visit = there.leave(&mut browser).await;
        there.knows(&visit);
        let n_asked = there.provider.n_asked("/token");
        browser.get(&way_back(&visit, &[("iss", issuer)])).await.is_page(401);
        assert_eq!(there.provider.n_asked("/token"), n_asked, "the code goes nowhere");
    }
}

#[tokio::test]
async fn nobody_is_sent_away_by_another_page_or_too_often() {
    let there = Elsewhere::new();
    let mut browser = Browser::new(&there.world);
    let page = browser.get("/oauth/sign-in").await;
    let form = [("csrf", "guess"), ("way", "openid")];
    browser.post("/oauth/sign-in", &form).await.is_page(403);
    // A provider that does not answer is no reason to let anyone in.
    let metadata = "https://login.example/.well-known/oauth-authorization-server/t1";
    there.provider.answer_with(metadata, 500, "");
    send(&mut browser, &page).await.is_page(503);
    let mut n_sent = 0;
    while send(&mut browser, &page).await.status != StatusCode::TOO_MANY_REQUESTS {
        n_sent += 1;
        assert!(n_sent < 1000);
    }
    // A way that does not lead elsewhere has no way back.
    let world = World::new();
    world.get("/oauth/callback?code=x&state=y").await.is_page(400);
}

#[tokio::test]
async fn who_may_do_nothing_any_more_keeps_nothing() {
    let there = Elsewhere::where_everyone_may(ScopeSet::new());
    let world = &there.world;
    let mut browser = Browser::new(world);
    let visit = there.leave(&mut browser).await;
    there.knows(&visit);
    let back = browser.get(&way_back(&visit, &[])).await;
    let page = browser.follow(&back).await;
    let answer = browser.decide(&page, "allow", "write").await;
    let tokens = world.redeem(&App::default(), &answer.param("code").unwrap()).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    assert!(matches!(world.verify(access).await, Verdict::Accepted(_)));

    let mut browser = Browser::new(world);
    let visit = there.leave(&mut browser).await;
    let mut nobody = claims(&visit);
    nobody["groups"] = json!([]);
    there.says(1, &nobody);
    browser.get(&way_back(&visit, &[])).await.is_page(401);
    assert_eq!(world.verify(access).await, Verdict::Refused(Refusal::Unknown));
}
