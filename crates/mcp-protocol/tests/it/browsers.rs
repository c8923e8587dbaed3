//! Hosts, origins, preflights, paths and health.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::body::Body;
use http::{Method, Request};
use mcp_protocol::http::McpService;
use serde_json::json;

use crate::toy::Toy;
use crate::wire::{Answer, block_on, post, send, service, shared};

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

fn with_headers(
    service: &McpService<Arc<Toy>>,
    method: Method,
    headers: &[(&str, &str)],
) -> Answer {
    let mut request = post(PING, &[]);
    *request.method_mut() = method;
    for (name, value) in headers {
        request.headers_mut().insert(
            http::HeaderName::try_from(*name).expect("a name"),
            value.parse().expect("a value"),
        );
    }
    block_on(send(service, request))
}

#[test]
fn rebound_names_are_refused() {
    let service = service();
    let answer = with_headers(&service, Method::POST, &[("host", "evil.example")]);
    assert_eq!((answer.status.as_u16(), answer.code()), (403, -32600));
    for origin in ["http://evil.example", "null"] {
        for method in [Method::POST, Method::OPTIONS, Method::GET] {
            let answer = with_headers(&service, method, &[("origin", origin)]);
            assert_eq!(answer.status, 403, "{origin}");
            assert_eq!(answer.header("access-control-allow-origin"), None);
        }
    }
}

#[test]
fn allowed_pages_may_read_the_answers() {
    let service = service()
        .with_public_url("https://mcp.example.com/api/mcp")
        .and_then(|service| service.with_allowed_hosts(["inside"]))
        .and_then(|service| service.with_allowed_origins(["https://app.example.com"]))
        .expect("valid settings");
    for origin in ["http://localhost:6274", "https://mcp.example.com", "https://app.example.com"] {
        let headers = [("host", "inside:80"), ("origin", origin)];
        let answer = with_headers(&service, Method::POST, &headers);
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        assert_eq!(answer.header("vary"), Some("origin"));
        assert!(answer.header("access-control-expose-headers").is_some_and(|names| {
            names.contains("www-authenticate") && names.contains("mcp-session-id")
        }));
    }
}

#[test]
fn preflights_are_answered() {
    let headers = [
        ("origin", "http://localhost:6274"),
        ("access-control-request-headers", "content-type, Mcp-Param-Region,x-evil"),
    ];
    let answer = with_headers(&service(), Method::OPTIONS, &headers);
    assert_eq!(answer.status, 204);
    assert_eq!(answer.text, "");
    assert_eq!(answer.header("access-control-allow-origin"), Some("http://localhost:6274"));
    assert_eq!(answer.header("access-control-allow-methods"), Some("POST, OPTIONS"));
    let allowed = answer.header("access-control-allow-headers").expect("a list");
    for name in ["authorization", "mcp-protocol-version", "mcp-method", "mcp-param-region"] {
        assert!(allowed.split(", ").any(|allowed| allowed == name), "{name} in {allowed}");
    }
    assert!(!allowed.contains("x-evil"));
}

#[test]
fn the_slash_at_the_end_makes_no_difference() {
    let service = service().with_path("/api/mcp/");
    for (path, status) in [
        ("/api/mcp", 200),
        ("/api/mcp/", 200),
        ("/api/mcp?x=1", 200),
        ("/api", 404),
        ("/api/mcp/x", 404),
        ("/", 404),
    ] {
        let mut request = post(PING, &[]);
        *request.uri_mut() = path.parse().expect("a path");
        assert_eq!(block_on(send(&service, request)).status, status, "{path}");
    }
}

#[test]
fn health_follows_readiness_on_any_host() {
    let (toy, service) = shared();
    let service = service.with_path("/mcp").with_health_path("/healthz");
    let get = |method: Method| {
        let request =
            Request::builder().method(method).uri("/healthz").header("host", "10.0.0.7:8080");
        block_on(send(&service, request.body(Body::empty()).expect("a request")))
    };
    assert_eq!((get(Method::GET).status.as_u16(), get(Method::POST).status.as_u16()), (200, 405));
    toy.starting.store(true, Ordering::Relaxed);
    let answer = get(Method::GET);
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, Some("2")));
    let said = json!({ "status": "starting", "why": "the document is being read" });
    assert_eq!(answer.json(), said);
}
