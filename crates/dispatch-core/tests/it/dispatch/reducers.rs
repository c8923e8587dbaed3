//! What is told of rows in place of the rows.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use super::fixture::{Recorder, call, json_response};

/// An API with these devices, a page of at most 100 at a time.
fn api(devices: Vec<Value>) -> Recorder {
    Recorder::new(move |request: &Request<Bytes>, _| {
        let asked = |name: &str| -> Option<usize> {
            let mut pairs = request.uri().query()?.split('&').filter_map(|it| it.split_once('='));
            pairs.find(|(key, _)| *key == name)?.1.parse().ok()
        };
        let from = asked("offset").unwrap_or(0).min(devices.len());
        let to = (from + asked("limit").unwrap_or(50).min(100)).min(devices.len());
        let next = (to < devices.len()).then_some("next");
        let page = json!({"count": devices.len(), "next": next, "results": devices[from..to]});
        Ok(json_response(200, &page))
    })
}

fn fleet(n: u64) -> Vec<Value> {
    let device = |n: u64| {
        let status = if n.is_multiple_of(3) { "planned" } else { "active" };
        let tags = if n.is_multiple_of(2) { json!(["even"]) } else { json!([]) };
        json!({
            "id": n,
            "name": format!("d{n}"),
            "status": {"value": status, "label": status.to_uppercase()},
            "site": {"id": n % 2 + 1, "name": format!("Site {}", n % 2 + 1), "slug": format!("s{}", n % 2 + 1)},
            "height": n,
            "tags": tags,
            "serial": if n < 3 { "" } else { "X" },
        })
    };
    (0..n).map(device).collect()
}

#[track_caller]
fn check(options: &Value, expect: &str) {
    let (text, is_error) =
        call(&api(fleet(12)), &json!({"resource": "device", "action": "list", "options": options}));
    assert_eq!(text, expect, "{options}");
    assert!(!is_error);
}

#[test]
fn rows_are_counted_by_the_api_with_one_small_request() {
    let api = api(fleet(120));
    let list = json!({"resource": "device", "action": "list", "params": {"status": "active"}, "options": {"count": true}});
    assert_eq!(call(&api, &list), ("120 devices".to_owned(), false));
    assert_eq!(api.lines(), ["GET /api/devices/?status=active&limit=1"]);
}

#[test]
fn rows_are_counted_by_their_values() {
    check(&json!({"count_by": "status"}), "12 devices\nstatus\tn\nactive\t8\nplanned\t4");
    check(
        &json!({"count_by": ["site", "status"]}),
        "12 devices\nsite\tstatus\tn\nSite 1\tactive\t4\nSite 2\tactive\t4\nSite 1\tplanned\t2\nSite 2\tplanned\t2",
    );
    check(&json!({"count_by": "tags"}), "12 devices\ntags\tn\n-\t6\neven\t6");
    check(
        &json!({"count_by": ["status"], "format": "json"}),
        r#"[{"status":{"value":"active","label":"ACTIVE"},"count":8},{"status":{"value":"planned","label":"PLANNED"},"count":4}]"#,
    );
}

#[test]
fn numbers_are_added_up() {
    check(&json!({"sum": "height"}), "12 devices\nsum of height: 66");
    check(
        &json!({"sum": ["height"], "count_by": "status"}),
        "12 devices\nstatus\tn\tsum height\nactive\t8\t48\nplanned\t4\t18",
    );
}

#[test]
fn conditions_choose_rows() {
    for (conditions, ids) in [
        (json!({"status": "planned"}), vec![0, 3, 6, 9]),
        (json!({"status": ["planned", "active"], "height__lt": 2}), vec![0, 1]),
        (json!({"status__n": "planned", "height__lte": 4}), vec![1, 2, 4]),
        (json!({"site": "s2", "height__gt": 8}), vec![9, 11]),
        (json!({"site": 2, "height__gte": 9}), vec![9, 11]),
        (json!({"site.name__ic": "SITE 2", "height__gte": "9"}), vec![9, 11]),
        (json!({"name__isw": "D1"}), vec![1, 10, 11]),
        (json!({"name__iew": "1"}), vec![1, 11]),
        (json!({"name__regex": "^d[0-2]$"}), vec![0, 1, 2]),
        (json!({"serial__empty": true}), vec![0, 1, 2]),
        (json!({"tags__empty": false, "tags": "even", "height__lt": 5}), vec![0, 2, 4]),
        (json!({"serial": null}), vec![0, 1, 2]),
    ] {
        let options = json!({"where": conditions, "fields": ["name"], "format": "json"});
        let list = json!({"resource": "device", "action": "list", "options": options});
        let (text, is_error) = call(&api(fleet(12)), &list);
        assert!(!is_error, "{text}");
        let rows: Vec<Value> = serde_json::from_str(text.split_once('\n').unwrap().1).unwrap();
        let found: Vec<u64> = rows.iter().map(|row| row["id"].as_u64().unwrap()).collect();
        assert_eq!(found, ids, "{conditions}");
    }
    check(&json!({"where": {"status": "planned"}, "count": true}), "4 devices of 12");
    check(
        &json!({"where": {"status": "planned"}, "count_by": "site"}),
        "4 devices of 12\nsite\tn\nSite 1\t2\nSite 2\t2",
    );
    check(
        &json!({"where": {"name": "d5"}, "fields": ["name"]}),
        "1 of 1 devices, where; of 12\nid\tname\n5\td5",
    );
}

#[test]
fn what_was_not_read_is_said() {
    let api = api(fleet(1500));
    let list = json!({"resource": "device", "action": "list", "options": {"count_by": "status"}});
    let (text, _) = call(&api, &list);
    assert_eq!(api.sent().len(), 10);
    let head =
        "1000 devices of 1000 read, out of 1500: narrow with filters in params to cover all\n";
    assert!(text.starts_with(head), "{text}");
}

#[test]
fn what_cannot_be_reduced_is_said() {
    for (options, expect) in [
        (json!({"count_by": "stauts"}), "no field stauts; did you mean status?"),
        (json!({"where": {"site.nmae": "x"}}), "no field site.nmae; did you mean site.name"),
        (
            json!({"where": {"name__contains": "x"}}),
            "options.where \"name__contains\": no such lookup",
        ),
        (json!({"where": "status"}), "options.where must be an object of paths and values"),
        (json!({"where": {"name__regex": "("}}), "is no regular expression"),
        (json!({"count": 3}), "options.count must be true"),
    ] {
        let list = json!({"resource": "device", "action": "list", "options": options});
        let (text, is_error) = call(&api(fleet(3)), &list);
        assert!(is_error && text.contains(expect), "{options}: {text}");
    }
    let get = json!({"resource": "device", "action": "get", "params": {"id": 1}, "options": {"count": true}});
    let api = api(fleet(3));
    let (text, is_error) = call(&api, &get);
    assert!(is_error && text.contains("are for lists"), "{text}");
    assert!(api.sent().is_empty());
}

/// What every row is compared with is bounded, and so is the work that a pattern takes.
#[test]
fn what_costs_too_much_is_refused() {
    let many = |n: usize| -> Vec<String> { (0..n).map(|n| format!("f{n}")).collect() };
    let conditions = |n: usize| -> Value {
        many(n).into_iter().map(|path| (path, json!("x"))).collect::<serde_json::Map<_, _>>().into()
    };
    let dots = "a.".repeat(1_000_000);
    for (options, expect) in [
        (json!({"where": {"name__regex": "(a{1000}){1000}"}}), "or too large a one"),
        (json!({"where": {"name__regex": "(".repeat(100_000)}}), "or too large a one"),
        (json!({"where": {"name__regex": "a".repeat(2000)}}), "or too large a one"),
        (json!({"where": {"name__regex": many(9)}}), "takes at most 8 values"),
        (json!({"where": {"name": many(501)}}), "takes at most 500 values"),
        (json!({"where": conditions(21)}), "options.where takes at most 20"),
        (json!({"where": {(&dots): 1}}), "has too long a path"),
        (json!({"count_by": many(21)}), "options.count_by takes at most 20"),
        (json!({"count_by": dots}), "options.count_by must be a list of field names"),
        (json!({"sum": many(21)}), "options.sum takes at most 20"),
        (json!({"fields": many(501)}), "options.fields takes at most 500"),
    ] {
        let api = api(fleet(2));
        let arguments = json!({"resource": "device", "action": "list", "options": options});
        let (text, is_error) = call(&api, &arguments);
        assert!(is_error && text.contains(expect), "{text}");
        assert!(text.len() < 600, "{} bytes", text.len());
        assert!(api.lines().is_empty());
    }
    check(&json!({"where": {"name__regex": "^(a|d)*1{1,2}$"}, "count": true}), "2 devices of 12");
}
