//! Which token a call carries, and the users of NetBoxes that are none.

use std::future::{Ready, ready};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use dispatch_core::request::UpstreamContext;
use dispatch_core::{BackendError, Dispatcher, DispatcherOptions};
use http::header::AUTHORIZATION;
use http::{Request, Response};
use mcp_protocol::auth::{AuthInfo, ScopeSet};
use mcp_protocol::revision::Revision;
use mcp_protocol::tool::{RequestContext, ToolCall, ToolServer as _};
use netbox_adapter::{
    Credential, CredentialLayer, Credentials, NetBoxAccounts, PersonCredentials, TierCredentials,
};
use oauth::resource_owner::{
    ApiAccounts, ApiAccountsOptions, Attempt, ResourceOwner as _, ScopeOfGroups,
};
use oauth::sealing::Sealer;
use oauth::store::{MemoryStore, Session, Store as _, Subject};
use oauth::{OsEntropy, Secret, TokenHash, UnixTime};
use serde_json::{Value, json};
use tower::{Layer as _, Service, ServiceExt as _};

const SERVICE: &str = "0000000000000000000000000000000000000000";
const WRITE: &str = "1111111111111111111111111111111111111111";
const ADA: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const NEW: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

/// What a NetBox that is none answers to a request with a token.
type Script = dyn Fn(&str, &str, &Value) -> (u16, Value) + Send + Sync;

/// Not a NetBox: it answers by a script, and remembers who asked for what.
#[derive(Clone)]
struct FakeNetBox {
    script: Arc<Script>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl FakeNetBox {
    fn new(script: impl Fn(&str, &str, &Value) -> (u16, Value) + Send + Sync + 'static) -> Self {
        Self { script: Arc::new(script), asked: Arc::default() }
    }

    /// A NetBox that takes these tokens, all of ada's.
    fn taking(tokens: &'static Mutex<Vec<&'static str>>) -> Self {
        Self::new(move |line, token, _| {
            if !tokens.lock().expect("no test panics in here").contains(&token) {
                return (403, json!({"detail": "Invalid v1 token"}));
            }
            match line.split('?').next() {
                Some("GET /api/authentication-check/") => {
                    (200, json!({"id": 7, "username": "ada", "groups": []}))
                }
                Some("GET /api/users/tokens/") => (200, json!({"results": []})),
                _ => (200, json!({"count": 0, "results": []})),
            }
        })
    }

    /// What was asked for below `/api/dcim/` so far, with the token.
    fn take(&self) -> Vec<String> {
        let asked = std::mem::take(&mut *self.asked.lock().expect("no test panics in here"));
        asked.into_iter().filter(|line| line.contains("/api/dcim/")).collect()
    }
}

impl Service<Request<Bytes>> for FakeNetBox {
    type Response = Response<Bytes>;
    type Error = BackendError;
    type Future = Ready<Result<Response<Bytes>, BackendError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BackendError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let token = request.headers().get(AUTHORIZATION);
        let token = token.map_or("", |token| token.to_str().expect("ASCII"));
        let token = token.split(' ').next_back().unwrap_or_default();
        let line = format!("{} {}", request.method(), request.uri());
        self.asked.lock().expect("no test panics in here").push(format!("{line} {token}"));
        let body = serde_json::from_slice(request.body()).unwrap_or_default();
        let (status, answer) = (self.script)(&line, token, &body);
        let mut response = Response::new(Bytes::from(answer.to_string()));
        *response.status_mut() = status.try_into().expect("a status");
        let json = "application/json".parse().expect("a header");
        response.headers_mut().insert("content-type", json);
        ready(Ok(response))
    }
}

fn token(token: &str) -> Credential {
    Credential::new(token, "a test").expect("a token")
}

fn caller(subject: &str, scopes: &[&str]) -> AuthInfo {
    let scopes: ScopeSet = scopes.iter().copied().collect();
    AuthInfo::new(subject).with_scopes(scopes.clone()).with_obtainable(scopes)
}

/// Lists the sites as this caller: the text that comes back.
async fn list(netbox: &FakeNetBox, credentials: &Credentials, auth: Option<AuthInfo>) -> String {
    let backend = CredentialLayer::new(credentials.clone()).layer(netbox.clone());
    let access = dispatch_core::access::Access::up_to(dispatch_core::Tier::Read);
    let options = DispatcherOptions::default()
        .with_access_without_auth(access)
        .with_highest_tier(credentials.highest_tier());
    let catalog = netbox_adapter::bundled_catalog().expect("a catalog");
    let dispatcher = Dispatcher::new(catalog, backend).with_options(options);
    let mut cx = RequestContext::new(Revision::V2026_07_28);
    cx.auth = auth;
    let arguments = json!({"resource": "site", "action": "list"}).to_string();
    let reply = dispatcher.call(ToolCall::new("dcim").with_arguments(arguments), cx).await;
    format!("{reply:?}")
}

/// The accounts of a NetBox on a store; what NetBox says is remembered for this long.
fn accounts_on(
    netbox: &FakeNetBox,
    store: &Arc<MemoryStore>,
    key: &Secret,
    remembered: Duration,
) -> ApiAccounts {
    let options = ApiAccountsOptions::new("netbox", ScopeOfGroups::everyone("write"))
        .with_remembered_for(remembered);
    let api = NetBoxAccounts::new(netbox.clone(), "a test");
    let sealer = Sealer::new(key).expect("a key");
    ApiAccounts::new(options, api, Arc::clone(store) as _, sealer).expect("accounts")
}

/// The accounts of a NetBox, of which nothing is remembered, and in which ada signed in.
async fn signed_in(netbox: &FakeNetBox) -> (ApiAccounts, Arc<MemoryStore>) {
    let store = Arc::new(MemoryStore::new());
    let key = Sealer::new_key(&OsEntropy).expect("a key");
    let accounts = accounts_on(netbox, &store, &key, Duration::ZERO);
    sign_in(&accounts, &store, "netbox-token", &[("token", ADA)]).await.expect("ada");
    (accounts, store)
}

async fn sign_in(
    accounts: &ApiAccounts,
    store: &MemoryStore,
    way: &str,
    answers: &[(&str, &str)],
) -> Result<String, String> {
    let answers = answers.iter().map(|(name, text)| (*name, Secret::new(*text)));
    let now = UnixTime::from_secs(1_800_000_000);
    let attempt = Attempt::new(way, answers, now);
    let person = accounts.sign_in(&attempt).await.map_err(|error| error.to_string())?;
    let cookie = TokenHash::of("a cookie");
    let session = Session::new(cookie, person.subject.clone(), person.name.clone(), now, now);
    store.sign_in(cookie, &session, person.keep.as_ref()).await.expect("a store");
    Ok(format!("{} {}", person.subject, person.name))
}

#[tokio::test]
async fn the_scope_decides_the_token_of_the_whole_call() {
    let netbox = FakeNetBox::new(|_, _, _| (200, json!({"count": 0, "results": []})));
    let tokens = TierCredentials::new(token(SERVICE), Some(token(WRITE)), None).expect("tokens");
    let credentials = Credentials::from(tokens);
    for (scopes, expected) in [
        (&["read"][..], SERVICE),
        (&["read", "write"], WRITE),
        (&["read", "write", "admin"], WRITE),
    ] {
        list(&netbox, &credentials, Some(caller("somebody", scopes))).await;
        let asked = netbox.take();
        assert!(asked.len() == 1 && asked[0].ends_with(expected), "{scopes:?} {asked:?}");
    }
    // What the server asks by itself only reads.
    let backend = CredentialLayer::new(credentials).layer(netbox.clone());
    let request = Request::get("/api/dcim/sites/").body(Bytes::new()).expect("a request");
    backend.oneshot(request).await.expect("an answer");
    assert_eq!(netbox.take(), [format!("GET /api/dcim/sites/ {SERVICE}")]);
    assert!(TierCredentials::new(token(SERVICE), None, Some(token(WRITE))).is_err());
}

#[tokio::test]
async fn nobody_gets_the_token_of_somebody_else() {
    static TAKEN: Mutex<Vec<&str>> = Mutex::new(Vec::new());
    *TAKEN.lock().expect("it") = vec![SERVICE, ADA];
    let netbox = FakeNetBox::taking(&TAKEN);
    let (accounts, store) = signed_in(&netbox).await;
    let ada = || Some(caller("netbox:7", &["read"]));
    let alone = Credentials::from(PersonCredentials::new(accounts.clone()));
    let others = TierCredentials::new(token(SERVICE), None, None).expect("tokens");
    let with_others = PersonCredentials::new(accounts).with_others(others);
    let with_others = Credentials::from(with_others);
    let shown = format!("{alone:?} {with_others:?}");
    assert!(!shown.contains(ADA) && !shown.contains(SERVICE), "{shown}");

    list(&netbox, &alone, ada()).await;
    list(&netbox, &with_others, ada()).await;
    assert!(netbox.take().iter().all(|line| line.ends_with(ADA)));
    for nobody in [
        None,
        Some(caller("static:ci", &["read"])),
        Some(AuthInfo::anonymous().with_scopes(["read"])),
        // A name that somebody gave themselves elsewhere.
        Some(caller("netbox7", &["read"])),
        // A user who never signed in here.
        Some(caller("netbox:8", &["read"])),
    ] {
        let told = list(&netbox, &alone, nobody.clone()).await;
        assert!(told.contains("nothing was sent"), "{nobody:?} {told}");
        assert_eq!(netbox.take(), [""; 0], "{nobody:?}");
    }
    list(&netbox, &with_others, Some(caller("static:ci", &["read"]))).await;
    assert!(netbox.take().iter().all(|line| line.ends_with(SERVICE)));
    // A person whose token is gone does not fall back to it, and no caller at all does.
    let ada_here = Subject::new("netbox:7");
    let kept = store.credential(&ada_here).await.expect("a store").expect("it is there");
    assert!(store.remove_credential(&ada_here, &kept).await.expect("a store"));
    for nobody in [ada(), None] {
        let told = list(&netbox, &with_others, nobody).await;
        assert!(told.contains("nothing was sent"), "{told}");
        assert_eq!(netbox.take(), [""; 0]);
    }
}

#[tokio::test]
async fn what_was_refused_for_its_token_is_sent_again_with_the_new_one() {
    static TAKEN: Mutex<Vec<&str>> = Mutex::new(Vec::new());
    *TAKEN.lock().expect("it") = vec![ADA, NEW];
    let netbox = FakeNetBox::taking(&TAKEN);
    let store = Arc::new(MemoryStore::new());
    let key = Sealer::new_key(&OsEntropy).expect("a key");
    let [replica, accounts] =
        [(); 2].map(|()| accounts_on(&netbox, &store, &key, Duration::from_secs(3600)));
    // What a replica remembers is the old token; what its store holds is the new one.
    sign_in(&replica, &store, "netbox-token", &[("token", ADA)]).await.expect("ada");
    let credentials = Credentials::from(PersonCredentials::new(replica.clone()));
    sign_in(&accounts, &store, "netbox-token", &[("token", NEW)]).await.expect("ada");
    *TAKEN.lock().expect("it") = vec![NEW];
    let ada = || Some(caller("netbox:7", &["read"]));
    list(&netbox, &credentials, ada()).await;
    let asked = netbox.take();
    assert!(asked.len() == 2 && asked[0].ends_with(ADA) && asked[1].ends_with(NEW), "{asked:?}");

    // Where there is none that is good, NetBox's words come with what to do.
    *TAKEN.lock().expect("it") = vec![];
    let told = list(&netbox, &credentials, ada()).await;
    assert!(told.contains("Invalid v1 token. NetBox takes your token no more: sign in"), "{told}");
    assert_eq!(netbox.take().len(), 1);
    let ceiling = replica.ceiling(&Subject::new("netbox:7")).await.expect("an answer");
    assert_eq!(ceiling, None);

    let service = Credentials::from(token(SERVICE));
    let told = list(&netbox, &service, ada()).await;
    assert!(told.contains("Invalid v1 token. It is this server's own token"), "{told}");
}

/// NetBox before 4.5 does not say who asks, and makes tokens of version 1 only.
#[tokio::test]
async fn users_of_an_older_netbox_sign_in() {
    let netbox = FakeNetBox::new(|line, _, body| match line {
        "POST /api/users/tokens/provision/" if body["password"] == "right" => {
            assert_eq!(body["expires"], "2028-01-15T08:00:00Z");
            (201, json!({"id": 3, "user": {"id": 7, "username": "ada"}, "key": ADA}))
        }
        "POST /api/users/tokens/provision/" => {
            (403, json!({"detail": "Invalid username/password"}))
        }
        "GET /api/authentication-check/" => (404, json!("no such page")),
        line if line.starts_with("GET /api/users/tokens/?") => {
            assert!(!line.contains("aaaa"), "{line}");
            let token = |user: i64, shown: &str, writes: bool| {
                json!({"id": 3, "display": format!("****{shown}"), "write_enabled": writes,
                    "user": {"id": user, "username": "ada"}})
            };
            (200, json!({"results": [token(8, "cccccc", true), token(7, "aaaaaa", false)]}))
        }
        "GET /api/users/users/7/" => (403, json!({"detail": "You do not have permission."})),
        other => panic!("{other}"),
    });
    let (accounts, store) = signed_in(&netbox).await;
    let ceiling = accounts.ceiling(&Subject::new("netbox:7")).await.expect("an answer");
    assert_eq!(ceiling, Some(ScopeSet::from(["read"])), "the token only reads");
    let right = [("name", "ada"), ("password", "right")];
    assert_eq!(
        sign_in(&accounts, &store, "netbox-password", &right).await.as_deref(),
        Ok("netbox:7 ada")
    );
    let wrong = [("name", "ada"), ("password", "wrong")];
    let told =
        sign_in(&accounts, &store, "netbox-password", &wrong).await.expect_err("it is wrong");
    assert_eq!(told, "NetBox knows no user with this name and password.");
}

/// A NetBox without peppers cannot make a token of version 2, and fails when it is asked.
#[tokio::test]
async fn a_netbox_without_peppers_makes_a_token_of_version_1() {
    let netbox = FakeNetBox::new(|line, _, body| match line {
        "POST /api/users/tokens/provision/" if body["version"] == 1 => {
            let user = json!({"id": 7, "username": "ada"});
            (201, json!({"id": 3, "user": user, "version": 1, "key": null, "token": ADA}))
        }
        "POST /api/users/tokens/provision/" => (500, json!({"error": "no peppers"})),
        "GET /api/authentication-check/" => (200, json!({"id": 7, "username": "ada"})),
        _ => (200, json!({"results": []})),
    });
    let (accounts, store) = signed_in(&netbox).await;
    let right = [("name", "ada"), ("password", "right")];
    assert_eq!(
        sign_in(&accounts, &store, "netbox-password", &right).await.as_deref(),
        Ok("netbox:7 ada")
    );
}

#[tokio::test]
async fn a_call_above_the_highest_token_is_not_sent() {
    let netbox = FakeNetBox::new(|_, _, _| (200, json!({})));
    let tokens = TierCredentials::new(token(SERVICE), None, None).expect("tokens");
    let backend = CredentialLayer::new(tokens).layer(netbox.clone());
    let recorded = Arc::new(Mutex::new(None));
    let keep = Arc::clone(&recorded);
    // What the dispatcher says of a write by somebody who may write.
    let catalog = netbox_adapter::bundled_catalog().expect("a catalog");
    let layered = tower::service_fn(move |request: Request<Bytes>| {
        *keep.lock().expect("it") = request.extensions().get::<UpstreamContext>().cloned();
        backend.clone().oneshot(request)
    });
    let dispatcher = Dispatcher::new(catalog, layered);
    let cx = RequestContext::new(Revision::V2026_07_28)
        .with_auth(caller("somebody", &["read", "write"]));
    let arguments = json!({"resource": "site", "action": "create",
        "params": {"name": "a", "slug": "a"}});
    let call = ToolCall::new("dcim").with_arguments(arguments.to_string());
    let told = format!("{:?}", dispatcher.call(call, cx).await);
    assert!(told.contains("no NetBox token for the scope write"), "{told}");
    assert!(recorded.lock().expect("it").is_some());
    assert_eq!(netbox.take(), [""; 0]);
}
