//! A store in PostgreSQL.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{Postgres, Row as _};

use super::connection::statements;
use super::failure::failed;
use super::{Database, Row, StoreError, Transaction, Value, schema};
use crate::secret::Secret;

/// A [`Store`](crate::store::Store) in a PostgreSQL database, for several replicas of a server. Each
/// sees at once what another wrote.
///
/// The tables are made where they are missing, in the first schema of the search path, so that the
/// user needs `CREATE` there; replicas may all start at once. What was answered is as durable as the
/// database's `synchronous_commit`. A pooler in between must keep sessions whole.
#[derive(Clone)]
pub struct PostgresStore {
    pool: PgPool,
}

impl PostgresStore {
    /// Connects to the database at this address (`postgres://user:password@host/database`), with
    /// at most so many connections.
    ///
    /// The address is a secret, and is shown nowhere. `?sslmode=verify-full` and `sslrootcert` are
    /// understood as PostgreSQL's own programs understand them.
    ///
    /// # Errors
    ///
    /// Fails if the address is none, the database does not answer, its tables cannot be made, or
    /// they were made by a newer version.
    pub async fn connect(url: &Secret, most: NonZeroU32) -> Result<Self, StoreError> {
        // What the library says of an address could quote it.
        let refused = |_| StoreError::new("connect to PostgreSQL: its address cannot be read");
        let options: PgConnectOptions = url.expose().parse().map_err(refused)?;
        let pool = PgPoolOptions::new()
            .max_connections(most.get())
            .acquire_timeout(PATIENCE)
            .connect_with(options.options(SETTINGS))
            .await
            .map_err(|source| failed("connect to PostgreSQL", source))?;
        let store = Self { pool };
        schema::migrate(&store).await?;
        Ok(store)
    }

    /// Closes all connections, once what is under way is done.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

#[async_trait]
impl Database for PostgresStore {
    async fn read(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        rows(&self.pool, sql, values).await
    }

    async fn write(&self) -> Result<Box<dyn Transaction>, StoreError> {
        // Whatever the database's default is.
        let begun = self.pool.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await;
        let begun = begun.map_err(|source| failed("write to the PostgreSQL store", source))?;
        Ok(Box::new(Open(begun)))
    }

    async fn write_alone(&self) -> Result<Box<dyn Transaction>, StoreError> {
        let mut transaction = self.write().await?;
        // Until the end of the transaction, whichever end that is.
        transaction.execute("SELECT pg_advisory_xact_lock($1)", vec![Value::Int(LOCK)]).await?;
        Ok(transaction)
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}

statements!(Postgres, "PostgreSQL");

const PATIENCE: Duration = Duration::from_secs(10);

/// A replica that stands still, or is cut off, holds up the others no longer than this. That a table
/// is there already is nothing for the log.
const SETTINGS: [(&str, &str); 3] = [
    ("lock_timeout", "10s"),
    ("idle_in_transaction_session_timeout", "10s"),
    ("client_min_messages", "warning"),
];

/// The lock of whoever writes alone, among all advisory locks of the database: `mcp-auth` in ASCII.
const LOCK: i64 = i64::from_be_bytes(*b"mcp-auth");
