//! Two replicas on one database.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::StatusCode;
use oauth::store::{ClientId, Limited, PostgresStore, Store};
use oauth::{
    NewToken, OsEntropy, Refusal, Secret, StaticTokenRules, StoredStaticTokens, UnixTime, Verdict,
    Verifier as _,
};

use super::driver::{App, Browser, World};
use crate::stores::postgres::{database, schema};

async fn store(url: &Secret) -> Arc<dyn Store> {
    Arc::new(PostgresStore::connect(url, NonZeroU32::new(4).unwrap()).await.unwrap())
}

async fn replicas(test: &str) -> Option<(World, World, Secret)> {
    let url = schema(&database(test)?).await;
    let world = World::new();
    let one = world.replica(store(&url).await);
    let other = one.replica(store(&url).await);
    Some((one, other, url))
}

#[tokio::test]
async fn a_flow_that_starts_on_one_replica_ends_on_the_other() {
    let test = "a_flow_that_starts_on_one_replica_ends_on_the_other";
    let Some((one, other, _)) = replicas(test).await else { return };
    // Each step on the other replica.
    let app = App::default();
    let mut browser = Browser::new(&one);
    let sent = browser.authorize(&app.request("write")).await;
    browser.world = &other;
    let page = browser.follow(&sent).await;
    browser.world = &one;
    let sent = browser.sign_in(&page, "ada").await;
    browser.world = &other;
    let page = browser.follow(&sent).await;
    browser.world = &one;
    let code = browser.decide(&page, "allow", "write").await.param("code").unwrap();
    let tokens = other.redeem(&app, &code).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    World::holder(one.verify(access).await);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let tokens = one.refresh("app", refresh).await.json();
    World::holder(other.verify(tokens["access_token"].as_str().unwrap()).await);
    // A code is spent on both.
    one.redeem(&app, &code).await.is_error(400, "invalid_grant");
    assert_eq!(other.verify(access).await, Verdict::Refused(Refusal::Unknown));
}

#[tokio::test]
async fn what_is_revoked_on_one_replica_is_refused_by_the_other() {
    let test = "what_is_revoked_on_one_replica_is_refused_by_the_other";
    let Some((one, other, url)) = replicas(test).await else { return };
    let tokens = one.tokens("ada", "write").await;
    let (access, refresh) =
        (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    World::holder(other.verify(access).await);

    // What is lowered on one is low on the other.
    let app = Limited::Client(ClientId::new("app"));
    one.store.put_limit(&app, &["read"].into()).await.unwrap();
    assert_eq!(World::holder(other.verify(access).await).scopes, ["read"].into());

    let revoked = Instant::now();
    let form = [("token", refresh), ("client_id", "app")];
    assert_eq!(one.post("/oauth/revoke", &form).await.status, StatusCode::OK);
    assert_eq!(other.verify(access).await, Verdict::Refused(Refusal::Unknown));
    assert!(revoked.elapsed() < Duration::from_secs(1));
    other.refresh("app", refresh).await.is_error(400, "invalid_grant");

    // So are static tokens.
    let statics = |store| StoredStaticTokens::new(store, StaticTokenRules::default());
    let (here, there) = (statics(store(&url).await), statics(store(&url).await));
    let now = UnixTime::now();
    let (id, token) = here.issue(NewToken::new("ci", ["write"]), now, &OsEntropy).await.unwrap();
    assert_eq!(World::holder(there.verify(&token, now).await).scopes, ["read", "write"].into());
    assert!(here.set_scopes(&id, &["read"].into()).await.unwrap());
    assert_eq!(World::holder(there.verify(&token, now).await).scopes, ["read"].into());
    assert!(here.revoke(&id).await.unwrap());
    assert_eq!(there.verify(&token, now).await, Verdict::Refused(Refusal::Unknown));
}
