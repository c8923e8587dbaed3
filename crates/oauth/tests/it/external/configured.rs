//! Issuers elsewhere, as an operator writes them.

use std::sync::Arc;

use mcp_protocol::auth::ScopeSet;
use oauth::configuration::Configuration;
use oauth::external::IssuerClient;
use oauth::store::MemoryStore;
use oauth::{AccessToken, UnixTime, Verdict, Verifier as _};
use serde_json::{Value, json};

use super::issuer::{ISSUER, Issuer, sign_with};

const RESOURCE: &str = "https://mcp.example/mcp";

fn client() -> Arc<dyn IssuerClient> {
    Arc::new(Issuer::new(1))
}

fn read(text: &Value) -> Configuration {
    serde_json::from_value(text.clone()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[tokio::test]
async fn tokens_of_issuers_are_taken_as_they_are_written_down() {
    let configuration = read(&json!({
        "issuers": [
            { "issuer": "https://first.example", "any_token_type": true },
            {
                "issuer": ISSUER, "audiences": ["api://mcp"], "scope_claims": ["roles"],
                "scopes": { "Operators": "write" },
            },
        ],
    }));
    let verifiers = configuration.issuers(RESOURCE, &client()).unwrap();
    let claims = json!({
        "iss": ISSUER, "sub": "ada", "aud": "api://mcp", "exp": 1_800_000_300,
        "roles": ["Operators"],
    });
    let token = AccessToken::new(sign_with(1, "at+jwt", &claims));
    let now = UnixTime::from_secs(1_800_000_000);
    let Verdict::Accepted(holder) = verifiers.verify(&token, now).await else { panic!("refused") };
    assert_eq!(holder.scopes, ScopeSet::from(["read", "write"]));
}

#[track_caller]
fn check_issuer(text: &Value, says: &str) {
    let configuration = read(&json!({ "issuers": [text] }));
    let outcome = configuration.issuers(RESOURCE, &client());
    match outcome {
        Ok(_) => assert_eq!(says, "", "{text}"),
        Err(error) => assert!(!says.is_empty() && error.to_string().contains(says), "{error}"),
    }
}

#[test]
fn an_issuer_that_contradicts_itself_is_refused() {
    let secret = json!({ "env": "PATH" });
    check_issuer(&json!({ "issuer": ISSUER }), "");
    check_issuer(&json!({ "issuer": "http://login.example" }), "https");
    check_issuer(&json!({ "issuer": ISSUER, "scopes": { "x": "root" } }), "root");
    check_issuer(&json!({ "issuer": ISSUER, "client_id": "us" }), "introspected");
    let asked = json!({
        "issuer": ISSUER, "tokens": "introspected", "client_id": "us", "client_secret": secret,
        "prefix": "ext_", "max_age": "5s",
    });
    check_issuer(&asked, "");
    let mut wrong = asked.clone();
    wrong["scope_claims"] = json!(["roles"]);
    check_issuer(&wrong, "signed");
    check_issuer(&json!({ "issuer": ISSUER, "tokens": "introspected" }), "client_secret");
}

#[test]
fn a_provider_that_lets_nobody_do_anything_is_refused() {
    let provider = |text: Value| {
        let configuration = read(&json!({ "people": "open_id", "openid": text }));
        let store = Arc::new(MemoryStore::new());
        configuration.openid_provider(store, client())
    };
    let good = json!({
        "issuer": ISSUER, "client_id": "us", "everyone": "read", "title": "Company account",
        "ask_for": ["groups"], "claims": { "groups": { "Operators": "write" } },
    });
    assert!(provider(good.clone()).is_ok());
    for (name, value, says) in [
        ("client_id", json!(""), "client_id"),
        ("everyone", json!("root"), "root"),
        ("issuer", json!("login.example"), "issuer"),
    ] {
        let mut wrong = good.clone();
        wrong[name] = value;
        let error = provider(wrong).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
    let nobody = json!({ "issuer": ISSUER, "client_id": "us" });
    assert!(provider(nobody).unwrap_err().to_string().contains("everyone"));
    for contradiction in
        [json!({ "people": "open_id" }), json!({ "people": "local_users", "openid": good })]
    {
        assert!(read(&contradiction).check().is_err(), "{contradiction}");
    }
}
