//! What it means when a client goes away.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use http_body_util::BodyExt as _;
use mcp_protocol::auth::AuthInfo;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tower::ServiceExt as _;

use crate::toy::Toy;
use crate::wire::{
    HANDSHAKE, STATELESS, block_on, handshake, send, shared, stateless, stateless_body,
};

const SOON: Duration = Duration::from_secs(5);
const LONG_ENOUGH: Duration = Duration::from_millis(50);

#[test]
fn in_the_stateless_era_it_cancels_the_call_which_still_ends() {
    block_on(async {
        let (toy, service) = shared();
        {
            let request = stateless("tools/call", json!({ "name": "wait" }));
            let mut answer = pin!(service.oneshot(request));
            let first = poll_fn(|cx| Poll::Ready(answer.as_mut().poll(cx))).await;
            assert!(first.is_pending());
            timeout(SOON, until_waiting(&toy, &mut answer)).await.expect("the tool runs");
        }
        timeout(SOON, toy.cancelled.notified()).await.expect("the token fired");
        timeout(SOON, toy.finished.notified()).await.expect("the call ended");
    });
}

#[test]
fn in_the_handshake_era_it_means_nothing() {
    block_on(async {
        let (toy, service) = shared();
        {
            let request = handshake(HANDSHAKE, "tools/call", json!({ "name": "wait" }));
            let mut answer = pin!(service.oneshot(request));
            timeout(SOON, until_waiting(&toy, &mut answer)).await.expect("the tool runs");
        }
        timeout(LONG_ENOUGH, toy.cancelled.notified()).await.expect_err("nothing fires");
        toy.go_on.notify_one();
        timeout(SOON, toy.finished.notified()).await.expect("the call ended");
    });
}

#[test]
fn an_event_stream_that_is_dropped_is_the_same() {
    for (request, cancels) in [
        (stateless("tools/call", json!({ "name": "wait", "_meta": { "progressToken": 1 } })), true),
        (
            handshake(
                HANDSHAKE,
                "tools/call",
                json!({ "name": "wait", "_meta": { "progressToken": 1 } }),
            ),
            false,
        ),
    ] {
        block_on(async {
            let (toy, service) = shared();
            let Ok(mut response) = service.oneshot(request).await;
            response.body_mut().frame().await.expect("a frame").expect("no error");
            drop(response);
            let fired = timeout(LONG_ENOUGH, toy.cancelled.notified()).await.is_ok();
            assert_eq!(fired, cancels);
            toy.go_on.notify_one();
            timeout(SOON, toy.finished.notified()).await.expect("the call ended");
        });
    }
}

#[test]
fn an_answer_that_was_read_cancels_nothing() {
    block_on(async {
        let (toy, service) = shared();
        toy.go_on.notify_one();
        let request = stateless("tools/call", json!({ "name": "wait" }));
        let Ok(response) = service.oneshot(request).await;
        drop(response);
        timeout(LONG_ENOUGH, toy.cancelled.notified()).await.expect_err("nothing fires");
    });
}

#[test]
fn a_connection_that_closes_is_a_client_that_went_away() {
    block_on(async {
        let (toy, service) = shared();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let app = Router::new().fallback_service(service);
        let server = tokio::spawn(async move { axum::serve(listener, app).await });
        let body = stateless_body(1.into(), "tools/call", json!({ "name": "wait" })).to_string();
        let request = format!(
            "POST /mcp HTTP/1.1\r\nhost: localhost\r\nmcp-protocol-version: {STATELESS}\r\n\
             mcp-method: tools/call\r\nmcp-name: wait\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.write_all(request.as_bytes()).await.expect("the server reads");
        timeout(SOON, toy.waiting.notified()).await.expect("the tool runs");
        drop(stream);
        timeout(SOON, toy.cancelled.notified()).await.expect("the token fired");
        timeout(SOON, toy.finished.notified()).await.expect("the call ended");
        server.abort();
    });
}

#[test]
fn calls_that_nobody_waits_for_count_until_they_end() {
    block_on(async {
        let (toy, service) = shared();
        let service = service.with_max_calls(1);
        let wait = || handshake(HANDSHAKE, "tools/call", json!({ "name": "wait" }));
        {
            let mut answer = pin!(service.clone().oneshot(wait()));
            timeout(SOON, until_waiting(&toy, &mut answer)).await.expect("the tool runs");
        }
        let busy = send(&service, wait()).await;
        assert_eq!((busy.status.as_u16(), busy.code()), (503, -31503));
        assert_eq!(busy.header("retry-after"), Some("1"));
        assert_eq!(send(&service, handshake(HANDSHAKE, "tools/list", json!({}))).await.status, 200);
        toy.go_on.notify_one();
        timeout(SOON, toy.finished.notified()).await.expect("the call ended");
        toy.go_on.notify_one();
        assert_eq!(send(&service, wait()).await.status, 200);
    });
}

#[test]
fn whoever_ends_the_server_can_wait_for_calls_that_nobody_waits_for() {
    block_on(async {
        let (toy, service) = shared();
        timeout(SOON, service.calls_ended()).await.expect("there is none");
        let wait = || handshake(HANDSHAKE, "tools/call", json!({ "name": "wait" }));
        for _ in 0..2 {
            let mut answer = pin!(service.clone().oneshot(wait()));
            timeout(SOON, until_waiting(&toy, &mut answer)).await.expect("the tool runs");
        }
        toy.go_on.notify_one();
        timeout(LONG_ENOUGH, service.calls_ended()).await.expect_err("one runs still");
        toy.go_on.notify_one();
        timeout(SOON, service.calls_ended()).await.expect("both ended");
    });
}

#[test]
fn one_caller_does_not_keep_the_others_from_calling() {
    block_on(async {
        let (toy, service) = shared();
        let service = service.with_max_calls(4);
        let call = |caller: &AuthInfo, name: &str| {
            let mut request = handshake(HANDSHAKE, "tools/call", json!({ "name": name }));
            request.extensions_mut().insert(caller.clone());
            request
        };
        let (ada, bob) = (AuthInfo::new("ada"), AuthInfo::new("bob"));
        for caller in [&ada, &AuthInfo::anonymous()] {
            for _ in 0..2 {
                let mut answer = pin!(service.clone().oneshot(call(caller, "wait")));
                timeout(SOON, until_waiting(&toy, &mut answer)).await.expect("the tool runs");
            }
            assert_eq!(send(&service, call(caller, "echo")).await.status.as_u16(), 503);
            if caller == &ada {
                assert_eq!(send(&service, call(&bob, "echo")).await.status.as_u16(), 200);
            }
        }
        // Now there are no more for anybody.
        assert_eq!(send(&service, call(&bob, "echo")).await.status.as_u16(), 503);
        for _ in 0..4 {
            toy.go_on.notify_one();
            timeout(SOON, toy.finished.notified()).await.expect("the call ended");
        }
        timeout(SOON, service.calls_ended()).await.expect("all ended");
        assert_eq!(send(&service, call(&ada, "echo")).await.status.as_u16(), 200);
    });
}

/// Drives `answer` until the tool has begun.
async fn until_waiting<F: Future + Unpin>(toy: &Toy, answer: &mut F) {
    tokio::select! {
        () = toy.waiting.notified() => {}
        _ = answer => panic!("the tool waits"),
    }
}
