//! The ways of well-known clients, each reconstructed: from what is published of it, how it is
//! registered, where it wants its answer, what it adds and leaves out. None of them was recorded.

mod way;

use serde_json::json;

use self::way::{Proof, Registration, Way, go};

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
        proof: Proof::None,
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
        proof: Proof::None,
        names_resource: [true; 3],
    })
    .await;
}

#[tokio::test]
async fn claude_with_a_name_and_a_secret_that_the_user_enters() {
    go(Way {
        registration: Registration::Operator("claude-by-hand"),
        redirect_uri: "https://claude.ai/api/mcp/auth_callback",
        scope: "read write",
        proof: Proof::Secret,
        names_resource: [true; 3],
    })
    .await;
    // The other name of the same place.
    go(Way {
        registration: Registration::Document(
            "https://claude.ai/oauth/mcp-oauth-client-metadata",
            None,
        ),
        redirect_uri: "https://claude.com/api/mcp/auth_callback",
        scope: "read",
        proof: Proof::None,
        names_resource: [true; 3],
    })
    .await;
}

#[tokio::test]
async fn claude_code() {
    let description = || {
        json!({
            "client_name": "Claude Code (example)",
            "redirect_uris": ["http://localhost:61523/callback"],
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "none",
        })
    };
    for registration in
        [Registration::Dynamic(description), Registration::Operator("claude-code-by-hand")]
    {
        go(Way {
            registration,
            redirect_uri: "http://localhost:61523/callback",
            scope: "read offline_access",
            proof: Proof::None,
            names_resource: [true; 3],
        })
        .await;
    }
    go(Way {
        registration: Registration::Document(
            "https://claude.ai/oauth/claude-code-client-metadata",
            None,
        ),
        redirect_uri: "http://localhost:61523/callback",
        scope: "read offline_access",
        proof: Proof::None,
        names_resource: [true; 3],
    })
    .await;
}

#[tokio::test]
async fn chatgpt_with_its_key() {
    go(Way {
        registration: Registration::Document(
            "https://chatgpt.com/oauth/client.json",
            Some(|| {
                json!({
                    "client_id": "https://chatgpt.com/oauth/client.json",
                    "client_name": "ChatGPT",
                    "redirect_uris": ["https://chatgpt.com/connector_platform_oauth_redirect"],
                    "grant_types": ["authorization_code", "refresh_token"],
                    "token_endpoint_auth_method": "private_key_jwt",
                    "jwks_uri": "https://chatgpt.com/oauth/jwks.json",
                })
            }),
        ),
        redirect_uri: "https://chatgpt.com/connector_platform_oauth_redirect",
        scope: "read write",
        proof: Proof::Key,
        names_resource: [true; 3],
    })
    .await;
}

#[tokio::test]
async fn chatgpt_with_a_name_for_each_connector() {
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
        proof: Proof::None,
        names_resource: [true; 3],
    })
    .await;
}

#[tokio::test]
async fn codex() {
    go(Way {
        registration: Registration::Dynamic(|| {
            json!({
                "client_name": "Codex",
                "redirect_uris": ["http://127.0.0.1:50123/callback"],
                "grant_types": ["authorization_code", "refresh_token"],
                "token_endpoint_auth_method": "none",
            })
        }),
        redirect_uri: "http://127.0.0.1:50123/callback",
        scope: "read",
        proof: Proof::None,
        names_resource: [true, true, false],
    })
    .await;
    go(Way {
        registration: Registration::Document("https://chatgpt.com/oauth/codex/client.json", None),
        redirect_uri: "http://127.0.0.1:50123/callback",
        scope: "read",
        proof: Proof::None,
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
            proof: Proof::None,
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
            proof: Proof::None,
            names_resource: [true; 3],
        })
        .await;
    }
    go(Way {
        registration: Registration::Document("https://vscode.dev/oauth/client-metadata.json", None),
        redirect_uri: "http://127.0.0.1:33418/",
        scope: "read",
        proof: Proof::None,
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
        proof: Proof::None,
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
        proof: Proof::None,
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
        proof: Proof::None,
        names_resource: [false; 3],
    })
    .await;
    go(Way {
        registration: Registration::AnyName("a-fixed-name"),
        redirect_uri: "https://new.example/cb",
        scope: "read",
        proof: Proof::None,
        names_resource: [true; 3],
    })
    .await;
}
