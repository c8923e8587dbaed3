//! A NetBox that changes under a running server.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use dispatch_core::BackendError;
use dispatch_core::policy::Policy;
use http::{Request, Response, StatusCode};
use netbox_adapter::live::Loaded;
use netbox_adapter::{CatalogStore, Error, LiveSchema, Watch};
use serde_json::{Value, json};
use tower::service_fn;
use tower::util::BoxCloneSyncService;

use crate::documents;

type Backend = BoxCloneSyncService<Request<Bytes>, Response<Bytes>, BackendError>;

/// What a NetBox that is none says of itself; it can be told to say something else.
#[derive(Clone, Debug)]
struct State {
    status: StatusCode,
    version: String,
    plugins: Value,
    schema: Arc<Vec<u8>>,
    /// What the version becomes while the schema is read.
    becomes: Option<String>,
    n_schemas: usize,
}

struct FakeNetBox(Arc<Mutex<State>>);

impl FakeNetBox {
    fn new(version: &str, schema: Vec<u8>) -> Self {
        let state = State {
            status: StatusCode::OK,
            version: version.to_owned(),
            plugins: json!({}),
            schema: Arc::new(schema),
            becomes: None,
            n_schemas: 0,
        };
        Self(Arc::new(Mutex::new(state)))
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.lock().expect("no test panics in here"));
    }

    fn n_schemas(&self) -> usize {
        self.0.lock().expect("no test panics in here").n_schemas
    }

    fn backend(&self) -> Backend {
        let state = Arc::clone(&self.0);
        let answer = move |request: Request<Bytes>| {
            let mut state = state.lock().expect("no test panics in here");
            let body = if request.uri().path() == "/api/status/" {
                let State { version, plugins, .. } = &*state;
                json!({ "netbox-version": version, "plugins": plugins }).to_string().into_bytes()
            } else {
                state.n_schemas += 1;
                if let Some(version) = state.becomes.take() {
                    state.version = version;
                }
                state.schema.to_vec()
            };
            let mut response = Response::new(Bytes::from(body));
            *response.status_mut() = state.status;
            async move { Ok::<_, BackendError>(response) }
        };
        BoxCloneSyncService::new(service_fn(answer))
    }
}

/// A document with these resources.
fn document(resources: &[&str]) -> Vec<u8> {
    let mut paths = serde_json::Map::new();
    for name in resources {
        let list = json!({ "get": {
            "operationId": format!("app_{name}_list"),
            "responses": { "200": { "description": "", "content": { "application/json": {
                "schema": { "type": "array", "items": { "type": "object" } },
            } } } },
        } });
        paths.insert(format!("/api/app/{name}/"), list);
    }
    let info = json!({ "title": "A fake", "version": "1" });
    json!({ "openapi": "3.0.3", "info": info, "paths": paths }).to_string().into_bytes()
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn schema() -> LiveSchema {
    LiveSchema::new("http://a", Policy::default())
}

async fn watch(schema: LiveSchema, netbox: &FakeNetBox) -> Watch {
    let loaded = schema.load(netbox.backend(), at(1)).await;
    let loaded = loaded.unwrap_or_else(|error| panic!("failed to {error}"));
    Watch::new(schema, loaded.instance, Duration::from_secs(60))
}

async fn look(watch: &mut Watch, netbox: &FakeNetBox, seconds: u64) -> Option<Loaded> {
    let looked = watch.look(netbox.backend(), at(seconds), false).await;
    looked.unwrap_or_else(|error| panic!("failed to {error}"))
}

async fn fail(watch: &mut Watch, netbox: &FakeNetBox, seconds: u64) -> Error {
    let looked = watch.look(netbox.backend(), at(seconds), false).await;
    looked.expect_err("it cannot be used")
}

fn names(loaded: &Loaded) -> Vec<&str> {
    loaded.catalog.resources().iter().map(|resource| resource.name.as_str()).collect()
}

#[tokio::test]
async fn a_netbox_that_is_the_same_is_asked_for_nothing_more() {
    let netbox = FakeNetBox::new("4.6.8", document(&["things"]));
    let mut watch = watch(schema(), &netbox).await;
    for seconds in 2..10 {
        assert!(look(&mut watch, &netbox, seconds).await.is_none());
    }
    assert_eq!(netbox.n_schemas(), 1);
    assert_eq!(watch.degraded(), None);
}

#[tokio::test]
async fn another_version_and_another_plugin_are_noticed() {
    let netbox = FakeNetBox::new("4.6.8", document(&["things"]));
    let mut watch = watch(schema(), &netbox).await;
    netbox.change(|state| {
        state.version = "4.7.0".to_owned();
        state.schema = Arc::new(document(&["things", "coolers"]));
    });
    let loaded = look(&mut watch, &netbox, 2).await.expect("it changed");
    assert_eq!((loaded.instance.version.as_str(), names(&loaded).len()), ("4.7.0", 2));
    assert!(look(&mut watch, &netbox, 3).await.is_none());
    netbox.change(|state| {
        state.plugins = json!({ "netbox_lists": "1.0" });
        state.schema = Arc::new(document(&["things", "coolers", "lists"]));
    });
    let loaded = look(&mut watch, &netbox, 4).await.expect("it changed");
    assert_eq!(names(&loaded).len(), 3);
}

#[tokio::test]
async fn what_is_kept_on_disk_is_not_asked_for_again() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("watch-kept");
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the folder of an earlier run");
    }
    let netbox = FakeNetBox::new("4.6.8", document(&["things"]));
    let mut watch = watch(schema().with_store(CatalogStore::new(&folder)), &netbox).await;
    for (seconds, version) in [(2, "4.7.0"), (3, "4.6.8"), (4, "4.7.0")] {
        netbox.change(|state| version.clone_into(&mut state.version));
        let loaded = look(&mut watch, &netbox, seconds).await.expect("it changed");
        assert_eq!(loaded.kept, seconds > 2);
    }
    assert_eq!(netbox.n_schemas(), 2);
    let again = watch.look(netbox.backend(), at(5), true).await;
    let again = again.expect("it answers").expect("it was asked for anew");
    assert!(!again.kept);
    assert_eq!(netbox.n_schemas(), 3);
}

#[tokio::test]
async fn a_schema_that_cannot_be_used_is_told_and_not_asked_for_at_once() {
    let netbox = FakeNetBox::new("4.6.8", document(&["things"]));
    let mut watch = watch(schema(), &netbox).await;
    netbox.change(|state| {
        state.version = "4.8.0".to_owned();
        state.schema = Arc::new(b"<h1>Server Error (500)</h1>".to_vec());
    });
    fail(&mut watch, &netbox, 60).await;
    let words = watch.degraded().expect("it is told");
    assert!(words.contains("from before"), "{words}");
    for seconds in [120, 180, 600] {
        assert!(look(&mut watch, &netbox, seconds).await.is_none());
        assert!(watch.degraded().is_some());
    }
    assert_eq!(netbox.n_schemas(), 2);
    fail(&mut watch, &netbox, 661).await;
    assert_eq!(netbox.n_schemas(), 3);
    netbox.change(|state| state.schema = Arc::new(document(&["things", "lists"])));
    let loaded = look(&mut watch, &netbox, 1300).await.expect("it can be used now");
    assert_eq!((names(&loaded).len(), watch.degraded()), (2, None));
}

#[tokio::test]
async fn going_back_to_what_is_served_ends_the_trouble() {
    let netbox = FakeNetBox::new("4.6.8", document(&["things"]));
    let mut watch = watch(schema(), &netbox).await;
    netbox.change(|state| {
        state.version = "4.8.0".to_owned();
        state.schema = Arc::new(b"no document".to_vec());
    });
    fail(&mut watch, &netbox, 2).await;
    netbox.change(|state| state.version = "4.6.8".to_owned());
    assert!(look(&mut watch, &netbox, 3).await.is_none());
    assert_eq!(watch.degraded(), None);
}

/// Half of its workers are still the old ones, so that its schema may be too.
#[tokio::test]
async fn a_schema_that_changed_while_it_was_read_is_read_again() {
    let netbox = FakeNetBox::new("4.6.8", document(&["things"]));
    let mut watch = watch(schema(), &netbox).await;
    netbox.change(|state| {
        state.version = "4.7.0".to_owned();
        state.becomes = Some("4.7.1".to_owned());
    });
    let error = fail(&mut watch, &netbox, 2).await.to_string();
    assert!(error.contains("from 4.7.0 to 4.7.1"), "{error}");
    let loaded = look(&mut watch, &netbox, 3).await.expect("it changed");
    assert_eq!(loaded.instance.version, "4.7.1");
}

#[tokio::test]
async fn the_return_of_a_netbox_that_is_down_is_noticed_soon() {
    let netbox = FakeNetBox::new("4.6.8", document(&["things"]));
    let mut watch = watch(schema(), &netbox).await;
    let seconds = |watch: &Watch| watch.pause(at(0)).as_secs();
    assert_eq!(seconds(&watch), 60);
    for (status, told) in [
        (StatusCode::BAD_GATEWAY, "NetBox does not answer"),
        (StatusCode::FORBIDDEN, "NetBox refuses the token that this server asks with"),
    ] {
        netbox.change(|state| state.status = status);
        fail(&mut watch, &netbox, 2).await;
        assert_eq!((seconds(&watch), watch.degraded().as_deref()), (10, Some(told)));
    }
    netbox.change(|state| state.status = StatusCode::OK);
    assert!(look(&mut watch, &netbox, 3).await.is_none());
    assert_eq!((seconds(&watch), watch.degraded()), (60, None));
}

/// An operator's new policy does not fit: that is told where it was asked for, and NetBox is well.
#[tokio::test]
async fn a_schema_asked_for_anew_in_vain_is_no_trouble_of_netbox() {
    let netbox = FakeNetBox::new("4.6.8", document(&["things"]));
    let mut watch = watch(schema(), &netbox).await;
    netbox.change(|state| state.schema = Arc::new(b"no document".to_vec()));
    let looked = watch.look(netbox.backend(), at(2), true).await;
    assert!(looked.is_err());
    assert_eq!(watch.degraded(), None);
}

/// Replicas that were started together do not ask together for ever.
#[tokio::test]
async fn no_two_pauses_are_alike() {
    let watch = watch(schema(), &FakeNetBox::new("4.6.8", document(&["things"]))).await;
    let pauses: Vec<_> = [0, 123_456_000, 999_999_999]
        .map(|nanos| watch.pause(UNIX_EPOCH + Duration::from_nanos(nanos)).as_millis())
        .into();
    assert_eq!(pauses, [60_000, 62_736, 65_994]);
}

/// The document of a real NetBox that was upgraded brings what is new in it, and nothing is lost.
#[tokio::test]
async fn an_upgrade_from_4_6_to_4_7_brings_what_is_new() {
    let (Some(old), Some(new)) = (documents::compiled("4.6.6"), documents::newest()) else {
        return;
    };
    let netbox = FakeNetBox::new("4.6.6", old.bytes.clone());
    let schema = LiveSchema::new("http://a", netbox_adapter::policy().expect("the policy"));
    let before = schema.load(netbox.backend(), at(1)).await.expect("it compiles");
    let mut watch = Watch::new(schema, before.instance.clone(), Duration::from_secs(60));
    netbox.change(|state| {
        state.version = "4.7.0".to_owned();
        state.schema = Arc::new(new.bytes.clone());
    });
    let after = look(&mut watch, &netbox, 2).await.expect("it changed");
    let (before, after) = (names(&before), names(&after));
    let added: Vec<_> = after.iter().filter(|name| !before.contains(name)).copied().collect();
    assert!(before.iter().all(|name| after.contains(name)));
    assert_eq!(added.len(), 7, "{added:?}");
    assert!(added.contains(&"coolingfeed"), "{added:?}");
}
