use std::time::Duration;

use super::sample::{
    GRACE, NOW, access, after, approve, client, dynamic, hash, issue, pending, refresh, session,
};
use crate::store::{ClientId, GrantId, Rotation, Store};

pub(super) async fn once_is_once(store: &impl Store) {
    let first = |what, now| store.first_time(hash(what), after(60), now);
    assert!(first("a", NOW).await.unwrap());
    assert!(!first("a", after(59)).await.unwrap());
    assert!(first("b", NOW).await.unwrap());
    assert!(first("a", after(60)).await.unwrap());
}

pub(super) async fn events_are_counted(store: &impl Store) {
    let minute = Duration::from_secs(60);
    let count = |kind, now| store.count(hash(kind), minute, now);
    assert_eq!(count("a", NOW).await.unwrap(), 1);
    assert_eq!(count("a", after(59)).await.unwrap(), 2);
    assert_eq!(count("b", NOW).await.unwrap(), 1);
    assert_eq!(count("a", after(60)).await.unwrap(), 1);
}

pub(super) async fn what_is_over_is_purged(store: &impl Store) {
    store.put_client(&client("operator's")).await.unwrap();
    assert!(store.register_client(&dynamic("unused"), 10, NOW).await.unwrap());
    assert!(store.register_client(&dynamic("client"), 10, NOW).await.unwrap());
    store.put_pending(&pending("p", "b"), 10).await.unwrap();
    store.sign_in(hash("before"), &session("s"), None).await.unwrap();
    approve(store, "not taken").await;
    issue(store, "g").await;
    assert!(store.first_time(hash("x"), after(10), NOW).await.unwrap());
    store.count(hash("y"), Duration::from_secs(10), NOW).await.unwrap();

    assert_eq!(store.purge(NOW).await.unwrap(), 0);
    assert!(store.pending(hash("p"), NOW).await.unwrap().is_some());
    assert!(store.access_token(hash("a of g")).await.unwrap().is_some());

    // After an hour: the request, the session, the code, the mark, the counter, the access token
    // and the client that was never used.
    assert_eq!(store.purge(after(3600)).await.unwrap(), 7);
    assert_eq!(store.client(&ClientId::new("unused")).await.unwrap(), None);
    assert!(store.client(&ClientId::new("client")).await.unwrap().is_some());
    assert!(store.refresh_token(hash("r of g")).await.unwrap().is_some());
    assert_eq!(store.access_token(hash("a of g")).await.unwrap(), None);

    // A used refresh token stays, to tell of a theft.
    let new = (access("new", "g"), refresh("new", "g"));
    let rotate = |now| store.rotate_refresh_token(hash("r of g"), &new.0, &new.1, now, GRACE);
    assert_eq!(rotate(after(3600)).await.unwrap(), Rotation::Rotated);
    store.purge(after(90_000)).await.unwrap();
    assert_eq!(rotate(after(90_000)).await.unwrap(), Rotation::Reused);

    // When the grant is over, nothing is left but what the operator made.
    store.purge(after(1_000_000)).await.unwrap();
    assert!(!store.revoke_grant(&GrantId::new("g")).await.unwrap());
    assert_eq!(store.client(&ClientId::new("client")).await.unwrap(), None);
    assert!(store.client(&ClientId::new("operator's")).await.unwrap().is_some());
    assert_eq!(store.purge(after(1_000_000)).await.unwrap(), 0);
}
