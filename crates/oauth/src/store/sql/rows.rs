//! Rows as they are written and read, each in one place.

use super::{Database, Row, Transaction, Value};
use crate::static_tokens::StaticToken;
use crate::store::{
    Client, ClientOrigin, Grant, GrantId, IssuedAccessToken, IssuedRefreshToken, SealedCredential,
    StoreError, Subject,
};

pub(super) async fn execute(
    database: &impl Database,
    sql: &'static str,
    values: Vec<Value>,
) -> Result<u64, StoreError> {
    let mut transaction = database.write().await?;
    let n = transaction.execute(sql, values).await?;
    transaction.commit().await?;
    Ok(n)
}

pub(super) async fn put_client(
    transaction: &mut dyn Transaction,
    client: &Client,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO oauth_clients (id, is_dynamic, expires, client) \
               VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE SET \
               is_dynamic = excluded.is_dynamic, expires = excluded.expires, \
               client = excluded.client";
    let values = vec![
        (&client.id).into(),
        (client.origin == ClientOrigin::Dynamic).into(),
        Value::time_or_never(client.expires),
        Value::json(client)?,
    ];
    transaction.execute(sql, values).await.map(drop)
}

pub(super) async fn put_grant(
    transaction: &mut dyn Transaction,
    grant: &Grant,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO oauth_grants (id, client_id, subject, code, expires, revoked, granted) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = vec![
        (&grant.id).into(),
        (&grant.client_id).into(),
        Value::key_or_none(grant.subject.as_ref().map(Subject::as_str)),
        grant.code.map_or(Value::Bytes(Vec::new()), Value::from),
        grant.expires.into(),
        grant.revoked.into(),
        Value::json(grant)?,
    ];
    transaction.execute(sql, values).await.map(drop)
}

pub(super) async fn put_tokens(
    transaction: &mut dyn Transaction,
    access: &IssuedAccessToken,
    refresh: Option<&IssuedRefreshToken>,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO oauth_access_tokens (token, grant_id, expires, access_token) \
               VALUES ($1, $2, $3, $4)";
    let values = vec![
        access.token.into(),
        (&access.grant_id).into(),
        access.expires.into(),
        Value::json(access)?,
    ];
    transaction.execute(sql, values).await?;
    let Some(refresh) = refresh else { return Ok(()) };
    let sql = "INSERT INTO oauth_refresh_tokens (token, grant_id, used, expires, refresh_token) \
               VALUES ($1, $2, $3, $4, $5)";
    let values = vec![
        refresh.token.into(),
        (&refresh.grant_id).into(),
        Value::time_or_never(refresh.used),
        refresh.expires.into(),
        Value::json(refresh)?,
    ];
    transaction.execute(sql, values).await.map(drop)
}

/// Keeps something for a person; what was kept before.
pub(super) async fn replace_credential(
    transaction: &mut dyn Transaction,
    subject: &Subject,
    keep: &SealedCredential,
) -> Result<Option<SealedCredential>, StoreError> {
    let before = transaction.rows(CREDENTIAL, vec![subject.into()]).await?;
    let sql = "INSERT INTO oauth_credentials (subject, sealed, who) VALUES ($1, $2, $3) \
               ON CONFLICT (subject) DO UPDATE SET sealed = excluded.sealed, who = excluded.who";
    transaction.execute(sql, vec![subject.into(), keep.into(), Value::json(subject)?]).await?;
    one(&before, |row| credential(row, 0))
}

pub(super) async fn revoke(
    transaction: &mut dyn Transaction,
    grant: &GrantId,
) -> Result<u64, StoreError> {
    let sql = "UPDATE oauth_grants SET revoked = 1 WHERE id = $1 AND revoked = 0";
    transaction.execute(sql, vec![grant.into()]).await
}

pub(super) fn grant(row: &Row, column: usize) -> Result<Grant, StoreError> {
    Ok(Grant { revoked: row.is(column + 1)?, ..row.json(column)? })
}

pub(super) fn refresh_token(row: &Row) -> Result<IssuedRefreshToken, StoreError> {
    Ok(IssuedRefreshToken { used: row.time(1)?, ..row.json(0)? })
}

pub(super) fn credential(row: &Row, column: usize) -> Result<SealedCredential, StoreError> {
    row.bytes(column).map(SealedCredential::new)
}

pub(super) fn one<T>(
    rows: &[Row],
    read: impl FnOnce(&Row) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    rows.first().map(read).transpose()
}

pub(super) fn all<T>(
    rows: &[Row],
    read: impl Fn(&Row) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    rows.iter().map(read).collect()
}

pub(super) fn static_token(row: &Row) -> Result<StaticToken, StoreError> {
    Ok(StaticToken { token_sha256: row.hash(1)?, last_used: row.time(2)?, ..row.json(0)? })
}

pub(super) const CREDENTIAL: &str = "SELECT sealed FROM oauth_credentials WHERE subject = $1";
