//! Accounts of the API behind a server: what a person proves there is kept to act for them, sealed,
//! and for no longer than it is needed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use mcp_protocol::auth::ScopeSet;
use oauth::authorization_server::{AuthorizationServer, Unavailable};
use oauth::resource_owner::{
    Account, AccountApi, ApiAccounts, ApiAccountsOptions, Attempt, Field, Proof,
    ResourceOwner as _, ScopeOfGroups, SignInError, Way,
};
use oauth::sealing::Sealer;
use oauth::store::{ClientId, SealedCredential, Session, Subject};
use oauth::{OsEntropy, Refusal, Secret, TokenHash, Verdict};
use tokio::sync::Notify;

use super::driver::{App, Browser, ISSUER, World};

/// An API with users in groups, which makes a credential for whoever has the password.
#[derive(Clone, Default)]
pub(super) struct Api(Arc<Mutex<State>>);

#[derive(Default)]
pub(super) struct State {
    /// What its credentials start with.
    pub(super) name: &'static str,
    /// The groups of each user.
    users: BTreeMap<String, Vec<&'static str>>,
    /// Whose each credential is.
    credentials: BTreeMap<String, String>,
    n_made: usize,
    n_asked: usize,
    pub(super) is_down: bool,
    only_reads: bool,
    /// The credentials that are not taken back.
    stuck: BTreeSet<String>,
    /// What the next that is taken back waits for.
    gate: Option<Arc<Notify>>,
}

impl Api {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub(super) fn set(&self, user: &str, groups: &[&'static str]) {
        self.state().users.insert(user.to_owned(), groups.to_vec());
    }

    pub(super) fn credentials(&self) -> Vec<String> {
        self.state().credentials.keys().cloned().collect()
    }
}

impl State {
    fn account(&self, credential: &str) -> Option<Account> {
        let user = self.credentials.get(credential)?;
        let groups = self.users.get(user)?.iter().copied();
        Some(Account::new(user, user).with_groups(groups).with_only_reads(self.only_reads))
    }

    fn is_up(&self) -> Result<(), Unavailable> {
        if self.is_down { Err(Unavailable::new("ask the API")) } else { Ok(()) }
    }
}

#[async_trait]
impl AccountApi for Api {
    fn ways(&self) -> Vec<Way> {
        let fields = [Field::text("name", "User name"), Field::secret("password", "Password")];
        vec![Way::new("account", "With your account", fields)]
    }

    async fn prove(&self, attempt: &Attempt) -> Result<Proof, SignInError> {
        let mut state = self.state();
        state.is_up().map_err(SignInError::Unavailable)?;
        if attempt.answer("password") != "password" {
            return Err(SignInError::Wrong("There is no such account.".to_owned()));
        }
        state.n_made += 1;
        let credential = format!("{}credential-{}", state.name, state.n_made);
        state.credentials.insert(credential.clone(), attempt.answer("name").to_owned());
        let account = state.account(&credential);
        let account = account.ok_or_else(|| SignInError::Wrong("There is no user.".to_owned()))?;
        Ok(Proof::new(account, Secret::new(credential.as_str())).with_made(credential))
    }

    async fn account(&self, credential: &Secret) -> Result<Option<Account>, Unavailable> {
        let mut state = self.state();
        state.n_asked += 1;
        state.is_up()?;
        Ok(state.account(credential.expose()))
    }

    async fn withdraw(&self, credential: &Secret, made: &str) -> Result<(), Unavailable> {
        let gate = self.state().gate.take();
        if let Some(gate) = gate {
            gate.notified().await;
        }
        let mut state = self.state();
        if state.is_down || state.stuck.contains(made) {
            return Err(Unavailable::new(&format!("delete {made} at the API")));
        }
        assert_eq!(credential.expose(), made);
        state.credentials.remove(made);
        Ok(())
    }
}

/// A world whose people are those of an API: `ada` is in the group of engineers.
fn world() -> (World, Api, ApiAccounts) {
    let mut world = World::new();
    let api = Api::default();
    api.set("ada", &["engineers"]);
    let accounts = accounts_of(&world, "api", &api);
    let store = Arc::clone(&world.store);
    let server = AuthorizationServer::new(World::options(ISSUER), accounts.clone(), store);
    world.server = server.unwrap().with_clock(world.clock.clone());
    (world, api, accounts)
}

/// The accounts of an API: everyone reads, and engineers write.
pub(super) fn accounts_of(world: &World, name: &str, api: &Api) -> ApiAccounts {
    let of_groups = ScopeOfGroups::everyone("read").with("engineers", "write");
    let sealer = Sealer::new(&Secret::new(KEY)).unwrap();
    let options = ApiAccountsOptions::new(name, of_groups);
    let accounts = ApiAccounts::new(options, api.clone(), Arc::clone(&world.store), sealer);
    accounts.unwrap().with_clock(world.clock.clone())
}

/// As operators make them.
const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

fn ada() -> Subject {
    Subject::new("api:ada")
}

async fn access_token(world: &World, scope: &str) -> String {
    world.tokens("ada", scope).await["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn groups_bound_what_is_granted_and_what_was_granted() {
    let (world, api, accounts) = world();
    let token = access_token(&world, "admin").await;
    let holder = World::holder(world.verify(&token).await);
    assert_eq!(holder.scopes, ScopeSet::from(["read", "write"]));
    assert_eq!((holder.subject.as_str(), holder.obtainable), ("api:ada", holder.scopes.clone()));
    // What the API said a moment ago is not asked again, and a moment later it is.
    api.set("ada", &[]);
    let n_asked = api.state().n_asked;
    world.verify(&token).await;
    assert_eq!(api.state().n_asked, n_asked);
    world.wait(30);
    assert_eq!(World::holder(world.verify(&token).await).scopes, ScopeSet::from(["read"]));
    api.set("ada", &["engineers"]);
    api.state().only_reads = true;
    world.wait(30);
    assert_eq!(World::holder(world.verify(&token).await).scopes, ScopeSet::from(["read"]));
    assert!(accounts.credential(&Subject::new("user:ada")).await.unwrap().is_none());
}

#[tokio::test]
async fn who_has_no_credential_any_more_signs_in_again() {
    let (world, api, accounts) = world();
    let token = access_token(&world, "write").await;
    api.state().credentials.clear();
    // A call that the API refuses makes it known at once.
    assert!(accounts.credential_again(&ada()).await.unwrap().is_none());
    assert_eq!(world.verify(&token).await, Verdict::Refused(Refusal::Unknown));
    // The old session is no way around it: the sign-in page comes.
    let again = access_token(&world, "write").await;
    for token in [&token, &again] {
        assert_eq!(World::holder(world.verify(token).await).subject, "api:ada");
    }
    // What belongs to somebody else now is nobody's.
    api.set("eve", &["engineers"]);
    let credentials = api.credentials();
    api.state().credentials.insert(credentials[0].clone(), "eve".to_owned());
    world.wait(30);
    assert_eq!(world.verify(&again).await, Verdict::Refused(Refusal::Unknown));
}

#[tokio::test]
async fn what_is_kept_is_sealed_and_goes_with_the_last_grant() {
    let (world, api, accounts) = world();
    let mut browser = Browser::new(&world);
    let answer = browser.approve(&App::default(), "ada", "write").await;
    let tokens = world.redeem(&App::default(), &answer.param("code").unwrap()).await.json();
    let sealed = world.store.credential(&ada()).await.unwrap().unwrap();
    assert!(!String::from_utf8_lossy(sealed.as_bytes()).contains("credential"));
    let shown = format!("{accounts:?} {:?}", accounts.credential(&ada()).await.unwrap());
    assert!(!shown.contains("credential-1"), "{shown}");

    let page = browser.get("/oauth/grants").await;
    let form = [("csrf", page.hidden("csrf").unwrap()), ("client_id", "app".to_owned())];
    let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post("/oauth/grants", &form).await;
    assert_eq!(world.store.credential(&ada()).await.unwrap(), None);
    assert_eq!(api.credentials(), [""; 0]);
    let token = tokens["access_token"].as_str().unwrap();
    assert!(!matches!(world.verify(token).await, Verdict::Accepted(_)));

    // A client that gives its tokens back is the last one as well.
    let tokens = world.tokens("ada", "read").await;
    assert_eq!(api.credentials().len(), 1);
    let form = [("token", tokens["refresh_token"].as_str().unwrap()), ("client_id", "app")];
    world.post("/oauth/revoke", &form).await;
    assert_eq!(api.credentials(), [""; 0]);
    assert_eq!(accounts.credential(&ada()).await.unwrap().map(|_| ()), None);
}

#[tokio::test]
async fn what_is_kept_goes_with_the_last_that_is_good() {
    let (world, api, _) = world();
    let is_kept = async || {
        world.server.keep_house().await.unwrap();
        let is_kept = world.store.credential(&ada()).await.unwrap().is_some();
        assert_eq!(!api.credentials().is_empty(), is_kept, "here and there");
        is_kept
    };
    // Tokens that are not refreshed end, and a session does.
    world.tokens("ada", "read").await;
    for (secs, kept) in [(0, true), (29 * 86_400, true), (86_400, false)] {
        world.wait(secs);
        assert_eq!(is_kept().await, kept, "after {secs} more");
    }
    // So does what somebody else takes away.
    world.tokens("ada", "read").await;
    world.store.remove_client(&ClientId::new("app")).await.unwrap();
    let grants = world.store.grants_of(&ada(), oauth::Clock::now(&world.clock)).await.unwrap();
    for grant in grants {
        world.store.revoke_grant(&grant.id).await.unwrap();
    }
    assert!(is_kept().await, "the session is there");
    world.store.end_sessions_of(&ada()).await.unwrap();
    assert!(!is_kept().await);
}

#[tokio::test]
async fn what_cannot_be_taken_back_is_tried_again_and_keeps_nobody_else_here() {
    let (world, api, _) = world();
    for user in ["ada", "bob", "eve"] {
        api.set(user, &["engineers"]);
        world.tokens(user, "read").await;
    }
    world.wait(40 * 86_400);
    // What is left there is said, and can be taken back as long as it is here.
    api.state().stuck.insert("credential-2".to_owned());
    for _ in 0..2 {
        let error = world.server.keep_house().await.unwrap_err();
        assert_eq!(error.what(), "delete credential-2 at the API");
        assert_eq!(api.credentials(), ["credential-2"]);
        assert!(world.store.credential(&Subject::new("api:bob")).await.unwrap().is_some());
        assert_eq!(world.store.credential(&ada()).await.unwrap(), None);
    }
    api.state().stuck.clear();
    world.server.keep_house().await.unwrap();
    assert_eq!(api.credentials(), [""; 0]);
    assert_eq!(world.store.credential(&Subject::new("api:bob")).await.unwrap(), None);
}

#[tokio::test]
async fn however_many_are_stuck_everybody_has_a_turn() {
    let (world, api, accounts) = world();
    let now = oauth::Clock::now(&world.clock);
    let keep = async |subject: Subject, sealed: SealedCredential| {
        let cookie = TokenHash::of(subject.as_str());
        let session = Session::new(cookie, subject, "Somebody", now, now);
        world.store.sign_in(cookie, &session, Some(&sealed)).await.unwrap();
    };
    let sign_in = async |name: &str| {
        api.set(name, &["engineers"]);
        let answers = [("name", Secret::new(name)), ("password", Secret::new("password"))];
        let person = accounts.sign_in(&Attempt::new("account", answers, now)).await.unwrap();
        keep(person.subject, person.keep.unwrap()).await;
    };
    // More than are let go of at once.
    for n in 0..101 {
        sign_in(&format!("{n:03}")).await;
    }
    api.state().stuck = api.credentials().into_iter().collect();
    sign_in("ada").await;
    // This was kept by an owner of before.
    let before = Subject::new("before:ada");
    keep(before.clone(), SealedCredential::new(vec![1])).await;
    for is_there in [true, false] {
        world.server.keep_house().await.unwrap_err();
        for subject in [&ada(), &before] {
            let kept = world.store.credential(subject).await.unwrap();
            assert_eq!(kept.is_some(), is_there, "{subject}");
        }
    }
    api.state().stuck.clear();
    for _ in 0..2 {
        world.server.keep_house().await.unwrap();
    }
    assert_eq!(api.credentials(), [""; 0]);
}

#[tokio::test]
async fn who_signs_in_while_they_are_let_go_of_keeps_the_new_credential() {
    let (world, api, _) = world();
    world.tokens("ada", "read").await;
    world.wait(40 * 86_400);
    let gate = Arc::new(Notify::new());
    api.state().gate = Some(Arc::clone(&gate));
    let signs_in = async {
        let token = access_token(&world, "read").await;
        gate.notify_one();
        token
    };
    let (kept_house, token) = tokio::join!(world.server.keep_house(), signs_in);
    kept_house.unwrap();
    assert_eq!(api.credentials(), ["credential-2"]);
    assert!(world.store.credential(&ada()).await.unwrap().is_some());
    world.wait(30);
    assert_eq!(World::holder(world.verify(&token).await).scopes, ScopeSet::from(["read"]));
}

#[tokio::test]
async fn a_person_is_told_what_could_not_be_taken_back() {
    let (world, api, _) = world();
    let mut browser = Browser::new(&world);
    let answer = browser.approve(&App::default(), "ada", "write").await;
    world.redeem(&App::default(), &answer.param("code").unwrap()).await;
    let page = browser.get("/oauth/grants").await;
    api.state().is_down = true;
    let form = [("csrf", page.hidden("csrf").unwrap()), ("client_id", "app".to_owned())];
    let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let told = browser.post("/oauth/grants", &form).await;
    assert!(told.body.contains("delete credential-1 at the API"), "{}", told.body);
    // It is done when it can be.
    api.state().is_down = false;
    world.wait(40 * 86_400);
    world.server.keep_house().await.unwrap();
    assert_eq!((api.credentials().len(), world.store.credential(&ada()).await.unwrap()), (0, None));
}

#[tokio::test]
async fn the_log_is_told_what_could_not_be_taken_back() {
    let (world, api, _) = world();
    let mut browser = Browser::new(&world);
    let page = browser.consent_page(&App::default(), "ada", "read").await;
    api.state().is_down = true;
    let told = browser.decide(&page, "deny", "read").await;
    assert_eq!(told.param("error").as_deref(), Some("access_denied"));
    assert_eq!(told.left.as_deref(), Some("delete credential-1 at the API"));

    api.state().is_down = false;
    let page = browser.get("/oauth/sign-in").await;
    api.state().stuck.insert("credential-1".to_owned());
    let told = browser.sign_in(&page, "ada").await;
    assert_eq!(told.status, http::StatusCode::SEE_OTHER);
    assert_eq!(told.left.as_deref(), Some("delete credential-1 at the API"));
}

#[tokio::test]
async fn signing_in_again_replaces_the_credential() {
    let (world, api, accounts) = world();
    let read = access_token(&world, "read").await;
    let write = access_token(&world, "write").await;
    assert_eq!(api.credentials(), ["credential-2"]);
    assert_eq!(accounts.credential(&ada()).await.unwrap().unwrap().expose(), "credential-2");
    // Both connections go on, each with what it was granted.
    assert_eq!(World::holder(world.verify(&read).await).scopes, ScopeSet::from(["read"]));
    assert_eq!(World::holder(world.verify(&write).await).scopes, ScopeSet::from(["read", "write"]));
}

#[tokio::test]
async fn the_last_answer_holds_for_a_while_where_the_api_is_down() {
    let (world, api, _) = world();
    let token = access_token(&world, "write").await;
    api.state().is_down = true;
    world.wait(60);
    assert!(matches!(world.verify(&token).await, Verdict::Accepted(_)));
    world.wait(900);
    let cause = Unavailable::new("ask the API");
    assert_eq!(world.verify(&token).await, Verdict::Unavailable(cause));
    api.state().is_down = false;
    assert!(matches!(world.verify(&token).await, Verdict::Accepted(_)));
}

#[test]
fn a_map_that_means_nothing_is_refused() {
    #[track_caller]
    fn check(map: ScopeOfGroups, expected: &str) {
        let store = Arc::new(oauth::store::MemoryStore::new());
        let sealer = Sealer::new(&Sealer::new_key(&OsEntropy).unwrap()).unwrap();
        let options = ApiAccountsOptions::new("api", map);
        let error = ApiAccounts::new(options, Api::default(), store, sealer).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
    check(ScopeOfGroups::default(), "nobody could grant anything");
    check(ScopeOfGroups::everyone("raed"), "\"raed\": the scopes are read, write, admin");
}
