//! What must hold when replicas do the same at the same time.

use std::time::Duration;

use futures_util::future::join_all;

use super::sample::{NOW, after, approve, code, dynamic, hash, pending};
use crate::store::{Consent, GrantId, Store, TakenCode};

const N: usize = 16;

pub(super) async fn one_of_many_takes_a_code(store: &impl Store) {
    approve(store, "c").await;
    let takes =
        (0..N).map(|n| store.take_code(hash("c"), GrantId::new(format!("g{n}")), NOW, after(100)));
    let taken = join_all(takes).await;
    let n_taken = taken.iter().filter(|taken| matches!(taken, Ok(TakenCode::Taken(_)))).count();
    assert_eq!(n_taken, 1);
    assert!(taken.iter().all(|taken| !matches!(taken, Ok(TakenCode::Unknown) | Err(_))));
    assert!(store.grants_of(&super::sample::person(), NOW).await.unwrap().is_empty());
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
