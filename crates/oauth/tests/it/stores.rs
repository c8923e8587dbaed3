//! The stores of this crate.

use oauth::store::{MemoryStore, conformance};

#[tokio::test]
async fn memory_conforms() {
    conformance::run(|| async { MemoryStore::new() }).await;
}
