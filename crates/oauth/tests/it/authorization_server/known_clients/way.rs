//! The way of a client, from its first call to a token that was refreshed.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use jsonwebtoken::{Algorithm, Header};
use oauth::authorization_server::UnregisteredClients;
use oauth::resource_server::{AccessLayer, ResourceMetadata};
use oauth::store::{Client, ClientAuthentication};
use oauth::{TokenHash, UnixTime};
use serde_json::{Value, json};
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::super::driver::{
    App, Browser, ISSUER, RESOURCE, Reply, SECRET, VERIFIER, World, post_json,
};
use crate::external::{key, public_key};

/// How a client comes to have a name.
pub(super) enum Registration {
    /// By a document at this address, which is fetched, or known.
    Document(&'static str, Option<fn() -> Value>),
    /// By registering itself.
    Dynamic(fn() -> Value),
    /// By having one.
    AnyName(&'static str),
    /// By the operator, who hands out this name.
    Operator(&'static str),
}

/// How a client proves itself at the token endpoint.
#[derive(Clone, Copy)]
pub(super) enum Proof {
    /// It does not.
    None,
    /// By its secret.
    Secret,
    /// By the key at the address in its document.
    Key,
}

/// How a client goes about it.
pub(super) struct Way {
    pub(super) registration: Registration,
    pub(super) redirect_uri: &'static str,
    pub(super) scope: &'static str,
    pub(super) proof: Proof,
    /// Whether it names the resource on the authorization, the token, and the refresh request.
    pub(super) names_resource: [bool; 3],
}

/// A server as it would be shipped: it knows none of these clients by name.
fn world() -> World {
    let world = World::with(|options| {
        let hosts = [
            "claude.ai",
            "claude.com",
            "chatgpt.com",
            "vscode.dev",
            "www.cursor.com",
            "loopback",
            "new.example",
        ];
        let these = UnregisteredClients::new(hosts, ["write"])
            .with_dynamic_registration(Default::default())
            .with_any_name();
        let by_hand = |id: &str, redirect_uri: &str| {
            Client::new(id, id, UnixTime::from_secs(0))
                .with_redirect_uris([redirect_uri])
                .with_max_scopes(["write"])
        };
        let secret = ClientAuthentication::Secret { sha256: TokenHash::of(SECRET) };
        let claude = by_hand("claude-by-hand", "https://claude.ai/api/mcp/auth_callback");
        let claude_code = by_hand("claude-code-by-hand", "http://localhost/callback");
        options
            .with_unregistered_clients(these)
            .with_client(claude.with_authentication(secret))
            .with_client(claude_code)
            .with_private_key_jwt()
    });
    let keys = json!({ "keys": [public_key(3)] });
    world.internet.document("https://chatgpt.com/oauth/jwks.json", &keys);
    world.internet.host("chatgpt.com", &["104.18.32.47"]);
    world.internet.host("new.example", &["93.184.216.34"]);
    world
}

/// What the endpoint says to a call with this token.
async fn call(world: &World, path: &str, token: Option<&str>) -> Reply {
    let endpoint = service_fn(|_: Request<Full<Bytes>>| async {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    });
    let metadata = ResourceMetadata::new(RESOURCE).unwrap().with_authorization_server(ISSUER);
    let layer = AccessLayer::new(world.server.verifier(RESOURCE).unwrap(), metadata)
        .with_clock(world.clock.clone());
    let mut request = Request::post(path);
    if path.starts_with("/.well-known/") {
        request = Request::get(path);
    }
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let request = request.body(Full::default()).unwrap();
    let (parts, body) = layer.layer(endpoint).oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let body = String::from_utf8(body.to_vec()).unwrap();
    Reply { status: parts.status, headers: parts.headers, body, left: None }
}

/// What a client adds to a form to prove itself.
fn proof_of(client_id: &str, proof: Proof, now: u64) -> Vec<(&'static str, String)> {
    match proof {
        Proof::None => Vec::new(),
        Proof::Secret => vec![("client_secret", SECRET.to_owned())],
        Proof::Key => {
            let claims = json!({
                "iss": client_id, "sub": client_id, "aud": format!("{ISSUER}/oauth/token"),
                "jti": now.to_string(), "iat": now, "exp": now + 60,
            });
            let header = Header { kid: Some("key 3".to_owned()), ..Header::new(Algorithm::EdDSA) };
            let assertion = jsonwebtoken::encode(&header, &claims, &key(3)).unwrap();
            let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            vec![("client_assertion_type", kind.to_owned()), ("client_assertion", assertion)]
        }
    }
}

/// Goes the whole way, from the first call to a refreshed token.
pub(super) async fn go(way: Way) {
    let world = world();
    // Discovery, as all of them do it: from the 401 to the resource, and from there to the issuer.
    let refused = call(&world, "/mcp", None).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    let well_known = "/.well-known/oauth-protected-resource/mcp";
    let named = format!("resource_metadata=\"{ISSUER}{well_known}\"");
    assert!(refused.header("www-authenticate").contains(&named));
    let resource = call(&world, well_known, None).await.json();
    assert_eq!(resource["resource"], RESOURCE);
    assert_eq!(resource["authorization_servers"], json!([ISSUER]));
    let metadata = world.get("/.well-known/oauth-authorization-server").await.json();
    assert_eq!(metadata["issuer"], ISSUER);
    assert_eq!(metadata["client_id_metadata_document_supported"], true);
    assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
    let methods = metadata["token_endpoint_auth_methods_supported"].as_array().unwrap();
    assert!(methods.contains(&json!("none")));
    assert_eq!(metadata["code_challenge_methods_supported"], json!(["S256"]));

    let client_id = match way.registration {
        Registration::Document(id, document) => {
            if let Some(document) = document {
                world.internet.document(id, &document());
            }
            id.to_owned()
        }
        Registration::Dynamic(description) => {
            let reply = world.send(post_json("/oauth/register", &description())).await;
            assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
            reply.json()["client_id"].as_str().unwrap().to_owned()
        }
        Registration::AnyName(id) | Registration::Operator(id) => id.to_owned(),
    };

    let app = App::new(&client_id, way.redirect_uri);
    let mut browser = Browser::new(&world);
    let [on_authorize, on_token, on_refresh] = way.names_resource;
    let mut asked = app.request(way.scope);
    if !on_authorize {
        asked.retain(|(name, _)| name != "resource");
    }
    let sent = browser.authorize(&asked).await;
    let page = browser.follow(&sent).await;
    let sent = browser.sign_in(&page, "ada").await;
    let page = browser.follow(&sent).await;
    let answer = browser.decide(&page, "allow", "read").await;
    assert!(answer.header("location").starts_with(way.redirect_uri), "{}", answer.body);
    assert_eq!(answer.param("iss").as_deref(), Some(ISSUER));
    let code = answer.param("code").unwrap();

    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", way.redirect_uri),
        ("code_verifier", VERIFIER),
        ("client_id", client_id.as_str()),
    ];
    form.extend(on_token.then_some(("resource", RESOURCE)));
    let proof = proof_of(&client_id, way.proof, 1_800_000_000);
    form.extend(proof.iter().map(|(name, value)| (*name, value.as_str())));
    let tokens = world.post("/oauth/token", &form).await;
    assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.body);
    let tokens = tokens.json();
    let called = call(&world, "/mcp", tokens["access_token"].as_str()).await;
    assert_eq!(called.status, StatusCode::OK);

    world.wait(3000);
    let mut form = vec![
        ("grant_type", "refresh_token"),
        ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
        ("client_id", client_id.as_str()),
    ];
    form.extend(on_refresh.then_some(("resource", RESOURCE)));
    let proof = proof_of(&client_id, way.proof, 1_800_003_000);
    form.extend(proof.iter().map(|(name, value)| (*name, value.as_str())));
    let tokens = world.post("/oauth/token", &form).await;
    assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.body);
    let called = call(&world, "/mcp", tokens.json()["access_token"].as_str()).await;
    assert_eq!(called.status, StatusCode::OK);
}
