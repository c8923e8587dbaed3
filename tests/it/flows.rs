//! A client meets the server that is started as the README says, and a person at a browser: from the
//! first refusal to the day the person takes access away.
//!
//! Each official client comes by its metadata document and by registering itself. The document is
//! the built-in copy of a client on loopback, which any program there may call itself: one on
//! loopback cannot be fetched, which is as it should be.

mod conversation;
mod pages;
mod person;
mod rust_sdk;
mod script;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};

use self::person::{Grant, Person};
use self::rust_sdk::RustSdk;
use self::script::Script;
use crate::clients::driver::Installed;
use crate::server::Server;

/// A client under its own OAuth. What it does first asks a person, where it must.
trait OAuthClient {
    /// Connects, and lists the tools.
    async fn connect(&mut self, person: &mut Person) -> Done;
    /// Calls a tool.
    async fn call(&mut self, person: &mut Person, tool: &str, arguments: Value) -> Done;
    /// Makes the client believe that its access token is over.
    async fn spoil(&mut self);
}

/// What a client did.
#[derive(Debug, Default)]
struct Done {
    /// What it was answered; nothing, if it was not let in.
    said: Option<String>,
    /// How it knows itself to the server.
    client_id: String,
    access_token: String,
    refresh_token: String,
    /// What the last token is for.
    scope: String,
}

impl Done {
    /// The client asks for a person, and nobody comes.
    fn locked_out() -> Self {
        Self::default()
    }
}

/// How a client gets known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Registration {
    /// Its name is the address of a document.
    Document,
    /// It asks to be registered.
    Dynamic,
}

impl Registration {
    /// The document, where there is one.
    const fn document(self) -> Option<&'static str> {
        match self {
            Self::Document => Some("https://claude.ai/oauth/claude-code-client-metadata"),
            Self::Dynamic => None,
        }
    }

    /// The name that people see.
    fn name(self, of_client: &str) -> String {
        match self {
            Self::Document => "Claude Code".to_owned(),
            Self::Dynamic => of_client.to_owned(),
        }
    }
}

/// The server that the configuration makes.
fn start() -> Option<(Installed, Server)> {
    let installed = Installed::find()?;
    let config = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/netbox-oauth.toml");
    Some((installed, Server::start(&["--config", config], &[])?))
}

/// The way of a client with this server.
async fn check(
    mut client: impl OAuthClient,
    person: &mut Person,
    server: &Server,
    registration: Registration,
    name: &str,
) {
    let context = format!("{name}, {registration:?}");
    let name = registration.name(name);
    let list = json!({ "resource": "site", "action": "list", "options": { "limit": 1 } });
    let slug = context.to_lowercase().replace([' ', ','], "-");
    let params = json!({ "name": slug, "slug": slug });
    let create = json!({ "resource": "region", "action": "create", "params": params });

    // The refusal leads to the metadata, that to the authorization server, and there to a person.
    person.will(Grant::Read, &format!("flow-{slug}-1-read"));
    let connected = client.connect(person).await;
    assert!(connected.said.is_some(), "{context}: {connected:?}");
    let asked = person.was_asked().unwrap_or_else(|| panic!("{context}: nobody was asked"));
    assert_eq!(asked.heading, format!("Allow {name} to use NetBox?"), "{context}");
    assert_eq!(asked.host, "127.0.0.1", "{context}");
    assert!(asked.warned, "{context}: the host is this computer, and nobody was warned");
    assert_eq!(asked.choices, ["read"], "{context}: a client asks for what it needs first");
    assert_eq!(asked.parameter("code_challenge_method"), "S256", "{context}");
    assert_eq!(asked.parameter("resource"), server.url, "{context}");
    assert_eq!(connected.scope, "read", "{context}");
    if let Some(document) = registration.document() {
        assert_eq!(connected.client_id, document, "{context}");
    }

    let read = client.call(person, "dcim", list.clone()).await;
    assert!(read.said.is_some_and(|said| said.contains("site")), "{context}");
    client.spoil().await;
    let refreshed = client.call(person, "dcim", list.clone()).await;
    assert!(refreshed.said.is_some(), "{context}");
    assert_ne!(refreshed.access_token, read.access_token, "{context}: it was not refreshed");
    assert_ne!(refreshed.refresh_token, read.refresh_token, "{context}: it was not rotated");
    assert!(person.was_asked().is_none(), "{context}: a refresh needs nobody");

    // What it may not do makes it ask for more; the person decides again.
    person.will(Grant::Write, &format!("flow-{slug}-2-write"));
    let written = client.call(person, "dcim", create).await;
    let said = written.said.unwrap_or_else(|| panic!("{context}: it did not write"));
    assert!(said.contains(&slug), "{context}: {said}");
    let asked = person.was_asked().unwrap_or_else(|| panic!("{context}: it did not ask for more"));
    assert_eq!(asked.choices, ["read", "write"], "{context}");
    assert_eq!(written.scope, "read write", "{context}");

    // Taken away on the page, it is gone at once, the refresh token with it.
    let granted = person.grants(&format!("flow-{slug}-3-grants"));
    assert!(granted.contains(&name), "{context}: {granted:?}");
    assert!(!person.revoke(&name).contains(&name), "{context}: it is still there");
    let refused = call_with(server, &written.access_token).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED, "{context}");
    let challenge = refused.headers()[WWW_AUTHENTICATE].to_str().expect("a text").to_owned();
    assert!(challenge.contains("invalid_token"), "{context}: {challenge}");
    let refused = refresh_with(server, &written.client_id, &written.refresh_token).await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{context}");
    assert!(refused.text().await.is_ok_and(|text| text.contains("invalid_grant")), "{context}");
    let locked_out = client.call(person, "dcim", list).await;
    assert_eq!(locked_out.said, None, "{context}");
}

/// Presents a token to the endpoint.
async fn call_with(server: &Server, token: &str) -> Response {
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}"#;
    let request = Client::new().post(&server.url).header(AUTHORIZATION, format!("Bearer {token}"));
    let request = request.header(CONTENT_TYPE, "application/json").body(body);
    request.send().await.expect("the server answers")
}

async fn refresh_with(server: &Server, client_id: &str, token: &str) -> Response {
    let url = format!("{}/oauth/token", server.base_url());
    let body = format!("grant_type=refresh_token&client_id={client_id}&refresh_token={token}");
    let request = Client::new().post(url).body(body);
    let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    request.send().await.expect("the server answers")
}

const BOTH: [Registration; 2] = [Registration::Document, Registration::Dynamic];

#[tokio::test(flavor = "multi_thread")]
async fn rmcp_goes_the_whole_way() {
    let Some((installed, server)) = start() else { return };
    let mut person = Person::sit_down(&installed, &server);
    for registration in BOTH {
        let client = RustSdk::new(&server, registration, "rmcp");
        check(client, &mut person, &server, registration, "rmcp").await;
    }
}

async fn check_script(script: &str, modes: [Value; 2], name: &str) {
    let Some((installed, server)) = start() else { return };
    let mut person = Person::sit_down(&installed, &server);
    for (registration, mode) in BOTH.into_iter().zip(modes) {
        let client = Script::start(&installed, script, &server, registration, name, &mode);
        check(client, &mut person, &server, registration, name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_typescript_client_goes_the_whole_way() {
    let modes = [json!({ "pin": "2026-07-28" }), json!("legacy")];
    check_script("typescript_client_oauth.mjs", modes, "TypeScript client").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_python_sdk_goes_the_whole_way() {
    let modes = [json!("2026-07-28"), json!("legacy")];
    check_script("python_sdk_oauth.py", modes, "Python client").await;
}
