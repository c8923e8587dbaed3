//! The protected resource metadata (RFC 9728).

use std::convert::Infallible;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use oauth::resource_server::{AccessLayer, ResourceMetadata};
use oauth::{Fault, Verifiers};
use serde_json::{Value, json};
use tower::{Layer as _, ServiceExt as _, service_fn};

async fn ask(resource: &str, method: Method, path: &str) -> (StatusCode, http::HeaderMap, Bytes) {
    let metadata = ResourceMetadata::new(resource)
        .unwrap()
        .with_authorization_server("https://login.example.org")
        .with_scopes_supported(["write", "read"])
        .with_resource_name("Example");
    let inner = service_fn(|_: Request<Full<Bytes>>| async {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    });
    let protected = AccessLayer::new(Verifiers::new(), metadata).layer(inner);
    let request = Request::builder().method(method).uri(path).body(Full::default()).unwrap();
    let (parts, body) = protected.oneshot(request).await.unwrap().into_parts();
    (parts.status, parts.headers, body.collect().await.unwrap().to_bytes())
}

#[tokio::test]
async fn the_document_stands_at_both_paths() {
    for path in [
        "/.well-known/oauth-protected-resource/api/mcp",
        "/.well-known/oauth-protected-resource/api/mcp/",
        "/.well-known/oauth-protected-resource",
    ] {
        let (status, headers, body) =
            ask("https://mcp.example.org/api/mcp", Method::GET, path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert_eq!(headers["content-type"], "application/json");
        assert_eq!(headers["access-control-allow-origin"], "*");
        assert_eq!(
            serde_json::from_slice::<Value>(&body).unwrap(),
            json!({
                "resource": "https://mcp.example.org/api/mcp",
                "authorization_servers": ["https://login.example.org"],
                "scopes_supported": ["read", "write"],
                "bearer_methods_supported": ["header"],
                "resource_name": "Example",
            })
        );
    }
    let path = "/.well-known/oauth-protected-resource";
    let root = |method| ask("https://mcp.example.org", method, path);
    assert_eq!(root(Method::GET).await.0, StatusCode::OK);
    assert_eq!(root(Method::HEAD).await.2.len(), 0);
    assert_eq!(root(Method::OPTIONS).await.0, StatusCode::NO_CONTENT);
    let (status, headers, _) = root(Method::POST).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(headers["allow"], "GET, HEAD, OPTIONS");
}

#[test]
fn challenges_name_the_document_of_the_endpoint() {
    let url = |resource: &str| ResourceMetadata::new(resource).unwrap().url();
    let well_known = "/.well-known/oauth-protected-resource";
    assert_eq!(url("https://a.org/api/mcp"), format!("https://a.org{well_known}/api/mcp"));
    assert_eq!(url("http://127.0.0.1:8080/mcp/"), format!("http://127.0.0.1:8080{well_known}/mcp"));
    assert_eq!(url("https://a.org"), format!("https://a.org{well_known}"));
}

#[test]
fn an_address_that_clients_could_not_compare_is_refused() {
    for resource in [
        "",
        "/api/mcp",
        "mcp.example.org/api",
        "ftp://a.org/",
        "https://a.org/?x=1",
        "https://a.org/#x",
        "https://user:hunter2@a.org/",
        "https://a.org/\"x",
        "https://a.org/ä",
    ] {
        let error = ResourceMetadata::new(resource).unwrap_err();
        assert_eq!(error.fault(), Fault::Configuration, "{resource}");
    }
}
