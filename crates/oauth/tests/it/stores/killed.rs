//! A process that is killed at any instant: what it answered is there, and nothing is there by half.

use std::collections::BTreeMap;
use std::env;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime};

use futures_util::future::join_all;
use oauth::store::{
    Consent, GrantId, IssuedAccessToken, IssuedRefreshToken, PendingAuthorization, Rotation,
    SqliteStore, Store, Subject, TakenCode,
};
use oauth::{Secret, StaticToken, TokenHash, UnixTime};
use serde_json::json;

const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
const GRACE: Duration = Duration::from_secs(10);
const STORE: &str = "MCP_DISPATCH_STORE_OF_CHILD";
const ROUND: &str = "MCP_DISPATCH_ROUND_OF_CHILD";
const CHILD: &str = "stores::killed::answers_until_it_is_killed";
/// What is answered of one flow, in this order.
const STEPS: [&str; 6] = ["asked", "approved", "taken", "issued", "rotated", "revoked"];

#[tokio::test]
async fn a_killed_process_loses_nothing_of_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    kill_again_and_again(path.to_str().unwrap(), 12).await;
}

#[tokio::test]
async fn a_killed_process_loses_nothing_of_a_database() {
    let test = "a_killed_process_loses_nothing_of_a_database";
    let Some(url) = super::postgres::database(test) else { return };
    kill_again_and_again(super::postgres::schema(&url).await.expose(), 12).await;
}

/// The process that is killed; where it is no such process, it does nothing.
#[tokio::test(flavor = "multi_thread")]
async fn answers_until_it_is_killed() {
    let (Ok(store), Ok(round)) = (env::var(STORE), env::var(ROUND)) else { return };
    let store = open(&store).await;
    let answer_all = (0..4).map(|task| {
        let (store, round) = (Arc::clone(&store), round.clone());
        async move {
            for n in 0.. {
                go_through(store.as_ref(), &format!("{round}-{task}-{n}")).await;
            }
        }
    });
    join_all(answer_all).await;
}

async fn kill_again_and_again(store: &str, n_rounds: usize) {
    for round in 0..n_rounds {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", CHILD, "--nocapture"])
            .env(STORE, store)
            .env(ROUND, round.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        // What comes before is the head of the test program.
        lines.by_ref().find(|line| line.starts_with("fact ")).unwrap();
        let random = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let random = random.subsec_nanos();
        let n_before = 10 + random as usize % 50;
        let mut answered: Vec<String> = lines.by_ref().take(n_before).collect();
        thread::sleep(Duration::from_micros(u64::from(random) % 20_000));
        child.kill().unwrap();
        child.wait().unwrap();
        answered.extend(lines);
        check(open(store).await.as_ref(), &answered).await;
    }
}

async fn open(store: &str) -> Arc<dyn Store> {
    if store.starts_with("postgres://") {
        return Arc::new(super::postgres::connect(&Secret::new(store)).await);
    }
    Arc::new(SqliteStore::open(store).await.unwrap())
}

/// One flow. Each step is written down once the store has answered.
async fn go_through(store: &dyn Store, name: &str) {
    let answered = |step: &str| {
        // One write: no line is written by half.
        let line = format!("fact {step} {name}\n");
        let mut out = io::stdout().lock();
        out.write_all(line.as_bytes()).and_then(|()| out.flush()).unwrap();
    };
    let pending = pending(name);
    store.put_pending(&pending, 100_000).await.unwrap();
    answered(STEPS[0]);
    let code = pending.code(hash("code", name), person(), pending.scopes.clone(), after(600));
    let consent = Consent::to(&code, NOW);
    assert!(store.approve(pending.id, pending.browser, &code, &consent, NOW).await.unwrap());
    answered(STEPS[1]);
    let taken = store.take_code(code.code, GrantId::new(name), NOW, after(1000)).await.unwrap();
    assert!(matches!(taken, TakenCode::Taken(_)));
    answered(STEPS[2]);
    let (access, refresh) = tokens("first", name);
    assert!(store.issue(&access, Some(&refresh), NOW).await.unwrap());
    answered(STEPS[3]);
    let (access, new) = tokens("second", name);
    let rotated = store.rotate_refresh_token(refresh.token, &access, &new, NOW, GRACE).await;
    assert_eq!(rotated.unwrap(), Rotation::Rotated);
    answered(STEPS[4]);
    assert!(store.add_static_token(&static_token(name)).await.unwrap());
    assert!(store.revoke_grant(&GrantId::new(name)).await.unwrap());
    answered(STEPS[5]);
}

async fn check(store: &dyn Store, answered: &[String]) {
    let mut furthest = BTreeMap::new();
    for fact in answered {
        let mut words = fact.split(' ').skip(1);
        let (step, name) = (words.next().unwrap(), words.next().unwrap());
        furthest.insert(name, STEPS.iter().position(|known| *known == step).unwrap());
    }
    for (name, step) in furthest {
        check_flow(store, name, step).await;
    }
}

/// Up to `step` all is there; the step after it is there or not, and no other is.
async fn check_flow(store: &dyn Store, name: &str, step: usize) {
    let refresh = |which| store.refresh_token(tokens(which, name).1.token);
    let first = refresh("first").await.unwrap();
    let second = refresh("second").await.unwrap();
    let is_revoked = first.as_ref().is_some_and(|(_, grant)| grant.revoked);
    let access = |which| store.access_token(tokens(which, name).0.token);
    let has_first = access("first").await.unwrap().is_some();
    let has_second = access("second").await.unwrap().is_some();
    let at = |at: usize, is: bool| {
        assert!(step < at || is, "{name}: {} was answered and is not there", STEPS[at]);
        assert!(step + 1 >= at || !is, "{name}: {} was never asked for", STEPS[at]);
    };
    at(3, first.is_some());
    at(4, second.is_some());
    at(5, is_revoked);
    if step == 5 {
        assert!(store.static_token(static_token(name).token_sha256).await.unwrap().is_some());
    }
    assert_eq!(has_first, first.is_some() && !is_revoked, "{name}: issued by half");
    assert_eq!(has_second, second.is_some() && !is_revoked, "{name}: rotated by half");
    let is_used = first.is_some_and(|(token, _)| token.used.is_some());
    assert_eq!(is_used, second.is_some(), "{name}: rotated by half");
    // The code is where the request was, or the other way round; or its grant is.
    let waits = store.pending(hash("pending", name), NOW).await.unwrap().is_some();
    let code = hash("code", name);
    let taken = store.take_code(code, GrantId::new(format!("late {name}")), NOW, after(9)).await;
    let taken = taken.unwrap();
    at(1, taken != TakenCode::Unknown);
    at(2, taken == TakenCode::Replayed);
    assert_eq!(waits, taken == TakenCode::Unknown, "{name}: approved by half");
}

fn after(secs: u64) -> UnixTime {
    NOW + Duration::from_secs(secs)
}

fn hash(what: &str, name: &str) -> TokenHash {
    TokenHash::of(&format!("{what} {name}"))
}

fn person() -> Subject {
    Subject::new("ada")
}

fn pending(name: &str) -> PendingAuthorization {
    let pending = json!({
        "id": hash("pending", name),
        "browser": hash("browser", name),
        "client_id": "client",
        "client_origin": "operator",
        "redirect_uri": "https://client.example/callback",
        "redirect_uri_was_sent": true,
        "state": "state",
        "scopes": "read",
        "resource": "https://mcp.example/mcp",
        "code_challenge": "c".repeat(43),
        "expires": after(600),
    });
    serde_json::from_value(pending).unwrap()
}

fn tokens(which: &str, name: &str) -> (IssuedAccessToken, IssuedRefreshToken) {
    let access = hash(&format!("{which} access token"), name);
    let access =
        IssuedAccessToken::new(access, GrantId::new(name), ["read"].into(), NOW, after(600));
    let refresh = hash(&format!("{which} refresh token"), name);
    (access, IssuedRefreshToken::new(refresh, GrantId::new(name), after(600)))
}

fn static_token(name: &str) -> StaticToken {
    let token = json!({
        "id": name,
        "name": "ci",
        "scopes": ["read"],
        "token_sha256": hash("static token", name),
        "created": NOW,
    });
    serde_json::from_value(token).unwrap()
}
