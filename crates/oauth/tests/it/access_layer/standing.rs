//! Whether who was let in would still be, for answers that last.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use mcp_protocol::auth::{AuthInfo, ScopeSet, Standing};
use oauth::resource_server::AccessLayer;
use oauth::{
    AccessToken, NewToken, OsEntropy, Refusal, StaticTokenRules, StaticTokens, Unavailable,
    UnixTime, Verdict, Verifier,
};
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::{NOW, layer, post};

/// A caller who was let in, and what tells whether they still would be.
pub(crate) struct LetIn {
    caller: AuthInfo,
    standing: Option<Standing>,
}

impl LetIn {
    /// Sends a request through the layer, with this token or none.
    pub(crate) async fn by(layer: &AccessLayer, token: Option<&str>) -> Self {
        let seen = Arc::new(Mutex::new(None));
        let noted = Arc::clone(&seen);
        let endpoint = service_fn(move |request: Request<Full<Bytes>>| {
            let extensions = request.extensions();
            let caller = extensions.get::<AuthInfo>().cloned().expect("a caller");
            let standing = extensions.get::<Standing>().cloned();
            *noted.lock().unwrap() = Some(Self { caller, standing });
            async {
                Ok::<_, std::convert::Infallible>(http::Response::new(Full::<Bytes>::default()))
            }
        });
        let bearer = token.map(|token| format!("Bearer {token}"));
        let bearer: Vec<&str> = bearer.iter().map(String::as_str).collect();
        layer.layer(endpoint).oneshot(post(&bearer)).await.unwrap();
        let seen = seen.lock().unwrap().take();
        seen.expect("they are let in")
    }

    /// Whether they still would be.
    pub(crate) async fn holds(&self) -> bool {
        self.standing.as_ref().expect("a standing").holds(&self.caller).await
    }
}

/// Says what it is told to say, and counts.
#[derive(Clone)]
struct Told(Arc<Mutex<Verdict>>, Arc<AtomicUsize>);

#[async_trait]
impl Verifier for Told {
    async fn verify(&self, _: &AccessToken, _: UnixTime) -> Verdict {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn a_caller_stands_for_as_long_as_the_verifier_says_the_same() {
    let ada = || {
        let obtainable = ScopeSet::from(["read", "write"]);
        AuthInfo::new("ada").with_scopes(["read"]).with_obtainable(obtainable).with_expires_at(9)
    };
    let told = Told(Arc::new(Mutex::new(Verdict::Accepted(ada()))), Arc::default());
    let seen = LetIn::by(&layer(told.clone()), Some("abc")).await;
    assert_eq!(told.1.load(Ordering::Relaxed), 1, "once a request");
    for (verdict, holds) in [
        (Verdict::Accepted(ada()), true),
        (Verdict::Accepted(ada().with_expires_at(99)), true),
        (Verdict::Unavailable(Unavailable::new("reach the store")), true),
        (Verdict::Accepted(ada().with_scopes(ScopeSet::new())), false),
        (Verdict::Accepted(ada().with_scopes(["read", "write"])), false),
        (Verdict::Accepted(ada().with_obtainable(["read"])), false),
        (Verdict::Accepted(ada().with_audiences(["lab"])), false),
        (Verdict::Accepted(AuthInfo::new("bob")), false),
        (Verdict::Refused(Refusal::Unknown), false),
        (Verdict::NotRecognised, false),
        (Verdict::Accepted(ada()), true),
    ] {
        let what = format!("{verdict:?}");
        *told.0.lock().unwrap() = verdict;
        assert_eq!(seen.holds().await, holds, "{what}");
    }
}

#[tokio::test]
async fn a_static_token_that_is_revoked_stands_no_longer() {
    let tokens = StaticTokens::new(StaticTokenRules::default());
    let tokens = Arc::new(RwLock::new(tokens));
    let expiring = NewToken::new("ci", ["read"]).with_expiry(NOW + Duration::from_secs(60));
    let (id, token) = tokens.write().unwrap().issue(expiring, NOW, &OsEntropy).unwrap();
    let layer = layer(Arc::clone(&tokens)).with_anonymous(["read"].into(), ScopeSet::new());
    let seen = LetIn::by(&layer, Some(token.expose())).await;
    assert!(seen.holds().await);
    assert!(!format!("{:?}", seen.standing).contains(token.expose()));
    tokens.write().unwrap().revoke(&id);
    assert!(!seen.holds().await);
    // Whoever presented nothing has nothing that could be taken from them.
    assert!(LetIn::by(&layer, None).await.standing.is_none());
}
