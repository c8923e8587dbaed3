//! The chain of verifiers.

use async_trait::async_trait;
use mcp_protocol::auth::AuthInfo;
use oauth::{
    AccessToken, NewToken, OsEntropy, Refusal, StaticTokenRules, StaticTokens, UnixTime, Verdict,
    Verifier, Verifiers,
};

/// Accepts every token.
struct Anyone;

#[async_trait]
impl Verifier for Anyone {
    async fn verify(&self, _: &AccessToken, _: UnixTime) -> Verdict {
        Verdict::Accepted(AuthInfo::new("anyone"))
    }
}

const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

#[tokio::test]
async fn the_first_that_recognises_a_token_owns_it() {
    let none = || StaticTokens::new(StaticTokenRules::default());
    let mut tokens = none();
    let (id, token) = tokens.issue(NewToken::new("a", ["read"]), NOW, &OsEntropy).unwrap();
    let other = AccessToken::new("other");

    let chain = Verifiers::new().then(tokens).then(Anyone);
    let Verdict::Accepted(caller) = chain.verify(&token, NOW).await else { panic!("refused") };
    assert_eq!(caller.subject, format!("static:{id}"));
    let Verdict::Accepted(caller) = chain.verify(&other, NOW).await else { panic!("refused") };
    assert_eq!(caller.subject, "anyone");

    // What the first refuses, no later one accepts.
    let chain = Verifiers::new().then(none()).then(Anyone);
    assert_eq!(chain.verify(&token, NOW).await, Verdict::Refused(Refusal::Unknown));
    assert_eq!(Verifiers::new().verify(&other, NOW).await, Verdict::NotRecognised);
    assert_eq!(format!("{chain:?}"), "Verifiers(2)");
}
