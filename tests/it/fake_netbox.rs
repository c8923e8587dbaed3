//! What is no NetBox: it answers what a server asks a NetBox for at its start, and lists.
//!
//! It can become another one under the server. What it lists says which one it is.

mod users;

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use users::{User, Users};

/// A fake that serves until the process ends.
pub(crate) struct FakeNetBox {
    /// Where it listens.
    pub(crate) url: String,
    shared: Arc<Mutex<Shared>>,
}

/// What it is at the moment.
struct Shared {
    name: String,
    version: String,
    schema: Bytes,
    /// What it answers everything with, if it is not well.
    failing: Option<StatusCode>,
    /// The `Authorization` of each request, with its method and path.
    asked: Vec<(String, String)>,
    users: Users,
}

impl FakeNetBox {
    /// Starts one whose document has these resources of `dcim`.
    pub(crate) fn start(name: &str, resources: &[&str]) -> Self {
        Self::start_with(name, "4.6.8", document(resources))
    }

    /// Starts one with this document.
    pub(crate) fn start_with(name: &str, version: &str, schema: impl Into<Bytes>) -> Self {
        Self::start_on("127.0.0.1:0", name, version, schema)
    }

    /// Starts one at this address.
    pub(crate) fn start_on(
        address: &str,
        name: &str,
        version: &str,
        schema: impl Into<Bytes>,
    ) -> Self {
        let (name, version, schema) = (name.to_owned(), version.to_owned(), schema.into());
        let (failing, asked, users) = (None, Vec::new(), Users::default());
        let shared = Shared { name, version, schema, failing, asked, users };
        let shared = Arc::new(Mutex::new(shared));
        let (address, (send, listens)) = (address.to_owned(), std::sync::mpsc::channel());
        let app = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        // A thread of its own: the test's own waits while the server starts.
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let listener = TcpListener::bind(address).await.expect("a port");
                send.send(listener.local_addr().expect("an address")).expect("the test waits");
                axum::serve(listener, app).await
            })
        });
        let url = format!("http://{}", listens.recv().expect("it listens"));
        Self { url, shared }
    }

    /// Makes it another one.
    pub(crate) fn become_another(&self, version: &str, schema: impl Into<Bytes>) {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        version.clone_into(&mut shared.version);
        shared.schema = schema.into();
    }

    /// Lets it answer everything with a status, or as it should.
    pub(crate) fn set_failing(&self, with: Option<StatusCode>) {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).failing = with;
    }

    /// Adds a user, who may do this with sites.
    pub(crate) fn add_user(&self, id: u64, name: &str, password: &str, actions: &[&'static str]) {
        let user = User { id, password: password.to_owned(), actions: actions.to_vec() };
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).users.add(name, user);
    }

    /// Whose tokens there are that it made.
    pub(crate) fn users_of_tokens(&self) -> Vec<String> {
        let shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.users.tokens.values().map(|(_, name)| name.clone()).collect()
    }

    /// Takes back all tokens that it made.
    pub(crate) fn revoke_tokens(&self) {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).users.tokens.clear();
    }

    /// The credentials that it was asked with.
    pub(crate) fn credentials(&self) -> Vec<String> {
        let shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let mut credentials: Vec<_> = shared.asked.iter().map(|(who, _)| who.clone()).collect();
        credentials.sort();
        credentials.dedup();
        credentials
    }

    /// How often something was asked for, such as `GET /api/schema/`.
    pub(crate) fn n_asked(&self, what: &str) -> usize {
        let shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.asked.iter().filter(|(_, asked)| asked == what).count()
    }
}

/// A document with these resources of `dcim`, which can be listed and created.
pub(crate) fn document(resources: &[&str]) -> Vec<u8> {
    let mut paths = Map::new();
    for name in resources {
        let thing = json!({ "type": "object", "properties": {
            "id": { "type": "integer", "readOnly": true }, "name": { "type": "string" },
            "slug": { "type": "string" },
        }, "required": ["name"] });
        let page = json!({ "type": "object", "properties": {
            "count": { "type": "integer" },
            "results": { "type": "array", "items": thing.clone() },
        } });
        let answer = |schema: &Value| json!({ "description": "", "content": { "application/json": { "schema": schema } } });
        let methods = json!({
            "get": {
                "operationId": format!("dcim_{name}_list"),
                "responses": { "200": answer(&page) },
            },
            "post": {
                "operationId": format!("dcim_{name}_create"),
                "requestBody": answer(&thing),
                "responses": { "201": answer(&thing) },
            },
        });
        paths.insert(format!("/api/dcim/{name}/"), methods);
    }
    let info = json!({ "title": "A fake", "version": "1" });
    json!({ "openapi": "3.0.3", "info": info, "paths": paths }).to_string().into_bytes()
}

async fn answer(
    State(shared): State<Arc<Mutex<Shared>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
    let who = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    shared.asked.push((who.to_owned(), format!("{method} {}", uri.path())));
    if let Some(status) = shared.failing {
        return status.into_response();
    }
    if let Some(answer) = shared.users.answer(&method, &uri, who, &body) {
        return answer;
    }
    let name = match shared.users.caller(who) {
        Some(user) => format!("{}, as {user} sees it", shared.name),
        None => shared.name.clone(),
    };
    let body = match uri.path() {
        "/api/status/" => {
            json!({ "netbox-version": shared.version, "plugins": {} }).to_string().into()
        }
        "/api/schema/" => shared.schema.clone(),
        _ if method == Method::POST => {
            let created = json!({ "id": 2, "name": name }).to_string();
            return (StatusCode::CREATED, [(CONTENT_TYPE, "application/json")], created)
                .into_response();
        }
        _ => {
            let results = [json!({ "id": 1, "name": name })];
            json!({ "count": 1, "next": null, "previous": null, "results": results })
                .to_string()
                .into()
        }
    };
    ([(CONTENT_TYPE, "application/json")], body).into_response()
}
