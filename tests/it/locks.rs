//! Writes that go through only if their object is as it was read, and what the change log is told.

use mcp_dispatch::mcp_protocol::auth::{AuthInfo, ScopeSet};
use mcp_dispatch::mcp_protocol::revision::Revision;
use mcp_dispatch::mcp_protocol::tool::RequestContext;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::names::traced::Traced;

fn site(action: &str, params: &Value, options: &Value) -> Value {
    json!({"resource": "site", "action": action, "params": params, "options": options})
}

/// The time of a site's last change, as a read shows it.
fn stamp(traced: &Traced) -> String {
    let (text, _) = traced.call("dcim", &site("get", &json!({"id": 1}), &json!({})));
    let line = text.lines().find_map(|line| line.strip_prefix("last_updated: "));
    line.unwrap_or_else(|| panic!("no last_updated in {text}")).to_owned()
}

#[test]
fn what_was_changed_since_it_was_read_is_not_written() {
    let traced = Traced::small();
    let read = stamp(&traced);
    let update = |stamp: &str, facility: &str| {
        site("update", &json!({"id": 1, "facility": facility}), &json!({"if_match": stamp}))
    };
    let (text, is_error) = traced.call("dcim", &update(&read, "A"));
    assert!(!is_error, "{text}");
    let now = stamp(&traced);
    for stale in [read.clone(), format!("W/\"{}+00:00\"", read.trim_end_matches('Z'))] {
        let (text, is_error) = traced.call("dcim", &update(&stale, "B"));
        assert!(is_error, "{text}");
        assert_eq!(
            text,
            format!(
                "site update not done: 1 Hamburg was changed after it was read\n\
                 facility is A, B was sent\nto do it all the same: options.if_match \"{now}\""
            )
        );
    }
    let (text, is_error) =
        traced.call("dcim", &site("delete", &json!({"id": 1}), &json!({"if_match": read})));
    assert!(is_error && text.starts_with("site delete not done: 1 Hamburg was changed"), "{text}");
    let (text, is_error) = traced.call("dcim", &update(&now, "B"));
    assert!(!is_error, "{text}");
}

#[test]
fn a_dry_run_shows_what_its_write_can_be_locked_to() {
    let traced = Traced::small();
    let (text, _) = traced.call(
        "dcim",
        &site("update", &json!({"id": 1, "facility": "A"}), &json!({"dry_run": true})),
    );
    let stamp = text.lines().find_map(|line| line.strip_prefix("if_match: ")).expect(&text);
    let update = site("update", &json!({"id": 1, "facility": "A"}), &json!({"if_match": stamp}));
    assert!(!traced.call("dcim", &update).1);
    assert!(traced.call("dcim", &update).1);
}

#[test]
fn what_was_read_for_a_write_is_what_is_written() {
    for (arguments, said) in [
        (
            site(
                "ensure",
                &json!({"name": "Hamburg", "slug": "hamburg", "facility": "A"}),
                &json!({}),
            ),
            "site update",
        ),
        (site("update", &json!({"id": "hamburg", "facility": "A"}), &json!({})), "site update"),
    ] {
        let traced = Traced::with_editor();
        let (text, is_error) = traced.call("dcim", &arguments);
        assert!(is_error, "{text}");
        let changed =
            "1 Hamburg was changed after it was read\ndescription: - -> \"by somebody else\"";
        assert!(text.starts_with(&format!("{said} not done: {changed}")), "{text}");
    }
    // By its id, nothing was read for it.
    let traced = Traced::with_editor();
    let (text, is_error) =
        traced.call("dcim", &site("update", &json!({"id": 1, "facility": "A"}), &json!({})));
    assert!(!is_error, "{text}");
}

#[test]
fn a_lock_that_cannot_be_is_refused() {
    let traced = Traced::small();
    for (arguments, said) in [
        (
            site("update", &json!({"id": 1, "facility": "A"}), &json!({"if_match": "yesterday"})),
            "takes the last_updated",
        ),
        (site("list", &json!({}), &json!({"if_match": "*"})), "writes of one object"),
        (
            site(
                "bulk_update",
                &json!({"items": [{"id": 1, "facility": "A"}]}),
                &json!({"if_match": "*"}),
            ),
            "writes of one object",
        ),
        (
            site("update", &json!({"id": 1, "facility": "A"}), &json!({"if_match": "a\nb"})),
            "what a read of the object showed",
        ),
    ] {
        let (text, is_error) = traced.call("dcim", &arguments);
        assert!(is_error && text.contains(said), "{text}");
        assert_eq!(traced.sent(), [""; 0]);
    }
}

/// A caller through a client that says its name, or is known by an address.
fn through(client: &str) -> RequestContext {
    let mut cx = RequestContext::new(Revision::LATEST_HANDSHAKE);
    if client.starts_with("https://") {
        let scopes: ScopeSet = ["read", "write", "admin"].into_iter().collect();
        return cx.with_auth(AuthInfo::new("alice").with_client_id(client).with_scopes(scopes));
    }
    let info = json!({"name": client, "version": "1"}).to_string();
    cx.meta.client_info = RawValue::from_string(info).ok();
    cx
}

/// Makes a call and compares what was sent for it.
#[track_caller]
fn check_sent(client: &str, tool: &str, arguments: &Value, sent: &[&str]) {
    let traced = Traced::noting();
    let (text, is_error) = traced.call_in(through(client), tool, arguments);
    assert!(!is_error && !text.contains("changelog"), "{text}");
    assert_eq!(traced.sent(), sent, "{text}");
}

#[test]
fn the_change_log_is_told_which_client_calls_and_why() {
    let tag = |name: &str| json!({"name": name, "slug": name});
    let create = |params: &Value, options: &Value| json!({"resource": "tag", "action": "create", "params": params, "options": options});
    let reason = json!({"reason": "ticket\n 42"});
    check_sent(
        "Claude Code",
        "extras",
        &create(&tag("a"), &reason),
        &[
            r#"POST /api/extras/tags/ {"name":"a","slug":"a","changelog_message":"Claude Code: ticket 42"}"#,
        ],
    );
    check_sent(
        "https://claude.ai/oauth/client.json",
        "extras",
        &create(&tag("a"), &json!({})),
        &[r#"POST /api/extras/tags/ {"name":"a","slug":"a","changelog_message":"claude.ai"}"#],
    );
    let own = json!({"name": "a", "slug": "a", "changelog_message": "mine"});
    check_sent(
        "Claude Code",
        "extras",
        &create(&own, &reason),
        &[r#"POST /api/extras/tags/ {"name":"a","slug":"a","changelog_message":"mine"}"#],
    );
    let delete =
        json!({"resource": "tag", "action": "delete", "params": {"id": 1}, "reason": "old"});
    check_sent(
        "",
        "extras",
        &delete,
        &[r#"DELETE /api/extras/tags/1/ {"changelog_message":"old"}"#],
    );
    let steps = json!({"reason": "r", "steps": [create(&tag("a"), &json!({})), create(&tag("b"), &json!({}))]});
    check_sent(
        "c",
        "batch",
        &steps,
        &[
            r#"POST /api/extras/tags/ [{"name":"a","slug":"a","changelog_message":"c: r"},{"name":"b","slug":"b","changelog_message":"c: r"}]"#,
        ],
    );
    let long = create(&tag("a"), &json!({"reason": "x".repeat(500)}));
    let cut = format!(
        r#"POST /api/extras/tags/ {{"name":"a","slug":"a","changelog_message":"c: {}"}}"#,
        "x".repeat(197)
    );
    check_sent("c", "extras", &long, &[&cut]);
    // What has no field for it is sent as it is.
    let allocate = json!({"resource": "prefix", "action": "allocate-ips", "params": {"id": 1, "description": "x"}, "options": reason});
    check_sent(
        "c",
        "ipam",
        &allocate,
        &[r#"POST /api/ipam/prefixes/1/available-ips/ {"description":"x"}"#],
    );
}
