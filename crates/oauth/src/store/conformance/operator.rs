//! What an operator sets: limits and static tokens.

use mcp_protocol::auth::ScopeSet;

use super::sample::{NOW, after, hash, person};
use crate::static_tokens::{StaticToken, TokenChange};
use crate::store::{ClientId, Limited, Store, Subject};
use crate::time::UnixTime;

pub(super) async fn limits_are_kept(store: &impl Store) {
    let client = |id: &str| Limited::Client(ClientId::new(id));
    let ada = Limited::Person(person());
    let scopes = |scopes: &[&str]| scopes.iter().copied().collect::<ScopeSet>();
    assert_eq!(store.limit(&ada).await.unwrap(), None);
    store.put_limit(&ada, &scopes(&["read", "write"])).await.unwrap();
    store.put_limit(&client("https://b.example/x"), &scopes(&[])).await.unwrap();
    store.put_limit(&client("a"), &scopes(&["read"])).await.unwrap();
    store.put_limit(&ada, &scopes(&["read"])).await.unwrap();
    // A person is no client of the same name.
    assert_eq!(store.limit(&client(person().as_str())).await.unwrap(), None);
    assert_eq!(store.limit(&Limited::Person(Subject::new("a"))).await.unwrap(), None);
    assert_eq!(store.limit(&ada).await.unwrap(), Some(scopes(&["read"])));
    let all = [
        (client("a"), scopes(&["read"])),
        (client("https://b.example/x"), scopes(&[])),
        (ada.clone(), scopes(&["read"])),
    ];
    assert_eq!(store.limits().await.unwrap(), all);
    // It outlives what it limits.
    assert!(!store.remove_client(&ClientId::new("a")).await.unwrap());
    store.purge(after(1_000_000)).await.unwrap();
    assert_eq!(store.limits().await.unwrap(), all);
    assert!(store.remove_limit(&ada).await.unwrap());
    assert!(!store.remove_limit(&ada).await.unwrap());
    assert_eq!(store.limit(&ada).await.unwrap(), None);
}

fn token(id: &str, created: UnixTime) -> StaticToken {
    StaticToken {
        id: id.to_owned(),
        name: "Ci \u{1f980} ' \u{0}".to_owned(),
        scopes: vec!["read".to_owned(), "write".to_owned()],
        audiences: Some(["lab '\u{0}".to_owned()].into()),
        token_sha256: hash(&format!("token {id}")),
        created,
        expires: Some(after(1000)),
        last_used: None,
    }
}

pub(super) async fn add(store: &impl Store, id: &str) {
    assert!(store.add_static_token(&token(id, NOW)).await.unwrap());
}

pub(super) async fn static_tokens_are_kept(store: &impl Store) {
    let (older, newer) = (token("b", NOW), token("a", after(1)));
    assert!(store.add_static_token(&newer).await.unwrap());
    assert!(store.add_static_token(&older).await.unwrap());
    let mut same_id = token("a", NOW);
    same_id.token_sha256 = hash("other");
    assert!(!store.add_static_token(&same_id).await.unwrap());
    let mut same_hash = token("c", NOW);
    same_hash.token_sha256 = newer.token_sha256;
    assert!(!store.add_static_token(&same_hash).await.unwrap());
    assert_eq!(store.static_tokens().await.unwrap(), [older.clone(), newer.clone()]);
    assert_eq!(store.static_token(hash("token a")).await.unwrap(), Some(newer));
    assert_eq!(store.static_token(hash("token c")).await.unwrap(), None);
    assert!(store.remove_static_token("a").await.unwrap());
    assert!(!store.remove_static_token("a").await.unwrap());
    assert_eq!(store.static_token(hash("token a")).await.unwrap(), None);
    // One that has expired is listed until it is removed.
    store.purge(after(1_000_000)).await.unwrap();
    assert_eq!(store.static_tokens().await.unwrap(), [older]);
}

pub(super) async fn static_tokens_change(store: &impl Store) {
    let mut expected = token("a", NOW);
    store.add_static_token(&expected).await.unwrap();
    store.static_token_used("a", after(70)).await.unwrap();
    store.static_token_used("a", after(60)).await.unwrap();
    store.static_token_used("never", after(60)).await.unwrap();
    expected.last_used = Some(after(70));
    for change in [
        TokenChange::Scopes(ScopeSet::from(["read"])),
        TokenChange::Expiry(None),
        TokenChange::Expiry(Some(after(5))),
    ] {
        assert!(store.change_static_token("a", &change).await.unwrap());
        assert!(!store.change_static_token("never", &change).await.unwrap());
        expected.apply(&change);
        assert_eq!(store.static_token(hash("token a")).await.unwrap().as_ref(), Some(&expected));
    }
    store.static_token_used("a", after(80)).await.unwrap();
    let kept = store.static_tokens().await.unwrap();
    assert_eq!((kept.len(), kept[0].last_used), (1, Some(after(80))));
    assert_eq!(kept[0].scopes, ["read"]);
}
