//! The stores of this crate.

use oauth::store::{MemoryStore, conformance};

#[cfg(all(feature = "postgres", feature = "sqlite"))]
mod killed;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

#[tokio::test]
async fn memory_conforms() {
    conformance::run(|| async { MemoryStore::new() }).await;
}
