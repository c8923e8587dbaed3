//! What the authorization server remembers, and the trait of whatever remembers it.
//!
//! Each method of [`Store`] is named by what it means and is one transaction: it is done wholly or
//! not at all, also when two replicas do it at once and when the process is killed. What is checked
//! before ("is this code still good?") is checked inside. Nothing here asks for the time: it is an
//! argument.
//!
//! Rows are found by the hash or the name that a method is given; beside those, pending requests by
//! their browser, codes by person and client, and grants by person, by client and by code.
//!
//! [`MemoryStore`] keeps everything in the process, for tests and laptops; `SqliteStore` (feature
//! `sqlite`) in one file; and `PostgresStore` (feature `postgres`) in a database that several
//! replicas share. Whoever writes another store runs `conformance::run` (feature `conformance`) on
//! it: it is the specification.

use std::error::Error as StdError;
use std::time::Duration;

use async_trait::async_trait;
use mcp_protocol::auth::ScopeSet;

use crate::static_tokens::{StaticToken, TokenChange};
use crate::time::UnixTime;
use crate::token::TokenHash;
use crate::unavailable::Unavailable;

#[cfg(feature = "conformance")]
pub mod conformance;
mod memory;
mod model;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod sql;

pub use memory::MemoryStore;
pub use model::{
    AuthorizationCode, Client, ClientAuthentication, ClientId, ClientOrigin, Consent, Grant,
    GrantId, GrantType, IssuedAccessToken, IssuedRefreshToken, KeySource, Limited, LocalUser,
    PendingAuthorization, SealedCredential, Session, Subject,
};
#[cfg(feature = "postgres")]
pub use sql::PostgresStore;
#[cfg(feature = "sqlite")]
pub use sql::SqliteStore;

/// Remembers clients, people, and what was granted.
#[async_trait]
pub trait Store: Send + Sync {
    /// The client of this name, expired or not.
    async fn client(&self, id: &ClientId) -> Result<Option<Client>, StoreError>;

    /// All clients, by name.
    async fn clients(&self) -> Result<Vec<Client>, StoreError>;

    /// Adds a client, or replaces the one of the same name; its grants stay.
    async fn put_client(&self, client: &Client) -> Result<(), StoreError>;

    /// Adds a client that registered itself, unless there are `most` of
    /// [`ClientOrigin::Dynamic`] after those were forgotten that expired without a live grant.
    /// Tells whether it was added.
    async fn register_client(
        &self,
        client: &Client,
        most: usize,
        now: UnixTime,
    ) -> Result<bool, StoreError>;

    /// Removes a client, with its consents, and revokes its grants; tells whether there was one.
    async fn remove_client(&self, id: &ClientId) -> Result<bool, StoreError>;

    /// Keeps a request until a person answers it. Where more than `most` would be kept, those that
    /// expire first are forgotten.
    async fn put_pending(
        &self,
        pending: &PendingAuthorization,
        most: usize,
    ) -> Result<(), StoreError>;

    /// The request of this name, if it is not over.
    async fn pending(
        &self,
        id: TokenHash,
        now: UnixTime,
    ) -> Result<Option<PendingAuthorization>, StoreError>;

    /// Signs a person in: adds the session, ends the one that `browser` held, and hands the pending
    /// requests of `browser` to the new session. What is to be kept for the person replaces what
    /// was kept before, which is returned.
    async fn sign_in(
        &self,
        browser: TokenHash,
        session: &Session,
        keep: Option<&SealedCredential>,
    ) -> Result<Option<SealedCredential>, StoreError>;

    /// The session of this cookie, if it is not over.
    async fn session(&self, id: TokenHash, now: UnixTime) -> Result<Option<Session>, StoreError>;

    /// Ends a session, and forgets the requests that it holds; tells whether there was one.
    async fn end_session(&self, id: TokenHash) -> Result<bool, StoreError>;

    /// Ends every session of a person, as after a new password; tells how many.
    async fn end_sessions_of(&self, subject: &Subject) -> Result<u64, StoreError>;

    /// Approves a pending request of this browser: the request is forgotten, the code is kept, and
    /// the consent is remembered, replacing an earlier one. Tells whether the request was there.
    async fn approve(
        &self,
        pending: TokenHash,
        browser: TokenHash,
        code: &AuthorizationCode,
        consent: &Consent,
        now: UnixTime,
    ) -> Result<bool, StoreError>;

    /// Forgets a pending request of this browser; tells whether it was there.
    async fn deny(
        &self,
        pending: TokenHash,
        browser: TokenHash,
        now: UnixTime,
    ) -> Result<bool, StoreError>;

    /// What this person agreed to for this client and resource.
    async fn consent(
        &self,
        subject: &Subject,
        client_id: &ClientId,
        resource: &str,
    ) -> Result<Option<Consent>, StoreError>;

    /// Takes a code, once. The first time, the grant of the code is added under this name, without
    /// tokens, to end at `grant_expires`. Whoever comes again revokes it, at any later time.
    async fn take_code(
        &self,
        code: TokenHash,
        grant: GrantId,
        now: UnixTime,
        grant_expires: UnixTime,
    ) -> Result<TakenCode, StoreError>;

    /// Adds a grant that no code led to, with its token.
    async fn put_grant(&self, grant: &Grant, access: &IssuedAccessToken) -> Result<(), StoreError>;

    /// Adds the first tokens of a grant; tells whether the grant was still live.
    async fn issue(
        &self,
        access: &IssuedAccessToken,
        refresh: Option<&IssuedRefreshToken>,
        now: UnixTime,
    ) -> Result<bool, StoreError>;

    /// The access token of this hash, expired or not, and its grant, if that is not revoked.
    async fn access_token(
        &self,
        token: TokenHash,
    ) -> Result<Option<(IssuedAccessToken, Grant)>, StoreError>;

    /// The refresh token of this hash, used, expired or not, and its grant, revoked or not.
    async fn refresh_token(
        &self,
        token: TokenHash,
    ) -> Result<Option<(IssuedRefreshToken, Grant)>, StoreError>;

    /// Exchanges a refresh token for new tokens. One that was first used more than `grace` ago is
    /// in two hands: its grant is revoked. Within `grace`, a client is asking twice at once, and
    /// gets tokens again.
    async fn rotate_refresh_token(
        &self,
        token: TokenHash,
        access: &IssuedAccessToken,
        refresh: &IssuedRefreshToken,
        now: UnixTime,
        grace: Duration,
    ) -> Result<Rotation, StoreError>;

    /// Forgets an access token; tells whether it was there.
    async fn revoke_access_token(&self, token: TokenHash) -> Result<bool, StoreError>;

    /// Revokes a grant and so all of its tokens; tells whether it was there and not yet revoked.
    async fn revoke_grant(&self, id: &GrantId) -> Result<bool, StoreError>;

    /// Revokes every grant of this person to this client, and forgets the consents and the codes
    /// that were not taken yet; tells how many grants.
    async fn revoke_client_of(
        &self,
        subject: &Subject,
        client_id: &ClientId,
    ) -> Result<u64, StoreError>;

    /// The live grants of a person, the newest first.
    async fn grants_of(&self, subject: &Subject, now: UnixTime) -> Result<Vec<Grant>, StoreError>;

    /// The user of this name.
    async fn user(&self, name: &str) -> Result<Option<LocalUser>, StoreError>;

    /// All users, by name.
    async fn users(&self) -> Result<Vec<LocalUser>, StoreError>;

    /// Adds a user, or replaces the one of the same name.
    async fn put_user(&self, user: &LocalUser) -> Result<(), StoreError>;

    /// Removes a user; tells whether there was one.
    async fn remove_user(&self, name: &str) -> Result<bool, StoreError>;

    /// What is kept, encrypted, for a person.
    async fn credential(&self, subject: &Subject) -> Result<Option<SealedCredential>, StoreError>;

    /// Forgets what is kept for a person, if it still is this; tells whether it was.
    async fn remove_credential(
        &self,
        subject: &Subject,
        kept: &SealedCredential,
    ) -> Result<bool, StoreError>;

    /// Somebody for whom something is kept, and what, who holds nothing that is good: no session, no
    /// code and no token. Of several it is the first after this one, in an order of the store's own.
    async fn idle_person(
        &self,
        after: Option<&Subject>,
        now: UnixTime,
    ) -> Result<Option<(Subject, SealedCredential)>, StoreError>;

    /// The most that a client or a person can have, where the operator limits them.
    async fn limit(&self, of: &Limited) -> Result<Option<ScopeSet>, StoreError>;

    /// All limits: of clients and then of people, by name.
    async fn limits(&self) -> Result<Vec<(Limited, ScopeSet)>, StoreError>;

    /// Limits a client or a person, known or not yet, beside whatever else bounds them; replaces the
    /// limit before. It holds until it is removed, and narrows tokens that are already issued.
    async fn put_limit(&self, of: &Limited, most: &ScopeSet) -> Result<(), StoreError>;

    /// Removes a limit; tells whether there was one.
    async fn remove_limit(&self, of: &Limited) -> Result<bool, StoreError>;

    /// The static token of this hash, expired or not.
    async fn static_token(&self, token: TokenHash) -> Result<Option<StaticToken>, StoreError>;

    /// All static tokens, the oldest first.
    async fn static_tokens(&self) -> Result<Vec<StaticToken>, StoreError>;

    /// Adds a static token; tells whether its id and its hash were new.
    async fn add_static_token(&self, token: &StaticToken) -> Result<bool, StoreError>;

    /// Changes a static token, from its next use on; tells whether there was one of this id.
    async fn change_static_token(&self, id: &str, change: &TokenChange)
    -> Result<bool, StoreError>;

    /// Notes that a static token was used, unless a later use was noted.
    async fn static_token_used(&self, id: &str, at: UnixTime) -> Result<(), StoreError>;

    /// Removes a static token, from its next use on; tells whether there was one of this id.
    async fn remove_static_token(&self, id: &str) -> Result<bool, StoreError>;

    /// Notes something that must happen only once until it expires; tells whether it is the first
    /// time.
    async fn first_time(
        &self,
        what: TokenHash,
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<bool, StoreError>;

    /// Counts an event, and tells how many there were of this kind since the first, itself
    /// included. Counting starts again when `window` has passed since that first one.
    async fn count(
        &self,
        kind: TokenHash,
        window: Duration,
        now: UnixTime,
    ) -> Result<u32, StoreError>;

    /// Forgets what is over: expired requests, codes, sessions, tokens, counters and marks; grants
    /// that ended, and revoked ones when they would have ended; and dynamic clients and documents
    /// that expired without a live grant. Tells how many rows. Static tokens stay, for the operator
    /// to see and to remove.
    async fn purge(&self, now: UnixTime) -> Result<u64, StoreError>;
}

/// What became of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TakenCode {
    /// It was good; its grant is open, and waits for tokens.
    Taken(AuthorizationCode),
    /// It had been taken before; its grant is revoked now.
    Replayed,
    /// It was never issued, or expired.
    Unknown,
}

/// What became of a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rotation {
    /// It was exchanged: the new tokens are kept.
    Rotated,
    /// It had been exchanged long ago; its grant is revoked now.
    Reused,
    /// It is not known, or expired, or its grant is not live.
    Dead,
}

/// A store does not answer, or not sensibly. Its text says what failed, and holds no row; the
/// source may, so that it is for the store's own log only.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct StoreError {
    what: String,
    #[source]
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl StoreError {
    /// Says what failed; the text completes "failed to ...".
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), source: None }
    }

    /// Says why.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl From<StoreError> for Unavailable {
    fn from(error: StoreError) -> Self {
        Self::new(&error.to_string())
    }
}
