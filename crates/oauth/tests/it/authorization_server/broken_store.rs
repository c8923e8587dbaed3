//! A store that fails whatever is asked of it.

use std::time::Duration;

use async_trait::async_trait;
use mcp_protocol::auth::ScopeSet;
use oauth::store::{
    AuthorizationCode, Client, ClientId, Consent, Grant, GrantId, IssuedAccessToken,
    IssuedRefreshToken, Limited, LocalUser, PendingAuthorization, Rotation, SealedCredential,
    Session, Store, StoreError, Subject, TakenCode,
};
use oauth::{StaticToken, TokenChange, TokenHash, UnixTime};

/// A store that fails.
pub(super) struct Broken;

macro_rules! broken {
    ($($name:ident($($arg:ident: $kind:ty),*) -> $out:ty;)*) => {
        #[async_trait]
        impl Store for Broken {
            $(async fn $name(&self, $($arg: $kind),*) -> Result<$out, StoreError> {
                $(let _ = $arg;)*
                Err(StoreError::new("reach the store at secret-host"))
            })*
        }
    };
}

broken! {
    client(id: &ClientId) -> Option<Client>;
    clients() -> Vec<Client>;
    put_client(c: &Client) -> ();
    register_client(c: &Client, n: usize, t: UnixTime) -> bool;
    remove_client(id: &ClientId) -> bool;
    put_pending(p: &PendingAuthorization, n: usize) -> ();
    pending(id: TokenHash, t: UnixTime) -> Option<PendingAuthorization>;
    sign_in(b: TokenHash, s: &Session, k: Option<&SealedCredential>) -> Option<SealedCredential>;
    session(id: TokenHash, t: UnixTime) -> Option<Session>;
    end_session(id: TokenHash) -> bool;
    end_sessions_of(s: &Subject) -> u64;
    approve(p: TokenHash, b: TokenHash, c: &AuthorizationCode, d: &Consent, t: UnixTime) -> bool;
    deny(p: TokenHash, b: TokenHash, t: UnixTime) -> bool;
    consent(s: &Subject, c: &ClientId, r: &str) -> Option<Consent>;
    take_code(c: TokenHash, g: GrantId, t: UnixTime, e: UnixTime) -> TakenCode;
    put_grant(g: &Grant, a: &IssuedAccessToken) -> ();
    issue(a: &IssuedAccessToken, r: Option<&IssuedRefreshToken>, t: UnixTime) -> bool;
    access_token(t: TokenHash) -> Option<(IssuedAccessToken, Grant)>;
    refresh_token(t: TokenHash) -> Option<(IssuedRefreshToken, Grant)>;
    rotate_refresh_token(t: TokenHash, a: &IssuedAccessToken, r: &IssuedRefreshToken, n: UnixTime, g: Duration) -> Rotation;
    revoke_access_token(t: TokenHash) -> bool;
    revoke_grant(id: &GrantId) -> bool;
    revoke_client_of(s: &Subject, c: &ClientId) -> u64;
    grants_of(s: &Subject, t: UnixTime) -> Vec<Grant>;
    user(name: &str) -> Option<LocalUser>;
    users() -> Vec<LocalUser>;
    put_user(u: &LocalUser) -> ();
    remove_user(name: &str) -> bool;
    credential(s: &Subject) -> Option<SealedCredential>;
    remove_credential(s: &Subject, k: &SealedCredential) -> bool;
    idle_person(s: Option<&Subject>, t: UnixTime) -> Option<(Subject, SealedCredential)>;
    limit(l: &Limited) -> Option<ScopeSet>;
    limits() -> Vec<(Limited, ScopeSet)>;
    put_limit(l: &Limited, s: &ScopeSet) -> ();
    remove_limit(l: &Limited) -> bool;
    static_token(t: TokenHash) -> Option<StaticToken>;
    static_tokens() -> Vec<StaticToken>;
    add_static_token(t: &StaticToken) -> bool;
    change_static_token(id: &str, c: &TokenChange) -> bool;
    static_token_used(id: &str, t: UnixTime) -> ();
    remove_static_token(id: &str) -> bool;
    first_time(w: TokenHash, e: UnixTime, t: UnixTime) -> bool;
    count(k: TokenHash, w: Duration, t: UnixTime) -> u32;
    purge(t: UnixTime) -> u64;
}
