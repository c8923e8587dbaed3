//! A running NetBox, and what tests leave behind on it.

use std::fs;
use std::future::Future;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use dispatch_core::backend::{HttpBackend, HttpBackendOptions};
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{Method, Request, StatusCode};
use netbox_adapter::credential::WithCredential;
use netbox_adapter::{Credential, CredentialLayer};
use serde_json::{Value, json};
use tower::{Layer as _, ServiceExt as _};

use crate::client::Client;
use crate::documents::Compiled;
use crate::environment;

/// The way to a running NetBox, with one token.
pub(crate) type Backend = WithCredential<HttpBackend>;

/// A running NetBox, under the eyes of an administrator.
#[derive(Clone, Debug)]
pub(crate) struct NetBox {
    access: Arc<Value>,
    /// Part of the name of everything that this test makes.
    pub(crate) name: String,
    /// The paths of what was made, in order.
    made: Arc<Mutex<Vec<String>>>,
}

/// The ids of what a device has to have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ForDevices {
    pub(crate) site: i64,
    pub(crate) device_type: i64,
    role: i64,
}

/// The tokens of an administrator, of both versions.
pub(crate) const ADMIN: [&str; 2] = ["admin_v1", "admin_v2"];

/// Runs a test on the running NetBox, where there is one, and deletes what it made.
pub(crate) async fn with_netbox<F>(test: impl FnOnce(NetBox) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    static N_TESTS: AtomicU32 = AtomicU32::new(0);
    let Some(path) = environment::netbox() else { return };
    let text = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let access: Value = serde_json::from_slice(&text).expect("JSON");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let number = N_TESTS.fetch_add(1, Ordering::Relaxed);
    let netbox = NetBox {
        access: Arc::new(access),
        name: format!("adapter-test-{:x}-{}-{number}", now % (1 << 24), std::process::id()),
        made: Arc::default(),
    };
    let outcome = tokio::spawn(test(netbox.clone())).await;
    let made = std::mem::take(&mut *netbox.made.lock().expect("no test panics in here"));
    for path in made.iter().rev() {
        netbox.ask(Method::DELETE, path, None).await;
    }
    if let Err(failed) = outcome {
        resume_unwind(failed.into_panic());
    }
}

impl NetBox {
    pub(crate) fn text(&self, key: &str) -> &str {
        self.access[key].as_str().unwrap_or_else(|| panic!("{key} is missing"))
    }

    /// Its version.
    pub(crate) fn version(&self) -> &str {
        self.text("version")
    }

    /// The password of its administrator.
    pub(crate) fn password(&self) -> &str {
        self.text("password")
    }

    /// A backend without a token.
    pub(crate) fn without_token(&self) -> HttpBackend {
        let mut options = HttpBackendOptions::default();
        options.timeout = Duration::from_secs(300);
        let backend = HttpBackend::new(self.text("url"), options);
        backend.unwrap_or_else(|error| panic!("failed to {error}"))
    }

    /// A backend with a token.
    pub(crate) fn backend(&self, token: &str) -> Backend {
        let credential = Credential::new(self.text(token), token);
        let credential = credential.unwrap_or_else(|error| panic!("failed to {error}"));
        CredentialLayer::new(credential).layer(self.without_token())
    }

    /// A caller of the tools whose calls reach this NetBox with a token.
    pub(crate) async fn client(&self, token: &str) -> Client<Backend> {
        let compiled = self.compiled().await;
        Client::new(Arc::clone(&compiled.catalog), self.backend(token))
    }

    /// The document of this NetBox, compiled. It is fetched once for a version: NetBox needs half a
    /// minute to write it.
    pub(crate) async fn compiled(&self) -> &'static Compiled {
        static COMPILED: OnceLock<Compiled> = OnceLock::new();
        static FETCHING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
        let _guard = FETCHING.lock().await;
        if let Some(compiled) = COMPILED.get() {
            return compiled;
        }
        let name = format!("netbox-schema-{}.json", self.text("version"));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(_) => {
                let (status, bytes) =
                    self.send(Method::GET, "/api/schema/?format=json", None).await;
                assert_eq!(status, StatusCode::OK);
                fs::write(&path, &bytes).expect("the folder of the tests can be written");
                bytes.to_vec()
            }
        };
        COMPILED.get_or_init(|| Compiled::new(bytes))
    }

    /// Asks NetBox itself, and returns what it wrote.
    pub(crate) async fn bytes(&self, method: Method, path: &str) -> (StatusCode, Bytes) {
        self.send(method, path, None).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> (StatusCode, Bytes) {
        let request =
            Request::builder().method(method).uri(path).header(ACCEPT, "application/json");
        let request = match body {
            Some(body) => {
                request.header(CONTENT_TYPE, "application/json").body(Bytes::from(body.to_string()))
            }
            None => request.body(Bytes::new()),
        };
        let request = request.expect("a request");
        let response = self.backend("admin_v2").oneshot(request).await.expect("NetBox answers");
        (response.status(), response.into_body())
    }

    /// Asks NetBox itself, past the tools.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (StatusCode, Value) {
        let (status, bytes) = self.send(method, path, body).await;
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// What NetBox itself says.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.ask(Method::GET, path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}: {answer}");
        answer
    }

    /// Makes an object, past the tools.
    pub(crate) async fn make(&self, path: &str, body: Value) -> i64 {
        let (status, made) = self.ask(Method::POST, path, Some(&body)).await;
        assert_eq!(status, StatusCode::CREATED, "{path}: {made}");
        let id = made["id"].as_i64().expect("an id");
        self.keep(path, id);
        id
    }

    /// Makes what devices have to have: a site, a type of so many units, a role.
    pub(crate) async fn make_for_devices(&self, u_height: u32) -> ForDevices {
        let name = self.name.as_str();
        let named = json!({"name": name, "slug": name});
        let site = self.make("/api/dcim/sites/", named.clone()).await;
        let manufacturer = self.make("/api/dcim/manufacturers/", named.clone()).await;
        let kind = json!({
            "manufacturer": manufacturer, "model": name, "slug": name, "u_height": u_height,
        });
        let device_type = self.make("/api/dcim/device-types/", kind).await;
        let role = self.make("/api/dcim/device-roles/", named).await;
        ForDevices { site, device_type, role }
    }

    /// Makes a device, with more fields than those it has to have.
    pub(crate) async fn make_device(&self, of: ForDevices, name: &str, more: &Value) -> i64 {
        let ForDevices { site, device_type, role } = of;
        let mut body =
            json!({"name": name, "site": site, "device_type": device_type, "role": role});
        for (field, value) in more.as_object().into_iter().flatten() {
            body[field] = value.clone();
        }
        self.make("/api/dcim/devices/", body).await
    }

    /// Deletes this object when the test is over.
    pub(crate) fn keep(&self, path: &str, id: i64) {
        self.made.lock().expect("no test panics in here").push(format!("{path}{id}/"));
    }
}
