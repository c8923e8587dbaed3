//! Copies of the documents of well-known clients, for when theirs cannot be fetched: some answer a
//! server with a riddle for browsers.
//!
//! Only public clients are here: a copy must not make less of how a client proves itself.

/// The document of this client, if it is known.
pub(super) fn document(client_id: &str) -> Option<&'static str> {
    DOCUMENTS.iter().find(|(id, _)| *id == client_id).map(|(_, document)| *document)
}

const DOCUMENTS: [(&str, &str); 4] = [
    (
        "https://claude.ai/oauth/mcp-oauth-client-metadata",
        r#"{"client_id":"https://claude.ai/oauth/mcp-oauth-client-metadata","client_name":"Claude",
        "redirect_uris":["https://claude.ai/api/mcp/auth_callback","https://claude.com/api/mcp/auth_callback"],
        "grant_types":["authorization_code","refresh_token"],"token_endpoint_auth_method":"none"}"#,
    ),
    (
        "https://claude.ai/oauth/claude-code-client-metadata",
        r#"{"client_id":"https://claude.ai/oauth/claude-code-client-metadata","client_name":"Claude Code",
        "redirect_uris":["http://localhost/callback","http://127.0.0.1/callback"],
        "grant_types":["authorization_code","refresh_token"],"token_endpoint_auth_method":"none"}"#,
    ),
    (
        "https://chatgpt.com/oauth/codex/client.json",
        r#"{"client_id":"https://chatgpt.com/oauth/codex/client.json","client_name":"Codex",
        "redirect_uris":["http://127.0.0.1/callback"],
        "grant_types":["authorization_code","refresh_token"],"token_endpoint_auth_method":"none"}"#,
    ),
    (
        "https://vscode.dev/oauth/client-metadata.json",
        r#"{"client_id":"https://vscode.dev/oauth/client-metadata.json","client_name":"Visual Studio Code",
        "redirect_uris":["http://127.0.0.1/","https://vscode.dev/redirect"],
        "grant_types":["authorization_code","refresh_token"],"token_endpoint_auth_method":"none"}"#,
    ),
];
