//! A store in PostgreSQL.

use std::env;
use std::io::{self, Write as _};
use std::num::NonZeroU32;
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use oauth::store::{Client, PostgresStore, Store as _, conformance};
use oauth::{Secret, UnixTime};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

/// Says where the database for tests is; `None` where there is none, which is said.
pub(crate) fn database(test: &str) -> Option<String> {
    let Ok(url) = env::var("MCP_DISPATCH_POSTGRES") else {
        assert!(env::var_os("MCP_DISPATCH_REQUIRE").is_none(), "MCP_DISPATCH_POSTGRES is not set");
        // Not `println!`, which is shown only where a test fails.
        let _ = writeln!(io::stderr(), "SKIPPED: {test}: MCP_DISPATCH_POSTGRES is not set");
        return None;
    };
    Some(url)
}

/// An empty schema in the database, and its address.
pub(crate) async fn schema(url: &str) -> Secret {
    static N: AtomicUsize = AtomicUsize::new(0);
    let name = format!("test_{}_{}", process::id(), N.fetch_add(1, Ordering::Relaxed));
    let mut connection = PgConnection::connect(url).await.unwrap();
    let sql = format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}");
    connection.execute(AssertSqlSafe(sql)).await.unwrap();
    connection.close().await.unwrap();
    Secret::new(format!("{url}?options[search_path]={name}"))
}

pub(crate) async fn connect(url: &Secret) -> PostgresStore {
    PostgresStore::connect(url, NonZeroU32::new(4).unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_conforms() {
    let Some(url) = database("postgres_conforms") else { return };
    conformance::run(|| async { connect(&schema(&url).await).await }).await;
    let same = schema(&url).await;
    conformance::run_reopened(|| connect(&same)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_may_all_start_at_once() {
    let Some(url) = database("replicas_may_all_start_at_once") else { return };
    let url = schema(&url).await;
    let replicas = join_all((0..8).map(|_| connect(&url))).await;
    let adding = replicas.iter().enumerate().map(|(n, store)| async move {
        let client = Client::new(format!("client {n}"), "A", UnixTime::now());
        store.put_client(&client).await.unwrap();
    });
    join_all(adding).await;
    assert_eq!(replicas[0].clients().await.unwrap().len(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_a_database_is_shown_nowhere() {
    let one = NonZeroU32::MIN;
    for url in [
        "postgres://user:hunter2@127.0.0.1:1/db",
        "postgres://user:hunter2@127.0.0.1:port/db",
        "hunter2",
        "postgres://user:hunter2@127.0.0.1/db?sslmode=hunter2",
    ] {
        let url = Secret::new(url);
        let refused = PostgresStore::connect(&url, one).await.unwrap_err();
        let texts = format!("{refused} {refused:?} {url:?}");
        assert!(!texts.contains("hunter2"), "{texts}");
    }
    let Some(url) = database("the_address_of_a_database_is_shown_nowhere") else { return };
    let store = connect(&Secret::new(url.replace("://postgres@", "://postgres:hunter2@"))).await;
    assert!(!format!("{store:?}").contains("hunter2"));
}
