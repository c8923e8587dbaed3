//! The metadata document (RFC 8414, section 2), the same under the name that OpenID gives it.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};

use super::answer::{self, Answer};
use super::core::Core;

impl Core {
    /// Answers `GET /.well-known/...`.
    pub(super) fn metadata(&self, with_body: bool) -> Answer {
        let document = self.metadata_document();
        let mut answer = answer::json(StatusCode::OK, &document);
        let headers = answer.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.remove(http::header::PRAGMA);
        if with_body { answer } else { answer.map(|_| Full::new(Bytes::new())) }
    }

    fn metadata_document(&self) -> Value {
        let url = |endpoint| self.issuer.url_of(endpoint);
        let mut methods = vec!["none", "client_secret_basic", "client_secret_post"];
        if self.takes_assertions() {
            methods.push("private_key_jwt");
        }
        let mut scopes: Vec<&str> = self.ladder().scopes().iter().map(String::as_str).collect();
        scopes.push("offline_access");
        let reads_documents = self.documents.is_some()
            && self.unregistered().is_some_and(|these| these.metadata_documents);
        let mut document = json!({
            "issuer": self.issuer.as_str(),
            "authorization_endpoint": url("/oauth/authorize"),
            "token_endpoint": url("/oauth/token"),
            "revocation_endpoint": url("/oauth/revoke"),
            "introspection_endpoint": url("/oauth/introspect"),
            "scopes_supported": scopes,
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": methods,
            "client_id_metadata_document_supported": reads_documents,
            "authorization_response_iss_parameter_supported": true,
        });
        if let Some(document) = document.as_object_mut() {
            if self.takes_assertions() {
                let algorithms = json!(["ES256", "ES384", "RS256", "PS256", "EdDSA"]);
                document.insert(
                    "token_endpoint_auth_signing_alg_values_supported".to_owned(),
                    algorithms,
                );
            }
            if self.unregistered().is_some_and(|these| these.dynamic.is_some()) {
                document.insert("registration_endpoint".to_owned(), url("/oauth/register").into());
            }
        }
        document
    }
}
