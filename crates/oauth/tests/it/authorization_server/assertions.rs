//! Clients that prove themselves with a key.

use http::StatusCode;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use oauth::UnixTime;
use oauth::store::{Client, ClientAuthentication, GrantType, KeySource};
use serde_json::{Value, json};

use super::driver::{ISSUER, Reply, World};
use crate::external::key;

fn keys(seed: u8) -> String {
    let jwk = Jwk::from_encoding_key(&key(seed), Algorithm::EdDSA).unwrap();
    json!({ "keys": [jwk] }).to_string()
}

fn world(source: KeySource) -> World {
    World::with(|options| {
        let client = Client::new("signer", "Signer", UnixTime::from_secs(0))
            .with_authentication(ClientAuthentication::PrivateKey(source))
            .with_grant_types([GrantType::ClientCredentials])
            .with_max_scopes(["read"]);
        options.with_client(client).with_private_key_jwt()
    })
}

fn claims(jti: &str) -> Value {
    json!({
        "iss": "signer", "sub": "signer", "aud": ISSUER, "jti": jti,
        "iat": 1_800_000_000, "exp": 1_800_000_060,
    })
}

fn signed(claims: &Value, seed: u8) -> String {
    jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), claims, &key(seed)).unwrap()
}

async fn present(world: &World, assertion: &str) -> Reply {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "signer"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion),
    ];
    world.post("/oauth/token", &form).await
}

#[tokio::test]
async fn an_assertion_is_good_once() {
    let world = world(KeySource::Keys(keys(7)));
    let assertion = signed(&claims("1"), 7);
    let reply = present(&world, &assertion).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    present(&world, &assertion).await.is_error(401, "invalid_client");
    let mut other = claims("2");
    other["aud"] = json!(["https://other.example", format!("{ISSUER}/oauth/token")]);
    assert_eq!(present(&world, &signed(&other, 7)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn assertions_are_taken_only_where_the_operator_says_so() {
    let world = world(KeySource::Keys(keys(7)));
    let mut options = World::options(ISSUER);
    let client = Client::new("signer", "Signer", UnixTime::from_secs(0))
        .with_authentication(ClientAuthentication::PrivateKey(KeySource::Keys(keys(7))))
        .with_grant_types([GrantType::ClientCredentials])
        .with_max_scopes(["read"]);
    options.clients.push(client);
    let shut = world.restarted(options);
    present(&shut, &signed(&claims("1"), 7)).await.is_error(401, "invalid_client");
    assert_eq!(present(&world, &signed(&claims("1"), 7)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_assertion_that_is_not_right_proves_nothing() {
    let world = world(KeySource::Keys(keys(7)));
    let changed = |name: &str, value: Value| {
        let mut claims = claims(name);
        claims[name] = value;
        signed(&claims, 7)
    };
    let secret_header = Header::new(Algorithm::HS256);
    let as_secret = EncodingKey::from_secret(keys(7).as_bytes());
    let mut parts = signed(&claims("3"), 7);
    parts.truncate(parts.len() - 4);
    for assertion in [
        signed(&claims("1"), 8),
        changed("aud", json!("https://evil.example")),
        changed("iss", json!("app")),
        changed("sub", json!("app")),
        changed("exp", json!(1_800_000_000)),
        changed("exp", json!(1_800_003_600)),
        changed("nbf", json!(1_800_000_100)),
        changed("jti", json!("")),
        changed("jti", json!(null)),
        jsonwebtoken::encode(&secret_header, &claims("2"), &as_secret).unwrap(),
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzaWduZXIifQ.".to_owned(),
        parts,
        "x".to_owned(),
    ] {
        present(&world, &assertion).await.is_error(401, "invalid_client");
    }
    // A secret does not do where a key is asked for, nor nothing at all.
    let form =
        [("grant_type", "client_credentials"), ("client_id", "signer"), ("client_secret", "x")];
    world.post("/oauth/token", &form).await.is_error(401, "invalid_client");
    world.post("/oauth/token", &form[..2]).await.is_error(401, "invalid_client");
}

#[tokio::test]
async fn keys_are_fetched_from_the_public_internet_only() {
    let world = world(KeySource::Address("https://app.example/jwks.json".to_owned()));
    world.internet.answer(
        "https://app.example/jwks.json",
        200,
        "application/jwk-set+json",
        &keys(7),
    );
    world.internet.host("app.example", &["10.0.0.1"]);
    present(&world, &signed(&claims("1"), 7)).await.is_error(401, "invalid_client");
    assert_eq!(world.internet.n_fetched(), 0);
    world.internet.host("app.example", &["93.184.216.34"]);
    assert_eq!(present(&world, &signed(&claims("2"), 7)).await.status, StatusCode::OK);
    // Whoever sends garbage makes the server fetch no more than once a minute.
    for n in 0..5 {
        present(&world, &signed(&claims(&format!("x{n}")), 9))
            .await
            .is_error(401, "invalid_client");
    }
    assert_eq!(world.internet.n_fetched(), 1);
    // The keys are changed: the new one is found, and the old one is of no use any more.
    world.wait(60);
    world.internet.answer("https://app.example/jwks.json", 200, "application/json", &keys(8));
    let later = |jti: &str, seed| {
        let mut claims = claims(jti);
        claims["exp"] = json!(1_800_000_300);
        signed(&claims, seed)
    };
    assert_eq!(present(&world, &later("3", 8)).await.status, StatusCode::OK);
    present(&world, &later("4", 7)).await.is_error(401, "invalid_client");
    assert_eq!(world.internet.n_fetched(), 2);
}
