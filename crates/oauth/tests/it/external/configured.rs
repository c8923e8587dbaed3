//! Issuers and providers elsewhere, as an operator writes them down.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use mcp_protocol::auth::ScopeSet;
use oauth::configuration::Configuration;
use oauth::store::MemoryStore;
use oauth::{AccessToken, Error, Refusal, UnixTime, Verdict, Verifier as _, Verifiers};
use serde_json::{Value, json};
use tower::service_fn;

use super::issuer::{ISSUER, public_key, sign_with};
use crate::tls;

const RESOURCE: &str = "https://mcp.example/mcp";

/// An issuer on loopback, which counts how often it is asked about a token.
struct Served {
    issuer: String,
    n_asked: Arc<AtomicUsize>,
}

impl Served {
    async fn new() -> Self {
        let (listener, address) = tls::listen().await;
        let issuer = format!("http://{address}");
        let n_asked = Arc::new(AtomicUsize::new(0));
        let served = Self { issuer: issuer.clone(), n_asked: Arc::clone(&n_asked) };
        let service = service_fn(move |request: Request<Full<Bytes>>| {
            let (issuer, n_asked) = (issuer.clone(), Arc::clone(&n_asked));
            async move {
                let path = request.uri().path().to_owned();
                let body = request.into_body().collect().await?.to_bytes();
                let answer = match path.as_str() {
                    "/.well-known/oauth-authorization-server" => {
                        json!({ "issuer": issuer, "jwks_uri": format!("{issuer}/keys") })
                    }
                    "/keys" => json!({ "keys": [public_key(1)] }),
                    "/ask" => {
                        n_asked.fetch_add(1, Ordering::Relaxed);
                        let is_good = body.starts_with(b"token=ext_");
                        json!({ "active": is_good, "sub": "ada", "scope": "read" })
                    }
                    _ => return Ok(Response::builder().status(404).body(Full::default()).unwrap()),
                };
                Ok::<_, Infallible>(Response::new(Full::from(answer.to_string())))
            }
        });
        tls::serve(listener, service);
        served
    }
}

fn read(text: &Value) -> Configuration {
    serde_json::from_value(text.clone()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn chain(issuers: &Value) -> Result<Verifiers, Error> {
    read(&json!({ "external_issuers": issuers })).external_tokens(Verifiers::new(), RESOURCE)
}

async fn judge(chain: &Verifiers, token: &str, secs: u64) -> Verdict {
    let now = UnixTime::from_secs(1_800_000_000 + secs);
    chain.verify(&AccessToken::new(token), now).await
}

#[track_caller]
fn scopes(verdict: Verdict) -> ScopeSet {
    let Verdict::Accepted(holder) = verdict else { panic!("not accepted: {verdict:?}") };
    holder.scopes
}

#[tokio::test]
async fn signed_tokens_are_taken_as_they_are_written_down() {
    let served = Served::new().await;
    let issuers = json!([
        { "issuer": "https://first.example", "any_type": true },
        {
            "issuer": served.issuer, "audiences": ["api://mcp"], "scope_claims": ["roles"],
            "scopes": { "Operators": "write" },
        },
    ]);
    let chain = chain(&issuers).unwrap();
    let claims = |audience: &str| {
        json!({
            "iss": served.issuer, "sub": "ada", "aud": audience, "exp": 1_800_000_300,
            "roles": ["Operators"],
        })
    };
    for audience in ["api://mcp", RESOURCE] {
        let token = sign_with(1, "at+jwt", &claims(audience));
        let granted = scopes(judge(&chain, &token, 0).await);
        assert_eq!(granted, ScopeSet::from(["read", "write"]), "{audience}");
    }
    let elsewhere = sign_with(1, "at+jwt", &claims("api://other"));
    let verdict = judge(&chain, &elsewhere, 0).await;
    assert_eq!(verdict, Verdict::Refused(Refusal::OtherAudience));
    // That the other issuer may leave the type out is not said of this one.
    let untyped = sign_with(1, "JWT", &claims(RESOURCE));
    assert_eq!(judge(&chain, &untyped, 0).await, Verdict::Refused(Refusal::NotGenuine));
}

#[tokio::test]
async fn an_issuer_is_asked_as_it_is_written_down() {
    let served = Served::new().await;
    let issuer = |more: &Value| {
        let mut introspection = json!({
            "client_id": "us", "client_secret": { "env": "PATH" }, "prefix": "ext_",
            "endpoint": format!("{}/ask", served.issuer),
        });
        let members = introspection.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        chain(&json!([{ "issuer": served.issuer, "introspection": introspection }])).unwrap()
    };
    // What a token is for must be said, unless the operator answers for it.
    let strict = issuer(&json!({}));
    let verdict = judge(&strict, "ext_1", 0).await;
    assert_eq!(verdict, Verdict::Refused(Refusal::OtherAudience));
    assert_eq!(judge(&strict, "other", 0).await, Verdict::NotRecognised);

    let lax = issuer(&json!({ "unstated_audience": true }));
    assert_eq!(scopes(judge(&lax, "ext_1", 0).await), ScopeSet::from(["read"]));
    // It is asked again a second later, or when it is said.
    for (chain, n_asked) in [
        (issuer(&json!({ "unstated_audience": true })), 2),
        (issuer(&json!({ "unstated_audience": true, "remembered_for": "5m" })), 1),
    ] {
        let before = served.n_asked.load(Ordering::Relaxed);
        for secs in [0, 1] {
            scopes(judge(&chain, "ext_1", secs).await);
        }
        assert_eq!(served.n_asked.load(Ordering::Relaxed) - before, n_asked);
    }
}

#[track_caller]
fn check_issuer(issuer: &Value, says: &str) {
    match chain(&json!([issuer])) {
        Ok(_) => assert_eq!(says, "", "{issuer}"),
        Err(error) => assert!(!says.is_empty() && error.to_string().contains(says), "{error}"),
    }
}

#[test]
fn an_issuer_that_contradicts_itself_is_refused() {
    check_issuer(&json!({ "issuer": ISSUER }), "");
    check_issuer(&json!({ "issuer": "http://login.example" }), "https");
    check_issuer(&json!({ "issuer": ISSUER, "scopes": { "x": "root" } }), "root");
    let asked = json!({ "client_id": "us", "client_secret": { "env": "PATH" } });
    let with = |name: &str, value: Value| {
        let mut asked = asked.clone();
        asked[name] = value;
        json!({ "issuer": ISSUER, "introspection": asked })
    };
    check_issuer(&with("remembered_for", json!("1h")), "");
    check_issuer(&with("remembered_for", json!("2h")), "an hour at most");
    check_issuer(&with("endpoint", json!("https://login.example/ask")), "");
    check_issuer(&with("endpoint", json!("http://login.example/ask")), "https");
    check_issuer(&with("client_secret", json!({ "env": "NOT_SET_ANYWHERE" })), "NOT_SET_ANYWHERE");
    let both = json!({ "issuer": ISSUER, "introspection": asked, "scope_claims": ["roles"] });
    check_issuer(&both, "read here");
}

#[test]
fn a_provider_that_lets_nobody_do_anything_is_refused() {
    let owner = |openid: &Value| {
        let configuration = read(&json!({ "people": "openid", "openid": openid }));
        let loopback = IpAddr::from([127, 0, 0, 1]);
        configuration.owner(loopback, Arc::new(MemoryStore::new()), None).map(drop)
    };
    let good = json!({
        "issuer": ISSUER, "client_id": "us", "everyone": "read", "title": "Company account",
        "ask_for": ["groups"], "claims": { "groups": { "Operators": "write" } },
    });
    assert!(owner(&good).is_ok());
    for (name, value, says) in [
        ("client_id", json!(""), "client_id"),
        ("everyone", json!("root"), "root"),
        ("issuer", json!("login.example"), "issuer"),
        ("claims", json!({ "groups": { "Operators": "root" } }), "root"),
    ] {
        let mut wrong = good.clone();
        wrong[name] = value;
        let error = owner(&wrong).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
    let nobody = owner(&json!({ "issuer": ISSUER, "client_id": "us" })).unwrap_err();
    assert!(nobody.to_string().contains("everyone"), "{nobody}");
    assert!(read(&json!({ "people": "local_users", "openid": good })).check().is_err());
    // Who leaves the provider keeps what was granted for a month, if nothing else is said.
    for (lifetimes, days) in [(json!({}), 30), (json!({ "grant": "7d" }), 7)] {
        let configuration = json!({ "people": "openid", "openid": good, "lifetimes": lifetimes });
        let options = read(&configuration).options("https://mcp.example", RESOURCE).unwrap();
        assert_eq!(options.lifetimes.grant.as_secs(), days * 86_400);
    }
}
