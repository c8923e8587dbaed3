//! Tokens that are signed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use mcp_protocol::auth::ScopeSet;
use oauth::external::{ExternalIssuer, JwtTokens, ScopeMap};
use oauth::{
    AccessToken, Refusal, ScopeLadder, StaticTokenRules, StaticTokens, UnixTime, Verdict, Verifier,
    Verifiers,
};
use serde_json::{Value, json};

use super::issuer::{ISSUER, Issuer, key, public_key, sign_with};

const RESOURCE: &str = "https://mcp.example/mcp";
const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

fn map() -> ScopeMap {
    ScopeMap::new(ScopeLadder::default())
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "sub": "ada", "aud": RESOURCE, "client_id": "app", "jti": "1",
        "iat": 1_799_999_990, "exp": 1_800_000_300, "scope": "write mail",
    })
}

fn changed(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

async fn judge(tokens: &impl Verifier, token: &str) -> Verdict {
    judge_at(tokens, token, NOW).await
}

async fn judge_at(tokens: &impl Verifier, token: &str, now: UnixTime) -> Verdict {
    tokens.verify(&AccessToken::new(token), now).await
}

#[track_caller]
fn scopes(verdict: Verdict) -> ScopeSet {
    let Verdict::Accepted(holder) = verdict else { panic!("not accepted: {verdict:?}") };
    holder.scopes
}

#[tokio::test]
async fn a_signed_token_says_who_holds_it() {
    let tokens = JwtTokens::new(Issuer::new(1).external(), RESOURCE, map());
    let verdict = judge(&tokens, &sign_with(1, "at+jwt", &claims())).await;
    let Verdict::Accepted(holder) = verdict else { panic!("{verdict:?}") };
    assert_eq!(holder.subject, "https://login.example/t1#ada");
    assert_eq!(holder.client_id.as_deref(), Some("app"));
    assert_eq!(holder.scopes, ScopeSet::from(["read", "write"]));
    assert_eq!(holder.obtainable, ScopeSet::from(["read", "write", "admin"]));
    assert_eq!(holder.expires_at, Some(1_800_000_300));
    assert!(!holder.anonymous);
}

#[tokio::test]
async fn scopes_stand_where_issuers_put_them() {
    let issuer = Issuer::new(1).external();
    let plain = JwtTokens::new(issuer.clone(), RESOURCE, map());
    let groups = map().with("Operators", ["write"]).unwrap().with("Staff", ["read"]).unwrap();
    let roles = JwtTokens::new(issuer, RESOURCE, groups)
        .with_scope_claim("realm_access.roles")
        .with_scope_claim("https://mcp.example/groups");
    let without = |name: &str| {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove("scope");
        claims[name] = json!(["read", "x"]);
        claims
    };
    for (tokens, claims, expected) in [
        (&plain, changed("scope", json!("read")), &["read"][..]),
        (&plain, changed("scope", json!(["write"])), &["read", "write"]),
        (&plain, without("scp"), &["read"]),
        (&plain, without("roles"), &[]),
        (&plain, changed("scope", json!("other")), &[]),
        (&plain, changed("scope", json!(7)), &[]),
        (&roles, changed("scope", json!("admin")), &[]),
        (&roles, changed("realm_access", json!({"roles": ["Operators"]})), &["read", "write"]),
        (&roles, changed("https://mcp.example/groups", json!(["Staff", "admin"])), &["read"]),
    ] {
        let verdict = judge(tokens, &sign_with(1, "at+jwt", &claims)).await;
        assert_eq!(scopes(verdict), expected.iter().copied().collect(), "{claims}");
    }
    assert!(map().with("x", ["root"]).is_err());
}

#[tokio::test]
async fn a_token_is_for_us_of_its_issuer_and_for_now() {
    let tokens = JwtTokens::new(Issuer::new(1).external(), RESOURCE, map());
    let secs = |secs: i64| json!(1_800_000_000 + secs);
    for (claims, expected) in [
        (changed("aud", json!("https://mcp.example/other")), Refusal::OtherAudience),
        (changed("aud", json!("https://mcp.example")), Refusal::OtherAudience),
        (changed("aud", json!("https://mcp.example/mcp/x")), Refusal::OtherAudience),
        (changed("aud", json!(["a", "b"])), Refusal::OtherAudience),
        (changed("aud", json!([])), Refusal::OtherAudience),
        (changed("aud", json!({"x": RESOURCE})), Refusal::NotGenuine),
        (changed("exp", secs(-31)), Refusal::Expired),
        (changed("exp", json!(0)), Refusal::Expired),
        (changed("exp", json!(-5)), Refusal::Expired),
        (changed("exp", json!(null)), Refusal::NotGenuine),
        (changed("exp", json!("1900000000")), Refusal::NotGenuine),
        (changed("nbf", secs(31)), Refusal::NotYet),
        (changed("sub", json!(null)), Refusal::NotGenuine),
        (changed("cnf", json!({"jkt": "x"})), Refusal::Bound),
    ] {
        let verdict = judge(&tokens, &sign_with(1, "at+jwt", &claims)).await;
        assert_eq!(verdict, Verdict::Refused(expected), "{claims}");
    }
    for claims in [
        changed("aud", json!(["https://x.example", RESOURCE])),
        changed("exp", secs(-29)),
        changed("exp", json!(1_800_000_000.5)),
        changed("nbf", secs(29)),
    ] {
        let verdict = judge(&tokens, &sign_with(1, "at+jwt", &claims)).await;
        assert!(matches!(verdict, Verdict::Accepted(_)), "{claims}: {verdict:?}");
    }
    // Other names of the resource are the operator's to give.
    let named = tokens.with_audience("api://mcp");
    let token = sign_with(1, "at+jwt", &changed("aud", json!("api://mcp")));
    assert!(matches!(judge(&named, &token).await, Verdict::Accepted(_)));
}

#[tokio::test]
async fn forged_tokens_are_refused() {
    let issuer = Issuer::new(1);
    let tokens = JwtTokens::new(issuer.external(), RESOURCE, map());
    let good = sign_with(1, "at+jwt", &claims());
    let [header, payload, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!() };
    let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let admin = encoded(&changed("scope", json!("admin")));
    let with_header = |value: Value| format!("{}.{payload}.{signature}", encoded(&value));
    // The public key as the secret of a signature with a secret.
    let public = public_key(1)["x"].as_str().unwrap().to_owned();
    let hmac = |secret: &[u8]| {
        let header = Header {
            typ: Some("at+jwt".to_owned()),
            kid: Some("key 1".to_owned()),
            ..Header::new(Algorithm::HS256)
        };
        jsonwebtoken::encode(&header, &claims(), &EncodingKey::from_secret(secret)).unwrap()
    };
    // A key that the token itself brings.
    let brought = Header {
        typ: Some("at+jwt".to_owned()),
        jwk: Some(serde_json::from_value(public_key(9)).unwrap()),
        ..Header::new(Algorithm::EdDSA)
    };
    let critical = Header {
        typ: Some("at+jwt".to_owned()),
        crit: Some(vec!["exp".to_owned()]),
        ..Header::new(Algorithm::EdDSA)
    };
    for forged in [
        format!("{header}.{admin}.{signature}"),
        format!("{header}.{payload}."),
        format!("{header}.{payload}.{}", &signature[1..]),
        with_header(json!({"alg": "none", "typ": "at+jwt"})),
        with_header(json!({"alg": "None", "typ": "at+jwt"})),
        with_header(json!({"typ": "at+jwt"})),
        format!("{}.{payload}.", encoded(&json!({"alg": "none", "typ": "at+jwt"}))),
        hmac(public.as_bytes()),
        hmac(&URL_SAFE_NO_PAD.decode(&public).unwrap()),
        hmac(public_key(1).to_string().as_bytes()),
        sign_with(9, "at+jwt", &claims()),
        jsonwebtoken::encode(&brought, &claims(), &key(9)).unwrap(),
        jsonwebtoken::encode(&critical, &claims(), &key(1)).unwrap(),
        // An ID token is for the client, and is no access token.
        sign_with(1, "JWT", &claims()),
        sign_with(1, "logout+jwt", &claims()),
    ] {
        let verdict = judge(&tokens, &forged).await;
        assert_eq!(verdict, Verdict::Refused(Refusal::NotGenuine), "{forged}");
    }
    // Only where the operator says so are tokens taken that do not say what they are.
    let lax = tokens.with_any_type();
    assert!(matches!(judge(&lax, &sign_with(1, "JWT", &claims())).await, Verdict::Accepted(_)));
    let verdict = judge(&lax, &sign_with(1, "logout+jwt", &claims())).await;
    assert_eq!(verdict, Verdict::Refused(Refusal::NotGenuine));
}

#[tokio::test]
async fn keys_change_and_are_not_asked_for_at_will() {
    let issuer = Issuer::new(1);
    let tokens = JwtTokens::new(issuer.external(), RESOURCE, map());
    let (old, new) = (sign_with(1, "at+jwt", &claims()), sign_with(2, "at+jwt", &claims()));
    let later = |secs: u64| UnixTime::from_secs(NOW.as_secs() + secs);
    let is_good = |verdict: Verdict| matches!(verdict, Verdict::Accepted(_));
    assert!(is_good(judge(&tokens, &old).await));
    assert!(is_good(judge(&tokens, &old).await));
    assert_eq!((issuer.n_asked("/keys"), issuer.n_asked("server/t1")), (1, 1));

    // A key that is not known yet is asked for, but not more often than every half a minute.
    issuer.has_keys(&[1, 2]);
    assert!(!is_good(judge_at(&tokens, &new, later(29)).await));
    assert_eq!(issuer.n_asked("/keys"), 1);
    assert!(is_good(judge_at(&tokens, &new, later(30)).await));
    for _ in 0..50 {
        let unknown = sign_with(77, "at+jwt", &claims());
        assert!(!is_good(judge_at(&tokens, &unknown, later(59)).await));
    }
    assert_eq!(issuer.n_asked("/keys"), 2);

    // A key that was taken away is of no use soon after.
    issuer.has_keys(&[2]);
    let mut long = claims();
    long["exp"] = json!(1_900_000_000);
    let (old, new) = (sign_with(1, "at+jwt", &long), sign_with(2, "at+jwt", &long));
    assert!(is_good(judge_at(&tokens, &old, later(100)).await));
    assert!(!is_good(judge_at(&tokens, &old, later(631)).await));
    assert!(is_good(judge_at(&tokens, &new, later(631)).await));

    // While the issuer cannot be asked, what is known is used for a while, and then nobody can say.
    issuer.answer_with("https://login.example/t1/keys", 0, "");
    assert!(is_good(judge_at(&tokens, &new, later(2000)).await));
    for (token, secs) in [(&old, 2000), (&new, 5000)] {
        let verdict = judge_at(&tokens, token, later(secs)).await;
        assert!(matches!(verdict, Verdict::Unavailable(_)), "{verdict:?}");
    }
}

#[tokio::test]
async fn an_issuer_that_fails_makes_no_token_bad() {
    let token = sign_with(1, "at+jwt", &claims());
    let metadata = "https://login.example/.well-known/oauth-authorization-server/t1";
    let keys = "https://login.example/t1/keys";
    for (url, status, body) in [
        (metadata, 0, ""),
        (metadata, 500, ""),
        (metadata, 200, "<html>"),
        (metadata, 200, r#"{"issuer":"https://evil.example"}"#),
        (metadata, 200, r#"{"issuer":"https://login.example/t1"}"#),
        (metadata, 200, r#"{"issuer":"https://login.example/t1","jwks_uri":"http://x.example/"}"#),
        (metadata, 404, ""),
        (metadata, 302, ""),
        (keys, 0, ""),
        (keys, 404, ""),
        (keys, 503, ""),
    ] {
        let issuer = Issuer::new(1);
        issuer.answer_with(url, status, body);
        let tokens = JwtTokens::new(issuer.external(), RESOURCE, map());
        let verdict = judge(&tokens, &token).await;
        assert!(matches!(verdict, Verdict::Unavailable(_)), "{url} {status} {body}");
        // Whoever tries again does not make us ask again at once.
        let n_asked = issuer.n_asked("");
        assert_eq!(judge(&tokens, &token).await, verdict, "it says the same");
        assert_eq!(issuer.n_asked(""), n_asked, "{url} {status} {body}");
    }
    let issuer = Issuer::new(1);
    assert_eq!(issuer.external().reach(NOW).await, Ok(()));
    issuer.answer_with(metadata, 0, "");
    let error = issuer.external().reach(NOW).await.unwrap_err();
    assert_eq!(error.to_string(), "connect");
    // Keys that are none make no token good.
    let issuer = Issuer::new(1);
    issuer.answer(keys, &json!({ "keys": [{"kty": "new"}, {}, 7] }));
    let tokens = JwtTokens::new(issuer.external(), RESOURCE, map());
    assert_eq!(judge(&tokens, &token).await, Verdict::Refused(Refusal::NotGenuine));
    // OpenID puts the metadata elsewhere.
    let issuer = Issuer::new(1);
    issuer.answer_with(metadata, 404, "");
    issuer.answer(
        "https://login.example/t1/.well-known/openid-configuration",
        &json!({"issuer": ISSUER, "jwks_uri": keys}),
    );
    let tokens = JwtTokens::new(issuer.external(), RESOURCE, map());
    assert!(matches!(judge(&tokens, &token).await, Verdict::Accepted(_)));
}

#[tokio::test]
async fn each_verifier_takes_its_own_tokens() {
    let ours = StaticTokens::new(StaticTokenRules::default());
    let (one, other) = (Issuer::new(1), Issuer::new(2));
    let elsewhere = "https://other.example";
    other.answer(
        "https://other.example/.well-known/oauth-authorization-server",
        &json!({"issuer": elsewhere, "jwks_uri": "https://login.example/t1/keys"}),
    );
    let second = ExternalIssuer::new(elsewhere, other.clone()).unwrap();
    let chain = Verifiers::new()
        .then(ours)
        .then(JwtTokens::new(one.external(), RESOURCE, map()))
        .then(JwtTokens::new(second, RESOURCE, map()));
    let of_second = changed("iss", json!(elsewhere));
    let verdict = judge(&chain, &sign_with(2, "at+jwt", &of_second)).await;
    let Verdict::Accepted(holder) = verdict else { panic!("{verdict:?}") };
    assert_eq!(holder.subject, "https://other.example#ada");
    // One issuer's key makes no token of the other's.
    let verdict = judge(&chain, &sign_with(1, "at+jwt", &of_second)).await;
    assert_eq!(verdict, Verdict::Refused(Refusal::NotGenuine));
    let nobodys = changed("iss", json!("https://third.example"));
    for token in [sign_with(1, "at+jwt", &nobodys), "opaque".to_owned(), "a.b.c".to_owned()] {
        assert_eq!(judge(&chain, &token).await, Verdict::NotRecognised);
    }
    for bad in ["", "login.example", "http://login.example", "https://login.example?x=1"] {
        assert!(ExternalIssuer::new(bad, one.clone()).is_err(), "{bad}");
    }
}
