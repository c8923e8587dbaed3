//! Policies as text: what is read, and what is refused.

use dispatch_core::Fault;
use dispatch_core::policy::Policy;

#[track_caller]
fn check_refused(text: &str, expected: &[&str]) {
    let error = Policy::from_toml(text).expect_err(text);
    assert_eq!(error.fault(), Fault::Policy);
    let message = error.to_string();
    for expected in expected {
        assert!(message.contains(expected), "{message:?} does not hold {expected:?}");
    }
}

#[test]
fn an_empty_text_is_a_policy() {
    assert_eq!(Policy::from_toml("").unwrap(), Policy::default());
}

#[test]
fn what_is_no_policy_is_refused_with_line_and_expectation() {
    check_refused("title = ", &["read the policy", "line 1"]);
    check_refused("\nhiden = []", &["line 2", "unknown field `hiden`", "hidden"]);
    check_refused("group_by = \"colour\"", &["line 1", "unknown variant `colour`", "`tag`"]);
    check_refused("hidden = [\"/books\"]", &["expected `METHODS /path`"]);
    check_refused("hidden = [\"FETCH /books\"]", &["\"FETCH\" is no HTTP method"]);
    check_refused("[[tiers]]\ntier = \"root\"\non = []", &["unknown variant `root`", "`admin`"]);
    check_refused("[[tiers]]\non = [\"* /a\"]", &["missing field `tier`"]);
    check_refused("[[corrections]]\nfeilds = {}", &["unknown field `feilds`"]);
    check_refused("[models]\nstrip = []", &["unknown field `strip`"]);
}

#[test]
fn a_policy_is_written_as_it_is_read() {
    let text = r#"
        base_path = "/api"
        hidden = ["GET,HEAD /api/**?"]
        [groups]
        z = ["b", "a?"]
        a = []
        [[corrections]]
        on = ["POST /api/{id}"]
        body = { type = "object", properties = { z = {}, a = {} } }
    "#;
    let policy = Policy::from_toml(text).unwrap();
    let written = toml::to_string(&policy).unwrap();
    assert_eq!(Policy::from_toml(&written).unwrap(), policy, "{written}");
    assert_eq!(policy.groups.keys().collect::<Vec<_>>(), ["z", "a"]);
}
