//! Our tokens at a resource server of the official Python SDK, which asks us about them.

use std::process::Command;
use std::sync::Arc;

use mcp_protocol::auth::ScopeSet;
use oauth::authorization_server::{AuthorizationServer, Options};
use oauth::resource_owner::AutoApprove;
use oauth::store::{Client, ClientAuthentication, GrantType, MemoryStore};
use oauth::{TokenHash, UnixTime};
use reqwest::Response;
use serde_json::{Value, json};

use super::{Installed, Program, script};
use crate::tls;

const SECRET: &str = "a secret: of 256 bits, as far as tests go";

fn confidential(id: &str) -> Client {
    let secret = ClientAuthentication::Secret { sha256: TokenHash::of(SECRET) };
    Client::new(id, id, UnixTime::now()).with_authentication(secret)
}

/// A token for a client that acts for itself.
async fn token(issuer: &str, resource: &str, scope: &str) -> String {
    let form: String = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("grant_type", "client_credentials"),
            ("client_id", "machine"),
            ("client_secret", SECRET),
            ("resource", resource),
            ("scope", scope),
        ])
        .finish();
    let answer = post(&format!("{issuer}/oauth/token"), form).await;
    assert_eq!(answer.status().as_u16(), 200);
    let tokens: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    tokens["access_token"].as_str().unwrap().to_owned()
}

async fn post(address: &str, form: String) -> Response {
    let request = client().post(address).body(form);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    request.send().await.unwrap()
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// What the foreign server says to whoever comes with this.
async fn call(resource: &str, token: Option<&str>) -> (u16, String) {
    let initialize = json!({
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25", "capabilities": {},
            "clientInfo": { "name": "test", "version": "1" },
        },
    });
    let mut request = client()
        .post(resource)
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .body(initialize.to_string());
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let answer = request.send().await.unwrap();
    let challenge = answer.headers().get("www-authenticate");
    let challenge = challenge.map(|challenge| challenge.to_str().unwrap().to_owned());
    (answer.status().as_u16(), challenge.unwrap_or_default())
}

#[tokio::test]
async fn a_foreign_resource_server_takes_our_tokens() {
    let Some(installed) = Installed::find("a_foreign_resource_server_takes_our_tokens") else {
        return;
    };
    let (listener, address) = tls::listen().await;
    let issuer = format!("http://{address}");
    let job = json!({
        "issuer": issuer, "introspection_endpoint": format!("{issuer}/oauth/introspect"),
        "client_id": "foreign", "client_secret": SECRET,
    });
    let mut python = Command::new(&installed.python);
    let (_running, resource) =
        Program::start(python.arg(script("python_resource_server.py")), &job.to_string());

    let options = Options::new(&issuer, &resource)
        .with_resource("https://other.example/mcp")
        .with_client(confidential("foreign").with_introspection([resource.as_str()]))
        .with_client(
            confidential("machine")
                .with_grant_types([GrantType::ClientCredentials])
                .with_max_scopes(["write"]),
        );
    let nobody = AutoApprove::on_loopback(address.ip(), ScopeSet::new()).unwrap();
    let server = AuthorizationServer::new(options, nobody, Arc::new(MemoryStore::new())).unwrap();
    tls::serve(listener, server);

    let (status, challenge) = call(&resource, None).await;
    assert_eq!(status, 401);
    assert!(challenge.contains("resource_metadata="), "{challenge}");
    let write = token(&issuer, &resource, "write").await;
    assert_eq!(call(&resource, Some(&write)).await.0, 200);
    // Less than it asks for is not enough, and a token for another resource, or none, is none.
    let read = token(&issuer, &resource, "read").await;
    let (status, challenge) = call(&resource, Some(&read)).await;
    assert_eq!(status, 403);
    assert!(challenge.contains("insufficient_scope"), "{challenge}");
    let other = token(&issuer, "https://other.example/mcp", "write").await;
    assert_eq!(call(&resource, Some(&other)).await.0, 401);
    assert_eq!(call(&resource, Some("made-up")).await.0, 401);
    // What is revoked is refused at once.
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("token", write.as_str()), ("client_id", "machine")])
        .append_pair("client_secret", SECRET)
        .finish();
    assert_eq!(post(&format!("{issuer}/oauth/revoke"), form).await.status().as_u16(), 200);
    assert_eq!(call(&resource, Some(&write)).await.0, 401);
}
