//! What documents are fetched with.

use std::time::Duration;

use oauth::authorization_server::{
    DocumentRequest, Fetcher as _, HttpFetcher, Resolver as _, SystemResolver,
};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

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
