//! The pages, as a browser gets them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oauth::UnixTime;
use oauth::store::Client;
use sha2::{Digest, Sha256};

use super::driver::{App, Browser, CALLBACK, ISSUER, World};

#[tokio::test]
async fn the_policy_names_the_only_style() {
    let world = World::new();
    let page = Browser::new(&world).get("/oauth/sign-in").await;
    let (_, rest) = page.body.split_once("<style>").unwrap();
    let (style, rest) = rest.split_once("</style>").unwrap();
    assert!(!rest.contains("<style"));
    let hash = STANDARD.encode(Sha256::digest(style));
    let policy = page.header("content-security-policy");
    assert!(policy.contains(&format!("style-src 'sha256-{hash}'")), "{policy}");
    assert!(style.contains("prefers-color-scheme:dark") && style.contains(":focus-visible"));
    assert!(page.body.contains("width=device-width") && page.body.contains("lang=\"en\""));
    assert!(!page.body.contains("http://") && !page.body.contains(" src="), "nothing is loaded");
}

#[tokio::test]
async fn a_form_may_lead_to_the_client_that_asked() {
    let world = World::new();
    for (redirect_uri, source) in [
        (CALLBACK, "form-action 'self' https:;"),
        ("http://127.0.0.1:5000/callback", "form-action 'self' https: http://127.0.0.1:5000;"),
    ] {
        let mut browser = Browser::new(&world);
        let page = browser.consent_page(&App::new("app", redirect_uri), "ada", "read").await;
        let policy = page.header("content-security-policy");
        assert!(policy.contains(source), "{policy}");
    }
    let grants = Browser::new(&world).get("/oauth/sign-in").await;
    assert!(grants.header("content-security-policy").contains("form-action 'self';"));
}

#[tokio::test]
async fn names_are_shown_and_never_run() {
    let evil = "<script>alert(1)</script>\" onload=\"x";
    let world = World::with(|options| {
        let client = Client::new("evil\"'<>", evil, UnixTime::from_secs(0))
            .with_redirect_uris([CALLBACK])
            .with_max_scopes(["read"]);
        options.with_client(client)
    });
    world.accounts.set("<b>ada</b>", &["read"]);
    let app = App::new("evil\"'<>", CALLBACK);
    let mut browser = Browser::new(&world);
    let page = browser.consent_page(&app, "<b>ada</b>", "read").await;
    let answer = browser.decide(&page, "allow", "read").await;
    world.redeem(&app, &answer.param("code").unwrap()).await;
    let grants = browser.get("/oauth/grants").await;
    for page in [page, grants] {
        assert!(page.body.contains("&lt;script&gt;"), "{}", page.body);
        assert!(!page.body.contains("<script") && !page.body.contains("<b>ada"));
        assert!(!page.body.contains("\" onload"));
    }
}

#[tokio::test]
async fn the_cookie_is_for_this_server_and_its_pages_only() {
    let world = World::new();
    let reply = world.get("/oauth/sign-in").await;
    let cookie = reply.header("set-cookie");
    assert!(cookie.starts_with("__Host-mcp-session=mcps_"));
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
    assert!(!cookie.contains("Domain"));
    // On loopback there is no TLS, and so no such prefix.
    let world = World::at("http://127.0.0.1:8080", |options| options);
    let reply = world.get("/oauth/sign-in").await;
    let cookie = reply.header("set-cookie");
    assert!(cookie.starts_with("mcp-session=mcps_") && !cookie.contains("Secure"), "{cookie}");
}

#[tokio::test]
async fn every_question_has_a_label_and_every_form_a_button() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let sign_in = browser.get("/oauth/sign-in").await;
    let n_inputs = sign_in.body.matches("<input name=\"field-").count();
    assert_eq!(n_inputs, 3);
    assert_eq!(sign_in.body.matches("<label class=\"field\">").count(), n_inputs);
    assert_eq!(sign_in.body.matches("type=\"password\"").count(), 2);
    assert!(sign_in.body.contains("autocomplete=\"current-password\""));
    let consent = browser.consent_page(&App::default(), "ada", "write").await;
    for part in ["<fieldset", "<legend", "<h1", "<label class=\"choice\"", ">Allow<", ">Deny<"] {
        assert!(consent.body.contains(part), "{part}");
    }
    assert!(consent.body.contains("name=\"scope\" value=\"write\" checked"));
    assert!(consent.body.contains(&format!("action=\"{ISSUER}/oauth/consent\"")));
    let wrong = browser.sign_in_with(&sign_in, "ada", "guess").await;
    assert!(wrong.body.contains("role=\"alert\""));
}
