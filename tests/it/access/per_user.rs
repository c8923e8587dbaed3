//! `[upstream] per_user`: calls run as the NetBox user who signed in.

use std::time::{Duration, Instant};

use serde_json::json;

use super::Config;
use super::browser::{App, Person, World, bearer};
use super::commands::run;
use super::real::{NetBox, PASSWORD, with_netbox};
use crate::server::Server;

fn config(netbox: &NetBox, scope_of_groups: &str, permissions: &str, session: &str) -> Config {
    Config::new(&format!(
        r#"{}
[upstream]
per_user = true
permissions = "{permissions}"
token = {{ env = "OF_THE_SCHEMA" }}

[access]
people = "accounts"
store = {{ sqlite = "FOLDER/access.db" }}
key = {{ env = "OF_THE_STORE" }}
scope_of_groups = {scope_of_groups}
lifetimes = {{ session = "{session}" }}
unregistered_clients = {{ redirect_hosts = ["loopback"], max_scope = "write", dynamic_registration = true }}
"#,
        netbox.config()
    ))
}

fn start(netbox: &NetBox, config: &Config) -> Option<Server> {
    let environment = [("OF_THE_SCHEMA", netbox.admin()), ("OF_THE_STORE", KEY)];
    Server::start(&["--config", &config.path()], &environment)
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_run_as_the_user_who_signed_in() {
    with_netbox(|netbox| async move {
        let all = ["view", "add", "change", "delete"];
        let (ada, bob) = (netbox.user("ada", &all).await, netbox.user("bob", &["view"]).await);
        let config = config(&netbox, r#"{ "*" = "write" }"#, "offer", "10m");
        let Some(server) = start(&netbox, &config) else { return };
        let world = World::new(&server.url);
        let app = App::register(&world).await;

        let wrong = app.sign_in(&mut Person::of_netbox(&ada.name, "wrong")).await;
        assert!(wrong.is(401).body.contains("NetBox knows no user"), "{wrong:?}");
        assert!(wrong.body.contains(&format!("value=\"{}\"", ada.name)), "{wrong:?}");
        assert!(netbox.tokens(&ada).await.is_empty());

        let mut tokens = Vec::new();
        let mut people = [&ada, &bob].map(|user| Person::of_netbox(&user.name, PASSWORD));
        for person in &mut people {
            tokens.push(app.tokens(person, "read write").await);
        }
        let [of_ada, of_bob] = [bearer(&tokens[0]), bearer(&tokens[1])];
        let home = ada.site("home");
        let made = world.create_site(Some(&of_ada), &home).await;
        assert_eq!(netbox.author_of_site(&home).await, ada.name, "{made:?}");
        assert!(world.list_sites(Some(&of_ada)).await.is(200).body.contains(&home));

        // Who may not is not offered it, and sees what NetBox shows them.
        let refused = world.create_site(Some(&of_bob), &bob.site("home")).await;
        let words = r#"unknown action \"create\" of site; it has list, get""#;
        assert!(refused.is(200).body.contains(words), "{refused:?}");
        for token in [&of_ada, &of_bob] {
            let tools = world.rpc(Some(token), "tools/list", json!({})).await;
            let is_offered = |text: &str| tools.is(200).body.contains(text);
            assert!(is_offered("\\nsite connecteddevice\""), "{tools:?}");
            assert!(!is_offered("\"ipam\"") && !is_offered("\"find\""), "{tools:?}");
        }
        assert!(!world.list_sites(Some(&of_bob)).await.is(200).body.contains(&home));

        // Whoever takes all access away leaves nothing behind, here or there.
        assert_eq!(netbox.tokens(&ada).await.len(), 1);
        people[0].take_away(&world, &app.client_id).await;
        assert!(netbox.tokens(&ada).await.is_empty());
        world.list_sites(Some(&of_ada)).await.is(401);
        for file in ["access.db", "access.db-wal"] {
            let store = std::fs::read(config.file(file)).unwrap_or_default();
            let holds = |text: &str| store.windows(text.len()).any(|part| part == text.as_bytes());
            assert!(!holds("nbt_") && !holds(PASSWORD) && !holds(&of_bob[7..]), "{file}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_bound_what_is_granted_and_a_restart_keeps_it() {
    with_netbox(|netbox| async move {
        let ada = netbox.user("ada", &["view", "add"]).await;
        let config =
            config(&netbox, r#"{ "*" = "read", "access-engineers" = "write" }"#, "strict", "10s");
        let Some(server) = start(&netbox, &config) else { return };
        let world = World::new(&server.url);
        let app = App::register(&world).await;
        let mut person = Person::of_netbox(&ada.name, PASSWORD);
        let tokens = app.tokens(&mut person, "read").await;
        assert_eq!(tokens["scope"], "read");
        // What her groups do not allow does not exist for her, although NetBox would.
        let refused = world.create_site(Some(&bearer(&tokens)), &ada.site("home")).await;
        assert!(refused.is(200).body.contains("\"isError\":true"), "{refused:?}");

        // On the same address, another process opens what the first one sealed.
        let listen = world.origin().replace("http://", "");
        drop(server);
        let arguments = ["--config", &config.path(), "--listen", &listen];
        let environment = [("OF_THE_SCHEMA", netbox.admin()), ("OF_THE_STORE", KEY)];
        let server = Server::start_on(&arguments, &environment).expect("it started before");
        let seen = world.list_sites(Some(&bearer(&tokens))).await;
        assert!(seen.is(200).body.contains("\"isError\":false"), "{seen:?}");
        drop(server);

        // With another key, she has to sign in again.
        let key = KEY.replacen('A', "B", 1);
        let environment = [("OF_THE_SCHEMA", netbox.admin()), ("OF_THE_STORE", key.as_str())];
        let server = Server::start_on(&arguments, &environment).expect("it started before");
        world.call(Some(&bearer(&tokens)), json!({})).await.is(401);
        drop(server);

        // What the operator takes away takes NetBox's token with it, when her session is over, too.
        run(&config, &["client", "remove", &app.client_id], "");
        assert_eq!(netbox.tokens(&ada).await.len(), 1);
        tokio::time::sleep(Duration::from_secs(10)).await;
        let environment = [("OF_THE_SCHEMA", netbox.admin()), ("OF_THE_STORE", KEY)];
        let _server = Server::start_on(&arguments, &environment).expect("it started before");
        let until = Instant::now() + Duration::from_secs(20);
        while !netbox.tokens(&ada).await.is_empty() {
            assert!(Instant::now() < until, "her token is still there");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_offered_where_that_is_wanted() {
    with_netbox(|netbox| async move {
        let bob = netbox.user("bob", &["view"]).await;
        let config = config(&netbox, r#"{ "*" = "write" }"#, "off", "10m");
        let Some(server) = start(&netbox, &config) else { return };
        let world = World::new(&server.url);
        let app = App::register(&world).await;
        let mut person = Person::of_netbox(&bob.name, PASSWORD);
        let token = bearer(&app.tokens(&mut person, "read write").await);
        // NetBox refuses it, in its words.
        let refused = world.create_site(Some(&token), &bob.site("home")).await;
        let words = "You do not have permission to perform this action.";
        assert!(refused.is(200).body.contains(words), "{refused:?}");
    })
    .await;
}

/// As `netbox_server key` makes them.
const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
