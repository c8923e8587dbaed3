//! An OpenID provider that is none: whoever comes is Ada, and nobody is asked. It is as much of one
//! as a server needs that sends people there.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Json;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use url::Url;

use super::keys::{key_set, now, sign};

/// A provider that is served on loopback until the test ends.
#[derive(Clone)]
pub(crate) struct FakeOpenIdProvider {
    pub(crate) issuer: String,
    asked: Arc<Mutex<Asked>>,
}

/// What is kept between a person's visit and ours.
#[derive(Default)]
struct Asked {
    /// What was asked, by the code that was given for it.
    by_code: BTreeMap<String, BTreeMap<String, String>>,
    /// The groups that Ada is in.
    groups: Vec<String>,
}

impl FakeOpenIdProvider {
    /// Serves one whose Ada is in these groups.
    pub(crate) async fn serve(groups: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let groups = groups.iter().map(|&group| group.to_owned()).collect();
        let asked = Asked { by_code: BTreeMap::new(), groups };
        let provider =
            Self { issuer: format!("http://{address}"), asked: Arc::new(Mutex::new(asked)) };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .route("/introspect", post(introspect))
            .route("/keys", get(|| async { Json(key_set(SEED)) }))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    /// Puts Ada into other groups.
    pub(crate) fn set_groups(&self, groups: &[&str]) {
        let mut asked = self.asked.lock().expect("nobody panics in here");
        asked.groups = groups.iter().map(|&group| group.to_owned()).collect();
    }

    /// An access token of Ada's for this audience, signed with the key of this seed.
    pub(crate) fn access_token(&self, audience: &str, scope: &str, seed: u8) -> String {
        let claims = json!({
            "iss": self.issuer, "sub": "ada", "aud": audience, "client_id": "cli", "scope": scope,
            "iat": now(), "exp": now() + 300,
        });
        sign("at+jwt", seed, &claims)
    }
}

async fn metadata(State(provider): State<FakeOpenIdProvider>) -> Json<Value> {
    let issuer = &provider.issuer;
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "introspection_endpoint": format!("{issuer}/introspect"),
        "jwks_uri": format!("{issuer}/keys"),
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn authorize(
    State(provider): State<FakeOpenIdProvider>,
    Query(asked): Query<BTreeMap<String, String>>,
) -> Response {
    let mut kept = provider.asked.lock().expect("nobody panics in here");
    let code = format!("code-{}", kept.by_code.len());
    let pairs = [("code", &code), ("state", &asked["state"]), ("iss", &provider.issuer)];
    let back = Url::parse_with_params(&asked["redirect_uri"], pairs).expect("an address");
    kept.by_code.insert(code, asked);
    Redirect::to(back.as_str()).into_response()
}

async fn token(
    State(provider): State<FakeOpenIdProvider>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let form: BTreeMap<String, String> =
        url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let mut kept = provider.asked.lock().expect("nobody panics in here");
    let asked = form.get("code").and_then(|code| kept.by_code.remove(code));
    let Some(asked) = asked.filter(|_| is_of_ours(&headers)) else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" })))
            .into_response();
    };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&form["code_verifier"]));
    assert_eq!(challenge, asked["code_challenge"], "the code is somebody else's");
    let claims = json!({
        "iss": provider.issuer, "sub": "ada", "aud": CLIENT_ID, "nonce": asked["nonce"],
        "iat": now(), "exp": now() + 300, "preferred_username": "Ada", "groups": kept.groups,
    });
    let id_token = sign("JWT", SEED, &claims);
    let answer = json!({ "access_token": "x", "token_type": "Bearer", "id_token": id_token });
    Json(answer).into_response()
}

/// Says of `opaque-SCOPE` that it is a token of Ada's, of which it does not say what it is for.
async fn introspect(headers: HeaderMap, body: String) -> Response {
    if !is_of_ours(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let token = url::form_urlencoded::parse(body.as_bytes())
        .find_map(|(name, value)| (name == "token").then(|| value.into_owned()));
    let token = token.unwrap_or_default();
    Json(match token.strip_prefix("opaque-") {
        Some(scope) => json!({ "active": true, "sub": "ada", "scope": scope }),
        None => json!({ "active": false }),
    })
    .into_response()
}

/// Whether a request is of the client that the tests configure.
fn is_of_ours(headers: &HeaderMap) -> bool {
    let basic = format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}")));
    headers.get("authorization").is_some_and(|value| value == basic.as_str())
}

/// What the provider calls the server.
pub(crate) const CLIENT_ID: &str = "mcp";
pub(crate) const CLIENT_SECRET: &str = "a-secret-that-only-the-fake-provider-knows";
/// The key that its tokens are signed with.
pub(crate) const SEED: u8 = 1;
