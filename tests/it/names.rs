//! Objects by what people know them by, on the sandbox: what is sent, and what is answered.

mod kinds;
mod recent;
pub(crate) mod traced;

use serde_json::{Value, json};
use traced::Traced;

/// Makes a call and compares what was sent and the answer's beginning.
#[track_caller]
fn check(arguments: &Value, sent: &[&str], text: &str) {
    let traced = Traced::small();
    let (answer, is_error) = traced.call("dcim", arguments);
    assert_eq!(traced.sent(), sent, "{answer}");
    assert!(!is_error && answer.contains(text), "{answer}");
}

#[test]
fn names_in_a_body_cost_no_request() {
    check(
        &json!({"resource": "device", "action": "create", "params": {
            "name": "ham-rtr-02", "site": "Hamburg", "role": "router",
            "device_type": {"manufacturer": "Acme", "model": "R100"}, "tags": ["core"],
        }}),
        &[
            r#"POST /api/dcim/devices/ {"name":"ham-rtr-02","site":{"name":"Hamburg"},"role":{"slug":"router"},"device_type":{"manufacturer":{"name":"Acme"},"model":"R100"},"tags":[{"slug":"core"}]}"#,
        ],
        "created device 7 ham-rtr-02",
    );
    check(
        &json!({"resource": "interface", "action": "create", "params": {
            "device": "ham-rtr-01", "name": "lag1", "type": "lag",
        }}),
        &[
            r#"POST /api/dcim/interfaces/ {"device":{"name":"ham-rtr-01"},"name":"lag1","type":"lag"}"#,
        ],
        "created interface",
    );
    check(
        &json!({"resource": "interface", "action": "bulk_create", "params": {"items": [
            {"device": "ham-rtr-01", "name": "a", "type": "virtual", "parent": "ham-rtr-01/Gi0/0"},
            {"device": 1, "name": "b", "type": "virtual", "mtu": 1500},
        ]}}),
        &[
            r#"POST /api/dcim/interfaces/ [{"device":{"name":"ham-rtr-01"},"name":"a","type":"virtual","parent":{"device":{"name":"ham-rtr-01"},"name":"Gi0/0"}},{"device":1,"name":"b","type":"virtual","mtu":1500}]"#,
        ],
        "created 2 interfaces",
    );
    check(
        &json!({"resource": "device", "action": "update", "params": {
            "id": 1, "primary_ip4": "10.0.10.1/24", "site": {"slug": "hamburg"},
        }}),
        &[
            r#"PATCH /api/dcim/devices/1/ {"primary_ip4":{"address":"10.0.10.1/24"},"site":{"slug":"hamburg"}}"#,
        ],
        "updated device 1 ham-rtr-01",
    );
}

/// Makes calls on one sandbox, and compares what was sent for the last and its answer.
#[track_caller]
fn check_last(calls: &[(&str, Value)], sent: &[&str], text: &str, is_error: bool) {
    let traced = Traced::small();
    let mut last = (String::new(), false);
    for (tool, arguments) in calls {
        traced.sent();
        last = traced.call(tool, arguments);
    }
    assert_eq!(traced.sent(), sent, "{}", last.0);
    assert_eq!(last, (text.to_owned(), is_error));
}

#[test]
fn an_object_is_read_and_removed_by_its_name() {
    let traced = Traced::small();
    let get = |params| json!({"resource": "device", "action": "get", "params": params});
    for params in [json!({"id": "ham-sw-01"}), json!({"name": "ham-sw-01"})] {
        let (text, is_error) = traced.call("dcim", &get(params));
        assert!(!is_error && text.contains("ham-sw-01"), "{text}");
        assert_eq!(traced.sent(), ["GET /api/dcim/devices/?name=ham-sw-01&limit=50"]);
    }
    let interface = json!({"resource": "interface", "action": "trace", "params": {
        "id": {"device": "ham-rtr-01", "name": "Gi0/0"},
    }});
    let (text, is_error) = traced.call("dcim", &interface);
    assert!(!is_error, "{text}");
    assert_eq!(
        traced.sent(),
        [
            "GET /api/dcim/interfaces/?device=ham-rtr-01&name=Gi0%2F0&limit=50",
            "GET /api/dcim/interfaces/1/trace/"
        ]
    );
    let delete = json!({"resource": "tag", "action": "delete", "params": {"name": "Core"}});
    let (text, _) = traced.call("extras", &delete);
    assert_eq!(traced.sent().len(), 2, "{text}");
    assert!(text.starts_with("deleted tag"), "{text}");
}

#[test]
fn a_name_of_none_or_of_several_says_which_there_are() {
    check_last(
        &[(
            "dcim",
            json!({"resource": "device", "action": "delete", "params": {"id": "ham-sw-1"}}),
        )],
        &[
            "GET /api/dcim/devices/?name=ham-sw-1&limit=50",
            "GET /api/dcim/devices/?name__isw=ha&limit=50",
        ],
        "device delete not done:\nid: no device \"ham-sw-1\" by name; did you mean ham-sw-01 (2) or ham-fw-01 (3)?",
        true,
    );
    check_last(
        &[(
            "ipam",
            json!({"resource": "vlan", "action": "delete", "params": {"name": "Management"}}),
        )],
        &["GET /api/ipam/vlans/?name=Management&limit=50"],
        "vlan delete not done:\nid: 2 of vlan are {\"name\":\"Management\"}: 1 (vid 10, site Hamburg), 3 (vid 10, site Munich); use the id or {name, site}",
        true,
    );
}

#[test]
fn a_refusal_that_is_about_a_name_is_looked_into() {
    // The text is a slug by its letters, and a name by what there is.
    check_last(
        &[
            (
                "dcim",
                json!({"resource": "site", "action": "update", "params": {"id": 1, "name": "lab"}}),
            ),
            (
                "dcim",
                json!({"resource": "rack", "action": "create", "params": {"name": "R2", "site": "lab"}}),
            ),
        ],
        &[
            r#"POST /api/dcim/racks/ {"name":"R2","site":{"slug":"lab"}}"#,
            "GET /api/dcim/sites/?slug=lab&limit=50",
            "GET /api/dcim/sites/?name=lab&limit=50",
            r#"POST /api/dcim/racks/ {"name":"R2","site":1}"#,
        ],
        "created rack 2 R2: status=active width=19 u_height=42 starting_unit=1",
        false,
    );
}

#[test]
fn filters_take_names() {
    let list = |site| json!({"resource": "device", "action": "list", "params": {"site": site}, "options": {"fields": "id"}});
    for (site, sent) in [
        (json!("hamburg"), vec!["GET /api/dcim/devices/?site=hamburg&limit=50"]),
        (json!(1), vec!["GET /api/dcim/devices/?site_id=1&limit=50"]),
        (
            json!("Hamburg"),
            vec![
                "GET /api/dcim/sites/?name=Hamburg&limit=50",
                "GET /api/dcim/devices/?site=hamburg&limit=50",
            ],
        ),
        (
            json!(["Hamburg", "munich"]),
            vec![
                "GET /api/dcim/sites/?name=Hamburg&limit=50",
                "GET /api/dcim/devices/?site=munich&site=hamburg&limit=50",
            ],
        ),
    ] {
        let traced = Traced::small();
        let (text, is_error) = traced.call("dcim", &list(site));
        assert_eq!(traced.sent(), sent, "{text}");
        assert!(!is_error, "{text}");
    }
    let (text, is_error) = Traced::small().call("dcim", &list(json!("hamburgg")));
    assert!(is_error && text.contains("no site \"hamburgg\""), "{text}");
    assert!(text.contains("did you mean hamburg (1)"), "{text}");
}

#[test]
fn a_bulk_form_by_names_is_looked_up_in_one_round() {
    let traced = Traced::small();
    let end = |name: &str| json!([{"object_type": "dcim.interface", "object_id": name}]);
    let cables = json!({"resource": "cable", "action": "bulk_create", "params": {"items": [
        {"a_terminations": end("ham-rtr-01/Gi0/1"), "b_terminations": end("ham-fw-01/lan")},
        {"a_terminations": end("muc-rtr-01/Gi0/1"), "b_terminations": [{
            "object_type": "dcim.interface", "object_id": {"device": "muc-sw-01", "name": "Gi1/2"}}]},
    ]}});
    let (text, _) = traced.call("dcim", &cables);
    let sent = traced.sent();
    assert_eq!(sent.len(), 2, "{text} {sent:?}");
    assert!(sent[1].contains(r#""object_id":2}"#), "{sent:?}");
    let update = json!({"resource": "device", "action": "bulk_update", "params": {"items": [
        {"id": "ham-rtr-01", "status": "staged"}, {"id": "muc-rtr-01", "status": "staged"}, {"id": 2, "serial": "x"},
    ]}});
    let (text, is_error) = traced.call("dcim", &update);
    assert!(!is_error, "{text}");
    assert_eq!(
        traced.sent(),
        [
            "GET /api/dcim/devices/?name=ham-rtr-01&name=muc-rtr-01&limit=250",
            r#"PATCH /api/dcim/devices/ [{"id":1,"status":"staged"},{"id":4,"status":"staged"},{"id":2,"serial":"x"}]"#,
        ]
    );
}

#[test]
fn ensure_creates_changes_or_leaves_what_there_is() {
    let traced = Traced::small();
    let ensure = |params| json!({"resource": "device", "action": "ensure", "params": params});
    let device = |status: &str| {
        ensure(json!({
            "name": "ham-rtr-09", "site": "Hamburg", "role": "router", "status": status,
            "device_type": {"manufacturer": "Acme", "model": "R100"}, "tags": ["core"],
        }))
    };
    let (text, is_error) = traced.call("dcim", &device("active"));
    assert!(!is_error && text.starts_with("created device 7 ham-rtr-09"), "{text}");
    assert_eq!(traced.sent().len(), 2);

    let (text, is_error) = traced.call("dcim", &device("active"));
    assert_eq!((text.as_str(), is_error), ("unchanged device 7 ham-rtr-09", false));
    assert_eq!(traced.sent(), ["GET /api/dcim/devices/?name=ham-rtr-09&limit=50"]);

    let (text, is_error) = traced.call("dcim", &device("staged"));
    assert!(!is_error && text.starts_with("updated device 7 ham-rtr-09"), "{text}");
    assert_eq!(traced.sent()[1], r#"PATCH /api/dcim/devices/7/ {"status":"staged"}"#);

    // The same name in another site is another device.
    let (text, is_error) = traced.call(
        "dcim",
        &ensure(json!({"name": "ham-rtr-09", "site": "munich", "role": 1, "device_type": 1})),
    );
    assert!(!is_error && text.starts_with("created device 8"), "{text}");

    let (text, is_error) =
        traced.call("dcim", &ensure(json!({"site": 1, "role": 1, "device_type": 1})));
    assert!(is_error && text.contains("by site+name"), "{text}");
}

#[test]
fn sixty_items_by_name_make_few_requests() {
    let traced = Traced::campus();
    let names = traced.sixty_devices();

    let items = |item: &dyn Fn(&str) -> Value| -> Value {
        json!({"items": names.iter().map(|name| item(name)).collect::<Vec<_>>()})
    };
    let end = |device: &str, port: &str| json!([{"object_type": "dcim.interface", "object_id": {"device": device, "name": port}}]);
    for (resource, action, params, n_lookups) in [
        ("device", "bulk_update", items(&|name| json!({"id": name, "serial": "X"})), 1),
        // NetBox itself finds the device, and the interface is of no other request.
        (
            "interface",
            "bulk_create",
            items(&|name| json!({"device": name, "name": "new0", "type": "virtual"})),
            0,
        ),
        (
            "cable",
            "bulk_create",
            items(
                &|name| json!({"a_terminations": end(name, "new0"), "b_terminations": end(name, "no")}),
            ),
            // One for all that are there, and those nearby the first that are not.
            8,
        ),
        ("device", "bulk_delete", items(&|name| json!({"id": format!("no-{name}")})), 4),
    ] {
        let arguments = json!({"resource": resource, "action": action, "params": params});
        let (text, _) = traced.call("dcim", &arguments);
        let sent = traced.sent();
        let n_read = sent.iter().filter(|line| line.starts_with("GET")).count();
        assert!(n_read <= n_lookups, "{resource} {action}: {n_read}, {text:.300}");
        assert!(text.len() < 2_000, "{resource} {action}: {} bytes", text.len());
    }
}

#[test]
fn steps_by_name_become_one_request() {
    let traced = Traced::small();
    let step = |name: &str| json!({"resource": "device", "action": "update", "params": {"id": name, "serial": "S1"}});
    let check = json!({"resource": "device", "action": "update", "each": ["$2.id", "$1.id"],
        "params": {"id": "$each", "comments": "x"}});
    let steps = json!({"steps": [step("muc-sw-01"), step("ham-rtr-01"), check]});
    let (text, is_error) = traced.call("batch", &steps);
    assert!(!is_error, "{text}");
    assert_eq!(
        traced.sent(),
        [
            "GET /api/dcim/devices/?name=muc-sw-01&name=ham-rtr-01&limit=250",
            r#"PATCH /api/dcim/devices/ [{"id":5,"serial":"S1"},{"id":1,"serial":"S1"}]"#,
            r#"PATCH /api/dcim/devices/ [{"id":1,"comments":"x"},{"id":5,"comments":"x"}]"#,
        ],
        "{text}"
    );
}

#[test]
fn what_is_ensured_twice_is_done_once() {
    let traced = Traced::small();
    let ensure = |resource: &str, params: Value| {
        let tool = if resource == "prefix" || resource == "vrf" { "ipam" } else { "dcim" };
        let arguments = json!({"resource": resource, "action": "ensure", "params": params});
        traced.call(tool, &arguments)
    };
    let site = |tags: Value| {
        json!({"name": "Vulcan", "slug": "vulcan", "tags": tags, "latitude": 51.5,
            "region": null, "description": "a  b", "custom_fields": {}})
    };
    let tag =
        json!({"resource": "tag", "action": "ensure", "params": {"name": "Edge", "slug": "edge"}});
    assert!(!traced.call("extras", &tag).1);
    for (tags, begin) in [
        (json!(["core", "edge"]), "created site"),
        (json!(["edge", "core"]), "unchanged site"),
        (json!([{"slug": "core"}, {"name": "Edge"}]), "unchanged site"),
        // A list is the whole of it.
        (json!(["core"]), "updated site"),
        (json!(["core"]), "unchanged site"),
        (json!([]), "updated site"),
        (json!([]), "unchanged site"),
    ] {
        let (text, is_error) = ensure("site", site(tags.clone()));
        assert!(!is_error && text.starts_with(begin), "{tags}: {text}");
    }
    traced.sent();
    let (text, is_error) = ensure("site", json!({"slug": "vulcan", "name": "V", "nmae": "x"}));
    assert!(is_error && text.contains("did you mean name?"), "{text}");
    assert!(traced.sent().is_empty());

    // A field that is said to be empty tells the object from one where it is not.
    let (text, is_error) = ensure("vrf", json!({"name": "red", "rd": "65000:99"}));
    assert!(!is_error, "{text}");
    for (params, begin) in [
        (json!({"prefix": "192.0.2.0/24", "vrf": "red"}), "created prefix"),
        (json!({"prefix": "192.0.2.0/24", "vrf": null}), "created prefix"),
        (json!({"prefix": "192.0.2.0/24", "vrf": null}), "unchanged prefix"),
        (json!({"prefix": "192.0.2.0/24", "vrf": {"name": "red"}}), "unchanged prefix"),
    ] {
        let (text, is_error) = ensure("prefix", params.clone());
        assert!(!is_error && text.starts_with(begin), "{params}: {text}");
    }
    let (text, is_error) = ensure("prefix", json!({"prefix": "192.0.2.0/24", "vrf": "blue"}));
    assert!(is_error, "{text}");
    let (text, is_error) = ensure("prefix", json!({"prefix": "192.0.2.0/24"}));
    assert!(is_error && text.contains("2 of prefix are"), "{text}");
}

#[test]
fn what_somebody_else_creates_meanwhile_is_found() {
    let traced = Traced::with_rival();
    let ensure = |params: Value| {
        let (text, is_error) = traced
            .call("dcim", &json!({"resource": "region", "action": "ensure", "params": params}));
        (text, is_error, traced.sent().len())
    };
    let (text, is_error, n_sent) = ensure(json!({"name": "Alpha", "slug": "alpha"}));
    assert!(!is_error && text.starts_with("unchanged region"), "{text}");
    // It was looked for, created, refused, and looked for again.
    assert_eq!(n_sent, 3);
    // What is refused for another reason is told.
    let (text, is_error, n_sent) =
        ensure(json!({"name": "Hamburg", "slug": "new", "parent": "Alpha"}));
    assert!(!is_error, "{text} {n_sent}");
    let (text, is_error, _) = ensure(json!({"name": "B", "slug": "b b"}));
    assert!(is_error && text.contains("slug"), "{text}");
}
