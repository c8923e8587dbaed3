//! The layer, request by request.

#[cfg(feature = "runtime-tokio")]
mod bodies;
pub(crate) mod standing;

use std::convert::Infallible;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use mcp_protocol::auth::{AuthInfo, ScopeSet};
use oauth::resource_server::{AccessLayer, ForeignCredential, ResourceMetadata};
use oauth::{
    AccessToken, Clock, NewToken, OsEntropy, StaticTokenRules, StaticTokens, Unavailable, UnixTime,
    Verdict, Verifier,
};
use proptest::prelude::*;
use serde_json::Value;
use tower::{Layer as _, ServiceExt as _, service_fn};

const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> UnixTime {
        NOW
    }
}

/// An endpoint with one token that is valid, one that expired and one that was revoked.
struct Endpoint {
    layer: AccessLayer,
    valid: String,
    expired: String,
    revoked: String,
}

fn endpoint() -> Endpoint {
    let mut tokens = StaticTokens::new(StaticTokenRules::default());
    let mut issue = |new: NewToken, at| {
        let (id, token) = tokens.issue(new, at, &OsEntropy).unwrap();
        (id, token.expose().to_owned())
    };
    let (_, valid) = issue(NewToken::new("valid", ["write"]), NOW);
    let early = UnixTime::from_secs(NOW.as_secs() - 100);
    let expiring = NewToken::new("expired", ["write"]).with_expiry(early + Duration::from_secs(50));
    let (_, expired) = issue(expiring, early);
    let (id, revoked) = issue(NewToken::new("revoked", ["write"]), NOW);
    assert!(tokens.revoke(&id));
    Endpoint { layer: layer(tokens), valid, expired, revoked }
}

fn layer(verifier: impl Verifier + 'static) -> AccessLayer {
    let metadata = ResourceMetadata::new("https://mcp.example.org/api/mcp").unwrap();
    AccessLayer::new(verifier, metadata)
        .with_challenge_scopes(&ScopeSet::from(["read"]))
        .with_foreign_credentials([
            ForeignCredential::scheme("Token", "this is an \"API\" token"),
            ForeignCredential::prefix("api_", "this is another API token"),
        ])
        .with_clock(Stopped)
}

/// Sends a request through the layer; the service behind it tells whom it saw.
async fn send(layer: &AccessLayer, request: Request<Full<Bytes>>) -> Response<String> {
    let inner = service_fn(|request: Request<Full<Bytes>>| async move {
        assert!(
            request.uri().path() == "/open" || !request.headers().contains_key("authorization")
        );
        let seen = match request.extensions().get::<AuthInfo>() {
            Some(caller) => format!("{}: {}", caller.subject, caller.scopes),
            None => "nobody".to_owned(),
        };
        Ok::<_, Infallible>(Response::new(Full::from(Bytes::from(seen))))
    });
    let (parts, body) = layer.layer(inner).oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Response::from_parts(parts, String::from_utf8(body.to_vec()).unwrap())
}

fn post(authorization: &[&str]) -> Request<Full<Bytes>> {
    let request = Request::post("https://mcp.example.org/api/mcp");
    let request = authorization.iter().fold(request, |r, value| r.header("Authorization", *value));
    request.body(Full::default()).unwrap()
}

fn challenge(response: &Response<String>) -> &str {
    response.headers().get("www-authenticate").map_or("", |value| value.to_str().unwrap())
}

#[track_caller]
fn check_challenged(response: &Response<String>, error_description: &str) {
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let mut expected = "Bearer resource_metadata=\"https://mcp.example.org/.well-known/\
                        oauth-protected-resource/api/mcp\", scope=\"read\""
        .to_owned();
    if !error_description.is_empty() {
        expected +=
            &format!(", error=\"invalid_token\", error_description=\"{error_description}\"");
    }
    assert_eq!(challenge(response), expected);
    let body: Value = serde_json::from_str(response.body()).unwrap();
    assert!(body["error"].is_string());
}

#[tokio::test]
async fn a_valid_token_is_let_in_and_goes_no_further() {
    let endpoint = endpoint();
    for scheme in ["Bearer", "bearer", "BEARER", "Bearer  "] {
        let response =
            send(&endpoint.layer, post(&[&format!("{scheme} {}", endpoint.valid)])).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert!(response.body().starts_with("static:"), "{}", response.body());
        assert!(response.body().ends_with(": read write"), "{}", response.body());
    }
}

#[tokio::test]
async fn what_is_not_valid_is_challenged_with_the_reason() {
    let endpoint = endpoint();
    let damaged = &endpoint.valid[..endpoint.valid.len() - 1];
    let open = endpoint.layer.clone().with_anonymous(ScopeSet::from(["read"]), ScopeSet::new());
    for layer in [&endpoint.layer, &open] {
        for (token, description) in [
            (endpoint.expired.as_str(), "the token has expired"),
            (&endpoint.revoked, "the token is not known here, or was revoked"),
            (damaged, "the token is damaged: copy it again, all of it"),
            ("ghp_0123", "the token is not one of this server"),
            ("api_0123", "this is another API token"),
        ] {
            let response = send(layer, post(&[&format!("Bearer {token}")])).await;
            check_challenged(&response, description);
            assert!(!challenge(&response).contains(token));
        }
        let response = send(layer, post(&["token 0123456789abcdef"])).await;
        check_challenged(&response, "this is an API token");
        let response = send(layer, post(&["Basic dXNlcjpwYXNz"])).await;
        check_challenged(&response, "this endpoint takes bearer tokens");
    }
}

#[tokio::test]
async fn nobody_is_let_in_unless_the_configuration_says_so() {
    let endpoint = endpoint();
    check_challenged(&send(&endpoint.layer, post(&[])).await, "");
    let scopes = ScopeSet::from(["read"]);
    let open = endpoint.layer.with_anonymous(scopes, ScopeSet::from(["read", "write"]));
    assert_eq!(send(&open, post(&[])).await.body(), "anonymous: read");
    // A token in the address is none.
    let request = Request::post(format!("/api/mcp?access_token={}", endpoint.valid));
    let request = request.body(Full::default()).unwrap();
    assert_eq!(send(&open, request).await.body(), "anonymous: read");
}

#[tokio::test]
async fn what_is_no_credential_is_a_bad_request() {
    let endpoint = endpoint();
    let open = endpoint.layer.with_anonymous(ScopeSet::from(["read"]), ScopeSet::new());
    let long = format!("Bearer {}", "a".repeat(9000));
    let twice = format!("Bearer {}", endpoint.valid);
    for authorization in [
        &["Bearer"][..],
        &["Bearer "],
        &[""],
        &["Bearer a b"],
        &["Bearer a\"b"],
        &["Bearer ä"],
        &[&endpoint.valid],
        &[&long],
        &[&twice, &twice],
    ] {
        let response = send(&open, post(authorization)).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{authorization:?}");
        assert!(challenge(&response).starts_with("Bearer error=\"invalid_request\""));
        assert!(!response.body().contains(&endpoint.valid));
    }
}

#[tokio::test]
async fn probes_and_open_paths_need_no_token() {
    let layer = endpoint().layer.with_open_path("/open");
    let get = |path: &str| Request::get(path).body(Full::default()).unwrap();
    for path in [
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/api/mcp",
        "/.well-known/openid-configuration",
        "/api/mcp/.well-known/openid-configuration",
        "/.well-known/oauth-protected-resource/other",
        "/register",
        "/authorize",
        "/token",
    ] {
        let response = send(&layer, get(path)).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(response.headers()["content-type"], "application/json");
        assert!(serde_json::from_str::<Value>(response.body()).is_ok());
    }
    assert_eq!(send(&layer, get("/open")).await.body(), "nobody");
    for path in ["/open/", "/open/x", "/opened", "/", "/tokens"] {
        assert_eq!(send(&layer, get(path)).await.status(), StatusCode::UNAUTHORIZED, "{path}");
    }
    let opened = layer.clone().with_open_path("/token");
    assert_eq!(send(&opened, get("/token")).await.status(), StatusCode::OK);
    let preflight = Request::builder().method(Method::OPTIONS).uri("/api/mcp");
    let response = send(&layer, preflight.body(Full::default()).unwrap()).await;
    assert_eq!(response.body(), "nobody");
}

#[tokio::test]
async fn a_page_in_a_browser_can_read_the_challenge() {
    let response = send(&endpoint().layer, post(&[])).await;
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("access-control-allow-origin"), "*");
    assert!(header("access-control-expose-headers").contains("www-authenticate"));
    assert_eq!(header("cache-control"), "no-store");
}

struct Down;

#[async_trait]
impl Verifier for Down {
    async fn verify(&self, _: &AccessToken, _: UnixTime) -> Verdict {
        Verdict::Unavailable(Unavailable::new("reach the store"))
    }
}

#[tokio::test]
async fn a_store_that_is_down_is_no_fault_of_the_token() {
    let response = send(&layer(Down), post(&["Bearer abc"])).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(response.headers().contains_key("retry-after"));
    // What failed is for the log.
    assert_eq!(response.extensions().get(), Some(&Unavailable::new("reach the store")));
    assert!(!response.body().contains("store"));
}

#[tokio::test]
async fn a_token_can_be_revoked_while_the_server_runs() {
    let tokens = StaticTokens::new(StaticTokenRules::default());
    let tokens = Arc::new(RwLock::new(tokens));
    let layer = layer(Arc::clone(&tokens));
    let new = NewToken::new("new", ["read"]);
    let (id, token) = tokens.write().unwrap().issue(new, NOW, &OsEntropy).unwrap();
    let bearer = format!("Bearer {}", token.expose());
    assert_eq!(send(&layer, post(&[&bearer])).await.status(), StatusCode::OK);
    tokens.write().unwrap().revoke(&id);
    assert_eq!(send(&layer, post(&[&bearer])).await.status(), StatusCode::UNAUTHORIZED);
}

#[test]
fn debug_shows_no_secret() {
    let endpoint = endpoint();
    let text = format!("{:?} {:?}", endpoint.layer, endpoint.layer.layer(()));
    assert!(!text.contains(&endpoint.valid["mcpd_".len()..]));
}

proptest! {
    /// Whatever stands in the header, it is refused, and nothing panics.
    #[test]
    fn no_header_but_a_valid_one_is_let_in(header in proptest::collection::vec(any::<u8>(), 0..80)) {
        let Ok(value) = http::HeaderValue::from_bytes(&header) else { return Ok(()) };
        let mut request = post(&[]);
        request.headers_mut().insert("authorization", value);
        let open = endpoint().layer.with_anonymous(ScopeSet::from(["read"]), ScopeSet::new());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let response = runtime.block_on(send(&open, request));
        let status = response.status();
        prop_assert!(status == StatusCode::UNAUTHORIZED || status == StatusCode::BAD_REQUEST);
    }
}
