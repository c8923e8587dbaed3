//! Objects of several kinds by name: the ends of cables, what an address is assigned to, scopes.

use serde_json::{Value, json};

use super::traced::Traced;

/// Makes a call, and compares what was sent last.
#[track_caller]
fn check(tool: &str, resource: &str, action: &str, params: &Value, sent: &str) {
    let traced = Traced::small();
    let arguments = json!({"resource": resource, "action": action, "params": params});
    let (text, _) = traced.call(tool, &arguments);
    let last = traced.sent().pop().unwrap_or_default();
    assert_eq!(last, sent, "{text}");
}

/// Makes a call that is not sent, and looks for words in why.
#[track_caller]
fn check_refused(tool: &str, resource: &str, params: &Value, words: &[&str]) {
    let traced = Traced::small();
    let arguments = json!({"resource": resource, "action": "create", "params": params});
    let (text, is_error) = traced.call(tool, &arguments);
    assert!(is_error, "{text}");
    assert!(traced.sent().is_empty(), "{text}");
    for word in words {
        assert!(text.contains(word), "{word}: {text}");
    }
}

#[test]
fn the_ends_of_a_cable_are_named() {
    let far_id = interface("ham-fw-01", "lan");
    let sent = format!(
        "POST /api/dcim/cables/ {}",
        json!({
            "a_terminations": [{"object_type": "dcim.interface", "object_id": 2}],
            "b_terminations": [{"object_type": "dcim.interface", "object_id": far_id}],
        })
    );
    let (near, far) = (json!({"device": "ham-rtr-01", "name": "Gi0/1"}), "ham-fw-01/lan");
    for params in [
        // The usual kind is not told.
        json!({"a_terminations": [near], "b_terminations": [far]}),
        // One stands for a list of one.
        json!({"a_terminations": near, "b_terminations": far}),
        json!({
            "a_terminations": [{"interface": near}],
            "b_terminations": [{"dcim.interface": far}],
        }),
        json!({
            "a_terminations": [{"object_type": "interface", "device": "ham-rtr-01", "name": "Gi0/1"}],
            "b_terminations": [{"object_type": "dcim.interface", "object_id": far}],
        }),
        json!({"a_terminations": [{"interface": 2}], "b_terminations": [{"interface": far_id}]}),
    ] {
        check("dcim", "cable", "create", &params, &sent);
    }
}

/// An id of an earlier step says of which kind it is, or nothing is sent.
#[test]
fn the_ends_of_a_cable_are_of_an_earlier_step() {
    let traced = Traced::small();
    let steps = |end: Value| {
        let port = json!({"device": "ham-fw-01", "name": "new0", "type": "1000base-t"});
        let near = json!({"device": "ham-rtr-01", "name": "Gi0/1"});
        json!({"steps": [
            {"resource": "interface", "action": "create", "params": port},
            {"resource": "cable", "action": "create",
             "params": {"a_terminations": near, "b_terminations": end}},
        ]})
    };
    for end in [json!("$1.id"), json!(["$1.id"])] {
        let (text, is_error) = traced.call("batch", &steps(end));
        assert!(is_error && text.contains("say what it is"), "{text}");
        assert!(traced.sent().is_empty(), "{text}");
    }
    traced.call("batch", &steps(json!({"interface": "$1.id"})));
    let cable = traced.sent().pop().unwrap();
    assert!(cable.starts_with("POST /api/dcim/cables/"), "{cable}");
}

/// The id of an interface of the small network.
fn interface(device: &str, name: &str) -> i64 {
    let traced = Traced::small();
    let (text, _) = traced.call(
        "dcim",
        &json!({"resource": "interface", "action": "get",
            "params": {"device": device, "name": name}, "options": {"format": "json"}}),
    );
    let object: Value = serde_json::from_str(text.trim_start_matches(|c| c != '{')).unwrap();
    object["id"].as_i64().unwrap()
}

#[test]
fn what_an_address_is_assigned_to_is_named() {
    let of = |object: Value| json!({"address": "10.9.9.9/24", "assigned_object": object});
    let sent = r#"POST /api/ipam/ip-addresses/ {"address":"10.9.9.9/24","assigned_object_type":"dcim.interface","assigned_object_id":1}"#;
    for object in [
        json!({"device": "ham-rtr-01", "name": "Gi0/0"}),
        json!("ham-rtr-01/Gi0/0"),
        json!({"interface": "ham-rtr-01/Gi0/0"}),
        json!({"assigned_object_type": "dcim.interface", "device": "ham-rtr-01", "name": "Gi0/0"}),
        json!({"interface": 1}),
    ] {
        check("ipam", "ipaddress", "create", &of(object), sent);
    }
    check(
        "ipam",
        "ipaddress",
        "update",
        &json!({"id": 1, "assigned_object": null}),
        r#"PATCH /api/ipam/ip-addresses/1/ {"assigned_object_type":null,"assigned_object_id":null}"#,
    );
    check(
        "ipam",
        "prefix",
        "create",
        &json!({"prefix": "10.99.0.0/16", "scope": "Hamburg"}),
        r#"POST /api/ipam/prefixes/ {"prefix":"10.99.0.0/16","scope_type":"dcim.site","scope_id":1}"#,
    );
    check(
        "ipam",
        "prefix",
        "create",
        &json!({"prefix": "10.99.0.0/16", "scope": {"region": 1}}),
        r#"POST /api/ipam/prefixes/ {"prefix":"10.99.0.0/16","scope_type":"dcim.region","scope_id":1}"#,
    );
    // Any resource may have an entry in the journal.
    check(
        "extras",
        "journalentry",
        "create",
        &json!({"assigned_object": {"vlan": 1}, "comments": "x"}),
        r#"POST /api/extras/journal-entries/ {"assigned_object_type":"ipam.vlan","assigned_object_id":1,"comments":"x"}"#,
    );
}

#[test]
fn what_is_of_no_kind_says_which_there_are() {
    check_refused(
        "ipam",
        "ipaddress",
        &json!({"address": "10.9.9.9/24", "assigned_object": {"vlan": 1}}),
        &[
            r#"assigned_object: say what it is, such as {"interface": {"device": …, "name": …}}"#,
            "kinds: interface vminterface fhrpgroup",
        ],
    );
    check_refused(
        "dcim",
        "cable",
        &json!({"a_terminations": [5], "b_terminations": [{"devcie": "x", "name": "y"}]}),
        &["b_terminations[0]: say what it is", "frontport"],
    );
    check_refused(
        "dcim",
        "cable",
        &json!({"a_terminations": [{"interface": {"devcie": "x", "name": "y"}}]}),
        &["did you mean device"],
    );
    check_refused(
        "ipam",
        "ipaddress",
        &json!({"address": "10.9.9.9/24", "assigned_object": "a/b", "assigned_object_id": 3}),
        &["assigned_object_id is given twice"],
    );
}

#[test]
fn cables_of_sixty_ends_by_name_are_looked_up_in_few_requests() {
    let traced = Traced::campus();
    let names = traced.sixty_devices();
    let items: Vec<Value> = names
        .iter()
        .map(|name| json!({"device": name, "name": "new0", "type": "1000base-t"}))
        .collect();
    let create =
        json!({"resource": "interface", "action": "bulk_create", "params": {"items": items}});
    let (text, is_error) = traced.call("dcim", &create);
    assert!(!is_error, "{text}");
    traced.sent();
    let cable = |pair: &[String]| {
        let end = |device: &str| json!({"device": device, "name": "new0"});
        json!({"a_terminations": [end(&pair[0])], "b_terminations": [end(&pair[1])]})
    };
    let items: Vec<Value> = names.chunks(2).map(cable).collect();
    let create = json!({"resource": "cable", "action": "bulk_create", "params": {"items": items}});
    let (text, is_error) = traced.call("dcim", &create);
    assert!(!is_error && text.contains("30 cables"), "{text}");
    let sent = traced.sent();
    let n_read = sent.iter().filter(|line| line.starts_with("GET")).count();
    assert!(n_read <= 2 && sent.len() == n_read + 1, "{n_read} of {}", sent.len());
}
