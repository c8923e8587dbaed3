//! Rows to keep.

use std::time::Duration;

use mcp_protocol::auth::ScopeSet;

use crate::store::{
    AuthorizationCode, Client, ClientId, ClientOrigin, Consent, Grant, GrantId, IssuedAccessToken,
    IssuedRefreshToken, PendingAuthorization, Session, Store, Subject, TakenCode,
};
use crate::time::UnixTime;
use crate::token::TokenHash;

pub(super) const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

pub(super) const GRACE: Duration = Duration::from_secs(10);

pub(super) fn after(secs: u64) -> UnixTime {
    NOW + Duration::from_secs(secs)
}

pub(super) fn hash(of: &str) -> TokenHash {
    TokenHash::of(of)
}

pub(super) fn person() -> Subject {
    Subject::new("user:ada")
}

pub(super) fn client(id: &str) -> Client {
    Client::new(id, "Sample", NOW).with_redirect_uris(["https://client.example/callback"])
}

pub(super) fn dynamic(id: &str) -> Client {
    client(id).with_origin(ClientOrigin::Dynamic).with_expiry(after(1000))
}

pub(super) fn pending(id: &str, browser: &str) -> PendingAuthorization {
    PendingAuthorization {
        id: hash(id),
        browser: hash(browser),
        client_id: ClientId::new("client"),
        client_origin: ClientOrigin::Operator,
        redirect_uri: "https://client.example/callback?a=b".to_owned(),
        redirect_uri_was_sent: true,
        state: Some("state \u{1f980} \" ' %".to_owned()),
        scopes: ScopeSet::from(["read", "write"]),
        resource: "https://mcp.example/mcp".to_owned(),
        code_challenge: "c".repeat(43),
        expires: after(600),
    }
}

pub(super) fn code(of: &PendingAuthorization, code: &str) -> AuthorizationCode {
    of.code(hash(code), person(), ScopeSet::from(["read"]), after(60))
}

pub(super) fn session(cookie: &str) -> Session {
    Session::new(hash(cookie), person(), "Ada L\u{f6}velace", NOW, after(3600))
}

pub(super) fn access(token: &str, grant: &str) -> IssuedAccessToken {
    let scopes = ScopeSet::from(["read"]);
    IssuedAccessToken::new(hash(token), GrantId::new(grant), scopes, NOW, after(3600))
}

pub(super) fn refresh(token: &str, grant: &str) -> IssuedRefreshToken {
    IssuedRefreshToken::new(hash(token), GrantId::new(grant), after(86_400))
}

/// Goes all the way to a taken code, with no tokens yet.
pub(super) async fn take(store: &impl Store, name: &str, grant: &str) -> AuthorizationCode {
    approve(store, name).await;
    let taken = store.take_code(hash(name), GrantId::new(grant), NOW, after(1_000_000)).await;
    let TakenCode::Taken(code) = taken.unwrap() else { panic!("the code is not taken") };
    code
}

/// Goes all the way to a code of this name.
pub(super) async fn approve(store: &impl Store, name: &str) -> AuthorizationCode {
    let pending = pending(name, name);
    store.put_pending(&pending, 100).await.unwrap();
    let code = code(&pending, name);
    let consent = Consent::to(&code, NOW);
    let approved = store.approve(pending.id, pending.browser, &code, &consent, NOW).await;
    assert!(approved.unwrap());
    code
}

/// Goes all the way to tokens.
pub(super) async fn issue(store: &impl Store, grant: &str) -> Grant {
    take(store, &format!("code of {grant}"), grant).await;
    let (access, refresh) =
        (access(&format!("a of {grant}"), grant), refresh(&format!("r of {grant}"), grant));
    assert!(store.issue(&access, Some(&refresh), NOW).await.unwrap());
    store.access_token(access.token).await.unwrap().expect("the token is there").1
}
