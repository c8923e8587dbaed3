//! What must hold when replicas do the same at the same time.

use std::time::Duration;

use futures_util::future::join_all;

use mcp_protocol::auth::ScopeSet;

use super::operator;
use super::sample::{
    GRACE, NOW, access, after, approve, code, dynamic, hash, issue, pending, person, refresh,
    session,
};
use crate::static_tokens::TokenChange;
use crate::store::{Consent, GrantId, Rotation, SealedCredential, Store, TakenCode};

const N: usize = 16;

pub(super) async fn one_of_many_takes_a_code(store: &impl Store) {
    approve(store, "c").await;
    let takes =
        (0..N).map(|n| store.take_code(hash("c"), GrantId::new(format!("g{n}")), NOW, after(100)));
    let taken = join_all(takes).await;
    let n_taken = taken.iter().filter(|taken| matches!(taken, Ok(TakenCode::Taken(_)))).count();
    assert_eq!(n_taken, 1);
    assert!(taken.iter().all(|taken| !matches!(taken, Ok(TakenCode::Unknown) | Err(_))));
    assert!(store.grants_of(&person(), NOW).await.unwrap().is_empty());
}

pub(super) async fn one_of_many_answers_a_request(store: &impl Store) {
    let asked = pending("p", "browser");
    store.put_pending(&asked, 10).await.unwrap();
    let codes: Vec<_> = (0..N).map(|n| code(&asked, &format!("c{n}"))).collect();
    let consents: Vec<_> = codes.iter().map(|code| Consent::to(code, NOW)).collect();
    let approvals = codes
        .iter()
        .zip(&consents)
        .map(|(code, consent)| store.approve(asked.id, asked.browser, code, consent, NOW));
    let approved = join_all(approvals).await;
    assert_eq!(approved.iter().filter(|approved| matches!(approved, Ok(true))).count(), 1);
}

pub(super) async fn registrations_stay_below_the_number(store: &impl Store) {
    let clients: Vec<_> = (0..N).map(|n| dynamic(&format!("c{n}"))).collect();
    let registered =
        join_all(clients.iter().map(|client| store.register_client(client, 3, NOW))).await;
    assert_eq!(registered.iter().filter(|registered| matches!(registered, Ok(true))).count(), 3);
}

pub(super) async fn all_events_are_counted(store: &impl Store) {
    let minute = Duration::from_secs(60);
    let counts = join_all((0..N).map(|_| store.count(hash("x"), minute, NOW))).await;
    let mut counts: Vec<u32> = counts.into_iter().map(Result::unwrap).collect();
    counts.sort_unstable();
    assert!((1..=N).zip(counts).all(|(n, count)| n == count as usize));
}

pub(super) async fn one_of_many_is_the_first(store: &impl Store) {
    let firsts = join_all((0..N).map(|_| store.first_time(hash("x"), after(60), NOW))).await;
    assert_eq!(firsts.iter().filter(|first| matches!(first, Ok(true))).count(), 1);
}

/// Of many who sign in as one person, each but the last is told to be replaced.
pub(super) async fn each_credential_is_replaced_once(store: &impl Store) {
    let people: Vec<_> =
        (0..N as u8).map(|n| (session(&format!("s{n}")), SealedCredential::new(vec![n]))).collect();
    let signed_in = people.iter().map(|(s, keep)| store.sign_in(hash("before"), s, Some(keep)));
    let replaced = join_all(signed_in).await.into_iter().filter_map(Result::unwrap);
    let mut seen: Vec<_> = replaced.chain(store.credential(&person()).await.unwrap()).collect();
    seen.sort_by_key(|sealed| sealed.as_bytes().to_vec());
    assert!(seen.iter().eq(people.iter().map(|(_, keep)| keep)), "{}", seen.len());
}

/// Of many that come when the time of grace is over for the first of them, none gets away with it.
pub(super) async fn a_refresh_token_is_first_used_once(store: &impl Store) {
    issue(store, "g").await;
    let new: Vec<_> =
        (0..N).map(|n| (access(&format!("a{n}"), "g"), refresh(&format!("r{n}"), "g"))).collect();
    let times = new.iter().enumerate().map(|(n, new)| {
        let now = if n == N / 2 { after(100) } else { NOW };
        store.rotate_refresh_token(hash("r of g"), &new.0, &new.1, now, GRACE)
    });
    let rotations: Vec<Rotation> = join_all(times).await.into_iter().map(Result::unwrap).collect();
    let is_revoked = store.access_token(hash("a of g")).await.unwrap().is_none();
    let n_reused = rotations.iter().filter(|rotation| **rotation == Rotation::Reused).count();
    // Whoever came late was either the first, or showed the theft.
    assert_eq!(n_reused, usize::from(is_revoked));
    for (new, rotation) in new.iter().zip(&rotations) {
        let is_there = store.refresh_token(new.1.token).await.unwrap().is_some();
        assert_eq!(is_there, *rotation == Rotation::Rotated);
    }
}

pub(super) async fn changes_of_a_token_are_all_made(store: &impl Store) {
    operator::add(store, "a").await;
    let lower = TokenChange::Scopes(ScopeSet::from(["read"]));
    let changes = (0..N as u64).map(|n| {
        let lower = &lower;
        async move {
            if n == 0 {
                return store.change_static_token("a", lower).await.unwrap();
            }
            let expiry = TokenChange::Expiry(Some(after(n)));
            store.static_token_used("a", after(n)).await.unwrap();
            store.change_static_token("a", &expiry).await.unwrap()
        }
    });
    assert!(join_all(changes).await.into_iter().all(|changed| changed));
    let kept = store.static_tokens().await.unwrap().remove(0);
    assert_eq!((kept.scopes.join(" "), kept.last_used), ("read".to_owned(), Some(after(15))));
}
