//! The shipped configuration: a client that is in no table, from its first request to its last.

use crate::access::Config;
use crate::access::browser::{App, Person, World, bearer};
use crate::server::Server;

pub(super) const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/netbox-oauth.toml");

#[tokio::test]
async fn a_client_in_no_table_goes_the_whole_way() {
    let Some(server) = Server::start(&["--config", SHIPPED], &[]) else { return };
    let world = World::new(&server.url);
    let mut person = Person::operator(&server.said);
    let app = App::register(&world).await;

    let read = app.tokens(&mut person, "read").await;
    let token = bearer(&read);
    let sites = world.list_sites(Some(&token)).await;
    assert!(sites.is(200).body.contains("\"isError\":false"), "{sites:?}");

    // Stepping up: what a call needs is said in one challenge, and nothing was done.
    let refused = world.create_site(Some(&token), "romulus").await;
    refused.is(403);
    for part in ["error=\"insufficient_scope\"", "scope=\"write\"", "resource_metadata=\""] {
        assert!(refused.challenge.contains(part), "{}", refused.challenge);
    }
    let write = app.tokens(&mut person, "read write").await;
    let created = world.create_site(Some(&bearer(&write)), "romulus").await;
    assert!(created.is(200).body.contains("\"isError\":false"), "{created:?}");
    // The connection that was granted less still has less.
    world.create_site(Some(&token), "remus").await.is(403);

    let old = write["refresh_token"].as_str().expect("a refresh token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", old)];
    let fresh = app.post("token_endpoint", &form).await.is(200).json();
    world.list_sites(Some(&bearer(&fresh))).await.is(200);

    let new = fresh["refresh_token"].as_str().expect("a refresh token");
    app.post("revocation_endpoint", &[("token", new)]).await.is(200);
    for dead in [&fresh, &write] {
        let locked_out = world.list_sites(Some(&bearer(dead))).await;
        assert!(locked_out.is(401).challenge.contains("error=\"invalid_token\""));
    }
    world.list_sites(Some(&token)).await.is(200);
}

#[tokio::test]
async fn nobody_is_asked_on_a_laptop_and_more_than_is_said_is_not_given() {
    let config = Config::new(
        "[access]\npeople = \"auto_approve\"\nunregistered_clients = { redirect_hosts = \
         [\"loopback\"], max_scope = \"write\", dynamic_registration = true }\n",
    );
    let Some(server) = Server::start(&["--config", &config.path()], &[]) else { return };
    let world = World::new(&server.url);
    let app = App::register(&world).await;
    let tokens = app.tokens(&mut Person::new("", ""), "read write").await;
    assert_eq!(tokens["scope"], "read");
    world.list_sites(Some(&bearer(&tokens))).await.is(200);
    let refused = world.create_site(Some(&bearer(&tokens)), "romulus").await;
    // What this caller can never have does not exist for it.
    assert!(refused.is(200).body.contains("\"isError\":true"), "{refused:?}");
}
