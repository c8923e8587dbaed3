use std::collections::BTreeSet;

use super::sample::{NOW, after, approve, hash, issue, person, session, take};
use crate::store::{
    ClientId, GrantId, LocalUser, SealedCredential, Session, Store, Subject, TakenCode,
};

pub(super) async fn sessions_end(store: &impl Store) {
    let mine = session("mine");
    store.sign_in(hash("before"), &mine, None).await.unwrap();
    store.sign_in(hash("elsewhere"), &session("other"), None).await.unwrap();
    assert_eq!(store.session(mine.id, NOW).await.unwrap().as_ref(), Some(&mine));
    assert_eq!(store.session(mine.id, after(3600)).await.unwrap(), None);
    assert!(store.end_session(mine.id).await.unwrap());
    assert!(!store.end_session(mine.id).await.unwrap());
    assert_eq!(store.session(mine.id, NOW).await.unwrap(), None);
    assert!(store.session(hash("other"), NOW).await.unwrap().is_some());
    store.sign_in(hash("third"), &session("third"), None).await.unwrap();
    assert_eq!(store.end_sessions_of(&Subject::new("other")).await.unwrap(), 0);
    assert_eq!(store.end_sessions_of(&person()).await.unwrap(), 2);
    assert_eq!(store.session(hash("other"), NOW).await.unwrap(), None);
}

pub(super) async fn users_are_kept(store: &impl Store) {
    let ada = LocalUser::new("ada", "$argon2id$v=19$x", ["read", "write"], NOW);
    let bob = LocalUser::new("Bob", "$argon2id$v=19$y", ["read"], NOW);
    store.put_user(&ada).await.unwrap();
    store.put_user(&bob).await.unwrap();
    assert_eq!(store.user("ada").await.unwrap(), Some(ada.clone()));
    assert_eq!(store.user("Ada").await.unwrap(), None, "names are compared to the letter");
    assert_eq!(store.users().await.unwrap(), [bob, ada.clone()]);
    let lowered = LocalUser::new("ada", ada.password_hash, ["read"], NOW);
    store.put_user(&lowered).await.unwrap();
    assert_eq!(store.user("ada").await.unwrap(), Some(lowered));
    assert!(store.remove_user("ada").await.unwrap());
    assert!(!store.remove_user("ada").await.unwrap());
    assert_eq!(store.user("ada").await.unwrap(), None);
}

pub(super) async fn credentials_are_kept(store: &impl Store) {
    let keep =
        async |cookie, keep| store.sign_in(hash("before"), &session(cookie), keep).await.unwrap();
    let sealed = SealedCredential::new(vec![0, 255, 39, 0]);
    assert_eq!(store.credential(&person()).await.unwrap(), None);
    assert_eq!(keep("first", Some(&sealed)).await, None);
    assert_eq!(store.credential(&person()).await.unwrap().as_ref(), Some(&sealed));
    let other = SealedCredential::new(vec![1]);
    assert_eq!(keep("second", Some(&other)).await.as_ref(), Some(&sealed), "it is replaced");
    assert_eq!(keep("third", None).await, None, "nothing is replaced");
    assert_eq!(store.credential(&person()).await.unwrap().as_ref(), Some(&other));
    assert!(!store.remove_credential(&person(), &sealed).await.unwrap(), "it is another by now");
    assert_eq!(store.credential(&person()).await.unwrap().as_ref(), Some(&other));
    assert!(store.remove_credential(&person(), &other).await.unwrap());
    assert!(!store.remove_credential(&person(), &other).await.unwrap());
    assert_eq!(store.credential(&person()).await.unwrap(), None);
}

pub(super) async fn who_holds_nothing_is_idle(store: &impl Store) {
    let sealed = SealedCredential::new(vec![1]);
    let is_idle = async |secs| {
        let idle = store.idle_person(None, after(secs)).await.unwrap();
        let expected = (person(), sealed.clone());
        assert!(idle.as_ref().is_none_or(|idle| *idle == expected), "{idle:?}");
        idle.is_some()
    };
    store.sign_in(hash("before"), &session("r"), None).await.unwrap();
    assert!(!is_idle(7200).await, "nothing is kept for anybody");
    store.sign_in(hash("r"), &session("s"), Some(&sealed)).await.unwrap();
    assert!(!is_idle(3599).await, "there is a session");
    assert!(is_idle(3600).await);
    assert!(store.end_session(hash("s")).await.unwrap());
    approve(store, "code").await;
    assert!(!is_idle(59).await && is_idle(60).await, "there is a code");
    issue(store, "g").await;
    assert!(!is_idle(86_399).await && is_idle(86_400).await, "there is a refresh token");
    assert!(store.revoke_grant(&GrantId::new("g")).await.unwrap());
    assert!(is_idle(60).await);
}

pub(super) async fn idle_people_come_one_after_another(store: &impl Store) {
    let sealed = SealedCredential::new(vec![1]);
    for name in ["cleo", "ada", "eve", "bob"] {
        let session = Session { subject: Subject::new(name), ..session(name) };
        store.sign_in(hash("before"), &session, Some(&sealed)).await.unwrap();
    }
    for left in [4, 3] {
        let (mut came, mut last) = (BTreeSet::new(), None);
        while let Some((idle, _)) = store.idle_person(last.as_ref(), after(3600)).await.unwrap() {
            assert!(came.insert(idle.clone()), "{idle} came before");
            last = Some(idle);
        }
        assert_eq!(came.len(), left);
        // Who comes after one who is not there any more is the same.
        store.remove_credential(&Subject::new("cleo"), &sealed).await.unwrap();
        let next = store.idle_person(Some(&Subject::new("cleo")), after(3600)).await.unwrap();
        assert!(next.is_none_or(|(idle, _)| came.contains(&idle)));
    }
}

pub(super) async fn see_and_revoke_their_grants(store: &impl Store) {
    issue(store, "g").await;
    approve(store, "later").await;
    let later = store.take_code(hash("later"), GrantId::new("h"), after(5), after(100)).await;
    assert!(matches!(later.unwrap(), TakenCode::Taken(_)));
    approve(store, "not taken").await;
    let ids = |grants: Vec<crate::store::Grant>| -> Vec<String> {
        grants.iter().map(|grant| grant.id.to_string()).collect()
    };
    assert_eq!(ids(store.grants_of(&person(), after(6)).await.unwrap()), ["h", "g"]);
    assert_eq!(ids(store.grants_of(&person(), after(100)).await.unwrap()), ["g"]);
    assert!(store.grants_of(&Subject::new("other"), NOW).await.unwrap().is_empty());
    let client = ClientId::new("client");
    assert_eq!(store.revoke_client_of(&Subject::new("other"), &client).await.unwrap(), 0);
    assert_eq!(store.revoke_client_of(&person(), &client).await.unwrap(), 2);
    assert!(store.grants_of(&person(), NOW).await.unwrap().is_empty());
    assert_eq!(store.access_token(hash("a of g")).await.unwrap(), None);
    let resource = "https://mcp.example/mcp";
    assert_eq!(store.consent(&person(), &client, resource).await.unwrap(), None);
    let taken = store.take_code(hash("not taken"), GrantId::new("i"), NOW, after(10)).await;
    assert_eq!(taken.unwrap(), TakenCode::Unknown);
    // What is granted afterwards is granted.
    take(store, "afterwards", "j").await;
    assert_eq!(ids(store.grants_of(&person(), NOW).await.unwrap()), ["j"]);
}
