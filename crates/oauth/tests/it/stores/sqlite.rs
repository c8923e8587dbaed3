//! A store in one file.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use oauth::store::{
    Client, SealedCredential, Session, SqliteStore, Store as _, Subject, conformance,
};
use oauth::{TokenHash, UnixTime};
use sqlx::{Connection as _, Executor as _, SqliteConnection};
use tempfile::tempdir;

async fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path).await.unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_conforms() {
    let folder = tempdir().unwrap();
    let n = AtomicUsize::new(0);
    let file = || folder.path().join(format!("{}.sqlite", n.fetch_add(1, Ordering::Relaxed)));
    conformance::run(|| {
        let path = file();
        async move { open(&path).await }
    })
    .await;
    let same = file();
    conformance::run_reopened(|| open(&same)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_is_its_owner_s_alone() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let store = open(&path).await;
    store.put_client(&Client::new("a", "A", UnixTime::now())).await.unwrap();
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        names.push(path.file_name().unwrap().to_str().unwrap().to_owned());
    }
    names.sort();
    assert_eq!(names, ["store.sqlite", "store.sqlite-shm", "store.sqlite-wal"]);
    store.close().await;

    fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    let refused = SqliteStore::open(&path).await.unwrap_err().to_string();
    assert!(refused.ends_with("others than its owner may open it; see who did, and say chmod 600"));
    assert_eq!(mode(&path), 0o640, "nothing is changed behind the operator's back");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_open_a_new_file_at_once() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let stores = join_all((0..8).map(|_| open(&path))).await;
    let adding = stores.iter().enumerate().map(|(n, store)| async move {
        let client = Client::new(format!("client {n}"), "A", UnixTime::now());
        store.put_client(&client).await.unwrap();
    });
    join_all(adding).await;
    assert_eq!(stores[0].clients().await.unwrap().len(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_an_earlier_version_goes_on() {
    const FIRST: &str = include_str!("../../../src/store/sql/migrations/1.sql");
    let folder = tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    fs::write(&path, "").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    let mut connection = SqliteConnection::connect(path.to_str().unwrap()).await.unwrap();
    connection.execute(FIRST).await.unwrap();
    let version = "CREATE TABLE oauth_schema (version BIGINT NOT NULL); \
                   INSERT INTO oauth_schema VALUES (1); \
                   INSERT INTO oauth_credentials (subject, sealed) VALUES (x'00', x'01')";
    connection.execute(version).await.unwrap();
    connection.close().await.unwrap();

    let store = open(&path).await;
    let (ada, now) = (Subject::new("api:1"), UnixTime::now());
    assert_eq!(store.idle_person(None, now).await.unwrap(), None, "nobody knows whose that was");
    let (cookie, sealed) = (TokenHash::of("s"), SealedCredential::new(vec![1]));
    let session = Session::new(cookie, ada.clone(), "Ada", now, now);
    assert_eq!(store.sign_in(cookie, &session, Some(&sealed)).await.unwrap(), None);
    assert_eq!(store.idle_person(None, now).await.unwrap(), Some((ada, sealed)));
    store.close().await;
    open(&path).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_store_is_refused() {
    let folder = tempdir().unwrap();
    #[track_caller]
    fn check(refused: &oauth::store::StoreError, expected: &str) {
        let refused = refused.to_string();
        assert!(refused.contains(expected), "{refused}");
    }
    let missing = SqliteStore::open(folder.path().join("no/store.sqlite")).await.unwrap_err();
    check(&missing, "no/store.sqlite: No such file");
    check(&SqliteStore::open(folder.path()).await.unwrap_err(), "Is a directory");

    let other = folder.path().join("other");
    fs::write(&other, "a text that is longer than a header of SQLite would be\n".repeat(100))
        .unwrap();
    fs::set_permissions(&other, Permissions::from_mode(0o600)).unwrap();
    check(&SqliteStore::open(&other).await.unwrap_err(), "the database says error 26");

    let newer = folder.path().join("newer");
    open(&newer).await.close().await;
    let mut connection = SqliteConnection::connect(newer.to_str().unwrap()).await.unwrap();
    connection.execute("UPDATE oauth_schema SET version = 99").await.unwrap();
    connection.close().await.unwrap();
    check(&SqliteStore::open(&newer).await.unwrap_err(), "its tables are of version 99");
}
