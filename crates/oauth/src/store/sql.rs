//! A store in a relational database, written once for [`SqliteStore`] and [`PostgresStore`].
//!
//! A row is its keys and what queries compare, as columns, and the whole value as JSON. What
//! changes while a value is kept (`revoked`, `used`, `browser`, `last_used`) is a column, and
//! counts whatever the JSON says. A key is a SHA-256, also of a name: any name, however long and
//! whatever is in it, is a key of 32 bytes.
//!
//! Whatever writes does so alone: SQLite has one writer, and on PostgreSQL a transaction that
//! writes first takes a lock. What a method checks is therefore still so when it writes. Reading,
//! which is what every request does, waits for nobody.

mod connection;
mod failure;
mod implementation;
#[cfg(feature = "postgres")]
mod postgres;
mod rows;
mod schema;
#[cfg(feature = "sqlite")]
mod sqlite;
mod value;

use async_trait::async_trait;

#[cfg(feature = "postgres")]
pub use self::postgres::PostgresStore;
#[cfg(feature = "sqlite")]
pub use self::sqlite::SqliteStore;
use self::value::{Row, Value};
use super::StoreError;

/// A database that a store is in.
#[async_trait]
pub trait Database: Send + Sync {
    /// Reads with one statement.
    async fn read(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError>;

    /// Begins a transaction beside which nobody writes.
    async fn write(&self) -> Result<Box<dyn Transaction>, StoreError>;
}

/// A transaction; nothing of it is done until it is committed.
#[async_trait]
pub trait Transaction: Send {
    /// The rows that a statement gives.
    async fn rows(&mut self, sql: &'static str, values: Vec<Value>)
    -> Result<Vec<Row>, StoreError>;

    /// Executes a statement; tells how many rows it changed.
    async fn execute(&mut self, sql: &'static str, values: Vec<Value>) -> Result<u64, StoreError>;

    /// Makes it last.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}
