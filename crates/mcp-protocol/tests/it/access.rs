//! Challenges for callers who may obtain more.

use std::sync::Arc;

use mcp_protocol::auth::AuthInfo;
use mcp_protocol::http::McpService;
use serde_json::json;

use crate::toy::Toy;
use crate::wire::{HANDSHAKE, block_on, handshake, send, service, stateless};

const METADATA: &str = "https://mcp.example.com/.well-known/oauth-protected-resource/mcp";

#[track_caller]
fn check(
    service: &McpService<Arc<Toy>>,
    auth: Option<&AuthInfo>,
    status: u16,
    code: i64,
    header: &str,
) {
    for mut request in [
        stateless("tools/call", json!({ "name": "write" })),
        handshake(HANDSHAKE, "tools/call", json!({ "name": "write" })),
    ] {
        if let Some(auth) = auth {
            request.extensions_mut().insert(auth.clone());
        }
        let answer = block_on(send(service, request));
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code));
        assert_eq!(answer.header("www-authenticate"), Some(header));
        let error = &answer.json()["error"];
        assert_eq!(error["data"]["requiredScopes"], json!(["read", "write"]));
        assert_eq!(answer.json()["id"], 1);
    }
}

#[test]
fn somebody_with_too_little_is_asked_to_step_up() {
    let auth = AuthInfo::new("ada").with_scopes(["read"]).with_obtainable(["read", "write"]);
    let service = service().with_resource_metadata(METADATA);
    let header = format!(
        "Bearer error=\"insufficient_scope\", scope=\"read write\", \
         resource_metadata=\"{METADATA}\", error_description=\"write needs more  sign in\""
    );
    check(&service, Some(&auth), 403, -31403, &header);
}

#[test]
fn scopes_are_asked_for_by_the_names_that_they_have_where_they_are_had() {
    let names = [("write".to_owned(), "api.change".to_owned())].into();
    let auth = AuthInfo::new("ada").with_scopes(["read"]).with_scope_names(names);
    let mut request = stateless("tools/call", json!({ "name": "write" }));
    request.extensions_mut().insert(auth);
    let answer = block_on(send(&service(), request));
    let header = answer.header("www-authenticate").expect("a challenge");
    assert!(header.contains("scope=\"read api.change\""), "{header}");
    let data = &answer.json()["error"]["data"];
    assert_eq!(data["requiredScopes"], json!(["read", "api.change"]));
}

#[test]
fn nobody_is_asked_to_sign_in() {
    let service = service().with_resource_metadata(METADATA);
    let header = format!("Bearer scope=\"read write\", resource_metadata=\"{METADATA}\"");
    check(&service, Some(&AuthInfo::anonymous()), 401, -31401, &header);
    check(&service, None, 401, -31401, &header);
}

#[test]
fn without_metadata_the_challenge_has_none() {
    check(&service(), None, 401, -31401, "Bearer scope=\"read write\"");
}

#[test]
fn tools_know_the_caller() {
    let mut request = stateless("tools/call", json!({ "name": "who" }));
    request.extensions_mut().insert(AuthInfo::new("ada"));
    let answer = block_on(send(&service(), request)).json();
    let text = answer["result"]["content"][0]["text"].as_str().expect("a text");
    assert!(text.starts_with("Some(\"ada\")"), "{text}");
}
