//! Progress, and the event stream it needs.

use std::time::Duration;

use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tokio::time::timeout;
use tower::ServiceExt as _;

use crate::wire::{Answer, HANDSHAKE, ask, block_on, handshake, shared, stateless};

fn with_token(name: &str) -> Value {
    json!({ "name": name, "_meta": { "progressToken": "p" } })
}

fn progress(events: &[Value]) -> Vec<(&Value, &Value)> {
    let notes = events.iter().filter(|event| event["method"] == "notifications/progress");
    notes.map(|note| (&note["params"]["progressToken"], &note["params"]["progress"])).collect()
}

#[test]
fn progress_comes_before_the_result_and_only_grows() {
    for request in [
        stateless("tools/call", with_token("steps")),
        handshake(HANDSHAKE, "tools/call", with_token("steps")),
    ] {
        let answer = block_on(ask(request));
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("x-accel-buffering"), Some("no"));
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
        let events = answer.events();
        let p = json!("p");
        let (zero, half, last) = (json!(0), json!(50), json!(99.5));
        assert_eq!(progress(&events), [(&p, &zero), (&p, &half), (&p, &last)]);
        assert_eq!(events[1]["params"]["total"], 100);
        assert_eq!(events[1]["params"]["message"], "step 50");
        assert_eq!(events.len(), 4);
        assert_eq!((&events[3]["id"], &events[3]["result"]["isError"]), (&json!(1), &json!(false)));
    }
}

#[test]
fn a_stream_ends_with_its_result() {
    let events = block_on(ask(stateless("tools/call", with_token("stream")))).events();
    assert_eq!(progress(&events), [(&json!("p"), &json!(1))]);
    assert_eq!(events[1]["result"]["content"][0]["text"], "streamed");
    assert_eq!(events.len(), 2);
}

#[test]
fn who_does_not_ask_gets_plain_json() {
    let plain = block_on(ask(stateless("tools/call", json!({ "name": "steps" }))));
    assert_eq!(plain.header("content-type"), Some("application/json"));
    let mut request = stateless("tools/call", with_token("steps"));
    request.headers_mut().insert("accept", "application/json".parse().expect("a value"));
    let plain = block_on(ask(request));
    assert_eq!(plain.header("content-type"), Some("application/json"));
    let nothing_to_tell = block_on(ask(stateless("tools/call", with_token("echo"))));
    assert_eq!(nothing_to_tell.header("content-type"), Some("application/json"));
}

#[test]
fn a_call_that_takes_long_becomes_a_stream_that_is_kept_open() {
    block_on(async {
        let (toy, service) = shared();
        let service = service.with_keep_alive(Duration::from_millis(5));
        let wait = || stateless("tools/call", json!({ "name": "wait" }));
        let Ok(mut response) = service.clone().oneshot(wait()).await;
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let frame = response.body_mut().frame().await.expect("a frame").expect("no error");
        assert_eq!(frame.into_data().expect("data").as_ref(), b":\n\n");
        toy.go_on.notify_one();
        let events = Answer::of(response).await.events();
        assert!(matches!(&events[..], [only] if only["result"]["isError"] == false), "{events:?}");
        // Whoever takes no stream waits.
        let mut request = wait();
        request.headers_mut().insert("accept", "application/json".parse().expect("a value"));
        let mut answer = service.oneshot(request);
        timeout(Duration::from_millis(30), &mut answer).await.expect_err("it waits");
        toy.go_on.notify_one();
        let Ok(response) = answer.await;
        assert_eq!(response.headers()["content-type"], "application/json");
    });
}

#[test]
fn a_quiet_stream_is_kept_open() {
    block_on(async {
        let (toy, service) = shared();
        let service = service.with_keep_alive(Duration::from_millis(5));
        let request = stateless("tools/call", with_token("wait"));
        let Ok(mut response) = service.oneshot(request).await;
        let mut frames = Vec::new();
        for _ in 0..4 {
            let frame = response.body_mut().frame().await.expect("a frame").expect("no error");
            frames.push(frame.into_data().expect("data"));
        }
        assert!(frames[0].starts_with(b"data: {"));
        assert!(frames[1..].iter().all(|frame| frame.as_ref() == b":\n\n"), "{frames:?}");
        toy.go_on.notify_one();
        let rest = response.into_body().collect().await.expect("no error").to_bytes();
        assert!(String::from_utf8_lossy(&rest).contains("waited"));
    });
}
