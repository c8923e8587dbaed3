//! A store in a relational database, written once for [`SqliteStore`] and [`PostgresStore`].
//!
//! A row is its keys and what queries compare, as columns, and the whole value as JSON. What
//! changes while a value is kept (`revoked`, `used`, `browser`, `last_used`) is a column, and
//! counts whatever the JSON says. A key is a SHA-256, also of a name: any name, however long and
//! whatever is in it, is a key of 32 bytes.
//!
//! What a method checks is still so when it writes. SQLite has one writer. On PostgreSQL each
//! statement sees what was committed before it began, and so a method
//!
//! - first changes or deletes the row that decides: of two, the second waits for the first, and
//!   then finds what the first left;
//! - goes from a request to its code, to its grant, to its tokens, so that whoever revokes finds
//!   what was made meanwhile;
//! - takes a lock where it counts rows, or changes many ([`Database::write_alone`]).
//!
//! Reading, which is what every request does, waits for nobody.

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

    /// Begins a transaction that writes.
    async fn write(&self) -> Result<Box<dyn Transaction>, StoreError>;

    /// Begins a transaction beside which there is no other that was begun so.
    async fn write_alone(&self) -> Result<Box<dyn Transaction>, StoreError>;
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
