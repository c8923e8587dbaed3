//! Tokens of the authorization server of the crate `oauth-as`, taken by our resource server: by
//! their signature, and by asking. It is its conformance server, as it is published.

use std::net::TcpListener;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mcp_protocol::auth::ScopeSet;
use oauth::external::{ExternalIssuer, HttpIssuerClient, IntrospectedTokens, JwtTokens, ScopeMap};
use oauth::{
    AccessToken, Refusal, ScopeLadder, Secret, StaticTokenRules, StaticTokens, UnixTime, Verdict,
    Verifier, Verifiers,
};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use url::Url;

use super::{Installed, Program};

const RESOURCE: &str = "https://rs.conformance.example";
const CLIENT: &str = "conformance-confidential";
const SECRET: &str = "conformance-secret-0123456789abcdef";
const PUBLIC: &str = "conformance-public";
const CALLBACK: &str = "http://127.0.0.1:8917/cb";
const VERIFIER: &str = "a-verifier-that-is-as-long-as-one-has-to-be-43";

/// The foreign server, with people who agree to everything.
struct Foreign {
    _running: Program,
    issuer: String,
    http: reqwest::Client,
}

impl Foreign {
    fn start(test: &str) -> Option<Self> {
        let installed = Installed::find(test)?;
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = Command::new(&installed.oauth_as);
        command.env("OAUTH_AS_ADDR", address.to_string()).env("OAUTH_AS_CONFORMANCE_SEED", "1");
        let (running, _) = Program::start(&mut command, "");
        let http = reqwest::Client::builder().no_proxy();
        let http = http.redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Some(Self { _running: running, issuer: format!("http://{address}"), http })
    }

    fn external(&self) -> ExternalIssuer {
        ExternalIssuer::new(&self.issuer, HttpIssuerClient::new().unwrap()).unwrap()
    }

    async fn metadata(&self) -> Value {
        let address = format!("{}/.well-known/oauth-authorization-server", self.issuer);
        let answer = self.http.get(address).send().await.unwrap();
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }

    async fn post(&self, endpoint: &Value, form: &[(&str, &str)]) -> Value {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.http.post(endpoint.as_str().unwrap()).body(form);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// A token of a client that acts for itself, for a resource, if it names one.
    async fn token(&self, scope: &str, resource: Option<&str>) -> AccessToken {
        let mut form = vec![
            ("grant_type", "client_credentials"),
            ("client_id", CLIENT),
            ("client_secret", SECRET),
            ("scope", scope),
        ];
        form.extend(resource.map(|resource| ("resource", resource)));
        let tokens = self.post(&self.metadata().await["token_endpoint"], &form).await;
        AccessToken::new(tokens["access_token"].as_str().unwrap())
    }

    /// A token of a person, who comes by a browser.
    async fn token_of_person(&self) -> AccessToken {
        let metadata = self.metadata().await;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let asked = [
            ("response_type", "code"),
            ("client_id", PUBLIC),
            ("redirect_uri", CALLBACK),
            ("scope", "read"),
            ("state", "s"),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        let endpoint = metadata["authorization_endpoint"].as_str().unwrap();
        let address = Url::parse_with_params(endpoint, asked).unwrap();
        let answer = self.http.get(address.as_str()).send().await.unwrap();
        let to = answer.headers().get("location").unwrap().to_str().unwrap();
        let to = Url::parse(to).unwrap();
        let param = |name: &str| {
            let found = to.query_pairs().find(|(known, _)| known == name);
            found.map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        assert_eq!((param("state"), param("iss")), ("s".to_owned(), self.issuer.clone()));
        let code = param("code");
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
            ("client_id", PUBLIC),
        ];
        let tokens = self.post(&metadata["token_endpoint"], &form).await;
        AccessToken::new(tokens["access_token"].as_str().unwrap())
    }
}

fn map() -> ScopeMap {
    ScopeMap::new(ScopeLadder::default())
}

#[tokio::test]
async fn tokens_of_a_foreign_issuer_are_taken_by_their_signature() {
    let test = "tokens_of_a_foreign_issuer_are_taken_by_their_signature";
    let Some(foreign) = Foreign::start(test) else { return };
    let chain = Verifiers::new()
        .then(StaticTokens::new(StaticTokenRules::default()))
        .then(JwtTokens::new(foreign.external(), RESOURCE, map()));
    let now = UnixTime::now();
    let token = foreign.token("write", None).await;
    let Verdict::Accepted(holder) = chain.verify(&token, now).await else { panic!("refused") };
    assert_eq!(holder.client_id.as_deref(), Some(CLIENT));
    assert_eq!(holder.scopes, ScopeSet::from(["read", "write"]));
    let token = foreign.token_of_person().await;
    let Verdict::Accepted(holder) = chain.verify(&token, now).await else { panic!("refused") };
    assert_eq!(holder.subject, format!("{}#conformance-user", foreign.issuer));
    assert_eq!(holder.scopes, ScopeSet::from(["read"]));
    // In time, for us, and as it was signed.
    let verdict = chain.verify(&token, UnixTime::from_secs(now.as_secs() + 30 * 86_400)).await;
    assert_eq!(verdict, Verdict::Refused(Refusal::Expired));
    let other = foreign.token("read", Some("https://other.example/mcp")).await;
    let verdict = chain.verify(&other, now).await;
    assert_eq!(verdict, Verdict::Refused(Refusal::OtherAudience));
    let (head, _) = token.expose().rsplit_once('.').unwrap();
    let (_, signature) = other.expose().rsplit_once('.').unwrap();
    let forged = AccessToken::new(format!("{head}.{signature}"));
    assert_eq!(chain.verify(&forged, now).await, Verdict::Refused(Refusal::NotGenuine));
}

#[tokio::test]
async fn tokens_of_a_foreign_issuer_are_taken_by_asking() {
    let Some(foreign) = Foreign::start("tokens_of_a_foreign_issuer_are_taken_by_asking") else {
        return;
    };
    // It does not say where to ask, nor what a token is for.
    let asking = |secret: &str| {
        let secret = Secret::new(secret);
        IntrospectedTokens::new(foreign.external(), RESOURCE, map(), CLIENT, secret)
            .with_endpoint(format!("{}/introspect", foreign.issuer))
            .unwrap()
    };
    let now = UnixTime::now();
    let token = foreign.token("write", None).await;
    let verdict = asking(SECRET).verify(&token, now).await;
    assert_eq!(verdict, Verdict::Refused(Refusal::OtherAudience));
    let stranger = asking("wrong");
    assert!(matches!(stranger.verify(&token, now).await, Verdict::Unavailable(_)));
    let asking = asking(SECRET).with_unstated_audience();
    let verdict = asking.verify(&token, now).await;
    let Verdict::Accepted(holder) = verdict else { panic!("{verdict:?}") };
    assert_eq!(holder.scopes, ScopeSet::from(["read", "write"]));
    // Revoked, it is of no use a second later.
    let form = [("token", token.expose()), ("client_id", CLIENT), ("client_secret", SECRET)];
    foreign.post(&foreign.metadata().await["revocation_endpoint"], &form).await;
    let later = UnixTime::from_secs(now.as_secs() + 1);
    assert_eq!(asking.verify(&token, later).await, Verdict::Refused(Refusal::Unknown));
    // One that is not ours to ask about is none.
    let of_person = foreign.token_of_person().await;
    assert_eq!(asking.verify(&of_person, now).await, Verdict::Refused(Refusal::Unknown));
}
