//! Several NetBoxes by path, to each of which its own users sign in.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{LAB, PROD, both_ready, urls};
use crate::access::Config;
use crate::access::browser::{App, Person, World, bearer};
use crate::access::commands::run;
use crate::access::real::{PASSWORD, with_netbox};
use crate::fake_netbox::FakeNetBox;
use crate::server::{Server, refused_with};

/// The same person is `ada` in the lab, and `lovelace` in production, where she only looks; both
/// have the same id.
fn both() -> [FakeNetBox; 2] {
    let lab = FakeNetBox::start("in the lab", &["sites"]);
    let prod = FakeNetBox::start("in production", &["sites"]);
    lab.add_user(1, "ada", "lab secret", &["view", "add"]);
    prod.add_user(1, "lovelace", "prod secret", &["view"]);
    [lab, prod]
}

fn configuration([lab, prod]: &[FakeNetBox; 2], of_prod: &str, session: &str) -> Config {
    let cache = "cache = \"FOLDER/cache\"";
    let surface = "[surface]\npolicy_file = \"FOLDER/policy.toml\"";
    let written = written([&lab.url, &prod.url], cache, of_prod, session);
    let config = Config::new(&format!("{written}\n{surface}"));
    let policy = "title = \"A fake\"\nbase_path = \"/api\"\ngroup_by = \"path\"\n";
    std::fs::write(config.file("policy.toml"), policy).expect("the policy");
    config
}

fn written([lab, prod]: [&str; 2], common: &str, of_prod: &str, session: &str) -> String {
    format!(
        r#"
        [netbox]
        {common}

        [netbox.lab]
        url = "{lab}"
        upstream = {{ per_user = true, token = {{ env = "LAB_TOKEN" }} }}

        [netbox.prod]
        url = "{prod}"
        upstream = {{ per_user = true, token = {{ env = "PROD_TOKEN" }} {of_prod} }}

        [access]
        people = "accounts"
        store = {{ sqlite = "FOLDER/access.db" }}
        key = {{ env = "ACCESS_KEY" }}
        scope_of_groups = {{ "*" = "write" }}
        lifetimes = {{ session = "{session}" }}
        [access.unregistered_clients]
        redirect_hosts = ["loopback"]
        max_scope = "write"
        dynamic_registration = true
        "#
    )
}

fn start(config: &Config, arguments: &[&str]) -> Option<Server> {
    let path = config.path();
    let arguments = [&["--config", &path], arguments].concat();
    Server::start(&arguments, &ENVIRONMENT)
}

fn in_lab() -> Person {
    Person::of_one_netbox("lab", "ada", "lab secret")
}

#[tokio::test]
async fn a_person_signs_in_to_each_and_calls_run_as_that_user() {
    let netboxes = both();
    let config = configuration(&netboxes, "", "10m");
    let [lab, prod] = &netboxes;
    let Some(server) = start(&config, &[]) else { return };
    both_ready(&server).await;
    let [at_lab, at_prod] = urls(&server).map(|url| World::new(&url));
    let (for_lab, for_prod) = (App::register(&at_lab).await, App::register(&at_prod).await);

    // One browser: whoever is signed in to the one is asked to sign in to the other.
    let mut person = in_lab();
    let of_ada = bearer(&for_lab.tokens(&mut person, "read write").await);
    person.is_now("prod", "lovelace", "lab secret");
    let page = for_prod.sign_in(&mut person).await;
    let page = &page.is(401).body;
    assert!(page.contains("Sign in to NetBox prod") && page.contains("knows no user"), "{page}");
    person.password = "prod secret".to_owned();
    let of_lovelace = bearer(&for_prod.tokens(&mut person, "read write").await);
    assert_eq!(
        (lab.users_of_tokens(), prod.users_of_tokens()),
        (vec!["ada".to_owned()], vec!["lovelace".to_owned()])
    );

    for (world, token, other, text) in [
        (&at_lab, &of_ada, &of_lovelace, "in the lab, as ada sees it"),
        (&at_prod, &of_lovelace, &of_ada, "in production, as lovelace sees it"),
    ] {
        let listed = world.list_sites(Some(token)).await;
        assert!(listed.is(200).body.contains(text), "{listed:?}");
        let refused = world.list_sites(Some(other)).await;
        assert!(refused.is(401).challenge.contains("error=\"invalid_token\""), "{refused:?}");
    }
    // Each is offered what that NetBox lets them do.
    let made = at_lab.create_site(Some(&of_ada), "romulus").await;
    assert!(made.is(200).body.contains("\"isError\":false"), "{made:?}");
    let not_offered = at_prod.create_site(Some(&of_lovelace), "romulus").await;
    let words = r#"unknown action \"create\" of site"#;
    assert!(not_offered.is(200).body.contains(words), "{not_offered:?}");
    assert_eq!(prod.n_asked("POST /api/dcim/sites/"), 0);
    let both = [lab.credentials(), prod.credentials()].map(|all| all.join(" "));
    assert!(!both[0].contains(PROD) && !both[1].contains(LAB), "{both:?}");

    // What NetBox takes back there ends there.
    prod.revoke_tokens();
    at_prod.list_sites(Some(&of_lovelace)).await;
    at_prod.list_sites(Some(&of_lovelace)).await.is(401);
    at_lab.list_sites(Some(&of_ada)).await.is(200);
}

#[tokio::test]
async fn users_of_one_netbox_get_nowhere_at_the_other() {
    let netboxes = both();
    let config = configuration(&netboxes, "", "10m");
    let [lab, prod] = &netboxes;
    let Some(server) = start(&config, &[]) else { return };
    both_ready(&server).await;
    let [at_lab, at_prod] = urls(&server).map(|url| World::new(&url));
    let (for_lab, for_prod) = (App::register(&at_lab).await, App::register(&at_prod).await);
    let mut person = in_lab();
    let tokens = for_lab.tokens(&mut person, "read").await;
    // The form of the one, sent to the page of the other.
    let page = for_prod.sign_in(&mut person).await;
    assert!(page.is(400).body.contains("Sign in to NetBox prod"), "{page:?}");
    // The form of the other, with the password of the one.
    person.is_now("prod", "ada", "lab secret");
    for_prod.sign_in(&mut person).await.is(401);
    assert_eq!((lab.users_of_tokens().len(), prod.users_of_tokens().len()), (1, 0));

    let refresh = tokens["refresh_token"].as_str().expect("a refresh token");
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh),
        ("resource", at_prod.endpoint.as_str()),
    ];
    let refused = for_lab.post("token_endpoint", &form).await;
    assert_eq!(refused.is(400).json()["error"], "invalid_target");
    at_prod.list_sites(Some(&bearer(&tokens))).await.is(401);
    at_prod.list_sites(Some(&bearer(&for_lab.refresh(&tokens).await.json()))).await.is(401);
    let credentials = prod.credentials();
    assert_eq!(credentials, ["".to_owned(), format!("Token {PROD}")]);
}

#[tokio::test]
async fn what_is_taken_away_is_withdrawn_from_its_netbox() {
    let netboxes = both();
    let config = configuration(&netboxes, "", "10m");
    let [lab, prod] = &netboxes;
    let Some(server) = start(&config, &[]) else { return };
    both_ready(&server).await;
    let [at_lab, at_prod] = urls(&server).map(|url| World::new(&url));
    let (for_lab, for_prod) = (App::register(&at_lab).await, App::register(&at_prod).await);
    let mut person = in_lab();
    let of_ada = bearer(&for_lab.tokens(&mut person, "read").await);
    person.is_now("prod", "lovelace", "prod secret");
    let of_lovelace = bearer(&for_prod.tokens(&mut person, "read").await);

    // Another's application is none of hers.
    person.take_away(&at_prod, &for_lab.client_id).await;
    at_lab.list_sites(Some(&of_ada)).await.is(200);
    person.take_away(&at_prod, &for_prod.client_id).await;
    assert_eq!((lab.users_of_tokens().len(), prod.users_of_tokens().len()), (1, 0));
    at_prod.list_sites(Some(&of_lovelace)).await.is(401);
    at_lab.list_sites(Some(&of_ada)).await.is(200);
    person.is_now("lab", "ada", "lab secret");
    for_lab.tokens(&mut person, "read").await;
    person.take_away(&at_lab, &for_lab.client_id).await;
    assert_eq!(lab.users_of_tokens(), [""; 0]);
    at_lab.list_sites(Some(&of_ada)).await.is(401);
}

#[tokio::test]
async fn a_server_of_one_lets_go_of_the_people_of_the_other() {
    let netboxes = both();
    let config = configuration(&netboxes, "", "2s");
    let [lab, prod] = &netboxes;
    let Some(server) = start(&config, &["--only", "prod"]) else { return };
    let at_prod = World::new(&server.url);
    let app = App::register(&at_prod).await;
    let mut person = Person::of_one_netbox("prod", "lovelace", "prod secret");
    let tokens = app.tokens(&mut person, "read").await;
    at_prod.list_sites(Some(&bearer(&tokens))).await.is(200);
    drop(server);

    run(&config, &["client", "remove", &app.client_id], "");
    // Her session is over, too.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let Some(server) = start(&config, &["--only", "lab"]) else { return };
    let until = Instant::now() + Duration::from_secs(20);
    while !prod.users_of_tokens().is_empty() {
        assert!(Instant::now() < until, "her token is still there");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // Nobody of production signs in here.
    let at_lab = World::new(&server.url);
    let page = at_lab.get("/oauth/sign-in").await;
    let body = &page.is(200).body;
    assert!(body.contains("Sign in to NetBox lab") && !body.contains("NetBox prod"), "{body}");
    assert_eq!(lab.users_of_tokens(), [""; 0]);
}

#[tokio::test]
async fn groups_may_have_other_scopes_in_one() {
    let netboxes = both();
    let config = configuration(&netboxes, ", scope_of_groups = { \"*\" = \"read\" }", "10m");
    let Some(server) = start(&config, &[]) else { return };
    both_ready(&server).await;
    let [at_lab, at_prod] = urls(&server).map(|url| World::new(&url));
    let tokens = App::register(&at_lab).await.tokens(&mut in_lab(), "read write").await;
    assert_eq!(tokens["scope"], "read write");
    let mut person = Person::of_one_netbox("prod", "lovelace", "prod secret");
    let tokens = App::register(&at_prod).await.tokens(&mut person, "read write").await;
    assert_eq!(tokens["scope"], "read");
    // The operator narrows one person of one NetBox.
    run(&config, &["user", "scope", "netbox-lab:1", "none"], "");
    let listed = at_prod.rpc(Some(&bearer(&tokens)), "tools/list", json!({})).await;
    listed.is(200);
}

/// One real NetBox behind both names: it stands for two whose users are the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_real_netbox_has_a_token_for_each_sign_in() {
    with_netbox(|netbox| async move {
        let (ada, bob) =
            (netbox.user("ada", &["view", "add"]).await, netbox.user("bob", &["view"]).await);
        let common = netbox.config();
        let cache = common.lines().find(|line| line.starts_with("cache")).expect("a cache");
        let config = Config::new(&written([netbox.url(); 2], cache, "", "10m"));
        let mut environment = ENVIRONMENT;
        (environment[0].1, environment[1].1) = (netbox.admin(), netbox.admin());
        let arguments = ["--config", &config.path()];
        let Some(server) = Server::start(&arguments, &environment) else { return };
        both_ready(&server).await;
        let [at_lab, at_prod] = urls(&server).map(|url| World::new(&url));
        let (for_lab, for_prod) = (App::register(&at_lab).await, App::register(&at_prod).await);
        let mut person = Person::of_one_netbox("lab", &ada.name, PASSWORD);
        let of_ada = bearer(&for_lab.tokens(&mut person, "read write").await);
        let mut other = Person::of_one_netbox("prod", &bob.name, PASSWORD);
        let of_bob = bearer(&for_prod.tokens(&mut other, "read write").await);

        let home = ada.site("home");
        let made = at_lab.create_site(Some(&of_ada), &home).await;
        assert_eq!(netbox.author_of_site(&home).await, ada.name, "{made:?}");
        let refused = at_prod.create_site(Some(&of_bob), &bob.site("home")).await;
        let words = r#"unknown action \"create\" of site; it has list, get"#;
        assert!(refused.is(200).body.contains(words), "{refused:?}");
        at_prod.list_sites(Some(&of_ada)).await.is(401);
        at_lab.list_sites(Some(&of_bob)).await.is(401);

        // The same user, signed in to both, has two tokens there; each goes with its own.
        person.is_now("prod", &ada.name, PASSWORD);
        let of_ada_too = bearer(&for_prod.tokens(&mut person, "read").await);
        assert_eq!(netbox.tokens(&ada).await.len(), 2);
        person.take_away(&at_prod, &for_prod.client_id).await;
        assert_eq!(netbox.tokens(&ada).await.len(), 1);
        at_prod.list_sites(Some(&of_ada_too)).await.is(401);
        assert!(at_lab.list_sites(Some(&of_ada)).await.is(200).body.contains(&home));
        netbox.revoke(&ada).await;
        at_lab.list_sites(Some(&of_ada)).await;
        at_lab.list_sites(Some(&of_ada)).await.is(401);
        at_prod.list_sites(Some(&of_bob)).await.is(200);
    })
    .await;
}

#[test]
fn what_cannot_be_for_each_is_refused() {
    let netboxes = both();
    let config = configuration(&netboxes, "", "10m");
    let good = std::fs::read_to_string(config.path()).expect("a text");
    let narrowed = "token = { env = \"LAB_TOKEN\" }, scope_of_groups = { \"*\" = \"reed\" }";
    for (from, to, expected) in [
        ("[netbox]", "[netbox]\nserve_by = \"prefix\"", "serve by path"),
        ("per_user = true, token = { env = \"PROD", "token = { env = \"PROD", "[netbox.prod]"),
        ("key = { env = \"ACCESS_KEY\" }", "", "[netbox.lab]: people = \"accounts\" keeps"),
        ("token = { env = \"LAB_TOKEN\" }", narrowed, "the scope \"reed\""),
        ("scope_of_groups = { \"*\" = \"write\" }", "", "no group has a scope"),
    ] {
        assert!(good.contains(from), "{from}");
        let changed = Config::new(&good.replacen(from, to, 1));
        let said = refused_with(&["--config", &changed.path()], &ENVIRONMENT);
        let Some(said) = said else { return };
        assert!(said.contains(expected), "{to}\n{said}");
    }
}

/// The key is as `netbox_server key` makes them.
const ENVIRONMENT: [(&str, &str); 3] = [
    ("LAB_TOKEN", LAB),
    ("PROD_TOKEN", PROD),
    ("ACCESS_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
];
