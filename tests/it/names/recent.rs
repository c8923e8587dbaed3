//! Names that were looked up a moment ago: which calls use them, and for how long.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use mcp_dispatch::mcp_protocol::auth::{AuthInfo, ScopeSet};
use serde_json::{Value, json};

use super::traced::Traced;

const LOOKUP: &str = "GET /api/dcim/sites/?name=Hamburg&limit=50";
const LIST: &str = "GET /api/dcim/devices/?site=hamburg&limit=50";

fn devices_of(site: &str) -> Value {
    json!({"resource": "device", "action": "list", "params": {"site": site}})
}

/// Lists the devices of Hamburg, and compares what was sent.
#[track_caller]
fn check(traced: &Traced, auth: Option<AuthInfo>, sent: &[&str]) {
    let (text, is_error) = traced.call_as(auth, "dcim", &devices_of("Hamburg"));
    assert!(!is_error && text.contains("ham-rtr-01"), "{text}");
    assert_eq!(traced.sent(), sent);
}

#[test]
fn a_second_read_by_the_same_name_looks_nothing_up() {
    let traced = Traced::small();
    check(&traced, None, &[LOOKUP, LIST]);
    check(&traced, None, &[LIST]);
    let steps = json!({"steps": [devices_of("Hamburg"), devices_of("Munich")]});
    let (text, is_error) = traced.call("batch", &steps);
    assert!(!is_error, "{text}");
    let sent = traced.sent();
    assert!(!sent.contains(&LOOKUP.to_owned()) && sent.contains(&LIST.to_owned()), "{sent:?}");
}

#[test]
fn a_write_ends_what_is_known_of_names() {
    let rename = json!({"resource": "site", "action": "update", "params": {"id": 1, "name": "HH"}});
    for (tool, write) in [("dcim", rename.clone()), ("batch", json!({"steps": [rename]}))] {
        let traced = Traced::small();
        check(&traced, None, &[LOOKUP, LIST]);
        let (text, is_error) = traced.call(tool, &write);
        assert!(!is_error, "{text}");
        traced.sent();
        let (text, is_error) = traced.call("dcim", &devices_of("Hamburg"));
        assert!(is_error && text.contains("Hamburg"), "{text}");
        assert_eq!(traced.sent().first().map(String::as_str), Some(LOOKUP));
    }
}

#[test]
fn a_write_never_goes_by_what_was_known_of_a_name() {
    let traced = Traced::small();
    check(&traced, None, &[LOOKUP, LIST]);
    let delete = json!({"resource": "site", "action": "delete", "params": {"id": "Hamburg"}});
    traced.call("dcim", &delete);
    assert_eq!(traced.sent().first().map(String::as_str), Some(LOOKUP));
}

#[test]
fn an_object_that_is_read_by_its_name_is_read_anew() {
    let traced = Traced::small();
    let get = json!({"resource": "site", "action": "get", "params": {"id": "Hamburg"}});
    for _ in 0..2 {
        let (text, is_error) = traced.call("dcim", &get);
        assert!(!is_error && text.contains("Hamburg"), "{text}");
        assert_eq!(traced.sent(), [LOOKUP]);
    }
}

#[test]
fn nobody_uses_what_another_caller_found() {
    let somebody = |name: &str, scope: &str| {
        let mut auth = AuthInfo::new(name);
        auth.scopes = ScopeSet::from([scope]);
        Some(auth)
    };
    let traced = Traced::small();
    check(&traced, somebody("ada", "read"), &[LOOKUP, LIST]);
    check(&traced, somebody("ada", "read"), &[LIST]);
    check(&traced, somebody("bob", "read"), &[LOOKUP, LIST]);
    check(&traced, somebody("ada", "write"), &[LOOKUP, LIST]);
}

#[test]
fn a_name_is_looked_up_again_after_half_a_minute() {
    static SECONDS: AtomicU64 = AtomicU64::new(0);
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    let clock = || *START + Duration::from_secs(SECONDS.load(Ordering::Relaxed));
    let traced = Traced::small().with_clock(clock);
    check(&traced, None, &[LOOKUP, LIST]);
    SECONDS.store(29, Ordering::Relaxed);
    check(&traced, None, &[LIST]);
    SECONDS.store(30, Ordering::Relaxed);
    check(&traced, None, &[LOOKUP, LIST]);
}
