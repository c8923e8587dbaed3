//! An authorization server that somebody else runs, as far as it is asked anything, and its keys.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use oauth::external::{Bounds, ExternalIssuer, IssuerClient, Unreachable};
use serde_json::{Value, json};

pub(crate) const ISSUER: &str = "https://login.example/t1";

/// What it answers, by address, and what it was asked.
#[derive(Clone, Default)]
pub(crate) struct Issuer {
    answers: Arc<Mutex<BTreeMap<String, (u16, String)>>>,
    asked: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl Issuer {
    /// An issuer with metadata where RFC 8414 puts it, and the key of this seed.
    pub(crate) fn new(seed: u8) -> Self {
        let issuer = Self::default();
        issuer
            .answer("https://login.example/.well-known/oauth-authorization-server/t1", &metadata());
        issuer.has_keys(&[seed]);
        issuer
    }

    pub(crate) fn external(&self) -> ExternalIssuer {
        ExternalIssuer::new(ISSUER, self.clone()).unwrap()
    }

    pub(crate) fn has_keys(&self, seeds: &[u8]) {
        let keys: Vec<Value> = seeds.iter().map(|seed| public_key(*seed)).collect();
        self.answer("https://login.example/t1/keys", &json!({ "keys": keys }));
    }

    pub(crate) fn answer(&self, url: &str, body: &Value) {
        self.answer_with(url, 200, &body.to_string());
    }

    /// Answers so; status 0 is no answer.
    pub(crate) fn answer_with(&self, url: &str, status: u16, body: &str) {
        self.answers.lock().unwrap().insert(url.to_owned(), (status, body.to_owned()));
    }

    pub(crate) fn n_asked(&self, end: &str) -> usize {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|request| request.uri().path().ends_with(end)).count()
    }

    /// The last request to a path with this end.
    pub(crate) fn last(&self, end: &str) -> Request<Bytes> {
        let asked = self.asked.lock().unwrap();
        let mut asked = asked.iter().rev();
        asked.find(|request| request.uri().path().ends_with(end)).cloned().unwrap()
    }
}

#[async_trait]
impl IssuerClient for Issuer {
    async fn send(
        &self,
        request: Request<Bytes>,
        _: Bounds,
    ) -> Result<Response<Bytes>, Unreachable> {
        let url = request.uri().to_string();
        self.asked.lock().unwrap().push(request);
        let answer = self.answers.lock().unwrap().get(&url).cloned();
        let (status, body) = answer.unwrap_or((404, String::new()));
        if status == 0 {
            return Err(Unreachable::new("connect"));
        }
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        Ok(response)
    }
}

fn metadata() -> Value {
    json!({
        "issuer": ISSUER,
        "jwks_uri": "https://login.example/t1/keys",
        "authorization_endpoint": "https://login.example/t1/authorize?tenant=1",
        "token_endpoint": "https://login.example/t1/token",
        "introspection_endpoint": "https://login.example/t1/introspect",
        "authorization_response_iss_parameter_supported": true,
    })
}

/// An Ed25519 key (RFC 8410, section 7).
pub(crate) fn key(seed: u8) -> EncodingKey {
    let mut der = vec![0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    der.extend([seed; 32]);
    EncodingKey::from_ed_der(&der)
}

pub(crate) fn public_key(seed: u8) -> Value {
    let mut jwk = Jwk::from_encoding_key(&key(seed), Algorithm::EdDSA).unwrap();
    jwk.common.key_id = Some(format!("key {seed}"));
    serde_json::to_value(jwk).unwrap()
}

/// A token of this type with these claims, signed with the key of this seed.
pub(crate) fn sign_with(seed: u8, token_type: &str, claims: &Value) -> String {
    let header = Header {
        typ: Some(token_type.to_owned()),
        kid: Some(format!("key {seed}")),
        ..Header::new(Algorithm::EdDSA)
    };
    jsonwebtoken::encode(&header, claims, &key(seed)).unwrap()
}
