//! What a [`Store`] does, as statements that both databases understand.

use std::cmp::Reverse;
use std::time::Duration;

use async_trait::async_trait;
use mcp_protocol::auth::ScopeSet;

use super::rows::{
    CREDENTIAL, all, credential, execute, grant, one, put_client, put_grant, put_tokens,
    refresh_token, replace_credential, revoke, static_token,
};
use super::{Database, Row, Value};
use crate::static_tokens::{StaticToken, TokenChange};
use crate::store::{
    AuthorizationCode, Client, ClientId, Consent, Grant, GrantId, IssuedAccessToken,
    IssuedRefreshToken, Limited, LocalUser, PendingAuthorization, Rotation, SealedCredential,
    Session, Store, StoreError, Subject, TakenCode,
};
use crate::time::UnixTime;
use crate::token::TokenHash;

#[async_trait]
impl<D: Database> Store for D {
    async fn client(&self, id: &ClientId) -> Result<Option<Client>, StoreError> {
        let sql = "SELECT client FROM oauth_clients WHERE id = $1";
        one(&self.read(sql, vec![id.into()]).await?, |row| row.json(0))
    }

    async fn clients(&self) -> Result<Vec<Client>, StoreError> {
        let rows = self.read("SELECT client FROM oauth_clients", Vec::new()).await?;
        let mut clients: Vec<Client> = all(&rows, |row| row.json(0))?;
        clients.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(clients)
    }

    async fn put_client(&self, client: &Client) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        put_client(transaction.as_mut(), client).await?;
        transaction.commit().await
    }

    async fn register_client(
        &self,
        client: &Client,
        most: usize,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.write_alone().await?;
        transaction.execute(FORGET_DYNAMIC_CLIENTS, vec![now.into()]).await?;
        let sql = "SELECT (SELECT COUNT(*) FROM oauth_clients WHERE is_dynamic = 1), \
                   (SELECT COUNT(*) FROM oauth_clients WHERE id = $1)";
        let rows = transaction.rows(sql, vec![(&client.id).into()]).await?;
        let counted = one(&rows, |row| Ok((row.int(0)?, row.is(1)?)))?;
        let (n_dynamic, is_taken) = counted.unwrap_or_default();
        let has_room = usize::try_from(n_dynamic).is_ok_and(|n| n < most);
        let may = has_room && !is_taken;
        if may {
            put_client(transaction.as_mut(), client).await?;
        }
        transaction.commit().await?;
        Ok(may)
    }

    async fn remove_client(&self, id: &ClientId) -> Result<bool, StoreError> {
        let mut transaction = self.write_alone().await?;
        for sql in [
            "DELETE FROM oauth_pending WHERE client_id = $1",
            "DELETE FROM oauth_codes WHERE client_id = $1",
            "DELETE FROM oauth_consents WHERE client_id = $1",
            "UPDATE oauth_grants SET revoked = 1 WHERE client_id = $1",
        ] {
            transaction.execute(sql, vec![id.into()]).await?;
        }
        let sql = "DELETE FROM oauth_clients WHERE id = $1";
        let n = transaction.execute(sql, vec![id.into()]).await?;
        transaction.commit().await?;
        Ok(n > 0)
    }

    async fn put_pending(
        &self,
        pending: &PendingAuthorization,
        most: usize,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write_alone().await?;
        let rows = transaction.rows("SELECT COUNT(*) FROM oauth_pending", Vec::new()).await?;
        let n = one(&rows, |row| row.int(0))?.unwrap_or_default();
        let n_kept = i64::try_from(most).unwrap_or(i64::MAX).saturating_sub(1);
        if n > n_kept {
            let sql = "DELETE FROM oauth_pending WHERE id IN \
                       (SELECT id FROM oauth_pending ORDER BY expires, id LIMIT $1)";
            transaction.execute(sql, vec![Value::Int(n.saturating_sub(n_kept))]).await?;
        }
        let sql = "INSERT INTO oauth_pending (id, browser, client_id, expires, pending) \
                   VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO UPDATE SET \
                   browser = excluded.browser, client_id = excluded.client_id, \
                   expires = excluded.expires, pending = excluded.pending";
        let values = vec![
            pending.id.into(),
            pending.browser.into(),
            (&pending.client_id).into(),
            pending.expires.into(),
            Value::json(pending)?,
        ];
        transaction.execute(sql, values).await?;
        transaction.commit().await
    }

    async fn pending(
        &self,
        id: TokenHash,
        now: UnixTime,
    ) -> Result<Option<PendingAuthorization>, StoreError> {
        let sql = "SELECT pending, browser FROM oauth_pending WHERE id = $1 AND expires > $2";
        one(&self.read(sql, vec![id.into(), now.into()]).await?, |row| {
            Ok(PendingAuthorization { browser: row.hash(1)?, ..row.json(0)? })
        })
    }

    async fn sign_in(
        &self,
        browser: TokenHash,
        session: &Session,
        keep: Option<&SealedCredential>,
    ) -> Result<Option<SealedCredential>, StoreError> {
        let mut transaction = self.write_alone().await?;
        let sql = "UPDATE oauth_pending SET browser = $2 WHERE browser = $1";
        transaction.execute(sql, vec![browser.into(), session.id.into()]).await?;
        let sql = "DELETE FROM oauth_sessions WHERE id = $1";
        transaction.execute(sql, vec![browser.into()]).await?;
        let sql = "INSERT INTO oauth_sessions (id, subject, expires, session) \
                   VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE SET \
                   subject = excluded.subject, expires = excluded.expires, \
                   session = excluded.session";
        let values = vec![
            session.id.into(),
            (&session.subject).into(),
            session.expires.into(),
            Value::json(session)?,
        ];
        transaction.execute(sql, values).await?;
        let before = match keep {
            Some(keep) => replace_credential(&mut *transaction, &session.subject, keep).await?,
            None => None,
        };
        transaction.commit().await?;
        Ok(before)
    }

    async fn session(&self, id: TokenHash, now: UnixTime) -> Result<Option<Session>, StoreError> {
        let sql = "SELECT session FROM oauth_sessions WHERE id = $1 AND expires > $2";
        one(&self.read(sql, vec![id.into(), now.into()]).await?, |row| row.json(0))
    }

    async fn end_session(&self, id: TokenHash) -> Result<bool, StoreError> {
        let mut transaction = self.write_alone().await?;
        let sql = "DELETE FROM oauth_pending WHERE browser = $1";
        transaction.execute(sql, vec![id.into()]).await?;
        let sql = "DELETE FROM oauth_sessions WHERE id = $1";
        let n = transaction.execute(sql, vec![id.into()]).await?;
        transaction.commit().await?;
        Ok(n > 0)
    }

    async fn end_sessions_of(&self, subject: &Subject) -> Result<u64, StoreError> {
        let mut transaction = self.write_alone().await?;
        let sql = "DELETE FROM oauth_sessions WHERE subject = $1";
        let n = transaction.execute(sql, vec![subject.into()]).await?;
        transaction.commit().await?;
        Ok(n)
    }

    async fn approve(
        &self,
        pending: TokenHash,
        browser: TokenHash,
        code: &AuthorizationCode,
        consent: &Consent,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let answered = vec![pending.into(), browser.into(), now.into()];
        if transaction.execute(TAKE_PENDING, answered).await? == 0 {
            return Ok(false);
        }
        let sql = "INSERT INTO oauth_codes (code, subject, client_id, expires, authorization_code) \
                   VALUES ($1, $2, $3, $4, $5)";
        let values = vec![
            code.code.into(),
            (&code.subject).into(),
            (&code.client_id).into(),
            code.expires.into(),
            Value::json(code)?,
        ];
        transaction.execute(sql, values).await?;
        let sql = "INSERT INTO oauth_consents (subject, client_id, resource, consent) \
                   VALUES ($1, $2, $3, $4) ON CONFLICT (subject, client_id, resource) \
                   DO UPDATE SET consent = excluded.consent";
        let values = vec![
            (&consent.subject).into(),
            (&consent.client_id).into(),
            Value::key(&consent.resource),
            Value::json(consent)?,
        ];
        transaction.execute(sql, values).await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn deny(
        &self,
        pending: TokenHash,
        browser: TokenHash,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        let answered = vec![pending.into(), browser.into(), now.into()];
        Ok(execute(self, TAKE_PENDING, answered).await? > 0)
    }

    async fn consent(
        &self,
        subject: &Subject,
        client_id: &ClientId,
        resource: &str,
    ) -> Result<Option<Consent>, StoreError> {
        let sql = "SELECT consent FROM oauth_consents \
                   WHERE subject = $1 AND client_id = $2 AND resource = $3";
        let of = vec![subject.into(), client_id.into(), Value::key(resource)];
        one(&self.read(sql, of).await?, |row| row.json(0))
    }

    async fn take_code(
        &self,
        code: TokenHash,
        grant: GrantId,
        now: UnixTime,
        grant_expires: UnixTime,
    ) -> Result<TakenCode, StoreError> {
        let mut transaction = self.write().await?;
        let sql = "DELETE FROM oauth_codes WHERE code = $1 RETURNING authorization_code";
        let rows = transaction.rows(sql, vec![code.into()]).await?;
        let taken: Option<AuthorizationCode> = one(&rows, |row| row.json(0))?;
        let outcome = match taken {
            None => {
                let sql = "UPDATE oauth_grants SET revoked = 1 WHERE code = $1";
                match transaction.execute(sql, vec![code.into()]).await? {
                    0 => TakenCode::Unknown,
                    _ => TakenCode::Replayed,
                }
            }
            Some(taken) if taken.expires <= now => TakenCode::Unknown,
            Some(taken) => {
                let grant = Grant::from_code(grant, &taken, now, grant_expires);
                put_grant(transaction.as_mut(), &grant).await?;
                TakenCode::Taken(taken)
            }
        };
        transaction.commit().await?;
        Ok(outcome)
    }

    async fn put_grant(&self, grant: &Grant, access: &IssuedAccessToken) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        put_grant(transaction.as_mut(), grant).await?;
        put_tokens(transaction.as_mut(), access, None).await?;
        transaction.commit().await
    }

    async fn issue(
        &self,
        access: &IssuedAccessToken,
        refresh: Option<&IssuedRefreshToken>,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        // Whoever revokes it waits until the tokens are there.
        let sql = "UPDATE oauth_grants SET revoked = 0 \
                   WHERE id = $1 AND revoked = 0 AND expires > $2";
        let live = vec![(&access.grant_id).into(), now.into()];
        if transaction.execute(sql, live).await? == 0 {
            return Ok(false);
        }
        put_tokens(transaction.as_mut(), access, refresh).await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn access_token(
        &self,
        token: TokenHash,
    ) -> Result<Option<(IssuedAccessToken, Grant)>, StoreError> {
        let sql = "SELECT a.access_token, g.granted, g.revoked FROM oauth_access_tokens a \
                   JOIN oauth_grants g ON g.id = a.grant_id WHERE a.token = $1 AND g.revoked = 0";
        let rows = self.read(sql, vec![token.into()]).await?;
        one(&rows, |row| Ok((row.json(0)?, grant(row, 1)?)))
    }

    async fn refresh_token(
        &self,
        token: TokenHash,
    ) -> Result<Option<(IssuedRefreshToken, Grant)>, StoreError> {
        let sql = "SELECT r.refresh_token, r.used, g.granted, g.revoked \
                   FROM oauth_refresh_tokens r JOIN oauth_grants g ON g.id = r.grant_id \
                   WHERE r.token = $1";
        let rows = self.read(sql, vec![token.into()]).await?;
        one(&rows, |row| Ok((refresh_token(row)?, grant(row, 2)?)))
    }

    async fn rotate_refresh_token(
        &self,
        token: TokenHash,
        access: &IssuedAccessToken,
        refresh: &IssuedRefreshToken,
        now: UnixTime,
        grace: Duration,
    ) -> Result<Rotation, StoreError> {
        let mut transaction = self.write().await?;
        // Only the first time counts; whoever comes at the same time waits here.
        let sql = "UPDATE oauth_refresh_tokens \
                   SET used = CASE WHEN used = $3 THEN $2 ELSE used END \
                   WHERE token = $1 RETURNING refresh_token, used";
        let use_it = vec![token.into(), now.into(), Value::time_or_never(None)];
        let old = one(&transaction.rows(sql, use_it).await?, refresh_token)?;
        let Some(old) = old else { return Ok(Rotation::Dead) };
        let sql = "SELECT granted, revoked FROM oauth_grants WHERE id = $1";
        let rows = transaction.rows(sql, vec![(&old.grant_id).into()]).await?;
        let grant = one(&rows, |row| grant(row, 0))?;
        let Some(grant) = grant.filter(|grant| grant.is_live(now)) else {
            return Ok(Rotation::Dead);
        };
        // A used token tells of a theft even after it has expired.
        if old.used.is_some_and(|used| used + grace < now) {
            revoke(transaction.as_mut(), &grant.id).await?;
            transaction.commit().await?;
            return Ok(Rotation::Reused);
        }
        if old.expires <= now {
            return Ok(Rotation::Dead);
        }
        put_tokens(transaction.as_mut(), access, Some(refresh)).await?;
        transaction.commit().await?;
        Ok(Rotation::Rotated)
    }

    async fn revoke_access_token(&self, token: TokenHash) -> Result<bool, StoreError> {
        let sql = "DELETE FROM oauth_access_tokens WHERE token = $1";
        Ok(execute(self, sql, vec![token.into()]).await? > 0)
    }

    async fn revoke_grant(&self, id: &GrantId) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let n = revoke(transaction.as_mut(), id).await?;
        transaction.commit().await?;
        Ok(n > 0)
    }

    async fn revoke_client_of(
        &self,
        subject: &Subject,
        client_id: &ClientId,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.write_alone().await?;
        let of = || vec![subject.into(), client_id.into()];
        let sql = "DELETE FROM oauth_codes WHERE subject = $1 AND client_id = $2";
        transaction.execute(sql, of()).await?;
        let sql = "DELETE FROM oauth_consents WHERE subject = $1 AND client_id = $2";
        transaction.execute(sql, of()).await?;
        let sql = "UPDATE oauth_grants SET revoked = 1 \
                   WHERE subject = $1 AND client_id = $2 AND revoked = 0";
        let n = transaction.execute(sql, of()).await?;
        transaction.commit().await?;
        Ok(n)
    }

    async fn grants_of(&self, subject: &Subject, now: UnixTime) -> Result<Vec<Grant>, StoreError> {
        let sql = "SELECT granted, revoked FROM oauth_grants \
                   WHERE subject = $1 AND revoked = 0 AND expires > $2";
        let rows = self.read(sql, vec![subject.into(), now.into()]).await?;
        let mut grants = all(&rows, |row| grant(row, 0))?;
        grants.sort_by(|one, other| {
            (Reverse(one.created), &one.id).cmp(&(Reverse(other.created), &other.id))
        });
        Ok(grants)
    }

    async fn user(&self, name: &str) -> Result<Option<LocalUser>, StoreError> {
        let sql = "SELECT local_user FROM oauth_users WHERE name = $1";
        one(&self.read(sql, vec![Value::key(name)]).await?, |row| row.json(0))
    }

    async fn users(&self) -> Result<Vec<LocalUser>, StoreError> {
        let rows = self.read("SELECT local_user FROM oauth_users", Vec::new()).await?;
        let mut users: Vec<LocalUser> = all(&rows, |row| row.json(0))?;
        users.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(users)
    }

    async fn put_user(&self, user: &LocalUser) -> Result<(), StoreError> {
        let sql = "INSERT INTO oauth_users (name, local_user) VALUES ($1, $2) \
                   ON CONFLICT (name) DO UPDATE SET local_user = excluded.local_user";
        execute(self, sql, vec![Value::key(&user.name), Value::json(user)?]).await.map(drop)
    }

    async fn remove_user(&self, name: &str) -> Result<bool, StoreError> {
        let sql = "DELETE FROM oauth_users WHERE name = $1";
        Ok(execute(self, sql, vec![Value::key(name)]).await? > 0)
    }

    async fn credential(&self, subject: &Subject) -> Result<Option<SealedCredential>, StoreError> {
        one(&self.read(CREDENTIAL, vec![subject.into()]).await?, |row| credential(row, 0))
    }

    async fn remove_credential(
        &self,
        subject: &Subject,
        kept: &SealedCredential,
    ) -> Result<bool, StoreError> {
        let sql = "DELETE FROM oauth_credentials WHERE subject = $1 AND sealed = $2";
        Ok(execute(self, sql, vec![subject.into(), kept.into()]).await? > 0)
    }

    async fn idle_person(
        &self,
        after: Option<&Subject>,
        now: UnixTime,
    ) -> Result<Option<(Subject, SealedCredential)>, StoreError> {
        let values = vec![now.into(), Value::key_or_none(after.map(Subject::as_str))];
        let rows = self.read(IDLE_PERSON, values).await?;
        one(&rows, |row| Ok((row.json(0)?, credential(row, 1)?)))
    }

    async fn limit(&self, of: &Limited) -> Result<Option<ScopeSet>, StoreError> {
        let sql = "SELECT most FROM oauth_limits WHERE limited = $1";
        one(&self.read(sql, vec![key_of_limited(of)]).await?, |row| scopes(row, 0))
    }

    async fn limits(&self) -> Result<Vec<(Limited, ScopeSet)>, StoreError> {
        let rows = self.read("SELECT who, most FROM oauth_limits", Vec::new()).await?;
        let mut limits = all(&rows, |row| Ok((row.json::<Limited>(0)?, scopes(row, 1)?)))?;
        limits.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(limits)
    }

    async fn put_limit(&self, of: &Limited, most: &ScopeSet) -> Result<(), StoreError> {
        let sql = "INSERT INTO oauth_limits (limited, who, most) VALUES ($1, $2, $3) \
                   ON CONFLICT (limited) DO UPDATE SET most = excluded.most";
        let values = vec![key_of_limited(of), Value::json(of)?, Value::json(&most.to_string())?];
        execute(self, sql, values).await.map(drop)
    }

    async fn remove_limit(&self, of: &Limited) -> Result<bool, StoreError> {
        let sql = "DELETE FROM oauth_limits WHERE limited = $1";
        Ok(execute(self, sql, vec![key_of_limited(of)]).await? > 0)
    }

    async fn static_token(&self, token: TokenHash) -> Result<Option<StaticToken>, StoreError> {
        let sql = "SELECT static_token, token, last_used FROM oauth_static_tokens WHERE token = $1";
        one(&self.read(sql, vec![token.into()]).await?, static_token)
    }

    async fn static_tokens(&self) -> Result<Vec<StaticToken>, StoreError> {
        let sql = "SELECT static_token, token, last_used FROM oauth_static_tokens";
        let mut tokens = all(&self.read(sql, Vec::new()).await?, static_token)?;
        StaticToken::sort(&mut tokens);
        Ok(tokens)
    }

    async fn add_static_token(&self, token: &StaticToken) -> Result<bool, StoreError> {
        let sql = "INSERT INTO oauth_static_tokens (id, token, last_used, static_token) \
                   VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
        let values = vec![
            Value::key(&token.id),
            token.token_sha256.into(),
            Value::time_or_never(token.last_used),
            Value::json(token)?,
        ];
        Ok(execute(self, sql, values).await? > 0)
    }

    async fn change_static_token(
        &self,
        id: &str,
        change: &TokenChange,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        // Whoever changes it at the same time waits here, and does not undo this.
        let sql = "UPDATE oauth_static_tokens SET last_used = last_used WHERE id = $1 \
                   RETURNING static_token, token, last_used";
        let rows = transaction.rows(sql, vec![Value::key(id)]).await?;
        let Some(mut token) = one(&rows, static_token)? else { return Ok(false) };
        token.apply(change);
        let sql = "UPDATE oauth_static_tokens SET static_token = $2 WHERE id = $1";
        transaction.execute(sql, vec![Value::key(id), Value::json(&token)?]).await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn static_token_used(&self, id: &str, at: UnixTime) -> Result<(), StoreError> {
        let sql = "UPDATE oauth_static_tokens SET last_used = $2 \
                   WHERE id = $1 AND (last_used < $2 OR last_used = $3)";
        let values = vec![Value::key(id), at.into(), Value::time_or_never(None)];
        execute(self, sql, values).await.map(drop)
    }

    async fn remove_static_token(&self, id: &str) -> Result<bool, StoreError> {
        let sql = "DELETE FROM oauth_static_tokens WHERE id = $1";
        Ok(execute(self, sql, vec![Value::key(id)]).await? > 0)
    }

    async fn first_time(
        &self,
        what: TokenHash,
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        let sql = "INSERT INTO oauth_marks (what, expires) VALUES ($1, $2) \
                   ON CONFLICT (what) DO UPDATE SET expires = excluded.expires \
                   WHERE oauth_marks.expires <= $3";
        Ok(execute(self, sql, vec![what.into(), expires.into(), now.into()]).await? > 0)
    }

    async fn count(
        &self,
        kind: TokenHash,
        window: Duration,
        now: UnixTime,
    ) -> Result<u32, StoreError> {
        let mut transaction = self.write().await?;
        let sql = "DELETE FROM oauth_counters WHERE kind = $1 AND ends <= $2";
        transaction.execute(sql, vec![kind.into(), now.into()]).await?;
        let sql = "INSERT INTO oauth_counters (kind, n, ends) VALUES ($1, 1, $2) \
                   ON CONFLICT (kind) DO UPDATE SET n = oauth_counters.n + 1 RETURNING n";
        let rows = transaction.rows(sql, vec![kind.into(), (now + window).into()]).await?;
        let n = one(&rows, |row| row.int(0))?.unwrap_or_default();
        transaction.commit().await?;
        Ok(u32::try_from(n).unwrap_or(u32::MAX))
    }

    async fn purge(&self, now: UnixTime) -> Result<u64, StoreError> {
        let mut transaction = self.write_alone().await?;
        let mut n = 0;
        for sql in PURGE {
            n += transaction.execute(sql, vec![now.into()]).await?;
        }
        transaction.commit().await?;
        Ok(n)
    }
}

fn key_of_limited(limited: &Limited) -> Value {
    match limited {
        Limited::Client(id) => Value::key(&format!("client {id}")),
        Limited::Person(subject) => Value::key(&format!("person {subject}")),
    }
}

fn scopes(row: &Row, column: usize) -> Result<ScopeSet, StoreError> {
    Ok(row.json::<String>(column)?.split_ascii_whitespace().collect())
}

const TAKE_PENDING: &str =
    "DELETE FROM oauth_pending WHERE id = $1 AND browser = $2 AND expires > $3";

const FORGET_DYNAMIC_CLIENTS: &str = "DELETE FROM oauth_clients \
    WHERE is_dynamic = 1 AND expires <= $1 AND NOT EXISTS (SELECT 1 FROM oauth_grants g \
    WHERE g.client_id = oauth_clients.id AND g.revoked = 0 AND g.expires > $1)";

/// Of rows that an earlier version wrote, nobody knows whose they are.
const IDLE_PERSON: &str = "SELECT who, sealed FROM oauth_credentials \
    WHERE who <> '\"\"' AND subject > $2 \
    AND subject NOT IN (SELECT subject FROM oauth_sessions WHERE expires > $1) \
    AND subject NOT IN (SELECT subject FROM oauth_codes WHERE expires > $1) \
    AND subject NOT IN (SELECT g.subject FROM oauth_access_tokens t \
        JOIN oauth_grants g ON g.id = t.grant_id \
        WHERE t.expires > $1 AND g.revoked = 0 AND g.expires > $1) \
    AND subject NOT IN (SELECT g.subject FROM oauth_refresh_tokens t \
        JOIN oauth_grants g ON g.id = t.grant_id WHERE t.used = 9223372036854775807 \
        AND t.expires > $1 AND g.revoked = 0 AND g.expires > $1) \
    ORDER BY subject LIMIT 1";

/// In this order: what went before decides what is over.
const PURGE: [&str; 9] = [
    "DELETE FROM oauth_pending WHERE expires <= $1",
    "DELETE FROM oauth_sessions WHERE expires <= $1",
    "DELETE FROM oauth_codes WHERE expires <= $1",
    "DELETE FROM oauth_marks WHERE expires <= $1",
    "DELETE FROM oauth_counters WHERE ends <= $1",
    "DELETE FROM oauth_grants WHERE expires <= $1",
    "DELETE FROM oauth_access_tokens WHERE expires <= $1 \
     OR NOT EXISTS (SELECT 1 FROM oauth_grants g WHERE g.id = grant_id AND g.revoked = 0)",
    // A used refresh token stays as long as its grant: it tells of a theft.
    "DELETE FROM oauth_refresh_tokens WHERE (used = 9223372036854775807 AND expires <= $1) \
     OR NOT EXISTS (SELECT 1 FROM oauth_grants g WHERE g.id = grant_id AND g.revoked = 0)",
    "DELETE FROM oauth_clients WHERE expires <= $1 AND NOT EXISTS (SELECT 1 FROM oauth_grants g \
     WHERE g.client_id = oauth_clients.id AND g.revoked = 0 AND g.expires > $1)",
];
