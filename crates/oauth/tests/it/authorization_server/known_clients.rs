//! The ways of well-known clients, reconstructed from what is published of them: how each is
//! registered, where it wants its answer, what it adds and leaves out. None of them was recorded.

use http::StatusCode;
use oauth::Verdict;
use oauth::authorization_server::UnregisteredClients;
use serde_json::{Value, json};

use super::driver::{App, Browser, ISSUER, RESOURCE, VERIFIER, World, post_json};

/// How a client comes to have a name.
enum Registration {
    /// By a document at this address, which is fetched, or known.
    Document(&'static str, Option<fn() -> Value>),
    /// By registering itself.
    Dynamic(fn() -> Value),
    /// By having one.
    AnyName(&'static str),
}

struct Way {
    registration: Registration,
    redirect_uri: &'static str,
    scope: &'static str,
    /// Whether it names the resource on the authorization, the token, and the refresh request.
    names_resource: [bool; 3],
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
        options.with_unregistered_clients(these)
    });
    world.internet.host("chatgpt.com", &["104.18.32.47"]);
    world.internet.host("new.example", &["93.184.216.34"]);
    world
}

async fn go(way: Way) {
    let world = world();
    // Discovery, as all of them do it.
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
        Registration::AnyName(id) => id.to_owned(),
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
    let tokens = world.post("/oauth/token", &form).await;
    assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.body);
    let tokens = tokens.json();
    assert!(matches!(
        world.verify(tokens["access_token"].as_str().unwrap()).await,
        Verdict::Accepted(_)
    ));

    world.wait(3000);
    let mut form = vec![
        ("grant_type", "refresh_token"),
        ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
        ("client_id", client_id.as_str()),
    ];
    form.extend(on_refresh.then_some(("resource", RESOURCE)));
    let tokens = world.post("/oauth/token", &form).await;
    assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.body);
    assert!(matches!(
        world.verify(tokens.json()["access_token"].as_str().unwrap()).await,
        Verdict::Accepted(_)
    ));
}

#[tokio::test]
async fn claude_on_the_web() {
    // Its document is often answered with a riddle for browsers: the copy of it does.
    go(Way {
        registration: Registration::Document(
            "https://claude.ai/oauth/mcp-oauth-client-metadata",
            None,
        ),
        redirect_uri: "https://claude.ai/api/mcp/auth_callback",
        scope: "read write",
        names_resource: [true; 3],
    })
    .await;
    go(Way {
        registration: Registration::Dynamic(|| {
            json!({
                "client_name": "Claude",
                "redirect_uris": ["https://claude.ai/api/mcp/auth_callback"],
                "grant_types": ["authorization_code", "refresh_token"],
                "response_types": ["code"],
                "token_endpoint_auth_method": "none",
                "scope": "read",
            })
        }),
        redirect_uri: "https://claude.ai/api/mcp/auth_callback",
        scope: "read",
        names_resource: [true; 3],
    })
    .await;
}

#[tokio::test]
async fn claude_code() {
    go(Way {
        registration: Registration::Document(
            "https://claude.ai/oauth/claude-code-client-metadata",
            None,
        ),
        redirect_uri: "http://localhost:61523/callback",
        scope: "read offline_access",
        names_resource: [true; 3],
    })
    .await;
}

#[tokio::test]
async fn chatgpt() {
    go(Way {
        registration: Registration::Document(
            "https://chatgpt.com/oauth/cb_123/client.json",
            Some(|| {
                json!({
                    "client_id": "https://chatgpt.com/oauth/cb_123/client.json",
                    "client_name": "ChatGPT",
                    "redirect_uris": ["https://chatgpt.com/connector/oauth/cb_123"],
                    "grant_types": ["authorization_code", "refresh_token"],
                    "token_endpoint_auth_method": "none",
                    "jwks_uri": "https://chatgpt.com/oauth/jwks.json",
                })
            }),
        ),
        redirect_uri: "https://chatgpt.com/connector/oauth/cb_123",
        scope: "read",
        names_resource: [true; 3],
    })
    .await;
}

#[tokio::test]
async fn codex() {
    go(Way {
        registration: Registration::Document("https://chatgpt.com/oauth/codex/client.json", None),
        redirect_uri: "http://127.0.0.1:50123/callback",
        scope: "read",
        names_resource: [true, true, false],
    })
    .await;
}

#[tokio::test]
async fn cursor() {
    let description = || {
        json!({
            "client_name": "Cursor",
            "redirect_uris": [
                "cursor://anysphere.cursor-mcp/oauth/callback",
                "https://www.cursor.com/agents/mcp/oauth/callback",
                "http://localhost:8787/callback",
            ],
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "none",
        })
    };
    for redirect_uri in
        ["http://localhost:8787/callback", "https://www.cursor.com/agents/mcp/oauth/callback"]
    {
        go(Way {
            registration: Registration::Dynamic(description),
            redirect_uri,
            scope: "read write admin",
            names_resource: [true; 3],
        })
        .await;
    }
}

#[tokio::test]
async fn vs_code() {
    let description = || {
        json!({
            "client_name": "Visual Studio Code",
            "redirect_uris": [
                "https://insiders.vscode.dev/redirect", "https://vscode.dev/redirect",
                "http://127.0.0.1/", "http://127.0.0.1:33418/",
            ],
            "grant_types": [
                "authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code",
            ],
            "response_types": ["code"],
            "token_endpoint_auth_method": "none",
            "application_type": "native",
        })
    };
    for redirect_uri in
        ["http://127.0.0.1:33418/", "http://127.0.0.1:40000/", "https://vscode.dev/redirect"]
    {
        go(Way {
            registration: Registration::Dynamic(description),
            redirect_uri,
            scope: "read",
            names_resource: [true; 3],
        })
        .await;
    }
    go(Way {
        registration: Registration::Document("https://vscode.dev/oauth/client-metadata.json", None),
        redirect_uri: "http://127.0.0.1:33418/",
        scope: "read",
        names_resource: [true; 3],
    })
    .await;
}

#[tokio::test]
async fn gemini_cli() {
    go(Way {
        registration: Registration::Dynamic(|| {
            json!({
                "client_name": "Gemini CLI MCP Client",
                "redirect_uris": ["http://localhost:7777/oauth/callback"],
                "grant_types": ["authorization_code", "refresh_token"],
                "response_types": ["code"],
                "token_endpoint_auth_method": "none",
            })
        }),
        redirect_uri: "http://localhost:49201/oauth/callback",
        scope: "read",
        names_resource: [true; 3],
    })
    .await;
}

#[tokio::test]
async fn a_client_that_is_in_no_table() {
    go(Way {
        registration: Registration::Document(
            "https://new.example/client.json",
            Some(|| {
                json!({
                    "client_id": "https://new.example/client.json",
                    "client_name": "New",
                    "redirect_uris": ["https://new.example/cb"],
                    "grant_types": ["authorization_code", "refresh_token"],
                })
            }),
        ),
        redirect_uri: "https://new.example/cb",
        scope: "read",
        names_resource: [true; 3],
    })
    .await;
    go(Way {
        registration: Registration::Dynamic(|| {
            json!({
                "redirect_uris": ["https://new.example/cb"],
                "grant_types": ["authorization_code", "refresh_token"],
                "token_endpoint_auth_method": "none",
            })
        }),
        redirect_uri: "https://new.example/cb",
        scope: "",
        names_resource: [false; 3],
    })
    .await;
    go(Way {
        registration: Registration::AnyName("a-fixed-name"),
        redirect_uri: "https://new.example/cb",
        scope: "read",
        names_resource: [true; 3],
    })
    .await;
}
