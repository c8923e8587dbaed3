//! `people = "openid"`, with a fake provider.

use super::Config;
use super::browser::{App, Person, World, bearer};
use super::commands::run;
use super::fake_openid_provider::{CLIENT_ID, CLIENT_SECRET, FakeOpenIdProvider};
use crate::server::Server;

fn config(provider: &FakeOpenIdProvider) -> Config {
    let config = Config::new(&format!(
        r#"
[access]
people = "openid"
store = {{ sqlite = "FOLDER/access.db" }}
unregistered_clients = {{ redirect_hosts = ["loopback"], max_scope = "write", dynamic_registration = true }}

[access.openid]
issuer = "{}"
client_id = "{CLIENT_ID}"
client_secret = {{ file = "FOLDER/secret" }}
title = "With the company's account"
ask_for = ["groups"]
claims.groups = {{ "staff" = "read", "netops" = "write" }}
"#,
        provider.issuer
    ));
    std::fs::write(config.file("secret"), CLIENT_SECRET).expect("the file is written");
    config
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_a_provider_sign_in_there_and_grant_here() {
    let provider = FakeOpenIdProvider::serve(&["netops"]).await;
    let config = config(&provider);
    let Some(server) = Server::start(&["--config", &config.path()], &[]) else { return };
    let world = World::new(&server.url);
    let app = App::register(&world).await;
    let mut ada = Person::of_provider();
    let tokens = app.tokens(&mut ada, "read write").await;
    assert_eq!(tokens["scope"], "read write");
    let token = bearer(&tokens);
    world.create_site(Some(&token), "romulus").await.is(200);

    // When she signs in next, her groups are others, and what she granted before narrows at once.
    provider.set_groups(&["staff"]);
    let fewer = app.tokens(&mut Person::of_provider(), "read").await;
    assert_eq!(fewer["scope"], "read");
    let refused = world.create_site(Some(&token), "remus").await;
    assert!(refused.is(200).body.contains("\"isError\":true"), "{refused:?}");
    world.list_sites(Some(&token)).await.is(200);

    // Who is in no group any more gets nothing, and keeps nothing.
    provider.set_groups(&[]);
    let page = app.come_back(&mut Person::of_provider()).await;
    assert!(page.is(401).body.contains("may do nothing here"), "{page:?}");
    world.list_sites(Some(&token)).await.is(401);

    provider.set_groups(&["staff"]);
    let again = bearer(&app.tokens(&mut ada, "read").await);
    world.list_sites(Some(&again)).await.is(200);
    // An operator keeps her out, and lets her in again.
    let name = format!("{}#ada", provider.issuer);
    run(&config, &["user", "scope", &name, "none"], "");
    world.list_sites(Some(&again)).await.is(401);
    assert_eq!(app.ask(&mut ada, "read").await.param("error"), "access_denied");
    run(&config, &["user", "scope", &name, "read"], "");
    world.list_sites(Some(&again)).await.is(200);
    ada.take_away(&world, &app.client_id).await;
    world.list_sites(Some(&again)).await.is(401);
}
