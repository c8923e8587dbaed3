//! A store in one file.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Row as _, Sqlite};

use super::connection::statements;
use super::failure::failed;
use super::{Database, Row, StoreError, Transaction, Value, schema};

/// A [`Store`](crate::store::Store) in one SQLite file, for one machine: several processes may share
/// the file.
///
/// The file and those that SQLite puts beside it can be read by their owner alone. What was
/// answered is on the disk, and outlives the process and the machine's power.
#[derive(Clone)]
pub struct SqliteStore {
    path: PathBuf,
    readers: SqlitePool,
    writer: SqlitePool,
}

impl SqliteStore {
    /// Opens the store in this file, and makes it where there is none.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be made, is no store, was written by a newer version, or is open to
    /// others than its owner.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref().to_owned();
        make_private(&path)?;
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(PATIENCE);
        let pool = |most| SqlitePoolOptions::new().max_connections(most).acquire_timeout(PATIENCE);
        let opened = pool(1).connect_with(options.clone()).await;
        let writer = opened.map_err(|source| failed("open the SQLite store", source))?;
        let readers = pool(N_READERS).connect_lazy_with(options.pragma("query_only", "ON"));
        let store = Self { path, readers, writer };
        schema::migrate(&store).await?;
        Ok(store)
    }

    /// Closes the file, once what is under way is done.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

#[async_trait]
impl Database for SqliteStore {
    async fn read(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        rows(&self.readers, sql, values).await
    }

    async fn write(&self) -> Result<Box<dyn Transaction>, StoreError> {
        // Whoever begins by reading could find, when it writes, that another has written.
        let begun = self.writer.begin_with("BEGIN IMMEDIATE").await;
        let begun = begun.map_err(|source| failed("write to the SQLite store", source))?;
        Ok(Box::new(Open(begun)))
    }

    async fn write_alone(&self) -> Result<Box<dyn Transaction>, StoreError> {
        self.write().await
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("path", &self.path).finish_non_exhaustive()
    }
}

statements!(Sqlite, "SQLite");

/// Makes an empty file that is its owner's alone, unless there is a file; SQLite gives those beside
/// it the same permissions.
fn make_private(path: &Path) -> Result<(), StoreError> {
    let failed = |source: std::io::Error| {
        StoreError::new(format!("open {}: {source}", path.display())).with_source(source)
    };
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(failed)?;
    #[cfg(unix)]
    {
        let permissions = file.metadata().map_err(failed)?.permissions();
        if std::os::unix::fs::PermissionsExt::mode(&permissions) & 0o077 != 0 {
            return Err(StoreError::new(format!(
                "open {}: others than its owner may open it; see who did, and say chmod 600",
                path.display()
            )));
        }
    }
    drop(file);
    Ok(())
}

/// As long as another process may write.
const PATIENCE: Duration = Duration::from_secs(10);

const N_READERS: u32 = 4;
