//! Lists: pages, limits and cursors.

use bytes::Bytes;
use dispatch_core::{BackendError, BackendErrorKind};
use http::{Request, Response};
use mcp_protocol::tool::RequestContext;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::fixture::{Recorder, admin, call, call_as, caller, dispatcher, json_response};

/// The number that a request asks for under a name.
fn asked(request: &Request<Bytes>, name: &str) -> Option<usize> {
    let query = request.uri().query().unwrap_or_default();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(key, _)| *key == name).find_map(|(_, value)| value.parse().ok())
}

fn rows(from: usize, to: usize) -> Vec<Value> {
    (from..to.max(from)).map(|n| json!({"id": n, "name": format!("d{n}")})).collect()
}

/// An API with this many devices, which gives at most so many at once.
fn devices(total: usize, most: usize) -> Recorder {
    Recorder::new(move |request, _| {
        let from = asked(request, "offset").unwrap_or(0).min(total);
        let to = (from + asked(request, "limit").unwrap_or(most).min(most)).min(total);
        let next = (to < total).then_some("http://elsewhere/?offset=x");
        let page = json!({"count": total, "next": next, "results": rows(from, to)});
        Ok(json_response(200, &page))
    })
}

/// The cursor that an answer names.
fn cursor_in(text: &str) -> Option<String> {
    let start = text.find("device.list@").or_else(|| text.find("site.list@"));
    let start = start.or_else(|| text.find("event.list@"))?;
    let cursor: String =
        text[start..].chars().take_while(|c| !c.is_whitespace() && *c != '"').collect();
    Some(cursor.trim_end_matches(['.', ')', ',', ';', '`']).to_owned())
}

/// Reads a list to its end by its cursors, and gives the number of rows of each answer.
#[track_caller]
fn read_all(recorder: &Recorder, first: &Value, id: impl Fn(usize) -> String, total: usize) {
    let mut arguments = first.clone();
    let mut seen = Vec::new();
    for _ in 0..total + 2 {
        let (text, is_error) = call(recorder, &arguments);
        assert!(!is_error, "{text}");
        seen.extend((0..total).filter(|n| {
            text.lines().any(|line| line == id(*n) || line.split('\t').any(|cell| cell == id(*n)))
        }));
        let Some(cursor) = cursor_in(&text) else { break };
        arguments = json!({"resource": first["resource"], "options": {"cursor": cursor}});
    }
    assert_eq!(seen, (0..total).collect::<Vec<_>>(), "{:?}", recorder.lines());
}

#[test]
fn one_page_is_read_unless_more_is_asked_for() {
    let recorder = devices(120, 1000);
    let list = json!({"resource": "device", "action": "list"});
    let (text, _) = call(&recorder, &list);
    assert_eq!(recorder.lines(), ["GET /api/devices/?limit=50"]);
    assert!(text.contains("120"), "{text}");
    assert!(cursor_in(&text).is_some(), "{text}");

    let recorder = devices(120, 40);
    let mut more = list;
    more["options"] = json!({"limit": 100});
    call(&recorder, &more);
    assert_eq!(
        recorder.lines(),
        [
            "GET /api/devices/?limit=100",
            "GET /api/devices/?limit=60&offset=40",
            "GET /api/devices/?limit=20&offset=80"
        ]
    );
}

#[test]
fn params_of_the_paging_are_understood() {
    let recorder = devices(120, 1000);
    let list =
        json!({"resource": "device", "action": "list", "params": {"limit": 5, "offset": 10}});
    let (text, _) = call(&recorder, &list);
    assert_eq!(recorder.lines(), ["GET /api/devices/?limit=5&offset=10"]);
    let cursor = cursor_in(&text).unwrap();
    assert!(cursor.starts_with("device.list@15;limit=5~"), "{cursor}");
}

#[test]
fn cursors_lead_to_every_row_once() {
    let name = |n: usize| format!("d{n}");
    let list = json!({"resource": "device", "action": "list", "options": {"limit": 7}});
    read_all(&devices(25, 1000), &list, name, 25);
    read_all(&devices(25, 3), &list, name, 25);

    // Numbered pages, of which the API gives fewer rows than asked for.
    for most in [2, 5, 100] {
        let sites = Recorder::new(move |request, _| {
            let size = asked(request, "per_page").unwrap().min(most);
            let from = ((asked(request, "page").unwrap_or(1) - 1) * size).min(23);
            Ok(json_response(200, &json!(rows(from, (from + size).min(23)))))
        });
        let list = json!({"resource": "site", "action": "list", "options": {"limit": 5}});
        if most >= 5 {
            read_all(&sites, &list, name, 23);
        }
    }

    // The API's own cursor, with pages of its own size.
    for limit in [3, 4, 10] {
        let events = Recorder::new(|request, _| {
            let from = asked(request, "cursor").unwrap_or(0);
            let next = (from + 4 < 18).then(|| (from + 4).to_string());
            let page = json!({"data": rows(from, (from + 4).min(18)), "next_cursor": next});
            Ok(json_response(200, &page))
        });
        let list = json!({"resource": "event", "action": "list", "options": {"limit": limit}});
        read_all(&events, &list, name, 18);
    }
}

#[test]
fn a_cursor_keeps_the_call() {
    let recorder = devices(120, 1000);
    let list = json!({"resource": "device", "action": "list",
        "params": {"name": ["a&b", "ä ~"], "active": true, "site_id": null, "cf_x": "1"},
        "options": {"limit": 2, "fields": ["name", "site.slug"]}});
    let (text, _) = call(&recorder, &list);
    let cursor = cursor_in(&text).unwrap();
    call(&recorder, &json!({"resource": "device", "cursor": cursor}));
    let lines = recorder.lines();
    assert_eq!(lines[1], format!("{}&offset=2", lines[0]));
    let decoded = percent_decode_str(&lines[1]).decode_utf8().unwrap().into_owned();
    assert_eq!(
        decoded,
        "GET /api/devices/?name=a&b&name=ä ~&active=true&site_id=null&cf_x=1&limit=2&offset=2"
    );
    // The same parameters may stand beside it, others may not.
    let beside = |params: Value| {
        call(
            &recorder,
            &json!({"resource": "device", "action": "list", "params": params,
            "options": {"cursor": cursor}}),
        )
    };
    assert!(!beside(list["params"].clone()).1);
    let (text, is_error) = beside(json!({"name": "other"}));
    assert!(is_error && text.contains("send the cursor alone"), "{text}");
}

#[test]
fn a_cursor_that_was_changed_or_is_anothers_is_refused() {
    let recorder = devices(120, 1000);
    let (text, _) = call(&recorder, &json!({"resource": "device", "action": "list"}));
    let cursor = cursor_in(&text).unwrap();
    let arguments = |cursor: &str| json!({"resource": "device", "options": {"cursor": cursor}});
    let refused = |cursor: &str| {
        let (text, is_error) = call(&recorder, &arguments(cursor));
        assert!(is_error && text.contains("list again without it"), "{cursor}: {text}");
    };
    for at in 0..cursor.len() {
        let changed = if cursor.as_bytes()[at] == b'x' { "y" } else { "x" };
        refused(&format!("{}{changed}{}", &cursor[..at], &cursor[at + 1..]));
        refused(&cursor[..at]);
    }
    let bob = RequestContext::new(mcp_protocol::revision::Revision::LATEST_HANDSHAKE)
        .with_auth(mcp_protocol::auth::AuthInfo::new("bob").with_scopes(["read"]));
    let (text, is_error) = call_as(&dispatcher(&recorder), bob, "inventory", &arguments(&cursor));
    assert!(is_error && text.contains("from elsewhere"), "{text}");
    // What its caller may no longer do, its cursor may not either.
    let lapsed = caller(&[], &["read"]);
    let (text, is_error) =
        call_as(&dispatcher(&recorder), lapsed, "inventory", &arguments(&cursor));
    assert!(is_error && text.contains("needs the scope read"), "{text}");
    assert_eq!(recorder.lines().len(), 1);
    assert!(!call_as(&dispatcher(&recorder), admin(), "inventory", &arguments(&cursor)).1);
}

#[test]
fn a_list_that_breaks_half_way_keeps_what_it_has() {
    let list = json!({"resource": "device", "action": "list", "options": {"limit": 6}});
    let breaking = |status: Option<u16>| {
        Recorder::new(move |_, n| -> Result<Response<Bytes>, BackendError> {
            let page = json!({"count": 6, "next": "x", "results": rows(0, 3)});
            match (n, status) {
                (0, _) => Ok(json_response(200, &page)),
                (_, Some(status)) => Ok(json_response(status, &json!({"detail": "no"}))),
                (_, None) => Err(BackendError::new(BackendErrorKind::EffectUnknown, "it broke")),
            }
        })
    };
    let (text, is_error) = call(&breaking(Some(502)), &list);
    assert!(!is_error && text.contains("d2") && text.contains("502"), "{text}");
    let (text, _) = call(&breaking(None), &list);
    assert!(text.contains("but it broke") && cursor_in(&text).is_some(), "{text}");
}

#[test]
fn raw_is_the_page_as_it_came() {
    let recorder = devices(120, 1000);
    let list =
        json!({"resource": "device", "action": "list", "options": {"limit": 1, "format": "raw"}});
    let (text, _) = call(&recorder, &list);
    assert_eq!(recorder.lines(), ["GET /api/devices/?limit=1"]);
    assert!(text.contains(r#""count":120"#), "{text}");
}
