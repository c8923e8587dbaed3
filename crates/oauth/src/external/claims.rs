//! What is said of a token: its claims, or the answer of an introspection. Both have the same names
//! (RFC 7519, RFC 7662, RFC 9068).

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::jws::Audience;
use crate::time::UnixTime;
use crate::verifier::Refusal;

/// What is said of a token. Those that are not known here are in `others`.
#[derive(Debug, Deserialize)]
pub(crate) struct Claims {
    #[serde(default)]
    pub(crate) iss: Option<String>,
    #[serde(default)]
    pub(crate) sub: Option<String>,
    #[serde(default)]
    pub(crate) aud: Audience,
    #[serde(default)]
    pub(crate) exp: Option<f64>,
    #[serde(default)]
    nbf: Option<f64>,
    #[serde(default)]
    pub(crate) azp: Option<String>,
    #[serde(default)]
    client_id: Option<String>,
    /// A key that whoever presents the token must prove (RFC 7800).
    #[serde(default)]
    cnf: Option<Value>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

impl Claims {
    /// Why the token is not good at this time, for one of these audiences, if it is not.
    pub(super) fn fault(&self, audiences: &[String], now: UnixTime) -> Option<Refusal> {
        if !self.aud.names().iter().any(|name| audiences.contains(name)) {
            return Some(Refusal::OtherAudience);
        }
        self.fault_of_use(now)
    }

    /// Why the token is not good at this time as a plain bearer token, if it is not.
    pub(super) fn fault_of_use(&self, now: UnixTime) -> Option<Refusal> {
        if self.cnf.is_some() {
            return Some(Refusal::Bound);
        }
        self.fault_of_time(now)
    }

    /// Why the token is not good at this time, if it is not.
    pub(crate) fn fault_of_time(&self, now: UnixTime) -> Option<Refusal> {
        let (now, leeway) = (now.as_secs() as f64, LEEWAY.as_secs() as f64);
        if self.exp.is_some_and(|exp| exp + leeway <= now) {
            return Some(Refusal::Expired);
        }
        self.nbf.is_some_and(|nbf| nbf > now + leeway).then_some(Refusal::NotYet)
    }

    /// The client that the token was issued to.
    pub(super) fn client(&self) -> Option<&str> {
        self.client_id.as_deref().or(self.azp.as_deref())
    }

    /// The texts of a claim: one text with spaces between them, or a list. Its name may be a path
    /// with dots.
    pub(crate) fn texts(&self, name: &str) -> Vec<&str> {
        let found = self.others.get(name).or_else(|| {
            let mut parts = name.split('.');
            let first = self.others.get(parts.next().unwrap_or_default())?;
            parts.try_fold(first, |value, part| value.get(part))
        });
        match found {
            Some(Value::String(texts)) => texts.split_ascii_whitespace().collect(),
            Some(Value::Array(texts)) => texts.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// A text that may hold spaces.
    #[cfg(feature = "authorization-server")]
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.others.get(name).and_then(Value::as_str)
    }
}

/// By how much clocks may differ.
const LEEWAY: Duration = Duration::from_secs(30);
