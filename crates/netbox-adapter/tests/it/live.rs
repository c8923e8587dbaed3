//! The live schema: taken from NetBox once for each version and set of plugins, kept on disk.

use std::fs;
use std::future::{Ready, ready};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use dispatch_core::BackendError;
use dispatch_core::policy::Policy;
use http::{Request, Response, StatusCode};
use netbox_adapter::live::Loaded;
use netbox_adapter::{CatalogStore, Error, LiveSchema};
use serde_json::{Value, json};
use tower::Service;

use crate::netbox::with_netbox;

/// Not a NetBox: it answers the two paths that the live schema asks for, and counts.
#[derive(Clone, Debug)]
struct FakeNetBox {
    status: StatusCode,
    answer: Value,
    asked: Arc<Mutex<Vec<String>>>,
}

impl FakeNetBox {
    fn new(version: &str, plugins: &Value) -> Self {
        let answer =
            json!({"netbox-version": version, "plugins": plugins, "rq-workers-running": 1});
        Self { status: StatusCode::OK, answer, asked: Arc::default() }
    }

    fn refusing(status: StatusCode, answer: Value) -> Self {
        Self { status, answer, asked: Arc::default() }
    }

    /// The URLs of the schema that were asked for.
    fn asked(&self) -> Vec<String> {
        let asked = self.asked.lock().expect("no test panics in here");
        asked.iter().filter(|url| url.starts_with("/api/schema/")).cloned().collect()
    }
}

impl Service<Request<Bytes>> for FakeNetBox {
    type Response = Response<Bytes>;
    type Error = BackendError;
    type Future = Ready<Result<Response<Bytes>, BackendError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BackendError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        self.asked.lock().expect("no test panics in here").push(request.uri().to_string());
        let answer = match request.uri().path() {
            "/api/status/" => self.answer.clone(),
            "/api/schema/" => document(),
            other => panic!("the path {other}"),
        };
        let mut response = Response::new(Bytes::from(answer.to_string()));
        *response.status_mut() = self.status;
        ready(Ok(response))
    }
}

/// The smallest document that compiles.
fn document() -> Value {
    let things = json!({"type": "array", "items": {"type": "object"}});
    json!({
        "openapi": "3.0.3",
        "info": {"title": "A fake", "version": "1"},
        "paths": {"/api/app/things/": {"get": {
            "operationId": "app_things_list",
            "responses": {"200": {
                "description": "",
                "content": {"application/json": {"schema": things}},
            }},
        }}},
    })
}

/// A folder of its own for each test.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("live").join(test);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the folder of an earlier run");
    }
    folder
}

fn schema(address: &str, folder: &Path) -> LiveSchema {
    LiveSchema::new(address, Policy::default()).with_store(CatalogStore::new(folder))
}

async fn load(schema: &LiveSchema, netbox: &FakeNetBox, seconds: u64) -> Loaded {
    let now = UNIX_EPOCH + Duration::from_secs(seconds);
    let loaded = schema.load(netbox.clone(), now).await;
    loaded.unwrap_or_else(|error| panic!("failed to {error}"))
}

/// The files that are kept.
fn kept(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder");
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

#[tokio::test]
async fn the_second_start_asks_for_no_schema() {
    let folder = folder("second-start");
    let netbox = FakeNetBox::new("4.7.3", &json!({}));
    let first = load(&schema("http://a", &folder), &netbox, 1).await;
    let second = load(&schema("http://a", &folder), &netbox, 2).await;
    assert!(!first.kept && second.kept);
    assert_eq!(netbox.asked().len(), 1);
    assert_eq!(first.catalog.save(), second.catalog.save());
    assert_eq!(second.instance.version, "4.7.3");
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_can_read_what_is_kept() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = folder("owner");
    load(&schema("http://a", &folder), &FakeNetBox::new("4.7.3", &json!({})), 1).await;
    let files = kept(&folder);
    let [file] = files.as_slice() else { panic!("{files:?}") };
    let mode = fs::metadata(file).expect("the file").permissions().mode();
    assert_eq!(mode & 0o077, 0, "{mode:o}");
}

#[tokio::test]
async fn a_damaged_file_is_compiled_again() {
    let folder = folder("damaged");
    let netbox = FakeNetBox::new("4.7.3", &json!({}));
    let schema = schema("http://a", &folder);
    let whole = load(&schema, &netbox, 1).await.catalog.save();
    let file = kept(&folder).remove(0);
    let half = &whole[..whole.len() / 2];
    let other_format = br#"{"format":999,"catalog":{}}"#;
    let no_such_type =
        String::from_utf8(whole.clone()).expect("text").replace("\"item\":0", "\"item\":9");
    for damaged in [b"".as_slice(), b"{}", half, other_format, no_such_type.as_bytes()] {
        fs::write(&file, damaged).expect("the file");
        let again = load(&schema, &netbox, 2).await;
        assert!(!again.kept, "{}", String::from_utf8_lossy(damaged));
        assert_eq!(fs::read(&file).expect("the file"), whole);
        assert!(load(&schema, &netbox, 3).await.kept);
    }
}

/// What is asked of one NetBox is not an answer for another.
#[tokio::test]
async fn what_decides_the_schema_decides_what_is_kept() {
    let folder = folder("decides");
    let plain = FakeNetBox::new("4.7.3", &json!({}));
    let schema_a = schema("http://a", &folder);
    load(&schema_a, &plain, 1).await;
    for other in [
        FakeNetBox::new("4.7.4", &json!({})),
        FakeNetBox::new("4.7.3", &json!({"netbox_foo": "1.0"})),
        FakeNetBox::new("4.7.3", &json!({"netbox_foo": "1.1"})),
        FakeNetBox::new("4.7.3", &json!({"netbox_bar": "1.0"})),
    ] {
        assert!(!load(&schema_a, &other, 2).await.kept, "{}", other.answer);
        assert!(load(&schema_a, &other, 3).await.kept, "{}", other.answer);
    }
    assert!(!load(&schema("http://b", &folder), &plain, 4).await.kept);
    let mut policy = Policy::default();
    policy.title = Some("another".to_owned());
    let other_policy = LiveSchema::new("http://a", policy).with_store(CatalogStore::new(&folder));
    assert!(!load(&other_policy, &plain, 5).await.kept);
    assert!(load(&schema_a, &plain, 6).await.kept);
}

/// NetBox keeps its answer for a day by URL, and forgets that a plugin was added.
#[tokio::test]
async fn no_url_is_asked_for_twice() {
    let netbox = FakeNetBox::new("4.7.3", &json!({}));
    let without_store = LiveSchema::new("http://a", Policy::default());
    for seconds in 1..4 {
        assert!(!load(&without_store, &netbox, seconds).await.kept);
    }
    let mut asked = netbox.asked();
    assert!(asked.iter().all(|url| url.contains("format=json")), "{asked:?}");
    asked.dedup();
    assert_eq!(asked.len(), 3);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_no_fault() {
    let folder = folder("no-folder");
    fs::create_dir_all(folder.parent().expect("a parent")).expect("the folder");
    fs::write(&folder, "a file").expect("the file");
    let netbox = FakeNetBox::new("4.7.3", &json!({}));
    assert!(!load(&schema("http://a", &folder), &netbox, 1).await.kept);
    fs::remove_file(&folder).expect("the file");
}

#[track_caller]
fn check_error(result: Result<Loaded, Error>, expected: &str) {
    let error = result.expect_err("it is no NetBox").to_string();
    assert!(error.contains(expected), "{error}");
}

#[tokio::test]
async fn what_is_no_netbox_is_told() {
    let schema = LiveSchema::new("http://a", Policy::default());
    let words = "Invalid v2 token";
    for (status, answer, expected) in [
        (StatusCode::FORBIDDEN, json!({"detail": words}), words),
        (StatusCode::OK, json!({"hello": "world"}), "not a NetBox"),
        (StatusCode::FOUND, json!({}), "redirects"),
        (StatusCode::BAD_GATEWAY, json!({}), "502"),
    ] {
        let netbox = FakeNetBox::refusing(status, answer);
        check_error(schema.load(netbox, SystemTime::UNIX_EPOCH).await, expected);
    }
}

/// Where calls run as the users who sign in, there need be no other token.
#[tokio::test]
async fn the_schema_of_a_running_netbox_is_for_everyone() {
    with_netbox(|netbox| async move {
        let policy = netbox_adapter::policy().expect("the policy");
        let schema = LiveSchema::new("http://running", policy);
        let backend = netbox.without_token();
        let refused = schema.load(backend.clone(), SystemTime::now()).await;
        assert!(matches!(refused, Err(Error::Refused { .. })), "{refused:?}");
        let loaded = schema.load_without_token(backend, SystemTime::now()).await;
        let loaded = loaded.unwrap_or_else(|error| panic!("failed to {error}"));
        assert_eq!(loaded.instance.version, netbox.version());
        assert_eq!(loaded.catalog.listing(), netbox.compiled().await.catalog.listing());
    })
    .await;
}

/// The real thing: half a minute of a NetBox's time at the first start, none at the second.
#[tokio::test]
async fn the_schema_of_a_running_netbox_is_taken_once() {
    with_netbox(|netbox| async move {
        let policy = netbox_adapter::policy().expect("the policy");
        let folder = folder("running");
        let schema =
            LiveSchema::new("http://running", policy).with_store(CatalogStore::new(folder));
        let first = schema.load(netbox.backend("reader_v2"), SystemTime::now()).await;
        let first = first.unwrap_or_else(|error| panic!("failed to {error}"));
        let second = schema.load(netbox.backend("reader_v2"), SystemTime::now()).await;
        let second = second.unwrap_or_else(|error| panic!("failed to {error}"));
        assert!(!first.kept && second.kept);
        assert_eq!(first.catalog.save(), second.catalog.save());
        assert_eq!(first.catalog.listing(), netbox.compiled().await.catalog.listing());
    })
    .await;
}
