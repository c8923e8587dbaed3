//! What must hold when the process ends and another opens the store.

use std::time::Duration;

use mcp_protocol::auth::ScopeSet;

use super::operator;
use super::sample::{
    GRACE, NOW, access, after, approve, client, hash, issue, pending, person, refresh, session,
};
use crate::store::{GrantId, Limited, LocalUser, Rotation, SealedCredential, Store, TakenCode};

const MINUTE: Duration = Duration::from_secs(60);

pub(super) async fn fill(store: &impl Store) {
    store.put_client(&client("client")).await.unwrap();
    store.put_pending(&pending("p", "before"), 10).await.unwrap();
    let sealed = SealedCredential::new(vec![0, 255]);
    store.sign_in(hash("before"), &session("s"), Some(&sealed)).await.unwrap();
    approve(store, "not taken").await;
    issue(store, "g").await;
    issue(store, "revoked").await;
    let new = (access("new", "g"), refresh("new", "g"));
    let rotated = store.rotate_refresh_token(hash("r of g"), &new.0, &new.1, after(5), GRACE).await;
    assert_eq!(rotated.unwrap(), Rotation::Rotated);
    assert!(store.revoke_grant(&GrantId::new("revoked")).await.unwrap());
    store.put_user(&LocalUser::new("ada", "$argon2id$v=19$x", ["read"], NOW)).await.unwrap();
    operator::add(store, "token").await;
    store.put_limit(&Limited::Person(person()), &ScopeSet::from(["read"])).await.unwrap();
    assert!(store.first_time(hash("x"), after(60), NOW).await.unwrap());
    assert_eq!(store.count(hash("y"), MINUTE, NOW).await.unwrap(), 1);
}

pub(super) async fn check(store: &impl Store) {
    assert_eq!(store.clients().await.unwrap(), [client("client")]);
    assert_eq!(store.pending(hash("p"), NOW).await.unwrap().unwrap().browser, hash("s"));
    assert_eq!(store.session(hash("s"), NOW).await.unwrap(), Some(session("s")));
    let taken = store.take_code(hash("not taken"), GrantId::new("h"), NOW, after(10)).await;
    assert!(matches!(taken.unwrap(), TakenCode::Taken(_)));
    for token in ["a of g", "new"] {
        assert!(store.access_token(hash(token)).await.unwrap().is_some(), "{token}");
    }
    assert_eq!(store.access_token(hash("a of revoked")).await.unwrap(), None);
    let used = store.refresh_token(hash("r of g")).await.unwrap().unwrap().0.used;
    assert_eq!(used, Some(after(5)));
    assert_eq!(store.user("ada").await.unwrap().unwrap().password_hash, "$argon2id$v=19$x");
    let sealed = store.credential(&person()).await.unwrap().unwrap();
    assert_eq!(sealed.as_bytes(), [0, 255]);
    assert!(store.static_token(hash("token token")).await.unwrap().is_some());
    let limit = store.limit(&Limited::Person(person())).await.unwrap();
    assert_eq!(limit, Some(ScopeSet::from(["read"])));
    assert!(!store.first_time(hash("x"), after(60), after(1)).await.unwrap());
    assert_eq!(store.count(hash("y"), MINUTE, after(1)).await.unwrap(), 2);
    let again = store.take_code(hash("code of g"), GrantId::new("i"), after(900), after(1000));
    assert_eq!(again.await.unwrap(), TakenCode::Replayed);
    assert_eq!(store.access_token(hash("new")).await.unwrap(), None);
}
