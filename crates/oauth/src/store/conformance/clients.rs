use super::sample::{NOW, after, approve, client, dynamic, hash, issue, person};
use crate::store::{
    ClientAuthentication, ClientId, GrantId, GrantType, KeySource, Store, TakenCode,
};

pub(super) async fn are_kept(store: &impl Store) {
    assert_eq!(store.client(&ClientId::new("client")).await.unwrap(), None);
    let plain = client("client").with_max_scopes(["read", "write"]);
    let full =
        client("Client").with_introspection(["https://mcp.example/mcp"]).with_authentication(
            ClientAuthentication::PrivateKey(KeySource::Keys("{\"keys\":[]}".to_owned())),
        );
    let secret = client("https://client.example/x?y")
        .with_grant_types([GrantType::ClientCredentials])
        .with_authentication(ClientAuthentication::Secret { sha256: hash("secret") });
    for client in [&plain, &full, &secret] {
        store.put_client(client).await.unwrap();
        assert_eq!(store.client(&client.id).await.unwrap().as_ref(), Some(client));
    }
    assert_eq!(store.clients().await.unwrap(), [full, plain.clone(), secret]);
    let lowered = plain.with_max_scopes(["read"]);
    store.put_client(&lowered).await.unwrap();
    assert_eq!(store.client(&lowered.id).await.unwrap(), Some(lowered));
}

pub(super) async fn are_removed_with_all_they_hold(store: &impl Store) {
    let client = client("client");
    store.put_client(&client).await.unwrap();
    issue(store, "g").await;
    approve(store, "not taken").await;
    assert!(store.remove_client(&client.id).await.unwrap());
    assert!(!store.remove_client(&client.id).await.unwrap());
    assert_eq!(store.client(&client.id).await.unwrap(), None);
    assert_eq!(store.access_token(hash("a of g")).await.unwrap(), None);
    let resource = "https://mcp.example/mcp";
    assert_eq!(store.consent(&person(), &client.id, resource).await.unwrap(), None);
    let taken = store.take_code(hash("not taken"), GrantId::new("h"), NOW, after(10)).await;
    assert_eq!(taken.unwrap(), TakenCode::Unknown);
}

pub(super) async fn register_up_to_a_number(store: &impl Store) {
    store.put_client(&client("operator's")).await.unwrap();
    assert!(store.register_client(&dynamic("client"), 2, NOW).await.unwrap());
    assert!(
        !store.register_client(&dynamic("client"), 2, NOW).await.unwrap(),
        "a name is taken once"
    );
    assert!(store.register_client(&dynamic("b"), 2, NOW).await.unwrap());
    assert!(!store.register_client(&dynamic("c"), 2, NOW).await.unwrap());
    assert_eq!(store.client(&ClientId::new("c")).await.unwrap(), None);
    // The one that was granted something stays when it expires; the other makes room.
    issue(store, "g").await;
    assert!(store.register_client(&dynamic("c"), 2, after(1001)).await.unwrap());
    assert!(store.client(&ClientId::new("client")).await.unwrap().is_some());
    assert_eq!(store.client(&ClientId::new("b")).await.unwrap(), None);
}
