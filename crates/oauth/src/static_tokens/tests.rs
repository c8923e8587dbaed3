use std::time::Duration;

use mcp_protocol::auth::ScopeSet;

use super::{NewToken, StaticTokenRules, StaticTokens};
use crate::entropy::OsEntropy;
use crate::time::UnixTime;
use crate::token::AccessToken;
use crate::verifier::{Refusal, Verdict};

const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

fn none() -> StaticTokens {
    StaticTokens::new(StaticTokenRules::default())
}

fn issued(new: NewToken) -> (StaticTokens, String, AccessToken) {
    let mut tokens = none();
    let (id, token) = tokens.issue(new, NOW, &OsEntropy).unwrap();
    (tokens, id, token)
}

#[test]
fn a_token_is_valid_until_it_expires() {
    let expires = NOW + Duration::from_secs(60);
    let (tokens, id, token) = issued(NewToken::new("ci", ["write"]).with_expiry(expires));
    let Verdict::Accepted(holder) = tokens.check(&token, NOW) else { panic!("not accepted") };
    assert_eq!(holder.subject, format!("static:{id}"));
    assert_eq!(holder.scopes, ScopeSet::from(["read", "write"]));
    assert_eq!(holder.obtainable, holder.scopes);
    assert_eq!(holder.expires_at, Some(expires.as_secs()));
    assert!(!holder.anonymous);
    let last = UnixTime::from_secs(expires.as_secs() - 1);
    assert!(matches!(tokens.check(&token, last), Verdict::Accepted(_)));
    assert_eq!(tokens.check(&token, expires), Verdict::Refused(Refusal::Expired));
}

#[test]
fn a_revoked_token_is_unknown() {
    let (mut tokens, id, token) = issued(NewToken::new("ci", ["read"]));
    let (_, other) = tokens.issue(NewToken::new("other", ["read"]), NOW, &OsEntropy).unwrap();
    assert!(tokens.revoke(&id));
    assert!(!tokens.revoke(&id));
    assert_eq!(tokens.check(&token, NOW), Verdict::Refused(Refusal::Unknown));
    assert!(matches!(tokens.check(&other, NOW), Verdict::Accepted(_)));
    assert_eq!(tokens.list().len(), 1);
}

#[test]
fn a_token_for_some_servers_is_refused_at_others() {
    let check = |new: NewToken, at: &[&str]| {
        let (tokens, _, token) = issued(new);
        let rules = StaticTokenRules::default().with_audiences(at.iter().copied());
        let tokens = StaticTokens::from_json(&tokens.to_json(), rules).unwrap();
        match tokens.check(&token, NOW) {
            Verdict::Accepted(holder) => Ok(holder.audiences),
            Verdict::Refused(why) => Err(why),
            verdict => panic!("{verdict:?}"),
        }
    };
    let for_two = || NewToken::new("ci", ["read"]).with_audiences(["lab", "b"]);
    let both = Ok(Some(["b", "lab"].map(str::to_owned).into()));
    let refused = Err(Refusal::OtherAudience);
    assert_eq!(check(for_two(), &["lab"]), both);
    assert_eq!(check(for_two(), &["prod", "lab"]), both);
    assert_eq!(check(for_two(), &["prod"]), refused);
    assert_eq!(check(for_two(), &[]), refused, "a server without a name is none of them");
    assert_eq!(check(NewToken::new("ci", ["read"]), &["prod"]), Ok(None));
}

#[test]
fn other_tokens_are_left_to_others() {
    let (tokens, _, token) = issued(NewToken::new("ci", ["read"]));
    let damaged = AccessToken::new(&token.expose()[..token.expose().len() - 1]);
    assert_eq!(tokens.check(&damaged, NOW), Verdict::Refused(Refusal::Damaged));
    assert_eq!(tokens.check(&AccessToken::new("ghp_x"), NOW), Verdict::NotRecognised);
    assert_eq!(none().check(&token, NOW), Verdict::Refused(Refusal::Unknown));
}

#[test]
fn what_would_be_no_use_is_not_issued() {
    let mut tokens = none();
    let mut refused = |new: NewToken| tokens.issue(new, NOW, &OsEntropy).unwrap_err().to_string();
    assert_eq!(
        refused(NewToken::new("a", ["wirte"])),
        "issue a token with the scope \"wirte\": the scopes are read, write, admin"
    );
    assert!(refused(NewToken::new("a", ScopeSet::new())).contains("without a scope"));
    assert!(refused(NewToken::new("a", ["read"]).with_expiry(NOW)).contains("expired"));
    assert!(tokens.list().is_empty());
}

#[test]
fn tokens_are_kept_as_hashes() {
    let (mut tokens, _, token) = issued(NewToken::new("ci", ["read"]));
    let expiring = NewToken::new("b", ["admin"]).with_expiry(NOW + Duration::from_secs(5));
    let (_, second) = tokens.issue(expiring, NOW, &OsEntropy).unwrap();
    let json = tokens.to_json();
    let debug = format!("{tokens:?}");
    for token in [&token, &second] {
        let secret = &token.expose()["mcpd_".len()..];
        assert!(!json.contains(secret) && !debug.contains(secret));
    }
    let load = |json: &str| StaticTokens::from_json(json, StaticTokenRules::default());
    let loaded = load(&json).unwrap();
    assert_eq!(loaded.list(), tokens.list());
    assert_eq!(loaded.to_json(), json);
    assert!(matches!(loaded.check(&second, NOW), Verdict::Accepted(_)));
    for damaged in [
        "",
        "[]",
        "{\"format\":1}",
        "{\"format\":2,\"tokens\":[]}",
        "{\"format\":1,\"tokens\":[],\"x\":1}",
        &json[..json.len() / 2],
        &json.replace("\"scopes\"", "\"scope\""),
        &json.replace(&tokens.list()[1].id, &tokens.list()[0].id),
    ] {
        let error = load(damaged).unwrap_err();
        assert!(error.to_string().starts_with("load the stored tokens: "), "{error}");
        assert_eq!(error.fault(), crate::error::Fault::Store);
    }
}
