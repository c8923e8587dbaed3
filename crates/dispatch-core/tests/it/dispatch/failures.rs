//! Failures on the road: what an agent is told of them, and what is never done twice.

use bytes::Bytes;
use dispatch_core::{BackendError, BackendErrorKind};
use http::Response;
use serde_json::{Value, json};

use super::fixture::{Recorder, call, json_response};

fn get() -> Value {
    json!({"resource": "device", "action": "get", "params": {"id": 5}})
}

fn delete() -> Value {
    json!({"resource": "device", "action": "delete", "params": {"id": 5}})
}

/// Makes a call over a failing backend and checks how often it was sent and what is said.
#[track_caller]
fn check(kind: BackendErrorKind, arguments: &Value, n_sent: usize, said: &[&str]) {
    let recorder = Recorder::failing(kind);
    let (text, is_error) = call(&recorder, arguments);
    assert!(is_error);
    assert_eq!(recorder.sent().len(), n_sent, "{text}");
    for said in said {
        assert!(text.contains(said), "{text:?} does not hold {said:?}");
    }
}

#[test]
fn what_was_not_sent_says_so() {
    check(BackendErrorKind::NotSent, &delete(), 1, &["nothing was sent"]);
    check(BackendErrorKind::NotReady, &get(), 1, &["nothing was sent"]);
    check(BackendErrorKind::Timeout { sent: false }, &delete(), 1, &["nothing was sent"]);
    // Only a read is tried again, and only once.
    check(BackendErrorKind::NotSent, &get(), 2, &["nothing was sent"]);
}

#[test]
fn a_write_that_broke_says_that_its_effect_is_unknown_and_how_to_look() {
    for kind in [BackendErrorKind::EffectUnknown, BackendErrorKind::Timeout { sent: true }] {
        check(kind, &delete(), 1, &["effect is unknown", "action=get", "\"id\":5"]);
        let create = json!({"resource": "device", "action": "create",
            "params": {"name": "ams1", "site": 1}});
        check(kind, &create, 1, &["effect is unknown", "action=list", "ams1"]);
        // A read whose connection broke is sent once more.
        let n_sent = if kind == BackendErrorKind::EffectUnknown { 2 } else { 1 };
        check(kind, &get(), n_sent, &["the connection to the API broke", "try again"]);
    }
    check(BackendErrorKind::TooLarge, &delete(), 1, &["look before you try again"]);
    check(BackendErrorKind::TooLarge, &get(), 1, &["ask for fewer rows"]);
}

#[test]
fn a_read_that_was_not_sent_is_sent_once_more() {
    let recorder = Recorder::new(|_, n| match n {
        0 => Err(BackendError::new(BackendErrorKind::NotSent, "connection refused")),
        _ => Ok(json_response(200, &json!({"id": 5, "name": "ams1"}))),
    });
    let (text, is_error) = call(&recorder, &get());
    assert!(!is_error && text.contains("ams1"), "{text}");
    assert_eq!(recorder.sent().len(), 2);
}

#[test]
fn the_api_refuses_in_its_own_words() {
    for (status, body, said) in [
        (400, json!({"name": ["This field must be unique."]}), "This field must be unique."),
        (401, json!({"detail": "Invalid token"}), "401"),
        (403, json!({"detail": "You may not."}), "You may not."),
        (404, json!({"detail": "Not found."}), "404"),
        (429, json!({"detail": "Slow down."}), "429"),
        (500, json!({"error": "boom", "exception": "DataError"}), "boom"),
        (301, json!(null), "301"),
    ] {
        let recorder = Recorder::json(status, body);
        let (text, is_error) = call(&recorder, &delete());
        assert!(is_error && text.contains(said), "{status}: {text}");
        assert_eq!(recorder.sent().len(), 1);
    }
}

#[test]
fn a_web_page_is_no_answer() {
    let recorder = Recorder::new(|_, _| {
        let page = "<html><head><title>Sign in</title></head><body>hello</body></html>";
        let mut response = Response::new(Bytes::from(page));
        response.headers_mut().insert("content-type", "text/html".parse().unwrap());
        Ok(response)
    });
    let list = json!({"resource": "device", "action": "list"});
    for arguments in [get(), list] {
        let (text, is_error) = call(&recorder, &arguments);
        assert!(is_error && text.contains("a web page answered"), "{text}");
        assert!(!text.contains("<body>"), "{text}");
    }
}

#[test]
fn a_body_that_is_too_large_is_refused_whole() {
    let recorder = Recorder::json(200, json!([]));
    let serial = "x".repeat(3_000_000);
    let (text, is_error) = call(
        &recorder,
        &json!({"resource": "device", "action": "update", "params": {"id": 5, "serial": serial}}),
    );
    assert!(is_error && text.contains("3000013 bytes"), "{text}");
    assert_eq!(recorder.sent().len(), 0);
}

#[test]
fn answers_without_a_body_are_told() {
    let empty = |status: u16| {
        Recorder::new(move |_, _| {
            let mut response = Response::new(Bytes::new());
            *response.status_mut() = status.try_into().unwrap();
            Ok(response)
        })
    };
    let (text, is_error) = call(&empty(204), &delete());
    assert!(!is_error && text.contains("deleted device 5"), "{text}");
    assert!(!call(&empty(200), &get()).1);
}

#[test]
fn wrong_calls_say_what_the_action_takes() {
    let recorder = Recorder::json(200, json!({}));
    let said = |arguments: Value| {
        let (text, is_error) = call(&recorder, &arguments);
        assert!(is_error && recorder.sent().is_empty(), "{text}");
        text
    };
    assert_eq!(
        said(json!({"resource": "device", "action": "update", "params": {"id": 5, "zzz": 1}})),
        "device update not sent:\nzzz: no such field\nnothing to change: give at least one field \
         with its new value\nupdate takes id!:int name:str site->site \
         status:active|planned|offline serial:str"
    );
    let text = said(json!({"resource": "device", "action": "list", "params": {"colour": 1}}));
    assert!(text.contains("list takes name status site_id"), "{text}");
    let text = said(json!({"action": "list"}));
    assert!(text.contains("resource is missing") && text.contains("device site event"), "{text}");
    let text = said(json!({"resource": "device,site", "action": "list"}));
    assert!(text.contains("one resource"), "{text}");
}

#[test]
fn help_is_one_word_or_none() {
    let recorder = Recorder::json(200, json!({}));
    for arguments in [
        json!({}),
        json!({"resource": "device"}),
        json!({"resource": "device", "action": "help"}),
        json!({"resource": "device,site", "action": "Help"}),
        json!({"action": "help", "params": {"field": "status"}, "resource": "device"}),
    ] {
        let (text, is_error) = call(&recorder, &arguments);
        assert!(!is_error && text.contains("device"), "{arguments}: {text}");
    }
    assert!(recorder.sent().is_empty());
}
