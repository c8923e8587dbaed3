//! Tokens that their issuer is asked about.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use mcp_protocol::auth::ScopeSet;
use oauth::external::{IntrospectedTokens, ScopeMap};
use oauth::resource_server::{AccessLayer, ResourceMetadata};
use oauth::{AccessToken, Refusal, ScopeLadder, Secret, Unavailable, UnixTime, Verdict, Verifier};
use serde_json::{Value, json};
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::issuer::{ISSUER, Issuer};

const RESOURCE: &str = "https://mcp.example/mcp";
const ENDPOINT: &str = "https://login.example/t1/introspect";

fn tokens(issuer: &Issuer) -> IntrospectedTokens {
    let map = ScopeMap::new(ScopeLadder::default());
    let secret = Secret::new("a secret: 1+1");
    IntrospectedTokens::new(issuer.external(), RESOURCE, map, "mcp server", secret)
}

fn answer() -> Value {
    json!({
        "active": true, "iss": ISSUER, "sub": "ada", "aud": [RESOURCE], "client_id": "app",
        "token_type": "Bearer", "exp": 1_800_000_300, "scope": "write",
    })
}

async fn judge(tokens: &IntrospectedTokens, token: &str, secs: u64) -> Verdict {
    tokens.verify(&AccessToken::new(token), UnixTime::from_secs(1_800_000_000 + secs)).await
}

#[tokio::test]
async fn the_issuer_is_asked_by_a_client_that_proves_itself() {
    let issuer = Issuer::new(1);
    issuer.answer(ENDPOINT, &answer());
    let verdict = judge(&tokens(&issuer), "opaque-1", 0).await;
    let Verdict::Accepted(holder) = verdict else { panic!("{verdict:?}") };
    assert_eq!(holder.subject, "https://login.example/t1#ada");
    assert_eq!(holder.scopes, ScopeSet::from(["read", "write"]));
    let asked = issuer.last("/introspect");
    assert_eq!((asked.method(), asked.uri().to_string().as_str()), (&Method::POST, ENDPOINT));
    let basic = STANDARD.encode("mcp+server:a+secret%3A+1%2B1");
    assert_eq!(asked.headers()["authorization"], format!("Basic {basic}"));
    assert_eq!(asked.body().as_ref(), b"token=opaque-1&token_type_hint=access_token");

    // Where it takes the secret in the body only, it goes there.
    issuer.answer(
        "https://login.example/.well-known/oauth-authorization-server/t1",
        &json!({
            "issuer": ISSUER, "introspection_endpoint": ENDPOINT,
            "introspection_endpoint_auth_methods_supported": ["client_secret_post"],
        }),
    );
    assert!(matches!(judge(&tokens(&issuer), "x", 0).await, Verdict::Accepted(_)));
    let asked = issuer.last("/introspect");
    assert!(!asked.headers().contains_key("authorization"));
    assert!(asked.body().ends_with(b"&client_id=mcp+server&client_secret=a+secret%3A+1%2B1"));
    assert!(!format!("{:?}", tokens(&issuer)).contains("a secret"));
}

#[tokio::test]
async fn what_the_issuer_says_is_held_against_the_resource() {
    let changed = |name: &str, value: Value| {
        let mut answer = answer();
        answer[name] = value;
        answer
    };
    let unreadable = || {
        let cause = format!("read what {ISSUER} says of a token");
        Verdict::Unavailable(Unavailable::new(&cause))
    };
    for (answer, expected) in [
        (json!({"active": false}), Verdict::Refused(Refusal::Unknown)),
        (changed("active", json!(false)), Verdict::Refused(Refusal::Unknown)),
        (changed("active", json!("true")), unreadable()),
        (json!({}), unreadable()),
        (json!([true]), unreadable()),
        (changed("aud", json!("https://mcp.example/x")), Verdict::Refused(Refusal::OtherAudience)),
        (changed("aud", json!([])), Verdict::Refused(Refusal::OtherAudience)),
        (json!({"active": true, "sub": "ada"}), Verdict::Refused(Refusal::OtherAudience)),
        (changed("iss", json!("https://evil.example")), Verdict::Refused(Refusal::NotGenuine)),
        (changed("exp", json!(1_700_000_000)), Verdict::Refused(Refusal::Expired)),
        (changed("nbf", json!(1_900_000_000)), Verdict::Refused(Refusal::NotYet)),
        (changed("token_type", json!("DPoP")), Verdict::Refused(Refusal::Bound)),
        (changed("token_type", json!("refresh_token")), Verdict::Refused(Refusal::Bound)),
        (changed("cnf", json!({"x5t#S256": "x"})), Verdict::Refused(Refusal::Bound)),
    ] {
        let issuer = Issuer::new(1);
        issuer.answer(ENDPOINT, &answer);
        assert_eq!(judge(&tokens(&issuer), "x", 0).await, expected, "{answer}");
    }
    // Where that is the operator's word, what is not said may be so, but nothing else.
    for (answer, expected) in [
        (json!({"active": true, "sub": "ada"}), None),
        (changed("aud", json!("https://mcp.example/x")), Some(Refusal::OtherAudience)),
        (json!({"active": true, "sub": "a", "cnf": {"jkt": "x"}}), Some(Refusal::Bound)),
        (json!({"active": true, "sub": "a", "exp": 1}), Some(Refusal::Expired)),
    ] {
        let issuer = Issuer::new(1);
        issuer.answer(ENDPOINT, &answer);
        let tokens = tokens(&issuer).with_unstated_audience();
        let verdict = judge(&tokens, "x", 0).await;
        match expected {
            Some(refusal) => assert_eq!(verdict, Verdict::Refused(refusal), "{answer}"),
            None => assert!(matches!(verdict, Verdict::Accepted(_)), "{answer}"),
        }
    }
    // Where the metadata names no endpoint, the operator may.
    let issuer = Issuer::new(1);
    issuer.answer("https://login.example/ask", &answer());
    let tokens = tokens(&issuer).with_endpoint("https://login.example/ask").unwrap();
    assert!(matches!(judge(&tokens, "x", 0).await, Verdict::Accepted(_)));
    assert!(self::tokens(&issuer).with_endpoint("http://login.example/ask").is_err());
    // A client that acts for itself.
    let issuer = Issuer::new(1);
    let machine = json!({"active": true, "client_id": "machine", "aud": RESOURCE, "scope": "read"});
    issuer.answer(ENDPOINT, &machine);
    let Verdict::Accepted(holder) = judge(&self::tokens(&issuer), "x", 0).await else { panic!() };
    assert_eq!(holder.subject, "https://login.example/t1#machine");
    assert_eq!(holder.expires_at, None, "how long an answer counts says nothing of the token");
}

#[tokio::test]
async fn an_answer_counts_for_a_moment_and_never_beyond_the_token() {
    let issuer = Issuer::new(1);
    issuer.answer(ENDPOINT, &answer());
    let short = tokens(&issuer);
    let is_good = |verdict: Verdict| matches!(verdict, Verdict::Accepted(_));
    assert!(is_good(judge(&short, "x", 0).await));
    issuer.answer(ENDPOINT, &json!({"active": false}));
    assert!(is_good(judge(&short, "x", 0).await), "within the second");
    assert!(!is_good(judge(&short, "x", 1).await), "revoked");
    assert!(!is_good(judge(&short, "y", 0).await), "each token by itself");
    assert!(!is_good(judge(&short, "y", 0).await));
    assert_eq!(issuer.n_asked("/introspect"), 3, "bad tokens are remembered, too");

    let issuer = Issuer::new(1);
    let mut soon = answer();
    soon["exp"] = json!(1_800_000_005);
    issuer.answer(ENDPOINT, &soon);
    let long = tokens(&issuer).with_max_age(Duration::from_secs(600));
    assert!(is_good(judge(&long, "x", 0).await));
    assert!(is_good(judge(&long, "x", 4).await));
    assert_eq!(issuer.n_asked("/introspect"), 1);
    issuer.answer(ENDPOINT, &json!({"active": false}));
    assert!(!is_good(judge(&long, "x", 5).await));
}

#[tokio::test]
async fn a_failing_issuer_is_503_and_not_401_and_lets_nobody_in() {
    for (status, body) in [(0, ""), (500, ""), (401, "{}"), (403, "{}"), (302, ""), (200, "x")] {
        let issuer = Issuer::new(1);
        issuer.answer_with(ENDPOINT, status, body);
        let inner = service_fn(|_: Request<Full<bytes::Bytes>>| async {
            Ok::<_, std::convert::Infallible>(Response::new(Full::<bytes::Bytes>::default()))
        });
        let metadata = ResourceMetadata::new(RESOURCE).unwrap();
        let layer = AccessLayer::new(tokens(&issuer), metadata)
            .with_anonymous(ScopeSet::from(["read"]), ScopeSet::from(["read"]));
        let request = Request::post("/mcp").header("authorization", "Bearer opaque");
        let request = request.body(Full::default()).unwrap();
        let response = layer.layer(inner).oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{status} {body}");
        assert!(response.headers().contains_key("retry-after"));
        assert!(!response.headers().contains_key("www-authenticate"));
    }
    // A moment later it is asked again: a failure is not kept.
    let issuer = Issuer::new(1);
    let tokens = tokens(&issuer);
    issuer.answer_with(ENDPOINT, 500, "");
    let cause = format!("ask {ISSUER} about a token: it answers 500");
    assert_eq!(judge(&tokens, "x", 0).await, Verdict::Unavailable(Unavailable::new(&cause)));
    issuer.answer(ENDPOINT, &answer());
    assert!(matches!(judge(&tokens, "x", 0).await, Verdict::Accepted(_)));
}

#[tokio::test]
async fn tokens_of_others_are_not_shown_to_the_issuer() {
    let issuer = Issuer::new(1);
    issuer.answer(ENDPOINT, &answer());
    let tokens = tokens(&issuer).with_prefix("ext_");
    assert_eq!(judge(&tokens, "mcpa_x", 0).await, Verdict::NotRecognised);
    assert_eq!(issuer.n_asked(""), 0);
    assert!(matches!(judge(&tokens, "ext_x", 0).await, Verdict::Accepted(_)));
}
