//! Two APIs behind one server, each with accounts of its own, and a resource of its own: who has an
//! account at one is nobody at the other.

use std::sync::Arc;

use async_trait::async_trait;
use http::StatusCode;
use mcp_protocol::auth::ScopeSet;
use oauth::authorization_server::{AuthorizationServer, Unavailable};
use oauth::resource_owner::{
    Attempt, BroughtBack, Person, Realm, Realms, ResourceOwner, SignInError, Visit, Way,
};
use oauth::store::Subject;
use oauth::{Refusal, Verdict};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::api_accounts::{Api, accounts_of};
use super::driver::{
    Accounts, App, Browser, CALLBACK, ISSUER, OTHER_RESOURCE, RESOURCE, Reply, World, changed,
};

const LAB: &str = RESOURCE;
const PROD: &str = OTHER_RESOURCE;

/// What is served: `ada` writes in the lab, and only reads in production.
struct Two {
    world: World,
    lab: Api,
    prod: Api,
}

impl Two {
    fn new() -> Self {
        let mut world = World::new();
        let [lab, prod] = ["lab-", "prod-"].map(|name| {
            let api = Api::default();
            api.state().name = name;
            api
        });
        lab.set("ada", &["engineers"]);
        prod.set("ada", &[]);
        let [of_lab, of_prod] =
            [("lab", &lab), ("prod", &prod)].map(|(name, api)| accounts_of(&world, name, api));
        let realms = Realms::new([
            Realm::new("lab", "The Lab", of_lab).with_resource(LAB),
            Realm::new("prod", "Production", of_prod).with_resource(PROD),
        ]);
        serve(&mut world, realms.unwrap());
        Self { world, lab, prod }
    }

    fn credentials(&self) -> [Vec<String>; 2] {
        [self.lab.credentials(), self.prod.credentials()]
    }
}

fn serve(world: &mut World, owner: impl ResourceOwner + 'static) {
    // As an embedder shares it.
    let owner: Arc<dyn ResourceOwner> = Arc::new(owner);
    let store = Arc::clone(&world.store);
    let server = AuthorizationServer::new(World::options(ISSUER), owner, store).unwrap();
    world.server = server.with_clock(world.clock.clone());
}

fn app_of(resource: &str) -> App {
    App { resource: resource.to_owned(), ..App::default() }
}

/// The tokens that `ada` grants at a resource.
async fn tokens(browser: &mut Browser<'_>, resource: &str, scope: &str) -> Value {
    let app = app_of(resource);
    let answer = browser.approve(&app, "ada", scope).await;
    let tokens = browser.world.redeem(&app, &answer.param("code").unwrap()).await;
    assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.body);
    tokens.json()
}

fn access(tokens: &Value) -> &str {
    tokens["access_token"].as_str().unwrap()
}

/// Asserts that whoever it is has to sign in first.
#[track_caller]
fn is_sent_to_sign_in(reply: &Reply) {
    let to = reply.location().unwrap_or_else(|| panic!("{} {}", reply.status, reply.body));
    assert_eq!(to.path(), "/oauth/sign-in", "{to}");
    assert_eq!(reply.param("code"), None);
}

/// Signs in where no application asks.
async fn sign_in(browser: &mut Browser<'_>, way: &str) -> Reply {
    let page = browser.get("/oauth/sign-in").await;
    browser.sign_in_by(&page, way, "ada", "password").await
}

/// What the form of consent must hold, as anybody can tell who knows the cookie of their browser.
fn csrf_of(browser: &Browser<'_>, request: &str) -> String {
    let cookie = browser.cookie.as_deref().unwrap().split_once('=').unwrap().1;
    let digest = Sha256::digest(format!("{cookie}\nconsent {request}"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn allow(browser: &mut Browser<'_>, request: &str) -> Reply {
    let csrf = csrf_of(browser, request);
    let form =
        [("csrf", csrf.as_str()), ("request", request), ("decision", "allow"), ("scope", "read")];
    browser.post("/oauth/consent", &form).await
}

#[tokio::test]
async fn each_has_people_of_its_own() {
    let two = Two::new();
    let mut browser = Browser::new(&two.world);
    let sent = browser.authorize(&app_of(LAB).request("write")).await;
    let page = browser.follow(&sent).await;
    assert!(page.body.contains("Sign in to The Lab") && !page.body.contains("prod/"));
    let for_lab = tokens(&mut browser, LAB, "write").await;

    // Who is signed in there is asked to sign in here.
    let sent = browser.authorize(&app_of(PROD).request("write")).await;
    is_sent_to_sign_in(&sent);
    let page = browser.follow(&sent).await;
    assert!(page.body.contains("Sign in to Production") && !page.body.contains("lab/"));
    let sent = browser.sign_in(&page, "ada").await;
    let page = browser.follow(&sent).await;
    assert!(page.body.contains(&format!("{PROD} as <b>ada at Production</b>")), "{}", page.body);
    let for_prod = tokens(&mut browser, PROD, "write").await;

    for (resource, token, other, subject, scopes) in [
        (LAB, &for_lab, &for_prod, "lab:ada", ScopeSet::from(["read", "write"])),
        (PROD, &for_prod, &for_lab, "prod:ada", ScopeSet::from(["read"])),
    ] {
        let holder = World::holder(two.world.verify_at(resource, access(token)).await);
        assert_eq!((holder.subject.as_str(), holder.scopes), (subject, scopes));
        let refused = two.world.verify_at(resource, access(other)).await;
        assert_eq!(refused, Verdict::Refused(Refusal::OtherAudience));
    }
    let [lab, prod] = two.credentials();
    assert_eq!(
        (lab, prod),
        (vec!["lab-credential-1".to_owned()], vec!["prod-credential-1".to_owned()])
    );
}

#[tokio::test]
async fn who_signed_in_to_one_is_nobody_at_the_other() {
    let two = Two::new();
    let mut browser = Browser::new(&two.world);
    tokens(&mut browser, LAB, "write").await;
    let asked = app_of(PROD).request("read");
    let silent = browser.authorize(&changed(&asked, "prompt", Some("none"))).await;
    assert_eq!(silent.param("error").as_deref(), Some("interaction_required"));
    let sent = browser.authorize(&asked).await;
    let request = sent.param("request").unwrap();
    is_sent_to_sign_in(&browser.get(&format!("/oauth/consent?request={request}")).await);
    is_sent_to_sign_in(&allow(&mut browser, &request).await);

    // No way of the one is a way to the other, and none is made up.
    let page = browser.follow(&sent).await;
    for way in ["lab/account", "account", "prod/", "prod/lab/account", "lab/prod/account", "/", ""]
    {
        browser.sign_in_by(&page, way, "ada", "password").await.is_page(400);
    }
    assert_eq!(two.credentials()[1], [""; 0]);
    is_sent_to_sign_in(&allow(&mut browser, &request).await);

    // Signing in where no request is named helps nobody.
    let signed_in = sign_in(&mut browser, "lab/account").await;
    assert_eq!(signed_in.location().unwrap().path(), "/oauth/grants");
    is_sent_to_sign_in(&allow(&mut browser, &request).await);
    is_sent_to_sign_in(&browser.get(&format!("/oauth/consent?request={request}")).await);

    // The same form is good where the person is the right one.
    let signed_in = sign_in(&mut browser, "prod/account").await;
    assert_eq!(signed_in.location().unwrap().path(), "/oauth/grants");
    assert!(allow(&mut browser, &request).await.param("code").is_some());
}

#[tokio::test]
async fn a_session_that_changes_between_the_page_and_the_form_grants_nothing() {
    let two = Two::new();
    let mut browser = Browser::new(&two.world);
    let app = app_of(PROD);
    let page = browser.consent_page(&app, "ada", "read").await;
    let request = page.hidden("request").unwrap();
    // In another window of the same browser.
    sign_in(&mut browser, "lab/account").await;
    let decided = browser.decide(&page, "allow", "read").await;
    is_sent_to_sign_in(&decided);
    is_sent_to_sign_in(&allow(&mut browser, &request).await);
    let page = browser.follow(&decided).await;
    assert!(page.body.contains("Sign in to Production"), "{}", page.body);
    let sent = browser.sign_in(&page, "ada").await;
    let page = browser.follow(&sent).await;
    let code = browser.decide(&page, "allow", "read").await.param("code").unwrap();
    let tokens = two.world.redeem(&app, &code).await.json();
    let holder = World::holder(two.world.verify_at(PROD, access(&tokens)).await);
    assert_eq!(holder.subject, "prod:ada");
}

#[tokio::test]
async fn a_client_says_which_one_it_wants() {
    let two = Two::new();
    let mut browser = Browser::new(&two.world);
    let asked = app_of(LAB).request("read");
    let both = [&asked[..], &[("resource".to_owned(), PROD.to_owned())]].concat();
    for (asked, words) in [
        (changed(&asked, "resource", None), "resource is missing"),
        (changed(&asked, "resource", Some("https://mcp.example")), "no tokens for that resource"),
        (both, "for one resource only"),
    ] {
        let refused = browser.authorize(&asked).await;
        assert!(refused.header("location").starts_with(CALLBACK), "{:?}", refused.headers);
        assert_eq!(refused.param("error").as_deref(), Some("invalid_target"));
        let said = refused.param("error_description").unwrap();
        assert!(said.contains(words), "{said}");
    }

    // What was granted for one becomes nothing for the other.
    let lab = app_of(LAB);
    let code = browser.approve(&lab, "ada", "read").await.param("code").unwrap();
    two.world.redeem(&app_of(PROD), &code).await.is_error(400, "invalid_grant");
    let granted = tokens(&mut browser, LAB, "read").await;
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", granted["refresh_token"].as_str().unwrap()),
        ("client_id", "app"),
        ("resource", PROD),
    ];
    two.world.post("/oauth/token", &form).await.is_error(400, "invalid_target");
    let both = [&form[..], &[("resource", LAB)]].concat();
    two.world.post("/oauth/token", &both).await.is_error(400, "invalid_target");
    let same = [&form[..3], &[("resource", LAB)]].concat();
    let refreshed = two.world.post("/oauth/token", &same).await.json();
    World::holder(two.world.verify_at(LAB, access(&refreshed)).await);
    let refused = two.world.verify_at(PROD, access(&refreshed)).await;
    assert_eq!(refused, Verdict::Refused(Refusal::OtherAudience));
}

#[tokio::test]
async fn what_was_granted_across_is_worth_nothing() {
    // Once, the people of the lab could grant everything.
    let mut world = World::new();
    let api = Api::default();
    api.set("ada", &["engineers"]);
    let of_lab = accounts_of(&world, "lab", &api);
    serve(&mut world, of_lab.clone());
    let app = app_of(PROD);
    let mut browser = Browser::new(&world);
    let granted = tokens(&mut browser, PROD, "write").await;
    let code = browser.approve(&app, "ada", "read").await.param("code").unwrap();
    let page = browser.consent_page(&app, "ada", "read").await;
    let (request, cookie) = (page.hidden("request").unwrap(), browser.cookie.clone());
    World::holder(world.verify_at(PROD, access(&granted)).await);

    let realms = [Realm::new("lab", "The Lab", of_lab).with_resource(LAB)];
    serve(&mut world, Realms::new(realms).unwrap());
    let verdict = world.verify_at(PROD, access(&granted)).await;
    assert_eq!(verdict, Verdict::Refused(Refusal::Unknown));
    let form = [("token", access(&granted))];
    let told = world.post_as("rs", "/oauth/introspect", &form).await.json();
    assert_eq!(told["active"], false);
    let refresh = granted["refresh_token"].as_str().unwrap();
    world.refresh("app", refresh).await.is_error(400, "invalid_grant");
    world.redeem(&app, &code).await.is_error(400, "invalid_grant");
    let mut browser = Browser { world: &world, cookie };
    is_sent_to_sign_in(&allow(&mut browser, &request).await);
    // Nobody is left who could grant that.
    let sent = browser.authorize(&app.request("read")).await;
    let page = browser.follow(&sent).await;
    assert!(page.body.contains("Nobody signs in here"), "{}", page.body);
}

#[tokio::test]
async fn the_page_of_grants_is_that_of_one_person() {
    let two = Two::new();
    let mut browser = Browser::new(&two.world);
    let for_lab = tokens(&mut browser, LAB, "write").await;
    let for_prod = tokens(&mut browser, PROD, "read").await;
    // Without a request there is each way, and each says where it leads.
    let page = browser.get("/oauth/sign-in").await;
    assert!(page.body.contains("Sign in to Example"), "{}", page.body);
    for (way, realm) in [("lab/account", "The Lab"), ("prod/account", "Production")] {
        let (_, form) = page.body.split_once(&format!("value=\"{way}\"")).unwrap();
        let (form, _) = form.split_once("</form>").unwrap();
        assert!(form.contains(realm), "{form}");
        sign_in(&mut browser, way).await;
        let grants = browser.get("/oauth/grants").await;
        assert!(grants.body.contains(&format!("Signed in as <b>ada at {realm}</b>")));
        assert_eq!(grants.body.matches("value=\"app\"").count(), 1, "{}", grants.body);
    }

    // What is taken away in production is withdrawn there, and the lab goes on.
    let [lab, _] = two.credentials();
    let grants = browser.get("/oauth/grants").await;
    let csrf = grants.hidden("csrf").unwrap();
    browser.post("/oauth/grants", &[("csrf", &csrf), ("client_id", "app")]).await;
    assert_eq!(two.credentials(), [lab, Vec::new()]);
    World::holder(two.world.verify_at(LAB, access(&for_lab)).await);
    let gone = two.world.verify_at(PROD, access(&for_prod)).await;
    assert!(!matches!(gone, Verdict::Accepted(_)), "{gone:?}");
}

#[tokio::test]
async fn one_that_is_down_holds_up_no_other() {
    let two = Two::new();
    let mut browser = Browser::new(&two.world);
    let for_prod = tokens(&mut browser, PROD, "read").await;
    two.prod.state().is_down = true;
    two.world.wait(3600 - 1);
    let verdict = two.world.verify_at(PROD, access(&for_prod)).await;
    assert!(matches!(verdict, Verdict::Unavailable(_)), "{verdict:?}");
    // Nobody is asked about whom nobody asks for.
    let for_lab = tokens(&mut browser, LAB, "write").await;
    World::holder(two.world.verify_at(LAB, access(&for_lab)).await);
    // Each lets go of its own, when it can.
    two.world.wait(40 * 86_400);
    let left = two.world.server.keep_house().await.unwrap_err();
    assert_eq!(left.what(), "delete prod-credential-1 at the API");
    assert_eq!(two.credentials(), [vec![], vec!["prod-credential-1".to_owned()]]);
    two.prod.state().is_down = false;
    two.world.server.keep_house().await.unwrap();
    assert_eq!(two.credentials().concat(), [""; 0]);
}

#[tokio::test]
async fn one_that_is_not_served_still_lets_go() {
    let mut two = Two::new();
    tokens(&mut Browser::new(&two.world), PROD, "read").await;
    let of = |name, api| accounts_of(&two.world, name, api);
    let realms = [
        Realm::new("lab", "The Lab", of("lab", &two.lab)).with_resource(LAB),
        Realm::new("prod", "Production", of("prod", &two.prod)),
    ];
    let realms = Realms::new(realms).unwrap();
    serve(&mut two.world, realms);
    let page = Browser::new(&two.world).get("/oauth/sign-in").await;
    assert!(page.body.contains("The Lab") && !page.body.contains("Production"));
    two.world.wait(40 * 86_400);
    two.world.server.keep_house().await.unwrap();
    assert_eq!(two.credentials().concat(), [""; 0]);
}

#[tokio::test]
async fn people_have_the_name_of_their_realm() {
    let mut world = World::new();
    // Their names start otherwise.
    let accounts = world.accounts.clone();
    let realms = Realms::new([Realm::new("lab", "The Lab", accounts).with_resource(LAB)]);
    serve(&mut world, realms.unwrap());
    let mut browser = Browser::new(&world);
    let page = browser.get("/oauth/sign-in").await;
    browser.sign_in(&page, "ada").await.is_page(503);

    let accounts = world.accounts.clone();
    let realms = Realms::new([Realm::new("account", "The Lab", accounts).with_resource(LAB)]);
    let realms = realms.unwrap();
    let ada = Subject::new("account:ada");
    assert!(realms.is_for(&ada, LAB) && !realms.is_for(&ada, PROD));
    for subject in ["account", "accounts:ada", "acc:ada", "lab:account:ada", ":ada", ""] {
        let subject = Subject::new(subject);
        assert!(!realms.is_for(&subject, LAB), "{subject}");
        assert_eq!(realms.ceiling(&subject).await.unwrap(), None, "{subject}");
    }
}

#[tokio::test]
async fn a_system_speaks_for_its_own_people_only() {
    let two = Two::new();
    two.prod.set("lovelace", &["engineers"]);
    tokens(&mut Browser::new(&two.world), PROD, "read").await;
    // Whoever runs the lab may name its users, and put them into groups, as they like.
    for name in ["prod:ada", "lovelace", "ada at Production"] {
        two.lab.set(name, &["engineers"]);
        let mut browser = Browser::new(&two.world);
        let page = browser.consent_page(&app_of(LAB), name, "write").await;
        assert!(page.body.contains(&format!("<b>{name} at The Lab</b>")), "{}", page.body);
        let code = browser.decide(&page, "allow", "write").await.param("code").unwrap();
        let granted = two.world.redeem(&app_of(LAB), &code).await.json();
        let holder = World::holder(two.world.verify_at(LAB, access(&granted)).await);
        assert_eq!(holder.subject, format!("lab:{name}"));
        is_sent_to_sign_in(&browser.authorize(&app_of(PROD).request("read")).await);
    }
    let [_, prod] = two.credentials();
    assert_eq!(prod, ["prod-credential-1"]);
}

/// People who sign in elsewhere, by the way that they know.
struct Far;

#[async_trait]
impl ResourceOwner for Far {
    fn ways(&self) -> Vec<Way> {
        vec![Way::elsewhere("provider", "With the provider")]
    }

    async fn sign_in(&self, _: &Attempt) -> Result<Person, SignInError> {
        Err(SignInError::Wrong("Not here.".to_owned()))
    }

    async fn send_elsewhere(&self, visit: &Visit) -> Result<String, Unavailable> {
        assert_eq!(visit.way, "provider");
        Ok(format!("{}?state={}", visit.redirect_uri, visit.state.expose()))
    }

    async fn welcome_back(&self, visit: &Visit, _: &BroughtBack) -> Result<Person, SignInError> {
        assert_eq!(visit.way, "provider");
        Ok(Person::new("far:ada", "ada"))
    }

    async fn ceiling(&self, _: &Subject) -> Result<Option<ScopeSet>, Unavailable> {
        Ok(Some(ScopeSet::from(["read"])))
    }
}

#[tokio::test]
async fn a_way_may_lead_elsewhere() {
    let mut world = World::new();
    let realms = [
        Realm::new("far", "Far Away", Far).with_resource(LAB),
        Realm::new("account", "Here", world.accounts.clone()).with_resource(PROD),
    ];
    serve(&mut world, Realms::new(realms).unwrap());
    let mut browser = Browser::new(&world);
    let sent = browser.authorize(&app_of(LAB).request("read")).await;
    let page = browser.follow(&sent).await;
    assert!(page.body.contains("Sign in to Far Away"), "{}", page.body);
    let away = browser.sign_in(&page, "").await;
    let back = browser.follow(&away).await;
    let page = browser.follow(&back).await;
    assert!(page.body.contains("<b>ada at Far Away</b>"), "{}", page.body);
    assert!(browser.decide(&page, "allow", "read").await.param("code").is_some());
    // The way is none of the other's.
    let sent = browser.authorize(&app_of(PROD).request("read")).await;
    let page = browser.follow(&sent).await;
    browser.sign_in_by(&page, "far/provider", "", "").await.is_page(400);
}

#[test]
fn realms_that_cannot_be_told_apart_are_refused() {
    let realm = |name: &str| Realm::new(name, "A title", Accounts::default());
    for (realms, words) in [
        (vec![realm("")], "is no name for people"),
        (vec![realm("a:b")], "is no name for people"),
        (vec![realm("a/b")], "is no name for people"),
        (vec![realm("a"), realm("a")], "two kinds of people named \"a\""),
        (
            vec![realm("a").with_resource(LAB), realm("b").with_resource(LAB)],
            "belongs to two kinds of people",
        ),
    ] {
        let said = Realms::new(realms).unwrap_err().to_string();
        assert!(said.contains(words), "{said}");
    }
}
