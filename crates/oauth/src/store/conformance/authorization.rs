use super::sample::{NOW, after, approve, code, hash, pending, person, session};
use crate::store::{ClientId, Consent, Store};

pub(super) async fn waits_for_one_browser(store: &impl Store) {
    let asked = pending("p", "browser");
    store.put_pending(&asked, 10).await.unwrap();
    assert_eq!(store.pending(asked.id, NOW).await.unwrap().as_ref(), Some(&asked));
    assert_eq!(store.pending(hash("q"), NOW).await.unwrap(), None);
    assert_eq!(store.pending(asked.id, after(600)).await.unwrap(), None, "it is over");
    let code = code(&asked, "c");
    let consent = Consent::to(&code, NOW);
    let other = hash("other");
    assert!(!store.approve(asked.id, other, &code, &consent, NOW).await.unwrap());
    assert!(!store.deny(asked.id, other, NOW).await.unwrap());
    assert!(!store.approve(asked.id, asked.browser, &code, &consent, after(600)).await.unwrap());
    assert!(store.approve(asked.id, asked.browser, &code, &consent, after(599)).await.unwrap());
}

pub(super) async fn is_answered_once(store: &impl Store) {
    let asked = pending("p", "browser");
    store.put_pending(&asked, 10).await.unwrap();
    let code = code(&asked, "c");
    let consent = Consent::to(&code, NOW);
    assert!(store.approve(asked.id, asked.browser, &code, &consent, NOW).await.unwrap());
    assert!(!store.approve(asked.id, asked.browser, &code, &consent, NOW).await.unwrap());
    assert!(!store.deny(asked.id, asked.browser, NOW).await.unwrap());
    assert_eq!(store.pending(asked.id, NOW).await.unwrap(), None);
    let denied = pending("q", "browser");
    store.put_pending(&denied, 10).await.unwrap();
    assert!(store.deny(denied.id, denied.browser, NOW).await.unwrap());
    assert!(!store.approve(denied.id, denied.browser, &code, &consent, NOW).await.unwrap());
}

pub(super) async fn keeps_only_so_many(store: &impl Store) {
    for (n, name) in ["a", "b", "c"].into_iter().enumerate() {
        let mut asked = pending(name, "browser");
        asked.expires = after(100 - n as u64);
        store.put_pending(&asked, 2).await.unwrap();
    }
    let mut kept = Vec::new();
    for name in ["a", "b", "c"] {
        kept.push(store.pending(hash(name), NOW).await.unwrap().is_some());
    }
    assert_eq!(kept, [true, false, true], "what expires first makes room");
}

pub(super) async fn follows_its_browser_through_sign_in(store: &impl Store) {
    let (mine, other) = (pending("mine", "before"), pending("other", "other"));
    store.put_pending(&mine, 10).await.unwrap();
    store.put_pending(&other, 10).await.unwrap();
    store.sign_in(mine.browser, &session("after"), None).await.unwrap();
    assert_eq!(store.pending(mine.id, NOW).await.unwrap().unwrap().browser, hash("after"));
    assert_eq!(store.pending(other.id, NOW).await.unwrap().unwrap().browser, hash("other"));
    // Signing in again ends the session before.
    store.sign_in(hash("after"), &session("again"), None).await.unwrap();
    assert_eq!(store.session(hash("after"), NOW).await.unwrap(), None);
    assert_eq!(store.pending(mine.id, NOW).await.unwrap().unwrap().browser, hash("again"));
    assert!(store.end_session(hash("again")).await.unwrap());
    assert_eq!(store.pending(mine.id, NOW).await.unwrap(), None);
}

pub(super) async fn consents_are_remembered(store: &impl Store) {
    let client = ClientId::new("client");
    let resource = "https://mcp.example/mcp";
    assert_eq!(store.consent(&person(), &client, resource).await.unwrap(), None);
    let first = approve(store, "first").await;
    let consent = store.consent(&person(), &client, resource).await.unwrap();
    assert_eq!(consent, Some(Consent::to(&first, NOW)));
    assert_eq!(store.consent(&person(), &client, "https://other.example").await.unwrap(), None);
    let asked = pending("second", "browser");
    store.put_pending(&asked, 10).await.unwrap();
    let code = asked.code(hash("second"), person(), asked.scopes.clone(), after(60));
    let more = Consent::to(&code, after(5));
    assert!(store.approve(asked.id, asked.browser, &code, &more, NOW).await.unwrap());
    assert_eq!(store.consent(&person(), &client, resource).await.unwrap(), Some(more));
}
