//! Static tokens of a store.

use std::sync::Arc;
use std::time::Duration;

use mcp_protocol::auth::ScopeSet;
use oauth::store::{MemoryStore, Store};
use oauth::{
    AccessToken, NewToken, OsEntropy, Refusal, StaticTokenRules, StoredStaticTokens, UnixTime,
    Verdict, Verifier as _,
};

const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

fn after(secs: u64) -> UnixTime {
    NOW + Duration::from_secs(secs)
}

fn of(store: &Arc<MemoryStore>) -> StoredStaticTokens {
    let store: Arc<dyn Store> = Arc::clone(store) as Arc<dyn Store>;
    StoredStaticTokens::new(store, StaticTokenRules::default())
}

async fn scopes(tokens: &StoredStaticTokens, token: &AccessToken, now: UnixTime) -> String {
    let verdict = tokens.verify(token, now).await;
    let Verdict::Accepted(holder) = verdict else { panic!("not accepted: {verdict:?}") };
    assert_eq!(holder.obtainable, holder.scopes);
    holder.scopes.to_string()
}

#[tokio::test]
async fn a_command_changes_what_a_token_allows_at_once() {
    let store = Arc::new(MemoryStore::new());
    let (server, command) = (of(&store), of(&store));
    let new = NewToken::new("ci", ["write"]).with_expiry(after(100));
    let (id, token) = command.issue(new, NOW, &OsEntropy).await.unwrap();
    assert_eq!(scopes(&server, &token, NOW).await, "read write");
    assert!(command.set_scopes(&id, &ScopeSet::from(["read"])).await.unwrap());
    assert_eq!(scopes(&server, &token, NOW).await, "read");
    assert_eq!(server.verify(&token, after(100)).await, Verdict::Refused(Refusal::Expired));
    assert!(command.set_expiry(&id, None).await.unwrap());
    assert_eq!(scopes(&server, &token, after(100)).await, "read");
    assert!(command.set_expiry(&id, Some(after(50))).await.unwrap());
    assert_eq!(server.verify(&token, after(50)).await, Verdict::Refused(Refusal::Expired));
    assert!(command.revoke(&id).await.unwrap());
    assert!(!command.revoke(&id).await.unwrap());
    assert_eq!(server.verify(&token, NOW).await, Verdict::Refused(Refusal::Unknown));
    assert!(!command.set_expiry(&id, None).await.unwrap());
    assert!(!command.set_scopes(&id, &ScopeSet::from(["read"])).await.unwrap());
}

#[tokio::test]
async fn what_would_be_no_use_is_refused() {
    let tokens = of(&Arc::default());
    for (new, why) in [
        (NewToken::new("a", ["wirte"]), "the scopes are read, write, admin"),
        (NewToken::new("a", ScopeSet::new()), "without a scope"),
        (NewToken::new("a", ["read"]).with_expiry(NOW), "expired"),
    ] {
        let refused = tokens.issue(new, NOW, &OsEntropy).await.unwrap_err().to_string();
        assert!(refused.contains(why), "{refused}");
    }
    assert!(tokens.list().await.unwrap().is_empty());
    let (id, token) = tokens.issue(NewToken::new("a", ["read"]), NOW, &OsEntropy).await.unwrap();
    assert!(tokens.set_scopes(&id, &ScopeSet::from(["wirte"])).await.is_err());
    assert!(tokens.set_scopes(&id, &ScopeSet::new()).await.is_err());
    let damaged = AccessToken::new(&token.expose()[..token.expose().len() - 1]);
    assert_eq!(tokens.verify(&damaged, NOW).await, Verdict::Refused(Refusal::Damaged));
    assert_eq!(tokens.verify(&AccessToken::new("x"), NOW).await, Verdict::NotRecognised);
}

#[tokio::test]
async fn a_list_of_tokens_shows_none() {
    let tokens = of(&Arc::default());
    let (id, token) = tokens.issue(NewToken::new("ci", ["read"]), NOW, &OsEntropy).await.unwrap();
    let list = tokens.list().await.unwrap();
    assert_eq!((list.len(), list[0].id.as_str(), list[0].name.as_str()), (1, id.as_str(), "ci"));
    let shown = format!("{list:?} {tokens:?} {}", serde_json::to_string(&list).unwrap());
    let secret = token.expose().split('_').nth(1).unwrap();
    assert!(!shown.contains(secret), "{shown}");
}

#[tokio::test]
async fn last_use_is_noted_once_a_minute() {
    let store = Arc::new(MemoryStore::new());
    let tokens = of(&store);
    let (_, token) = tokens.issue(NewToken::new("ci", ["read"]), NOW, &OsEntropy).await.unwrap();
    let last_used = async || tokens.list().await.unwrap()[0].last_used;
    assert_eq!(last_used().await, None);
    for (used, noted) in [(0, 0), (1, 0), (59, 0), (60, 60), (61, 60), (500, 500)] {
        tokens.verify(&token, after(used)).await;
        assert_eq!(last_used().await, Some(after(noted)), "{used}");
    }
    // Another replica sees what was noted, and notes no sooner.
    of(&store).verify(&token, after(510)).await;
    assert_eq!(last_used().await, Some(after(500)));
    // A token that is refused is not used.
    assert!(
        tokens.set_expiry(&tokens.list().await.unwrap()[0].id, Some(after(600))).await.unwrap()
    );
    tokens.verify(&token, after(600)).await;
    assert_eq!(last_used().await, Some(after(500)));
}
