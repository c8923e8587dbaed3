//! An API over HTTP: what is known of a request that got no answer.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use dispatch_core::backend::{ExchangeTimeout, HttpBackend, HttpBackendOptions};
use dispatch_core::{BackendError, BackendErrorKind};
use http::{Request, Response};
use tower::ServiceExt;

/// Serves one connection by a script, and gives what the client sent.
fn serve(script: impl FnOnce(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || script(listener.accept().unwrap().0));
    address
}

/// Reads the head of a request.
fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

/// Answers one request with these bytes.
fn answer(bytes: &'static str) -> SocketAddr {
    serve(move |mut stream| {
        head(&mut stream);
        stream.write_all(bytes.as_bytes()).unwrap();
    })
}

fn send(base: &str, target: &str) -> Result<Response<Bytes>, BackendError> {
    exchange(base, Request::delete(target).header("x-a", "b").body(Bytes::new()).unwrap())
}

fn exchange(base: &str, request: Request<Bytes>) -> Result<Response<Bytes>, BackendError> {
    let mut options = HttpBackendOptions::default();
    options.connect_timeout = Duration::from_millis(500);
    options.timeout = Duration::from_millis(500);
    options.max_answer_bytes = 100;
    let backend = HttpBackend::new(base, options).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(backend.oneshot(request))
}

#[track_caller]
fn check(address: SocketAddr, kind: BackendErrorKind, message: &str) {
    let error = send(&format!("http://{address}"), "/a?secret=b").unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.message().starts_with(message), "{error}");
    assert!(!error.message().contains("secret") && !error.message().contains("http:"), "{error}");
}

#[test]
fn what_is_sent_is_what_was_built() {
    let (tell, told) = std::sync::mpsc::channel();
    let address = serve(move |mut stream| {
        tell.send(head(&mut stream)).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi").unwrap();
    });
    let answer = send(&format!("http://{address}/prefix/"), "/api/a%20b%2E/?x=%2F&y=%5B").unwrap();
    assert_eq!(answer.into_body(), "hi");
    let head = told.recv().unwrap();
    assert!(head.starts_with("DELETE /prefix/api/a%20b%2E/?x=%2F&y=%5B HTTP/1.1\r\n"), "{head}");
    assert!(
        head.contains("\r\nx-a: b\r\n") && head.contains("\r\nuser-agent: mcp-dispatch/"),
        "{head}"
    );
}

#[test]
fn what_was_not_sent_is_told_from_what_may_have_been_done() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    check(closed, BackendErrorKind::NotSent, "the API could not be connected to (");
    let breaks = serve(|mut stream| {
        head(&mut stream);
    });
    check(breaks, BackendErrorKind::EffectUnknown, "the connection to the API broke (");
    let breaks_off = answer("HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhi");
    check(breaks_off, BackendErrorKind::EffectUnknown, "the answer of the API broke off (");
    let sleeps = serve(|mut stream| {
        head(&mut stream);
        thread::sleep(Duration::from_secs(2));
    });
    check(sleeps, BackendErrorKind::Timeout { sent: true }, "the API did not answer in time");
    let announces = answer("HTTP/1.1 200 OK\r\ncontent-length: 101\r\n\r\n");
    check(announces, BackendErrorKind::TooLarge, "the API answered more than 100 bytes");
}

#[test]
fn a_request_may_have_a_time_of_its_own() {
    let slow = || {
        let address = serve(|mut stream| {
            head(&mut stream);
            thread::sleep(Duration::from_secs(1));
            // The client may be gone.
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi");
        });
        format!("http://{address}")
    };
    let request = Request::get("/a").body(Bytes::new()).unwrap();
    let error = exchange(&slow(), request.clone()).unwrap_err();
    assert_eq!(error.kind(), BackendErrorKind::Timeout { sent: true });
    let mut patient = request;
    patient.extensions_mut().insert(ExchangeTimeout(Duration::from_secs(60)));
    assert_eq!(exchange(&slow(), patient).unwrap().into_body(), "hi");
}

/// How many connections two requests take, with a pause between them.
fn n_connections(keep_alive: Duration) -> usize {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let n_accepted = Arc::new(AtomicUsize::new(0));
    let accepted = Arc::clone(&n_accepted);
    thread::spawn(move || {
        for stream in listener.incoming() {
            accepted.fetch_add(1, Ordering::SeqCst);
            thread::spawn(move || {
                let mut stream = stream.unwrap();
                while !head(&mut stream).is_empty() {
                    stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
                }
            });
        }
    });
    let mut options = HttpBackendOptions::default();
    options.keep_alive = keep_alive;
    let backend = HttpBackend::new(&base, options).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for _ in 0..2 {
            let request = Request::get("/a").body(Bytes::new()).unwrap();
            assert_eq!(backend.clone().oneshot(request).await.unwrap().status(), 204);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    n_accepted.load(Ordering::SeqCst)
}

#[test]
fn a_connection_that_the_server_may_be_closing_is_not_used_again() {
    assert_eq!(n_connections(Duration::from_secs(60)), 1);
    assert_eq!(n_connections(Duration::from_millis(1)), 2);
}

#[test]
fn redirects_are_answers() {
    let address = answer("HTTP/1.1 302 Found\r\nlocation: /b\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(send(&format!("http://{address}"), "/a").unwrap().status(), 302);
}

#[test]
fn a_base_is_an_address_and_a_path() {
    for (base, refused) in [
        ("api.example", "relative URL without a base"),
        ("ftp://example", "it must begin with http:// or https://"),
        ("http://a:b@example", "it must hold no user name or password"),
        ("http://example/?a=b", "it must hold no query or fragment"),
    ] {
        let error = HttpBackend::new(base, HttpBackendOptions::default()).unwrap_err();
        assert_eq!(error.to_string(), format!("read the URL of the API: {refused}"));
    }
}
