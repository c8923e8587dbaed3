//! Clients that no table knows and that come with a metadata document, and the shipped file's
//! `[access]`. The document is fetched from an internet that is the test's own; all else is as the
//! program puts it together.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Request, Response, StatusCode};
use mcp_dispatch::mcp_protocol::auth::AuthInfo;
use mcp_dispatch::oauth::authorization_server::{
    AuthorizationServer, DocumentRequest, DocumentResponse, FetchError, Fetcher, Resolver,
};
use mcp_dispatch::oauth::configuration::Configuration;
use mcp_dispatch::oauth::resource_owner::hash_password;
use mcp_dispatch::oauth::resource_server::{AccessLayer, ResourceMetadata};
use mcp_dispatch::oauth::store::{LocalUser, MemoryStore, Store};
use mcp_dispatch::oauth::{OsEntropy, UnixTime, Verifiers};
use serde_json::json;
use tokio::net::TcpListener;
use tower::{Layer as _, service_fn};

use super::browser::{App, Person, Proof, REDIRECT, World, bearer};
use super::flow::SHIPPED;

/// An internet with one document on it.
struct OneDocument;

#[async_trait]
impl Resolver for OneDocument {
    async fn resolve(&self, _: &str) -> Result<Vec<IpAddr>, FetchError> {
        Ok(vec![IpAddr::from([93, 184, 216, 34])])
    }
}

#[async_trait]
impl Fetcher for OneDocument {
    async fn fetch(&self, request: &DocumentRequest) -> Result<DocumentResponse, FetchError> {
        assert_eq!(request.url, ID);
        let document = json!({
            "client_id": ID, "client_name": "Nobody's", "redirect_uris": [REDIRECT, ELSEWHERE],
            "grant_types": ["authorization_code", "refresh_token"],
        });
        let mut headers = HeaderMap::new();
        headers.insert("content-type", "application/json".parse().expect("a value"));
        Ok(DocumentResponse::new(StatusCode::OK, headers, document.to_string().into()))
    }
}

/// Serves an endpoint that says what its caller may do; says where.
pub(super) async fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (issuer, resource) = (format!("http://{address}"), format!("http://{address}/api/mcp"));
    let text = std::fs::read_to_string(SHIPPED).expect("the shipped file");
    let mut file: toml::Table = toml::from_str(&text).expect("TOML");
    let access = file.remove("access").expect("[access]");
    let configuration: Configuration = access.try_into().expect("who may connect");

    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let hash = hash_password(PASSWORD, &OsEntropy).expect("a hash");
    let ada = LocalUser::new("ada", hash, ["admin"], UnixTime::now());
    store.put_user(&ada).await.expect("the store is there");
    let options = configuration.options(&issuer, &resource).expect("options");
    let owner = configuration.owner(address.ip(), Arc::clone(&store), None).expect("people");
    let server = AuthorizationServer::new(options, owner, store).expect("a server");
    let server = server.with_documents(OneDocument, OneDocument);

    let endpoint = service_fn(|request: Request<Body>| async move {
        let caller = request.extensions().get::<AuthInfo>().expect("a caller");
        Ok::<_, Infallible>(Response::new(Body::from(caller.scopes.to_string())))
    });
    let metadata = ResourceMetadata::new(&resource).expect("metadata");
    let metadata = metadata.with_authorization_server(&issuer);
    let tokens = Verifiers::new().then(server.verifier(&resource).expect("a verifier"));
    let both = server.beside(AccessLayer::new(tokens, metadata).layer(endpoint));
    let router = Router::new().fallback_service(both);
    tokio::spawn(async move { axum::serve(listener, router).await });
    resource
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_in_no_table_comes_with_a_document() {
    let world = World::new(&serve().await);
    let mut ada = Person::new("ada", PASSWORD);
    let app = App::registered(&world, ID, Proof::None).await;
    for (asked, granted) in
        [("read", "read"), ("read write", "read write"), ("read write admin", "read write")]
    {
        let tokens = app.tokens(&mut ada, asked).await;
        assert_eq!(tokens["scope"], granted);
        let fresh = app.refresh(&tokens).await.is(200).json();
        let seen = world.list_sites(Some(&bearer(&fresh))).await;
        assert_eq!(seen.is(200).body, granted);
    }
    // What the document says of where answers go is not enough: the file says where they may.
    let elsewhere = app.url("read").replace(&encoded(REDIRECT), &encoded(ELSEWHERE));
    assert!(elsewhere.contains("elsewhere.example"), "{elsewhere}");
    let refused = world.get(elsewhere.trim_start_matches(&world.origin())).await;
    assert!(refused.status.is_client_error() && refused.location.is_empty(), "{refused:?}");
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

const ID: &str = "https://nobodys.example/client.json";
const ELSEWHERE: &str = "https://elsewhere.example/callback";
const PASSWORD: &str = "correct horse battery";
