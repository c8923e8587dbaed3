//! What is around a server: time, people with accounts, the internet.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use http::{HeaderMap, StatusCode};
use mcp_protocol::auth::ScopeSet;
use oauth::authorization_server::{
    DocumentRequest, DocumentResponse, FetchError, Fetcher, Resolver, Unavailable,
};
use oauth::resource_owner::{Attempt, Field, Person, ResourceOwner, SignInError, Way};
use oauth::store::Subject;
use oauth::{Clock, UnixTime};
use serde_json::Value;

/// A clock that is set by hand.
#[derive(Clone)]
pub(in crate::authorization_server) struct HandClock(Arc<AtomicU64>);

impl HandClock {
    pub(super) fn new(secs: u64) -> Self {
        Self(Arc::new(AtomicU64::new(secs)))
    }

    pub(super) fn wait(&self, secs: u64) {
        self.0.fetch_add(secs, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> UnixTime {
        UnixTime::from_secs(self.0.load(Ordering::SeqCst))
    }
}

/// Accounts of some other system: a name, a password, and what each may grant. They stand for an
/// account of the API behind a server.
#[derive(Clone, Default)]
pub(in crate::authorization_server) struct Accounts(Arc<Mutex<BTreeMap<String, ScopeSet>>>);

impl Accounts {
    pub(in crate::authorization_server) fn set(&self, name: &str, scopes: &[&str]) {
        self.0.lock().unwrap().insert(name.to_owned(), scopes.iter().copied().collect());
    }

    pub(in crate::authorization_server) fn remove(&self, name: &str) {
        self.0.lock().unwrap().remove(name);
    }
}

#[async_trait]
impl ResourceOwner for Accounts {
    fn ways(&self) -> Vec<Way> {
        let fields = [Field::text("name", "User name"), Field::secret("password", "Password")];
        vec![
            Way::new("account", "With your account", fields),
            Way::new("token", "With a token", [Field::secret("token", "API token")]),
        ]
    }

    async fn sign_in(&self, attempt: &Attempt) -> Result<Person, SignInError> {
        if attempt.answer("name") == "broken" {
            return Err(SignInError::Unavailable(Unavailable::new("ask the API")));
        }
        let name = match attempt.way.as_str() {
            "token" => attempt.answer("token").strip_prefix("token of ").unwrap_or_default(),
            _ if attempt.answer("password") == "password" => attempt.answer("name"),
            _ => "",
        };
        if !self.0.lock().unwrap().contains_key(name) {
            return Err(SignInError::Wrong("There is no such account.".to_owned()));
        }
        Ok(Person::new(format!("account:{name}"), name))
    }

    async fn ceiling(&self, subject: &Subject) -> Result<Option<ScopeSet>, Unavailable> {
        let name = subject.as_str().strip_prefix("account:").unwrap_or_default();
        Ok(self.0.lock().unwrap().get(name).cloned())
    }
}

/// What stands at an address of the internet.
#[derive(Clone)]
pub(in crate::authorization_server) struct Document {
    status: u16,
    kind: &'static str,
    body: String,
}

/// The internet.
#[derive(Clone, Default)]
pub(in crate::authorization_server) struct Internet {
    pub(in crate::authorization_server) hosts: Arc<Mutex<BTreeMap<String, Vec<IpAddr>>>>,
    pub(in crate::authorization_server) documents: Arc<Mutex<BTreeMap<String, Document>>>,
    pub(in crate::authorization_server) fetched: Arc<Mutex<Vec<DocumentRequest>>>,
}

impl Internet {
    pub(in crate::authorization_server) fn host(&self, host: &str, addresses: &[&str]) {
        let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
        self.hosts.lock().unwrap().insert(host.to_owned(), addresses);
    }

    pub(in crate::authorization_server) fn document(&self, url: &str, document: &Value) {
        self.answer(url, 200, "application/json", &document.to_string());
    }

    pub(in crate::authorization_server) fn answer(
        &self,
        url: &str,
        status: u16,
        kind: &'static str,
        body: &str,
    ) {
        let document = Document { status, kind, body: body.to_owned() };
        self.documents.lock().unwrap().insert(url.to_owned(), document);
    }

    pub(in crate::authorization_server) fn n_fetched(&self) -> usize {
        self.fetched.lock().unwrap().len()
    }
}

#[async_trait]
impl Resolver for Internet {
    async fn resolve(&self, host: &str) -> Result<Vec<IpAddr>, FetchError> {
        let known = self.hosts.lock().unwrap().get(host).cloned();
        known.ok_or_else(|| FetchError::new("find the host"))
    }
}

#[async_trait]
impl Fetcher for Internet {
    async fn fetch(&self, request: &DocumentRequest) -> Result<DocumentResponse, FetchError> {
        self.fetched.lock().unwrap().push(request.clone());
        let known = self.documents.lock().unwrap().get(&request.url).cloned();
        let Document { status, kind, body } = known.ok_or_else(|| FetchError::new("connect"))?;
        let mut headers = HeaderMap::new();
        headers.insert("content-type", kind.parse().unwrap());
        headers.insert("location", "https://127.0.0.1/x".parse().unwrap());
        Ok(DocumentResponse::new(StatusCode::from_u16(status).unwrap(), headers, body.into()))
    }
}
