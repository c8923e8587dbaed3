//! What each endpoint answers, to the letter.

use http::{Method, Request, StatusCode};
use http_body_util::Full;
use oauth::authorization_server::UnregisteredClients;
use serde_json::json;

use super::driver::{ISSUER, RESOURCE, World, request};

#[tokio::test]
async fn the_metadata_stands_where_clients_look() {
    let these = UnregisteredClients::new(["app.example"], ["write"])
        .with_dynamic_registration(Default::default());
    let root =
        World::with(|options| options.with_unregistered_clients(these).with_private_key_jwt());
    for path in ["oauth-authorization-server", "openid-configuration"] {
        let reply = root.get(&format!("/.well-known/{path}")).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert_eq!(reply.header("content-type"), "application/json");
        assert_eq!(reply.header("access-control-allow-origin"), "*");
        assert_eq!(
            reply.json(),
            json!({
                "issuer": ISSUER,
                "authorization_endpoint": "https://mcp.example/oauth/authorize",
                "token_endpoint": "https://mcp.example/oauth/token",
                "revocation_endpoint": "https://mcp.example/oauth/revoke",
                "introspection_endpoint": "https://mcp.example/oauth/introspect",
                "registration_endpoint": "https://mcp.example/oauth/register",
                "scopes_supported": ["read", "write", "admin", "offline_access"],
                "response_types_supported": ["code"],
                "response_modes_supported": ["query"],
                "grant_types_supported":
                    ["authorization_code", "refresh_token", "client_credentials"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported":
                    ["none", "client_secret_basic", "client_secret_post", "private_key_jwt"],
                "token_endpoint_auth_signing_alg_values_supported":
                    ["ES256", "ES384", "RS256", "PS256", "EdDSA"],
                "client_id_metadata_document_supported": true,
                "authorization_response_iss_parameter_supported": true,
            })
        );
    }
    let closed = World::new().get("/.well-known/oauth-authorization-server").await.json();
    assert_eq!(closed["client_id_metadata_document_supported"], json!(false));
    let methods = ["none", "client_secret_basic", "client_secret_post"];
    assert_eq!(closed["token_endpoint_auth_methods_supported"], json!(methods));

    let issuer = "https://mcp.example/t1";
    let below = World::at(issuer, |options| options);
    for path in [
        "/.well-known/oauth-authorization-server/t1",
        "/.well-known/openid-configuration/t1",
        "/t1/.well-known/openid-configuration",
    ] {
        let document = below.get(path).await.json();
        assert_eq!(document["issuer"], issuer);
        assert_eq!(document["token_endpoint"], "https://mcp.example/t1/oauth/token");
        assert!(below.server.paths().iter().any(|known| known == path));
    }
    for path in ["/.well-known/oauth-authorization-server", "/oauth/token", "/t1/", "/t1/oauth"] {
        let reply = below.get(path).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        assert_eq!(reply.json()["error"], "not_found");
    }
    assert_eq!(below.server.paths().len(), 13);
}

#[tokio::test]
async fn methods_and_browsers() {
    let world = World::new();
    for (method, path, status) in [
        (Method::GET, "/oauth/token", 405),
        (Method::PUT, "/oauth/register", 405),
        (Method::POST, "/.well-known/oauth-authorization-server", 405),
        (Method::OPTIONS, "/oauth/token", 204),
        (Method::OPTIONS, "/oauth/register", 204),
        (Method::OPTIONS, "/.well-known/oauth-authorization-server", 204),
        (Method::OPTIONS, "/oauth/consent", 405),
        (Method::HEAD, "/.well-known/oauth-authorization-server", 200),
        (Method::DELETE, "/oauth/grants", 405),
    ] {
        let reply = world.send(request(method.clone(), path)).await;
        assert_eq!(reply.status.as_u16(), status, "{method} {path}");
        assert_eq!(reply.headers.contains_key("allow"), status == 405);
        let may_be_read_elsewhere = reply.header("access-control-allow-origin") == "*";
        assert!(may_be_read_elsewhere || path == "/oauth/consent" || path == "/oauth/grants");
    }
}

#[tokio::test]
async fn a_client_in_a_browser_elsewhere_may_ask_for_tokens() {
    let world = World::new();
    let code = world.code("ada", "read").await;
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", super::driver::CALLBACK),
            ("code_verifier", super::driver::VERIFIER),
            ("client_id", "app"),
        ])
        .finish();
    let request = Request::post("/oauth/token")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "http://localhost:6274");
    let reply = world.send(request.body(Full::from(form)).unwrap()).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    assert_eq!(reply.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn the_token_endpoint_says_what_is_wrong() {
    let world = World::new();
    let post = |form: &'static [(&str, &str)]| world.post("/oauth/token", form);
    post(&[]).await.is_error(400, "invalid_request");
    post(&[("grant_type", "authorization_code")]).await.is_error(401, "invalid_client");
    let nobody = [("grant_type", "authorization_code"), ("client_id", "nobody")];
    let reply = world.post("/oauth/token", &nobody).await;
    reply.is_error(401, "invalid_client");
    assert!(reply.header("www-authenticate").starts_with("Basic"));
    assert_eq!(reply.header("cache-control"), "no-store");
    post(&[("grant_type", "authorization_code"), ("client_id", "app")])
        .await
        .is_error(400, "invalid_request");
    post(&[("grant_type", "client_credentials"), ("client_id", "app")])
        .await
        .is_error(400, "unauthorized_client");
    post(&[("grant_type", "refresh_token"), ("refresh_token", "x"), ("client_id", "app")])
        .await
        .is_error(400, "invalid_grant");
    // JSON is no form.
    let request = Request::post("/oauth/token").header("content-type", "application/json");
    let reply = world.send(request.body(Full::from("{}")).unwrap()).await;
    reply.is_error(400, "invalid_request");
}

#[tokio::test]
async fn a_machine_gets_a_token_for_itself() {
    let world = World::new();
    let form = [("grant_type", "client_credentials"), ("scope", "read"), ("resource", RESOURCE)];
    let tokens = world.post_as("machine", "/oauth/token", &form).await.json();
    assert_eq!(tokens["scope"], "read");
    assert!(tokens.get("refresh_token").is_none());
    let access = tokens["access_token"].as_str().unwrap();
    let holder = World::holder(world.verify(access).await);
    assert_eq!(
        (holder.subject.as_str(), holder.client_id.as_deref()),
        ("client:machine", Some("machine"))
    );
    assert_eq!(holder.obtainable, holder.scopes, "there is nobody to ask for more");
    let all = [("grant_type", "client_credentials")];
    let tokens = world.post_as("machine", "/oauth/token", &all).await.json();
    assert_eq!(tokens["scope"], "read write");
    let more = [("grant_type", "client_credentials"), ("scope", "admin")];
    world.post_as("machine", "/oauth/token", &more).await.is_error(400, "invalid_scope");
    let seen = world.post_as("machine", "/oauth/introspect", &[("token", access)]).await.json();
    assert_eq!((&seen["sub"], &seen["exp"]), (&json!("client:machine"), &json!(1_800_003_600)));
}

#[tokio::test]
async fn revoking_says_nothing_of_what_was_there() {
    let world = World::new();
    let tokens = world.tokens("ada", "read").await;
    let access = tokens["access_token"].as_str().unwrap();
    for token in [access, access, "mcpa_x", "x"] {
        let form = [("token", token), ("client_id", "app"), ("token_type_hint", "refresh_token")];
        let reply = world.post("/oauth/revoke", &form).await;
        assert_eq!((reply.status, reply.body.as_str()), (StatusCode::OK, "{}"));
    }
    assert!(!matches!(world.verify(access).await, oauth::Verdict::Accepted(_)));
    // The family lives on.
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(world.refresh("app", refresh).await.status, StatusCode::OK);
    world.post("/oauth/revoke", &[("client_id", "app")]).await.is_error(400, "invalid_request");
}
