//! A store in the memory of the process.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use mcp_protocol::auth::ScopeSet;

use super::model::{
    AuthorizationCode, Client, ClientId, ClientOrigin, Consent, Grant, GrantId, IssuedAccessToken,
    IssuedRefreshToken, Limited, LocalUser, PendingAuthorization, SealedCredential, Session,
    Subject,
};
use super::{Rotation, Store, StoreError, TakenCode};
use crate::static_tokens::{StaticToken, TokenChange};
use crate::time::UnixTime;
use crate::token::TokenHash;

/// Keeps everything in the memory of the process: for tests, and for a laptop that may forget.
#[derive(Default)]
pub struct MemoryStore(Mutex<Tables>);

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        // No method panics between two changes, so that what a panic leaves is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}

type Key = [u8; 32];

#[derive(Default)]
struct Tables {
    clients: BTreeMap<ClientId, Client>,
    pending: BTreeMap<Key, PendingAuthorization>,
    sessions: BTreeMap<Key, Session>,
    codes: BTreeMap<Key, AuthorizationCode>,
    consents: BTreeMap<(Subject, ClientId, String), Consent>,
    grants: BTreeMap<GrantId, Grant>,
    grants_by_code: BTreeMap<Key, GrantId>,
    access: BTreeMap<Key, IssuedAccessToken>,
    refresh: BTreeMap<Key, IssuedRefreshToken>,
    users: BTreeMap<String, LocalUser>,
    credentials: BTreeMap<Subject, SealedCredential>,
    limits: BTreeMap<Limited, ScopeSet>,
    static_tokens: Vec<StaticToken>,
    once: BTreeMap<Key, UnixTime>,
    counters: BTreeMap<Key, Counter>,
}

struct Counter {
    n: u32,
    ends: UnixTime,
}

impl Tables {
    fn is_live(&self, grant: &GrantId, now: UnixTime) -> bool {
        self.grants.get(grant).is_some_and(|grant| grant.is_live(now))
    }

    /// Whether a person holds a session, a code or a token that is good.
    fn holds_anything(&self, subject: &Subject, now: UnixTime) -> bool {
        let is_theirs = |id: &GrantId| {
            let grant = self.grants.get(id).filter(|grant| grant.is_live(now));
            grant.is_some_and(|grant| grant.subject.as_ref() == Some(subject))
        };
        let mut access = self.access.values().filter(|token| now < token.expires);
        let mut refresh = self.refresh.values();
        let refreshes = |token: &IssuedRefreshToken| token.used.is_none() && now < token.expires;
        self.sessions.values().any(|session| session.subject == *subject && now < session.expires)
            || self.codes.values().any(|code| code.subject == *subject && now < code.expires)
            || access.any(|token| is_theirs(&token.grant_id))
            || refresh.any(|token| refreshes(token) && is_theirs(&token.grant_id))
    }

    fn revoke(&mut self, id: &GrantId) -> bool {
        let grant = self.grants.get_mut(id).filter(|grant| !grant.revoked);
        let Some(grant) = grant else { return false };
        grant.revoked = true;
        true
    }

    fn revoke_all(&mut self, is_it: impl Fn(&Grant) -> bool) -> u64 {
        let mut n = 0;
        for grant in self.grants.values_mut().filter(|grant| !grant.revoked && is_it(grant)) {
            grant.revoked = true;
            n += 1;
        }
        n
    }

    fn take_pending(&mut self, id: TokenHash, browser: TokenHash, now: UnixTime) -> bool {
        let is_there = self
            .pending
            .get(id.as_bytes())
            .is_some_and(|pending| pending.browser == browser && now < pending.expires);
        is_there && self.pending.remove(id.as_bytes()).is_some()
    }

    fn keep_tokens(&mut self, access: &IssuedAccessToken, refresh: Option<&IssuedRefreshToken>) {
        self.access.insert(*access.token.as_bytes(), access.clone());
        if let Some(refresh) = refresh {
            self.refresh.insert(*refresh.token.as_bytes(), refresh.clone());
        }
    }

    /// Forgets clients that expired without a live grant.
    fn forget_clients(&mut self, now: UnixTime, is_it: impl Fn(&Client) -> bool) -> usize {
        let n_before = self.clients.len();
        let grants = &self.grants;
        self.clients.retain(|id, client| {
            let is_over = client.expires.is_some_and(|expires| expires <= now);
            let mut live = grants.values().filter(|grant| grant.is_live(now));
            !(is_over && is_it(client) && live.all(|grant| grant.client_id != *id))
        });
        n_before - self.clients.len()
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn client(&self, id: &ClientId) -> Result<Option<Client>, StoreError> {
        Ok(self.tables().clients.get(id).cloned())
    }

    async fn clients(&self) -> Result<Vec<Client>, StoreError> {
        Ok(self.tables().clients.values().cloned().collect())
    }

    async fn put_client(&self, client: &Client) -> Result<(), StoreError> {
        self.tables().clients.insert(client.id.clone(), client.clone());
        Ok(())
    }

    async fn register_client(
        &self,
        client: &Client,
        most: usize,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        let is_dynamic = |client: &Client| client.origin == ClientOrigin::Dynamic;
        tables.forget_clients(now, is_dynamic);
        let n_dynamic = tables.clients.values().filter(|client| is_dynamic(client)).count();
        if n_dynamic >= most || tables.clients.contains_key(&client.id) {
            return Ok(false);
        }
        tables.clients.insert(client.id.clone(), client.clone());
        Ok(true)
    }

    async fn remove_client(&self, id: &ClientId) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        tables.revoke_all(|grant| grant.client_id == *id);
        tables.consents.retain(|(_, client_id, _), _| client_id != id);
        tables.codes.retain(|_, code| code.client_id != *id);
        tables.pending.retain(|_, pending| pending.client_id != *id);
        Ok(tables.clients.remove(id).is_some())
    }

    async fn put_pending(
        &self,
        pending: &PendingAuthorization,
        most: usize,
    ) -> Result<(), StoreError> {
        let mut tables = self.tables();
        while !tables.pending.is_empty() && tables.pending.len() >= most {
            let first = tables.pending.iter().min_by_key(|(_, pending)| pending.expires);
            let Some(first) = first.map(|(id, _)| *id) else { break };
            tables.pending.remove(&first);
        }
        tables.pending.insert(*pending.id.as_bytes(), pending.clone());
        Ok(())
    }

    async fn pending(
        &self,
        id: TokenHash,
        now: UnixTime,
    ) -> Result<Option<PendingAuthorization>, StoreError> {
        let tables = self.tables();
        Ok(tables.pending.get(id.as_bytes()).filter(|pending| now < pending.expires).cloned())
    }

    async fn sign_in(
        &self,
        browser: TokenHash,
        session: &Session,
        keep: Option<&SealedCredential>,
    ) -> Result<Option<SealedCredential>, StoreError> {
        let mut tables = self.tables();
        tables.sessions.remove(browser.as_bytes());
        for pending in tables.pending.values_mut().filter(|pending| pending.browser == browser) {
            pending.browser = session.id;
        }
        tables.sessions.insert(*session.id.as_bytes(), session.clone());
        let keep = keep.map(|keep| (session.subject.clone(), keep.clone()));
        Ok(keep.and_then(|(subject, keep)| tables.credentials.insert(subject, keep)))
    }

    async fn session(&self, id: TokenHash, now: UnixTime) -> Result<Option<Session>, StoreError> {
        let tables = self.tables();
        Ok(tables.sessions.get(id.as_bytes()).filter(|session| now < session.expires).cloned())
    }

    async fn end_session(&self, id: TokenHash) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        tables.pending.retain(|_, pending| pending.browser != id);
        Ok(tables.sessions.remove(id.as_bytes()).is_some())
    }

    async fn end_sessions_of(&self, subject: &Subject) -> Result<u64, StoreError> {
        let mut tables = self.tables();
        let n = forget(&mut tables.sessions, |session| session.subject == *subject);
        Ok(n as u64)
    }

    async fn approve(
        &self,
        pending: TokenHash,
        browser: TokenHash,
        code: &AuthorizationCode,
        consent: &Consent,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        if !tables.take_pending(pending, browser, now) {
            return Ok(false);
        }
        tables.codes.insert(*code.code.as_bytes(), code.clone());
        let key = (consent.subject.clone(), consent.client_id.clone(), consent.resource.clone());
        tables.consents.insert(key, consent.clone());
        Ok(true)
    }

    async fn deny(
        &self,
        pending: TokenHash,
        browser: TokenHash,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        Ok(self.tables().take_pending(pending, browser, now))
    }

    async fn consent(
        &self,
        subject: &Subject,
        client_id: &ClientId,
        resource: &str,
    ) -> Result<Option<Consent>, StoreError> {
        let key = (subject.clone(), client_id.clone(), resource.to_owned());
        Ok(self.tables().consents.get(&key).cloned())
    }

    async fn take_code(
        &self,
        code: TokenHash,
        grant: GrantId,
        now: UnixTime,
        grant_expires: UnixTime,
    ) -> Result<TakenCode, StoreError> {
        let mut tables = self.tables();
        let Some(taken) = tables.codes.remove(code.as_bytes()) else {
            let of_code = tables.grants_by_code.get(code.as_bytes()).cloned();
            let Some(of_code) = of_code else { return Ok(TakenCode::Unknown) };
            tables.revoke(&of_code);
            return Ok(TakenCode::Replayed);
        };
        if taken.expires <= now {
            return Ok(TakenCode::Unknown);
        }
        let opened = Grant::from_code(grant, &taken, now, grant_expires);
        tables.grants_by_code.insert(*code.as_bytes(), opened.id.clone());
        tables.grants.insert(opened.id.clone(), opened);
        Ok(TakenCode::Taken(taken))
    }

    async fn put_grant(&self, grant: &Grant, access: &IssuedAccessToken) -> Result<(), StoreError> {
        let mut tables = self.tables();
        tables.grants.insert(grant.id.clone(), grant.clone());
        tables.keep_tokens(access, None);
        Ok(())
    }

    async fn issue(
        &self,
        access: &IssuedAccessToken,
        refresh: Option<&IssuedRefreshToken>,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        let is_live = tables.is_live(&access.grant_id, now);
        if is_live {
            tables.keep_tokens(access, refresh);
        }
        Ok(is_live)
    }

    async fn access_token(
        &self,
        token: TokenHash,
    ) -> Result<Option<(IssuedAccessToken, Grant)>, StoreError> {
        let tables = self.tables();
        let Some(access) = tables.access.get(token.as_bytes()) else { return Ok(None) };
        let grant = tables.grants.get(&access.grant_id).filter(|grant| !grant.revoked);
        Ok(grant.map(|grant| (access.clone(), grant.clone())))
    }

    async fn refresh_token(
        &self,
        token: TokenHash,
    ) -> Result<Option<(IssuedRefreshToken, Grant)>, StoreError> {
        let tables = self.tables();
        let Some(refresh) = tables.refresh.get(token.as_bytes()) else { return Ok(None) };
        let grant = tables.grants.get(&refresh.grant_id);
        Ok(grant.map(|grant| (refresh.clone(), grant.clone())))
    }

    async fn rotate_refresh_token(
        &self,
        token: TokenHash,
        access: &IssuedAccessToken,
        refresh: &IssuedRefreshToken,
        now: UnixTime,
        grace: Duration,
    ) -> Result<Rotation, StoreError> {
        let mut tables = self.tables();
        let Some(old) = tables.refresh.get(token.as_bytes()).cloned() else {
            return Ok(Rotation::Dead);
        };
        if !tables.is_live(&old.grant_id, now) {
            return Ok(Rotation::Dead);
        }
        // A used token tells of a theft even after it has expired.
        if old.used.is_some_and(|used| used + grace < now) {
            tables.revoke(&old.grant_id);
            return Ok(Rotation::Reused);
        }
        if old.expires <= now {
            return Ok(Rotation::Dead);
        }
        if let Some(old) = tables.refresh.get_mut(token.as_bytes()) {
            old.used = old.used.or(Some(now));
        }
        tables.keep_tokens(access, Some(refresh));
        Ok(Rotation::Rotated)
    }

    async fn revoke_access_token(&self, token: TokenHash) -> Result<bool, StoreError> {
        Ok(self.tables().access.remove(token.as_bytes()).is_some())
    }

    async fn revoke_grant(&self, id: &GrantId) -> Result<bool, StoreError> {
        Ok(self.tables().revoke(id))
    }

    async fn revoke_client_of(
        &self,
        subject: &Subject,
        client_id: &ClientId,
    ) -> Result<u64, StoreError> {
        let mut tables = self.tables();
        tables.consents.retain(|(s, c, _), _| (s, c) != (subject, client_id));
        tables.codes.retain(|_, code| (&code.subject, &code.client_id) != (subject, client_id));
        let is_it = |grant: &Grant| {
            grant.subject.as_ref() == Some(subject) && grant.client_id == *client_id
        };
        Ok(tables.revoke_all(is_it))
    }

    async fn grants_of(&self, subject: &Subject, now: UnixTime) -> Result<Vec<Grant>, StoreError> {
        let tables = self.tables();
        let is_it = |grant: &&Grant| grant.subject.as_ref() == Some(subject) && grant.is_live(now);
        let mut grants: Vec<Grant> = tables.grants.values().filter(is_it).cloned().collect();
        grants.sort_by_key(|grant| std::cmp::Reverse(grant.created));
        Ok(grants)
    }

    async fn user(&self, name: &str) -> Result<Option<LocalUser>, StoreError> {
        Ok(self.tables().users.get(name).cloned())
    }

    async fn users(&self) -> Result<Vec<LocalUser>, StoreError> {
        Ok(self.tables().users.values().cloned().collect())
    }

    async fn put_user(&self, user: &LocalUser) -> Result<(), StoreError> {
        self.tables().users.insert(user.name.clone(), user.clone());
        Ok(())
    }

    async fn remove_user(&self, name: &str) -> Result<bool, StoreError> {
        Ok(self.tables().users.remove(name).is_some())
    }

    async fn credential(&self, subject: &Subject) -> Result<Option<SealedCredential>, StoreError> {
        Ok(self.tables().credentials.get(subject).cloned())
    }

    async fn remove_credential(
        &self,
        subject: &Subject,
        kept: &SealedCredential,
    ) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        let is_it = tables.credentials.get(subject) == Some(kept);
        Ok(is_it && tables.credentials.remove(subject).is_some())
    }

    async fn idle_person(
        &self,
        after: Option<&Subject>,
        now: UnixTime,
    ) -> Result<Option<(Subject, SealedCredential)>, StoreError> {
        let tables = self.tables();
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut people = tables.credentials.range((from, Bound::Unbounded));
        let idle = people.find(|(subject, _)| !tables.holds_anything(subject, now));
        Ok(idle.map(|(subject, kept)| (subject.clone(), kept.clone())))
    }

    async fn limit(&self, of: &Limited) -> Result<Option<ScopeSet>, StoreError> {
        Ok(self.tables().limits.get(of).cloned())
    }

    async fn limits(&self) -> Result<Vec<(Limited, ScopeSet)>, StoreError> {
        let tables = self.tables();
        Ok(tables.limits.iter().map(|(of, most)| (of.clone(), most.clone())).collect())
    }

    async fn put_limit(&self, of: &Limited, most: &ScopeSet) -> Result<(), StoreError> {
        self.tables().limits.insert(of.clone(), most.clone());
        Ok(())
    }

    async fn remove_limit(&self, of: &Limited) -> Result<bool, StoreError> {
        Ok(self.tables().limits.remove(of).is_some())
    }

    async fn static_token(&self, token: TokenHash) -> Result<Option<StaticToken>, StoreError> {
        let tables = self.tables();
        Ok(tables.static_tokens.iter().find(|kept| kept.token_sha256 == token).cloned())
    }

    async fn static_tokens(&self) -> Result<Vec<StaticToken>, StoreError> {
        let mut tokens = self.tables().static_tokens.clone();
        StaticToken::sort(&mut tokens);
        Ok(tokens)
    }

    async fn add_static_token(&self, token: &StaticToken) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        let mut kept = tables.static_tokens.iter();
        let is_new =
            kept.all(|kept| kept.id != token.id && kept.token_sha256 != token.token_sha256);
        if is_new {
            tables.static_tokens.push(token.clone());
        }
        Ok(is_new)
    }

    async fn change_static_token(
        &self,
        id: &str,
        change: &TokenChange,
    ) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        let token = tables.static_tokens.iter_mut().find(|token| token.id == id);
        Ok(token.map(|token| token.apply(change)).is_some())
    }

    async fn static_token_used(&self, id: &str, at: UnixTime) -> Result<(), StoreError> {
        let mut tables = self.tables();
        if let Some(token) = tables.static_tokens.iter_mut().find(|token| token.id == id) {
            token.last_used = token.last_used.max(Some(at));
        }
        Ok(())
    }

    async fn remove_static_token(&self, id: &str) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        let n_before = tables.static_tokens.len();
        tables.static_tokens.retain(|token| token.id != id);
        Ok(tables.static_tokens.len() < n_before)
    }

    async fn first_time(
        &self,
        what: TokenHash,
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        if tables.once.get(what.as_bytes()).is_some_and(|expires| now < *expires) {
            return Ok(false);
        }
        tables.once.insert(*what.as_bytes(), expires);
        Ok(true)
    }

    async fn count(
        &self,
        kind: TokenHash,
        window: Duration,
        now: UnixTime,
    ) -> Result<u32, StoreError> {
        let mut tables = self.tables();
        let new = || Counter { n: 0, ends: now + window };
        let counter = tables.counters.entry(*kind.as_bytes()).or_insert_with(new);
        if counter.ends <= now {
            *counter = new();
        }
        counter.n = counter.n.saturating_add(1);
        Ok(counter.n)
    }

    async fn purge(&self, now: UnixTime) -> Result<u64, StoreError> {
        let mut tables = self.tables();
        let tables = &mut *tables;
        let mut n = 0;
        n += forget(&mut tables.pending, |pending| pending.expires <= now);
        n += forget(&mut tables.sessions, |session| session.expires <= now);
        n += forget(&mut tables.codes, |code| code.expires <= now);
        n += forget(&mut tables.once, |expires| *expires <= now);
        n += forget(&mut tables.counters, |counter| counter.ends <= now);
        n += forget(&mut tables.grants, |grant| grant.expires <= now);
        let grants = &tables.grants;
        tables.grants_by_code.retain(|_, id| grants.contains_key(id));
        let is_gone = |id: &GrantId| grants.get(id).is_none_or(|grant| grant.revoked);
        n += forget(&mut tables.access, |token| token.expires <= now || is_gone(&token.grant_id));
        // A used refresh token stays as long as its grant: it tells of a theft.
        n += forget(&mut tables.refresh, |token| {
            is_gone(&token.grant_id) || token.used.is_none() && token.expires <= now
        });
        n += tables.forget_clients(now, |_| true);
        Ok(n as u64)
    }
}

fn forget<K: Ord, V>(rows: &mut BTreeMap<K, V>, is_over: impl Fn(&V) -> bool) -> usize {
    let n_before = rows.len();
    rows.retain(|_, row| !is_over(row));
    n_before - rows.len()
}
