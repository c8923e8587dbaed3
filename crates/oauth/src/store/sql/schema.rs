//! The tables, and how they come to be.

use super::{Database, StoreError, Value};

/// Brings the tables to the form that this version uses. Where several processes start at once, one
/// does it and the others wait: it is one transaction, and alone.
pub(super) async fn migrate(database: &impl Database) -> Result<(), StoreError> {
    let mut transaction = database.write_alone().await?;
    let sql = "CREATE TABLE IF NOT EXISTS oauth_schema (version BIGINT NOT NULL)";
    transaction.execute(sql, Vec::new()).await?;
    let rows = transaction.rows("SELECT version FROM oauth_schema", Vec::new()).await?;
    let version = rows.first().map(|row| row.int(0)).transpose()?.unwrap_or_default();
    let version = usize::try_from(version).unwrap_or(usize::MAX);
    let Some(migrations) = MIGRATIONS.get(version..) else {
        let what = format!(
            "open the store: its tables are of version {version}, and this program knows {}",
            MIGRATIONS.len()
        );
        return Err(StoreError::new(what));
    };
    if migrations.is_empty() {
        return Ok(());
    }
    for statement in migrations.iter().flat_map(|migration| migration.trim().split(";\n")) {
        transaction.execute(statement, Vec::new()).await?;
    }
    transaction.execute("DELETE FROM oauth_schema", Vec::new()).await?;
    let sql = "INSERT INTO oauth_schema (version) VALUES ($1)";
    transaction.execute(sql, vec![Value::number(MIGRATIONS.len())]).await?;
    transaction.commit().await
}

/// Each is done once, in this order, and never changes once it was released. Replicas of the
/// version before go on running, so that one only adds.
const MIGRATIONS: [&str; 2] = [include_str!("migrations/1.sql"), include_str!("migrations/2.sql")];
