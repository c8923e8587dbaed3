//! Callers who present nothing, or what is not for this server.

use crate::access::Config;
use crate::access::browser::World;
use crate::server::Server;

#[tokio::test]
async fn anonymous_callers_read_and_are_sent_to_sign_in_for_more() {
    let config = Config::new("[access]\npeople = \"local_users\"\nanonymous = \"read\"\n");
    let Some(server) = Server::start(&["--config", &config.path()], &[]) else { return };
    let world = World::new(&server.url);
    world.rpc(None, "tools/list", serde_json::json!({})).await.is(200);
    assert!(world.list_sites(None).await.is(200).body.contains("\"isError\":false"));

    let refused = world.create_site(None, "romulus").await;
    assert!(refused.is(401).challenge.contains("scope=\"write\""), "{refused:?}");
    assert!(!refused.challenge.contains("error="), "{refused:?}");

    let tokens = ["mcpd_x", "mcpa_0000000000000000000000000000000000000000000_000000", "eyJ.a.b"];
    for token in tokens.map(|token| format!("Bearer {token}")) {
        let refused = world.list_sites(Some(&token)).await;
        assert!(refused.is(401).challenge.contains("error=\"invalid_token\""), "{refused:?}");
    }
}

#[tokio::test]
async fn a_token_of_netbox_is_refused_with_a_sentence() {
    let config = Config::new("[access]\npeople = \"local_users\"\n");
    let Some(server) = Server::start(&["--config", &config.path()], &[]) else { return };
    let world = World::new(&server.url);
    let of_netbox = ["Bearer nbt_abc.def", "Token 0123456789012345678901234567890123456789"];
    for authorization in of_netbox {
        let refused = world.list_sites(Some(authorization)).await;
        assert!(refused.is(401).challenge.contains("NetBox token"), "{refused:?}");
    }
    // What clients try before they find the metadata is no web page.
    for path in ["/register", "/authorize", "/token", "/.well-known/oauth-authorization-server/x"] {
        assert_eq!(world.get(path).await.is(404).json()["error"], "not_found");
    }
}
