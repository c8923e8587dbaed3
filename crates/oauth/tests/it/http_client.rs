//! What documents are fetched with.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use oauth::authorization_server::{
    DocumentRequest, Fetcher as _, HttpFetcher, Resolver as _, SystemResolver,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tower::service_fn;

use crate::tls;

fn request(address: std::net::SocketAddr, url: &str, timeout: Duration) -> DocumentRequest {
    DocumentRequest::new(url, "app.example", address, 1000, timeout)
}

#[tokio::test]
async fn the_address_that_was_checked_is_asked_over_tls_for_the_host() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut hello = vec![0; 2048];
        let n_bytes = stream.read(&mut hello).await.unwrap();
        hello.truncate(n_bytes);
        hello
    });
    let request = request(address, "https://app.example/c", Duration::from_secs(10));
    let error = HttpFetcher::new().fetch(&request).await.unwrap_err();
    assert!(error.to_string().contains("TLS"), "{error}");
    let hello = asked.await.unwrap();
    assert_eq!(hello[0], 22, "a TLS handshake");
    assert!(hello.windows(11).any(|part| part == b"app.example"), "for the host");
}

#[tokio::test]
async fn a_host_that_says_nothing_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let request = request(address, "https://app.example/c", Duration::from_millis(200));
    let error = HttpFetcher::new().fetch(&request).await.unwrap_err();
    assert!(error.to_string().contains("too long"), "{error}");
}

#[tokio::test]
async fn nothing_is_asked_in_clear() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let request = request(address, "http://app.example/c", Duration::from_secs(2));
    assert!(HttpFetcher::new().fetch(&request).await.is_err());
    let accepted = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
    assert!(accepted.is_err(), "nobody connected");
}

#[tokio::test]
async fn the_system_knows_this_machine() {
    let found = SystemResolver.resolve("localhost").await.unwrap();
    assert!(found.iter().all(|address| address.is_loopback()) && !found.is_empty());
}

const SHORT: Duration = Duration::from_secs(5);

/// A host that answers with a document, and counts.
async fn host(document: &'static str) -> (std::net::SocketAddr, Arc<AtomicUsize>) {
    let n_asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&n_asked);
    let address = tls::serve_tls(service_fn(move |request: Request<Full<Bytes>>| {
        counter.fetch_add(1, Ordering::SeqCst);
        assert_eq!(request.headers()["host"], "app.example");
        async move { Ok::<_, Infallible>(Response::new(Full::from(document))) }
    }))
    .await;
    (address, n_asked)
}

#[tokio::test]
async fn a_document_comes_over_tls_from_a_host_that_proves_itself() {
    let (address, n_asked) = host("{}").await;
    let trusting = HttpFetcher::with_roots([tls::authority()]);
    // The name leads nowhere by itself: what is asked is the address that was checked.
    let response = trusting.fetch(&request(address, "https://app.example/c", SHORT)).await.unwrap();
    assert_eq!((response.status.as_u16(), response.body.as_ref()), (200, b"{}".as_slice()));
    assert_eq!(n_asked.load(Ordering::SeqCst), 1);
    // Another name is not in the certificate, and its authority is one of ours only.
    let mut other = request(address, "https://other.example/c", SHORT);
    other.host = "other.example".to_owned();
    assert!(trusting.fetch(&other).await.unwrap_err().to_string().contains("TLS"));
    let distrusting = HttpFetcher::new();
    let error = distrusting.fetch(&request(address, "https://app.example/c", SHORT)).await;
    assert!(error.unwrap_err().to_string().contains("TLS"));
    assert_eq!(n_asked.load(Ordering::SeqCst), 1, "nothing was asked of it");
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let inside = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = inside.local_addr().unwrap().port();
    for to in [
        format!("http://127.0.0.1:{port}/secret"),
        format!("https://localhost:{port}/secret"),
        format!("https://app.example:{port}/c"),
        "/c2".to_owned(),
    ] {
        let n_asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&n_asked);
        let address = tls::serve_tls(service_fn(move |_: Request<Full<Bytes>>| {
            counter.fetch_add(1, Ordering::SeqCst);
            let answer = Response::builder().status(302).header("location", &to);
            let answer = answer.body(Full::default()).unwrap();
            async move { Ok::<_, Infallible>(answer) }
        }))
        .await;
        let fetcher = HttpFetcher::with_roots([tls::authority()]);
        let request = request(address, "https://app.example/c", SHORT);
        assert_eq!(fetcher.fetch(&request).await.unwrap().status.as_u16(), 302);
        assert_eq!(n_asked.load(Ordering::SeqCst), 1);
        let accepted = tokio::time::timeout(Duration::from_millis(50), inside.accept()).await;
        assert!(accepted.is_err(), "nobody connected");
    }
}

#[tokio::test]
async fn a_document_that_does_not_end_is_given_up() {
    // Too long at once, too long without a length, and too slow.
    for (head, part, pause) in [
        ("content-length: 5000\r\n", vec![b'x'; 5000], 0),
        ("connection: close\r\n", vec![b'x'; 600], 0),
        ("connection: close\r\n", vec![b'x'; 1], 20),
    ] {
        let (listener, address) = tls::listen().await;
        tokio::spawn(async move {
            let mut stream = tls::accept(&listener).await.unwrap();
            assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0, "a request");
            let head = format!("HTTP/1.1 200 OK\r\n{head}\r\n");
            stream.write_all(head.as_bytes()).await.unwrap();
            while stream.write_all(&part).await.is_ok() && stream.flush().await.is_ok() {
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
        });
        let fetcher = HttpFetcher::with_roots([tls::authority()]);
        let timeout = Duration::from_millis(1000);
        let request = request(address, "https://app.example/c", timeout);
        let error = fetcher.fetch(&request).await.unwrap_err().to_string();
        assert!(error.contains("too long"), "{error}");
    }
}
