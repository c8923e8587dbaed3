//! Servers on this machine, with and without TLS. The certificate is of `app.example`, `mcp.example`,
//! `login.example`, `localhost` and `*.tunnel.example`, and of an authority that nobody else trusts; its key is
//! known to everyone.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, Full};
use reqwest::Certificate;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tower::{Service, ServiceExt as _};

/// The authority that signed the certificate.
pub(crate) fn authority() -> Certificate {
    Certificate::from_der(include_bytes!("tls/authority.der")).unwrap()
}

/// Listens on loopback, and says where.
pub(crate) async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// Takes the next connection, and its TLS handshake; `None` where that fails.
pub(crate) async fn accept(
    listener: &TcpListener,
) -> Option<impl AsyncRead + AsyncWrite + Unpin + Send + use<>> {
    let certificate = CertificateDer::from(include_bytes!("tls/certificate.der").as_slice());
    let key = PrivateKeyDer::try_from(include_bytes!("tls/key.der").as_slice()).unwrap();
    let config = ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(vec![certificate], key).unwrap();
    let (stream, _) = listener.accept().await.unwrap();
    TlsAcceptor::from(Arc::new(config)).accept(stream).await.ok()
}

/// Serves over TLS; says where.
pub(crate) async fn serve_tls<S>(service: S) -> SocketAddr
where
    S: Service<Request<Full<Bytes>>, Response = Response<Full<Bytes>>> + Clone + Send + 'static,
    S::Error: std::fmt::Debug,
    S::Future: Send,
{
    let (listener, address) = listen().await;
    tokio::spawn(async move {
        loop {
            if let Some(stream) = accept(&listener).await {
                tokio::spawn(answer(stream, service.clone()));
            }
        }
    });
    address
}

/// Serves without TLS, as behind a proxy.
pub(crate) fn serve<S>(listener: TcpListener, service: S)
where
    S: Service<Request<Full<Bytes>>, Response = Response<Full<Bytes>>> + Clone + Send + 'static,
    S::Error: std::fmt::Debug,
    S::Future: Send,
{
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(answer(stream, service.clone()));
        }
    });
}

/// Terminates TLS, and hands each request on to `behind` as proxies do: with the host that the
/// client named and the scheme it used, in place of whatever the client wrote there if
/// `replaces`, and behind it otherwise.
pub(crate) async fn proxy(behind: SocketAddr, replaces: bool) -> SocketAddr {
    serve_tls(tower::service_fn(move |mut request: Request<Full<Bytes>>| async move {
        let host = request.headers()["host"].clone();
        let headers = request.headers_mut();
        for (name, value) in
            [("x-forwarded-host", host), ("x-forwarded-proto", HeaderValue::from_static("https"))]
        {
            if replaces {
                headers.insert(name, value);
            } else {
                headers.append(name, value);
            }
        }
        headers.insert("host", HeaderValue::try_from(behind.to_string()).unwrap());
        let mut stream = TcpStream::connect(behind).await.unwrap();
        let (parts, body) = request.into_parts();
        let line = format!("{} {} HTTP/1.1", parts.method, parts.uri);
        write(&mut stream, &line, &parts.headers, body).await;
        let (line, headers, body) = read(&mut stream).await.unwrap();
        let status: u16 = line.split(' ').nth(1).unwrap().parse().unwrap();
        let mut response = Response::builder().status(status).body(Full::from(body)).unwrap();
        *response.headers_mut() = headers;
        Ok::<_, std::convert::Infallible>(response)
    }))
    .await
}

async fn answer<S>(mut stream: impl AsyncRead + AsyncWrite + Unpin, service: S)
where
    S: Service<Request<Full<Bytes>>, Response = Response<Full<Bytes>>>,
    S::Error: std::fmt::Debug,
{
    let Some((line, headers, body)) = read(&mut stream).await else { return };
    let mut words = line.split(' ');
    let request = Request::builder().method(words.next().unwrap()).uri(words.next().unwrap());
    let mut request = request.body(Full::from(body)).unwrap();
    *request.headers_mut() = headers;
    let (parts, body) = service.oneshot(request).await.unwrap().into_parts();
    let line = format!("HTTP/1.1 {}", parts.status);
    write(&mut stream, &line, &parts.headers, body).await;
}

/// Reads a message: its first line, its headers, its body.
async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<(String, HeaderMap, Bytes)> {
    let mut read = Vec::new();
    let end = loop {
        if let Some(end) = read.windows(4).position(|end| end == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(read[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let first = lines.next()?.to_owned();
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let name: HeaderName = name.parse().unwrap();
        headers.append(name, value.trim().parse().unwrap());
    }
    let length = headers.get("content-length").map(|length| length.to_str().unwrap().parse());
    let length: usize = length.unwrap_or(Ok(0)).unwrap();
    let mut body = read.split_off(end + 4);
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some((first, headers, body.into()))
}

async fn write(
    stream: &mut (impl AsyncWrite + Unpin),
    line: &str,
    headers: &HeaderMap,
    body: Full<Bytes>,
) {
    let body = body.collect().await.unwrap().to_bytes();
    let mut head = format!("{line}\r\ncontent-length: {}\r\nconnection: close\r\n", body.len());
    let written = ["content-length", "connection"];
    for (name, value) in headers.iter().filter(|(name, _)| !written.contains(&name.as_str())) {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    head.push_str("\r\n");
    // Whoever hangs up early wants no more.
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(&body).await;
    let _ = stream.shutdown().await;
}
