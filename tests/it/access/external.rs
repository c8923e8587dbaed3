//! `external_issuers`: tokens of an authorization server that somebody else runs.

use serde_json::json;

use super::Config;
use super::browser::World;
use super::fake_openid_provider::{CLIENT_ID, CLIENT_SECRET, FakeOpenIdProvider, SEED};
use crate::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_others_are_taken_as_the_file_says() {
    let issuer = FakeOpenIdProvider::serve(&[]).await;
    let config = Config::new(&format!(
        r#"
[[access.external_issuers]]
issuer = "{}"
audiences = ["api://netbox"]
scopes = {{ "netbox.look" = "read", "netbox.change" = "write" }}
"#,
        issuer.issuer
    ));
    let Some(server) = Server::start(&["--config", &config.path()], &[]) else { return };
    let world = World::new(&server.url);
    let metadata = world.get("/.well-known/oauth-protected-resource/api/mcp").await.json();
    assert_eq!(metadata["authorization_servers"][0], issuer.issuer.as_str());
    // Clients ask it for scopes by its own names.
    assert_eq!(metadata["scopes_supported"], json!(["netbox.change", "netbox.look"]));
    let refused = world.list_sites(None).await;
    assert!(refused.is(401).challenge.contains("scope=\"netbox.look\""), "{refused:?}");

    let token = |audience: &str, scope: &str, seed| {
        format!("Bearer {}", issuer.access_token(audience, scope, seed))
    };
    let look = token(&server.url, "netbox.look", SEED);
    world.list_sites(Some(&look)).await.is(200);
    let refused = world.create_site(Some(&look), "romulus").await;
    for part in ["error=\"insufficient_scope\"", "scope=\"netbox.change\""] {
        assert!(refused.is(403).challenge.contains(part), "{refused:?}");
    }
    let change = token("api://netbox", "netbox.change other", SEED);
    world.create_site(Some(&change), "romulus").await.is(200);

    for bad in [
        token("https://elsewhere.example", "netbox.look", SEED),
        token(&server.url, "netbox.look", 2),
        "Bearer opaque-netbox.look".to_owned(),
    ] {
        let refused = world.list_sites(Some(&bad)).await;
        assert!(refused.is(401).challenge.contains("invalid_token"), "{refused:?}");
    }
    // Its own names count, and not ours.
    let ours = token(&server.url, "write", SEED);
    world.create_site(Some(&ours), "remus").await.is(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_is_asked_as_the_file_says() {
    let issuer = FakeOpenIdProvider::serve(&[]).await;
    let config = Config::new(&format!(
        r#"
[[access.external_issuers]]
issuer = "{}"
introspection = {{ client_id = "{CLIENT_ID}", client_secret = {{ file = "FOLDER/secret" }}, prefix = "opaque-", unstated_audience = true, remembered_for = "1m" }}
"#,
        issuer.issuer
    ));
    std::fs::write(config.file("secret"), CLIENT_SECRET).expect("the file is written");
    let Some(server) = Server::start(&["--config", &config.path()], &[]) else { return };
    let world = World::new(&server.url);
    world.list_sites(Some("Bearer opaque-read")).await.is(200);
    world.create_site(Some("Bearer opaque-read"), "romulus").await.is(403);
    world.create_site(Some("Bearer opaque-write"), "romulus").await.is(200);
    world.list_sites(Some("Bearer other")).await.is(401);
}
