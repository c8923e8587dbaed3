use super::sample::{GRACE, NOW, access, after, approve, hash, issue, person, refresh, take};
use crate::store::{ClientId, Grant, GrantId, Rotation, Store, TakenCode};

pub(super) async fn a_code_is_taken_once(store: &impl Store) {
    let code = approve(store, "c").await;
    let take = |grant| store.take_code(hash("c"), GrantId::new(grant), NOW, after(1000));
    assert_eq!(take("g").await.unwrap(), TakenCode::Taken(code.clone()));
    assert_eq!(take("h").await.unwrap(), TakenCode::Replayed);
    assert_eq!(take("i").await.unwrap(), TakenCode::Replayed);
    let never = store.take_code(hash("never"), GrantId::new("g"), NOW, after(1000)).await;
    assert_eq!(never.unwrap(), TakenCode::Unknown);
}

pub(super) async fn a_code_expires(store: &impl Store) {
    approve(store, "c").await;
    let late = store.take_code(hash("c"), GrantId::new("g"), after(60), after(1000)).await;
    assert_eq!(late.unwrap(), TakenCode::Unknown);
    assert!(!store.issue(&access("a", "g"), None, NOW).await.unwrap(), "no grant was opened");
}

pub(super) async fn a_replay_revokes_what_the_code_minted(store: &impl Store) {
    let grant = issue(store, "g").await;
    assert_eq!((grant.created, grant.expires), (NOW, after(1_000_000)));
    assert_eq!((grant.subject, grant.revoked), (Some(person()), false));
    let again = store.take_code(hash("code of g"), GrantId::new("h"), after(900), after(1000));
    assert_eq!(again.await.unwrap(), TakenCode::Replayed);
    assert_eq!(store.access_token(hash("a of g")).await.unwrap(), None);
    assert!(store.refresh_token(hash("r of g")).await.unwrap().unwrap().1.revoked);
    let rotated = store
        .rotate_refresh_token(hash("r of g"), &access("b", "g"), &refresh("s", "g"), NOW, GRACE)
        .await;
    assert_eq!(rotated.unwrap(), Rotation::Dead);
}

pub(super) async fn a_replay_stops_tokens_that_are_not_issued_yet(store: &impl Store) {
    take(store, "c", "g").await;
    let again = store.take_code(hash("c"), GrantId::new("h"), NOW, after(1000)).await;
    assert_eq!(again.unwrap(), TakenCode::Replayed);
    assert!(!store.issue(&access("a", "g"), Some(&refresh("r", "g")), NOW).await.unwrap());
    assert_eq!(store.access_token(hash("a")).await.unwrap(), None);
    assert_eq!(store.refresh_token(hash("r")).await.unwrap(), None);
}

pub(super) async fn a_refresh_token_rotates(store: &impl Store) {
    issue(store, "g").await;
    let old = hash("r of g");
    assert_eq!(store.refresh_token(old).await.unwrap().unwrap().0, refresh("r of g", "g"));
    let rotate = |n: &str, now| {
        let new = (access(&format!("a{n}"), "g"), refresh(&format!("r{n}"), "g"));
        async move { store.rotate_refresh_token(old, &new.0, &new.1, now, GRACE).await.unwrap() }
    };
    assert_eq!(rotate("1", after(100)).await, Rotation::Rotated);
    assert_eq!(store.refresh_token(old).await.unwrap().unwrap().0.used, Some(after(100)));
    assert!(store.access_token(hash("a1")).await.unwrap().is_some());
    // Whoever asks twice at once gets tokens twice, and the time of grace does not move.
    assert_eq!(rotate("2", after(110)).await, Rotation::Rotated);
    assert_eq!(store.refresh_token(old).await.unwrap().unwrap().0.used, Some(after(100)));
    for token in ["r1", "r2"] {
        assert!(
            store
                .refresh_token(hash(token))
                .await
                .unwrap()
                .is_some_and(|(new, _)| new.used.is_none())
        );
    }
}

pub(super) async fn reuse_revokes_the_family(store: &impl Store) {
    issue(store, "g").await;
    issue(store, "other").await;
    let rotate = |new: &str, now| {
        let new = (access(&format!("a{new}"), "g"), refresh(&format!("r{new}"), "g"));
        async move {
            store.rotate_refresh_token(hash("r of g"), &new.0, &new.1, now, GRACE).await.unwrap()
        }
    };
    assert_eq!(rotate("1", NOW).await, Rotation::Rotated);
    assert_eq!(rotate("2", after(11)).await, Rotation::Reused);
    assert_eq!(rotate("3", after(12)).await, Rotation::Dead);
    for token in ["a of g", "a1", "a2", "a3"] {
        assert_eq!(store.access_token(hash(token)).await.unwrap(), None, "{token}");
    }
    assert_eq!(store.refresh_token(hash("r2")).await.unwrap(), None);
    assert!(store.access_token(hash("a of other")).await.unwrap().is_some());
}

pub(super) async fn a_dead_refresh_token_gives_nothing(store: &impl Store) {
    issue(store, "g").await;
    let new = (access("new", "g"), refresh("new", "g"));
    for (token, now) in [("never", NOW), ("r of g", after(86_400)), ("r of g", after(1_000_000))] {
        let rotated = store.rotate_refresh_token(hash(token), &new.0, &new.1, now, GRACE).await;
        assert_eq!(rotated.unwrap(), Rotation::Dead, "{token}");
    }
    assert_eq!(store.access_token(hash("new")).await.unwrap(), None);
    assert_eq!(store.refresh_token(hash("new")).await.unwrap(), None);
}

pub(super) async fn revoking_one_token_spares_its_family(store: &impl Store) {
    issue(store, "g").await;
    assert!(store.issue(&access("second", "g"), None, NOW).await.unwrap());
    assert!(store.revoke_access_token(hash("a of g")).await.unwrap());
    assert!(!store.revoke_access_token(hash("a of g")).await.unwrap());
    assert_eq!(store.access_token(hash("a of g")).await.unwrap(), None);
    assert!(store.access_token(hash("second")).await.unwrap().is_some());
    assert!(store.revoke_grant(&GrantId::new("g")).await.unwrap());
    assert!(!store.revoke_grant(&GrantId::new("g")).await.unwrap());
    assert!(!store.revoke_grant(&GrantId::new("never")).await.unwrap());
    assert_eq!(store.access_token(hash("second")).await.unwrap(), None);
    assert!(!store.issue(&access("third", "g"), None, NOW).await.unwrap());
}

pub(super) async fn a_client_has_tokens_of_its_own(store: &impl Store) {
    let token = access("a", "g");
    let grant = Grant::to_client(
        GrantId::new("g"),
        ClientId::new("machine"),
        token.scopes.clone(),
        "https://mcp.example/mcp",
        NOW,
        after(3600),
    );
    store.put_grant(&grant, &token).await.unwrap();
    assert_eq!(store.access_token(token.token).await.unwrap(), Some((token, grant)));
    assert!(store.grants_of(&person(), NOW).await.unwrap().is_empty());
}
