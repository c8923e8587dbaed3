//! Clients that the operator registers: one with a secret, one with a key.

use serde_json::json;

use super::Config;
use super::browser::{App, Person, Proof, REDIRECT, World, bearer};
use super::keys::key_set;
use crate::server::{Server, refused};

const SECRET: &str = "a-secret-of-at-least-thirty-two-characters";

fn config() -> Config {
    let config = Config::new(&format!(
        r#"
[access]
people = "local_users"

[[access.clients]]
id = "desk"
redirect_uris = ["{REDIRECT}"]
max_scope = "write"
secret = {{ file = "FOLDER/desk" }}

[[access.clients]]
id = "robot"
redirect_uris = ["{REDIRECT}"]
max_scope = "read"
acts_for_itself = true
jwks_file = "FOLDER/robot.json"
"#
    ));
    for (name, text) in [("desk", SECRET.to_owned()), ("robot.json", key_set(1).to_string())] {
        std::fs::write(config.file(name), text).expect("the file is written");
    }
    config
}

#[tokio::test]
async fn clients_of_the_operator_prove_who_they_are() {
    let config = config();
    let Some(server) = Server::start(&["--config", &config.path()], &[]) else { return };
    let world = World::new(&server.url);
    let mut person = Person::operator(&server.said);
    let metadata = world.get("/.well-known/oauth-authorization-server").await.json();
    let methods = metadata["token_endpoint_auth_methods_supported"].to_string();
    for method in ["client_secret_basic", "client_secret_post", "private_key_jwt"] {
        assert!(methods.contains(method), "{methods}");
    }

    // A person's access, kept by refreshing it.
    for (id, proof) in [("desk", Proof::Secret(SECRET.to_owned())), ("robot", Proof::Key(1))] {
        let app = App::registered(&world, id, proof).await;
        let tokens = app.tokens(&mut person, "read").await;
        world.list_sites(Some(&bearer(&tokens))).await.is(200);
        let fresh = app.refresh(&tokens).await.is(200).json();
        world.list_sites(Some(&bearer(&fresh))).await.is(200);
    }
    // The robot's own.
    let robot = App::registered(&world, "robot", Proof::Key(1)).await;
    let tokens = robot.tokens_for_itself("read").await.is(200).json();
    world.list_sites(Some(&bearer(&tokens))).await.is(200);
    let desk = App::registered(&world, "desk", Proof::Secret(SECRET.to_owned())).await;
    let refused = desk.tokens_for_itself("read").await;
    assert_eq!(refused.is(400).json()["error"], "unauthorized_client");
    // What it may not have is not granted, whoever asks.
    let refused = robot.tokens_for_itself("write").await;
    assert_eq!(refused.is(400).json()["error"], "invalid_scope");
}

#[tokio::test]
async fn who_does_not_prove_it_gets_nothing() {
    let config = config();
    let Some(server) = Server::start(&["--config", &config.path()], &[]) else { return };
    let world = World::new(&server.url);
    let mut person = Person::operator(&server.said);
    for (id, proof) in [
        ("desk", Proof::None),
        ("desk", Proof::Secret("another-secret-of-thirty-two-characters".to_owned())),
        ("desk", Proof::Key(1)),
        ("robot", Proof::None),
        ("robot", Proof::Key(2)),
        ("robot", Proof::Secret(SECRET.to_owned())),
    ] {
        let app = App::registered(&world, id, proof).await;
        let code = app.ask(&mut person, "read").await.param("code");
        let refused = app.redeem(&code).await;
        assert_eq!(refused.is(401).json()["error"], "invalid_client", "{id}");
        app.tokens_for_itself("read").await.is(401);
    }
}

#[test]
fn keys_that_are_no_public_keys_are_refused() {
    let check = |keys: &str, why: &str| {
        let config = config();
        std::fs::write(config.file("robot.json"), keys).expect("the file is written");
        let Some(said) = refused(&["--config", &config.path()]) else { return };
        assert!(said.contains(why), "{keys}: {said}");
    };
    check("", "is no JSON Web Key Set");
    check("{}", "is no JSON Web Key Set");
    check("{\"keys\":[]}", "is no JSON Web Key Set");
    let mut private = key_set(1);
    private["keys"][0]["d"] = json!("c2VjcmV0");
    check(&private.to_string(), "holds a private key");
    check("{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}", "holds a private key");
}
