//! What becomes of a connection when a request on it is refused, in an embedder's server that sets no
//! deadline.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::Url;

use super::documents::serve;

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_request_leaves_its_connection_to_the_next() {
    let endpoint = Url::parse(&serve().await).expect("an address");
    let address = endpoint.socket_addrs(|| None).expect("an address")[0];
    let mut connection = TcpStream::connect(address).await.expect("it listens");
    for n_bytes in [0, 10, 20_000, 10] {
        let request = format!(
            "POST /api/mcp HTTP/1.1\r\nhost: {address}\r\ncontent-length: {n_bytes}\r\n\r\n{}",
            "x".repeat(n_bytes)
        );
        connection.write_all(request.as_bytes()).await.expect("the connection is open");
        let mut answer = Vec::new();
        // The answers of the layer are JSON, one object each.
        while !answer.ends_with(b"}") {
            let n_read = connection.read_buf(&mut answer).await.expect("the connection is open");
            assert_ne!(n_read, 0, "it was closed after {n_bytes} bytes");
        }
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
        assert!(!answer.contains("connection: close"), "{answer}");
    }
}
